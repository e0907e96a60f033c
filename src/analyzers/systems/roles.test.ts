import { expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { bundledIn, roleOfPath } from './roles.ts';

it.each([
  ['usr/local/lib/python3.9/site-packages/numpy-1.24.2.dist-info/METADATA', undefined],
  ['usr/local/lib/python3.9/site-packages/setuptools/_vendor/wheel-0.43.0.dist-info/METADATA', 'vendored'],
  ['opt/conda/pkgs/pip-23.1.2-pyhd8ed1ab_0/site-packages/pip-23.1.2.dist-info/METADATA', 'cache'],
  ['root/miniconda3/pkgs/numpy-1.24-0/lib/x.so', 'cache'],
  ['root/.cache/pip/wheels/ab/cd/torch-2.0.1-cp39-cp39-linux_x86_64.whl', 'cache'],
  ['usr/local/lib/python3.9/ensurepip/_bundled/pip-22.0.4-py3-none-any.whl', 'cache'],
  ['opt/conda/lib/libssl.so.3', undefined],
  ['srv/pkgs/x', undefined],
  ['srv/app/pkgs/my-own-service/x.js', undefined],
  ['srv/deep/learning/pkgs/urllib3-1.26.5-py39h06a4308_0/lib/x', 'cache'],
  ['usr/lib/python3/dist-packages/~rllib3-1.26.5.dist-info/METADATA', 'cache'],
  ['opt/venv/lib/python3.11/site-packages/~.egg-info', 'cache'],
  ['opt/venv/lib/python3.11/site-packages/-umpy-1.19.0.dist-info/METADATA', 'cache'],
  ['root/go/pkg/mod/golang.org/x/net@v0.1.0/go.mod', 'cache'],
  ['usr/share/python-wheels/pip-20.3.4-py2.py3-none-any.whl', 'cache'],
  ['opt/venv/lib/python3.11/site-packages/onnx/backend/test/data/node/test_abs/model.onnx', 'test'],
  ['opt/venv/lib/python3.11/site-packages/setuptools/tests/x-1.0.dist-info/METADATA', 'test'],
  ['app/node_modules/resolve/test/resolver/node_modules/foo/package.json', 'test'],
  ['opt/venv/lib/python3.11/site-packages/pytest-7.0.dist-info/METADATA', undefined],
  ['opt/venv/lib/python3.11/site-packages/tests-1.0.dist-info/METADATA', undefined],
  ['root/.pyenv/versions/3.11.7/lib/python3.11/test/test_importlib/data/example-21.12-py3.6.egg', 'test'],
  ['usr/local/lib/python3.13t/test/wheeldata/setuptools-79.0.1-py3-none-any.whl', 'test'],
  ['srv/tests/model.onnx', undefined],
  ['opt/libs/~rllib3-1.26.5.dist-info/METADATA', 'cache'],
  ['opt/uvcache/archive-v0/3YnMkr8RQSM6cN0bjzp0m/urllib3-1.26.5.dist-info/METADATA', 'cache'],
  ['srv/archive-v2/notes/x-1.0.dist-info/METADATA', undefined],
  [
    'root/.local/share/virtualenv/wheel/3.11/image/1/CopyPipInstall/pip-23.1-py3-none-any/pip-23.1.dist-info/METADATA',
    'cache',
  ],
  ['home/u/pip-install-k3_x9a2b/urllib3/urllib3.egg-info/PKG-INFO', 'cache'],
  ['root/.local/pipx/.trash/x/lib/python3.11/site-packages/x-1.0.dist-info/METADATA', 'cache'],
  ['root/.local/share/Trash/files/site-packages/x-1.0.dist-info/METADATA', 'cache'],
  ['usr/lib/python3.11/site-packages.disabled/x-1.0.dist-info/METADATA', 'cache'],
  ['app/node_modules/.ignored_lodash/package.json', 'cache'],
  ['app/node_modules/.ignored/lodash/package.json', 'cache'],
  ['app/node_modules/.lodash-AbCdEf12/package.json', 'cache'],
  ['app/node_modules/.pnpm/lodash@4.17.4/node_modules/lodash/package.json', undefined],
  ['app/node_modules/@types/lodash-AbCdEf12/package.json', undefined],
  ['root/.cache/deno/npm/registry.npmjs.example/lodash/4.17.4/package.json', undefined],
])('%s is %s', (path, role) => {
  expect(roleOfPath(path)).toBe(role);
});

it('a library belongs to the wheel whose folder it lies in', () => {
  expect(bundledIn('usr/lib/python3.9/site-packages/Pillow.libs/libwebp-b246aa5a.so.7.1.5')).toBe('Pillow');
  expect(bundledIn('opt/venv/lib/python3.9/site-packages/torch/lib/libgomp.so.1')).toBe('torch');
  expect(bundledIn('usr/lib/libz.so.1')).toBeUndefined();
});

it('a path of a thousand dashes takes no longer than another', () => {
  const dashes = (size: number) => roleOfPath(`opt/x/pkgs/${'-'.repeat(size)}`);
  expect(dashes(16_000)).toBeUndefined();
  expect(roleOfPath(`opt/conda-2023/pkgs/pip-23.1.2-py_0/lib/x`)).toBe('cache');
  expect(growth(dashes, 64_000)).toBeLessThan(IN_PROPORTION);
});
