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
      channels: ['conda-forge', 'pytorch'],
      by: 'channels in /opt/conda/.condarc, channels in /root/.condarc',
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
      channels: ['nexus.example/conda/conda-forge', 'defaults'],
      by: 'channels in /opt/conda/.condarc, channels in /root/.condarc',
    });
  });

  it('is nobody where one of them says so, and no variable takes it back', () => {
    const offline = conda('offline in /etc/conda/.condarc');
    expect(ownCondaChannels([FORGE, offline], [], TRAIN)).toEqual({
      channels: [],
      by: 'offline in /etc/conda/.condarc',
    });
    expect(ownCondaChannels([FORGE], ['CONDA_OFFLINE=true'], TRAIN)).toEqual({ channels: [], by: 'CONDA_OFFLINE' });
    expect(ownCondaChannels([FORGE, offline], ['CONDA_OFFLINE=0'], TRAIN)?.channels).toEqual(['conda-forge']);
  });
});
