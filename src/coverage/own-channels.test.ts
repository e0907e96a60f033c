import { describe, expect, it } from 'vitest';
import type { PackageSource } from '../model.ts';
import { ownCondaChannels } from './own-channels.ts';

const conda = (label: string, address = ''): PackageSource => ({ manager: 'conda', label, address });
const FORGE = conda('channels in /opt/conda/.condarc', 'conda-forge');
const TRAIN = '/opt/conda/envs/train';

describe("whom an image's own conda asks", () => {
  it('is `defaults` where nothing is said', () => {
    expect(ownCondaChannels([], ['PATH=/bin'], '/opt/conda')).toBeUndefined();
    expect(ownCondaChannels(undefined, [], '/opt/conda')).toBeUndefined();
    expect(
      ownCondaChannels([{ ...FORGE, manager: 'pip', label: 'channels in /opt/conda/.condarc' }], [], '/opt/conda'),
    ).toBeUndefined();
  });

  it('is what the files of its installation, its user and the system say, for each of its environments', () => {
    const forge = { channels: ['conda-forge'], by: 'channels in /opt/conda/.condarc' };
    expect(ownCondaChannels([FORGE], [], '/opt/conda')).toEqual(forge);
    expect(ownCondaChannels([FORGE], [], TRAIN)).toEqual(forge);
    for (const file of ['/root/.condarc', '/root/.conda/.condarc', '/etc/conda/condarc.d/a.yml', '/home/u/.mambarc'])
      expect(ownCondaChannels([conda(`channels in ${file}`, 'pytorch')], [], TRAIN)?.channels).toEqual(['pytorch']);
    const both = [FORGE, conda('channels in /root/.condarc', 'pytorch')];
    expect(ownCondaChannels(both, [], TRAIN)).toEqual({
      channels: ['pytorch', 'conda-forge'],
      by: 'channels in /root/.condarc, channels in /opt/conda/.condarc',
    });
    // Another installation's, another environment's, and a project's are none of its.
    for (const file of ['/opt/mamba/.condarc', '/opt/conda/envs/other/.condarc', '/srv/app/.condarc'])
      expect(ownCondaChannels([conda(`channels in ${file}`, 'other')], [], TRAIN)).toBeUndefined();
    expect(ownCondaChannels([conda('channels in /srv/.condarc', 'ours')], ['HOME=/srv'], TRAIN)?.by).toContain('/srv');
  });

  it("is what the container's variables say first, without what is secret", () => {
    const variables = ['CONDA_CHANNELS=https://u:secret@nexus.example/t/token/ours/, bioconda'];
    expect(ownCondaChannels([FORGE], variables, TRAIN)).toEqual({
      channels: ['nexus.example/ours', 'bioconda', 'conda-forge'],
      by: 'CONDA_CHANNELS, channels in /opt/conda/.condarc',
    });
  });

  it('is somebody else by what `defaults` stands for and by what completes a name', () => {
    const main = conda('default_channels in /root/.condarc', 'https://nexus.example/main');
    expect(ownCondaChannels([main], [], TRAIN)).toEqual({
      channels: ['nexus.example/main'],
      by: 'default_channels in /root/.condarc',
    });
    const alias = conda('channel_alias in /root/.condarc', 'https://nexus.example/conda/');
    expect(ownCondaChannels([FORGE, conda('channels in /root/.condarc', 'defaults'), alias], [], TRAIN)).toEqual({
      channels: ['defaults', 'nexus.example/conda/conda-forge'],
      by: 'channels in /root/.condarc, channels in /opt/conda/.condarc',
    });
  });

  it('is in the order of conda: the system, the installation, the user, the environment, and the file that CONDARC names', () => {
    const files = [
      '/srv/ours/condarc.yml',
      '/opt/conda/envs/train/.condarc',
      '/root/.condarc',
      '/root/.conda/.condarc',
      '/root/.config/conda/.condarc',
      '/xdg/conda/.condarc',
      '/opt/conda/condarc.d/b.yml',
      '/opt/conda/condarc.d/a.yml',
      '/opt/conda/condarc',
      '/opt/conda/.condarc',
      '/var/lib/conda/.condarc',
      '/etc/conda/.condarc',
    ];
    const sources = files.map((file, at) => conda(`channels in ${file}`, `c${at}`));
    const variables = ['HOME=/root', 'XDG_CONFIG_HOME=/xdg', 'CONDARC=/srv/ours/condarc.yml'];
    const shuffled = [...sources.slice(5), ...sources.slice(0, 5)].reverse();
    expect(ownCondaChannels(shuffled, variables, TRAIN)?.channels).toEqual(files.map((_, at) => `c${at}`));
    // Nobody names it: it is no settings file.
    expect(ownCondaChannels(shuffled, ['XDG_CONFIG_HOME=/xdg'], TRAIN)?.channels).not.toContain('c0');
    const aliases = [
      conda('channel_alias in /etc/conda/.condarc', 'https://old.example'),
      conda('channel_alias in /root/.condarc', 'https://new.example'),
      FORGE,
    ];
    expect(ownCondaChannels(aliases, [], TRAIN)?.channels).toEqual(['new.example/conda-forge']);
  });

  it('is not known where CONDARC names a file that nobody read', () => {
    const unread = { unread: '/srv/settings.yml' };
    expect(ownCondaChannels([FORGE], ['CONDARC=/srv/settings.yml'], TRAIN)).toMatchObject(unread);
    expect(ownCondaChannels([], ['CONDARC=$HOME/settings.yml', 'HOME=/srv'], TRAIN)).toMatchObject(unread);
    // This one was, and says nothing of channels.
    expect(ownCondaChannels([], ['CONDARC=/srv/.condarc'], TRAIN)).toBeUndefined();
  });

  it('is nobody where one of them says so, and no variable takes it back', () => {
    const offline = conda('offline in /etc/conda/.condarc');
    expect(ownCondaChannels([FORGE, offline], [], TRAIN)).toEqual({
      channels: [],
      by: 'offline in /etc/conda/.condarc',
    });
    // What the user says comes after the system, and takes it back.
    const online = conda('offline in /root/.condarc', 'no');
    expect(ownCondaChannels([FORGE, online, offline], [], TRAIN)?.channels).toEqual(['conda-forge']);
    expect(ownCondaChannels([FORGE], ['CONDA_OFFLINE=true'], TRAIN)).toEqual({ channels: [], by: 'CONDA_OFFLINE' });
    expect(ownCondaChannels([FORGE, offline], ['CONDA_OFFLINE=0'], TRAIN)?.channels).toEqual(['conda-forge']);
  });
});
