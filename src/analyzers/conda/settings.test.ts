import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

const read = async (files: Record<string, string>) => (await takeInventory(image(layer(files)))).inventory;
const named = async (files: Record<string, string>) =>
  (await read(files)).packageSources?.map(({ manager, label, address }) =>
    [manager, label, address].filter(Boolean).join(' | '),
  );

describe("where an image's conda takes packages from", () => {
  it('is said by .condarc, in its order', async () => {
    // As Miniforge and the Docker images of Jupyter write it.
    expect(await named({ 'opt/conda/.condarc': 'channels:\n  - conda-forge\n' })).toEqual([
      'conda | channels in /opt/conda/.condarc | conda-forge',
    ]);
    expect(
      await named({
        'etc/conda/condarc.d/site.yml': 'channel_alias: https://nexus.example/conda\noffline: on\n',
        'root/.condarc': 'auto_update_conda: false\nchannels: [pytorch, nvidia/label/cuda-12.1.0, defaults]\n',
      }),
    ).toEqual([
      'conda | offline in /etc/conda/condarc.d/site.yml',
      'conda | channel_alias in /etc/conda/condarc.d/site.yml | https://nexus.example/conda',
      'conda | channels in /root/.condarc | pytorch',
      'conda | channels in /root/.condarc | nvidia/label/cuda-12.1.0',
      'conda | channels in /root/.condarc | defaults',
    ]);
  });

  it('is said by a file that CONDARC may name, and so is that it is not offline', async () => {
    expect(await named({ 'etc/condarc.yml': 'offline: false\nchannels: [conda-forge]\n' })).toEqual([
      'conda | offline in /etc/condarc.yml | no',
      'conda | channels in /etc/condarc.yml | conda-forge',
    ]);
  });

  it('is told without users, passwords and tokens', async () => {
    const told = await named({
      'root/.condarc':
        'default_channels:\n  - https://reader:secret@nexus.example/main\n  - https://conda.example/t/tk-secret/r\n',
    });
    expect(told).toEqual([
      'conda | default_channels in /root/.condarc | https://nexus.example/main',
      'conda | default_channels in /root/.condarc | https://conda.example/r',
    ]);
  });

  it('is not said by the files of a package for its tests, nor by what is no channel', async () => {
    expect(
      await named({
        'opt/conda/lib/python3.9/site-packages/conda/tests/condarc': 'channels: [theirs]\n',
        'opt/conda/pkgs/conda-4.9/.condarc': 'channels: [theirs]\n',
        'root/.condarc': 'channels:\n  - {a: b}\n  - 7\n  - "a\\u001b[2J b"\nssl_verify: true\n',
        'home/u/.condarc': '',
      }),
    ).toEqual([]);
  });

  it('is unknown where the file cannot be read, also where its aliases unfold without end', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 9; at++) {
      const before = String.fromCharCode(96 + at);
      const name = String.fromCharCode(97 + at);
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join()}]`);
    }
    for (const text of ['channels: [conda-forge\n', `${bomb.join('\n')}\nchannels: *i\n`]) {
      const { packageSources, unknowns } = await read({ 'root/.condarc': text });
      expect(packageSources).toEqual([]);
      expect(unknowns).toMatchObject([{ path: 'root/.condarc', analyzer: 'conda-channels' }]);
    }
  });
});
