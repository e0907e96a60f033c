import { expect, it } from 'vitest';
import { releaseWheels } from './release-wheels.ts';

it('of each release one wheel is taken: for all platforms before one for Linux, that before others; no pre-release, no source', () => {
  const files = [
    'numpy-1.24.3-cp311-cp311-win_amd64.whl',
    'numpy-1.24.3-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    'numpy-1.24.3-cp310-cp310-musllinux_1_1_x86_64.whl',
    'numpy-1.24.4-cp311-cp311-win_amd64.whl',
    'numpy-1.24.4.tar.gz',
    'numpy-1.25.0rc1-py3-none-any.whl',
    'numpy-1.26.0-cp312-cp312-linux_x86_64.whl',
    'numpy-1.26.0-py3-none-any.whl',
  ].map((filename) => ({ filename, url: '', page: '', yanked: false }));
  expect([...releaseWheels(files)].map(([version, { filename }]) => `${version} ${filename.slice(13)}`)).toEqual([
    '1.24.3 cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    '1.24.4 cp311-cp311-win_amd64.whl',
    '1.26.0 py3-none-any.whl',
  ]);
});
