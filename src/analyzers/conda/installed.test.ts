import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { condaExplicit } from './explicit-list.ts';
import { condaPackages } from './installed.ts';
import { condaIdentity } from './names.ts';

// Records as conda writes them; versions from the SageMaker Distribution 0.0.1 GPU image.
const NUMPY = JSON.stringify({
  build: 'py38h1bbf1e7_0',
  build_number: 0,
  channel: 'https://conda.anaconda.org/conda-forge/linux-64',
  constrains: ['numpy-base <0a0'],
  depends: ['libblas >=3.8.0,<4.0a0', 'python >=3.8,<3.9.0a0', 'python_abi 3.8.* *_cp38'],
  license: 'BSD-3-Clause',
  name: 'numpy',
  subdir: 'linux-64',
  version: '1.24.4',
  files: [
    'bin/f2py',
    'lib/python3.8/site-packages/numpy-1.24.4.dist-info/METADATA',
    'lib/python3.8/site-packages/numpy/__init__.py',
  ],
});
const OPENSSL = JSON.stringify({
  build: 'hd590300_1',
  channel: 'https://repo.anaconda.com/pkgs/main/linux-64',
  depends: ['ca-certificates'],
  name: 'openssl',
  version: '3.1.1',
  files: ['lib/libssl.so.3'],
});

describe('conda', () => {
  it('an environment lists its packages, what they own, and the Python distributions they carry', () => {
    expect(facts(condaPackages, 'opt/conda/conda-meta/numpy-1.24.4-py38h1bbf1e7_0.json', NUMPY)).toEqual([
      {
        type: 'conda',
        name: 'numpy',
        version: '1.24.4',
        certainty: 'exact',
        licenses: ['BSD-3-Clause'],
        properties: {
          build: 'py38h1bbf1e7_0',
          channel: 'conda-forge',
          subdir: 'linux-64',
          prefix: '/opt/conda',
          depends: 'libblas >=3.8.0,<4.0a0, python >=3.8,<3.9.0a0, python_abi 3.8.* *_cp38',
          dists: 'numpy==1.24.4',
        },
      },
      {
        kind: 'owns',
        type: 'conda',
        name: 'numpy',
        paths:
          'opt/conda/bin/f2py\nopt/conda/lib/python3.8/site-packages/numpy-1.24.4.dist-info/METADATA\nopt/conda/lib/python3.8/site-packages/numpy/__init__.py',
      },
    ]);
    expect(
      facts(condaPackages, 'opt/conda/envs/ml/conda-meta/openssl-3.1.1-hd590300_1.json', OPENSSL)[0],
    ).toMatchObject({
      properties: { channel: 'main', prefix: '/opt/conda/envs/ml' },
    });
  });

  it('a package of the cache is not installed by that', () => {
    const index = JSON.stringify({ name: 'pip', version: '23.1.2', build: 'pyhd8ed1ab_0', build_number: 0 });
    expect(facts(condaPackages, 'opt/conda/pkgs/pip-23.1.2-pyhd8ed1ab_0/info/index.json', index)).toMatchObject([
      { name: 'pip', role: 'cache' },
    ]);
    expect(facts(condaPackages, 'srv/pkgs/site/info/index.json', '{"name":"site","version":"1.0"}')).toEqual([]);
  });

  it('a record without a name is an Unknown', () => {
    expect(facts(condaPackages, 'opt/conda/conda-meta/x.json', '{"version":"1"}')).toEqual([
      { kind: 'unknown', reason: 'no name or version' },
    ]);
  });

  it('an explicit list is declared, not installed', () => {
    const list = [
      '# platform: linux-64',
      '@EXPLICIT',
      'https://conda.anaconda.org/conda-forge/linux-64/_openmp_mutex-4.5-2_kmp_llvm.tar.bz2#562b26ba2e19059551a811e72ab7f793',
      'https://conda.anaconda.org/conda-forge/noarch/ca-certificates-2023.5.7-hbcca054_0.conda#f5c65075fc34438d5b456c7f3f5ab695',
    ].join('\n');
    expect(facts(condaExplicit, 'tmp/explicit.txt', list)).toEqual([
      {
        type: 'conda',
        name: '_openmp_mutex',
        version: '4.5',
        role: 'declared',
        properties: { build: '2_kmp_llvm', channel: 'conda-forge', subdir: 'linux-64' },
      },
      {
        type: 'conda',
        name: 'ca-certificates',
        version: '2023.5.7',
        role: 'declared',
        properties: { build: 'hbcca054_0', channel: 'conda-forge', subdir: 'noarch' },
      },
    ]);
    expect(facts(condaExplicit, 'tmp/explicit.txt', 'just a list of words')).toEqual([]);
  });
});

describe('what a conda package is elsewhere', () => {
  it.each([
    ['pytorch', '', { pypi: 'torch', by: 'table' }],
    ['py-xgboost', '', { pypi: 'xgboost', by: 'table' }],
    ['nbconvert-core', '', { pypi: 'nbconvert', by: 'table' }],
    ['msgpack-python', 'python >=3.8', { pypi: 'msgpack', by: 'table' }],
    ['libwebp-base', 'libgcc-ng >=12', { upstream: 'libwebp', by: 'table' }],
    ['libsystemd0', '', { upstream: 'systemd', by: 'table' }],
    ['xorg-libx11', '', { upstream: 'libx11', by: 'table' }],
    ['libllvm16', '', { upstream: 'llvm', by: 'table' }],
    ['python', 'bzip2 >=1.0.8', { upstream: 'python', by: 'table' }],
    ['jupyter_core', 'platformdirs >=2.5, python >=3.8', { pypi: 'jupyter-core', by: 'name' }],
  ])('%s', (name, depends, expected) => {
    expect(condaIdentity(name, depends)).toEqual(expected);
  });

  it('the build tells a Python package where nothing else does, as in explicit lists', () => {
    const by = (name: string, build: string) => condaIdentity(name, undefined, undefined, build);
    expect(by('anyio', 'pyhd8ed1ab_0')).toEqual({ pypi: 'anyio', by: 'name' });
    expect(by('aiohttp', 'py38h497a2fe_1')).toEqual({ pypi: 'aiohttp', by: 'name' });
    expect(by('backports', 'py_0')).toEqual({ pypi: 'backports', by: 'name' });
    expect(by('some-kernel', 'cuda112py38h4cf2b7b_200')).toEqual({ pypi: 'some-kernel', by: 'name' });
    expect(by('langchain', 'pymin310_h332efcf_1')).toEqual({ pypi: 'langchain', by: 'name' });
    expect(by('lightgbm', 'cpu_py_hb6b7976_8')).toEqual({ pypi: 'lightgbm', by: 'name' });
    expect(by('sympy', 'pypyh9d50eac_103')).toEqual({ pypi: 'sympy', by: 'name' });
    expect(by('cffi', 'pypy39hd8d9f65_0')).toEqual({ pypi: 'cffi', by: 'name' });
    expect(by('torchvision', 'py3.9_cuda11.7_0')).toEqual({ pypi: 'torchvision', by: 'name' });
    expect(by('idna', 'py39_0')).toEqual({ pypi: 'idna', by: 'name' });
    expect(by('uv', 'hec9e821_0')).toEqual({ pypi: 'uv', by: 'table' });
    for (const build of ['h166bdaf_0', 'h56a6dad_8_cpu', 'hd590300_5_cpython', 'cuda129_mkl_hf53477d_302', '3_cp312'])
      expect(by('alsa-lib', build), build).toBeUndefined();
  });

  it('metadata among its files is the proof, whatever the name', () => {
    expect(condaIdentity('ruamel.yaml', 'python', 'ruamel.yaml==0.17.32')).toEqual({
      pypi: 'ruamel.yaml',
      by: 'dist-info',
    });
    expect(condaIdentity('docker-py', 'python', 'docker==6.1.3')).toEqual({ pypi: 'docker', by: 'dist-info' });
  });

  it('a name that only brings others is not counted beside them, unless it holds the project after all', () => {
    expect(
      condaIdentity('pytorch-gpu', 'pytorch 2.0.0 cuda112*', undefined, 'cuda112py38h35f5ed5_200'),
    ).toBeUndefined();
    expect(condaIdentity('nbconvert', 'nbconvert-core, python', '')).toBeUndefined();
    expect(condaIdentity('fastapi', 'email_validator, fastapi-core ==0.141.1, python >=3.10')).toBeUndefined();
    expect(condaIdentity('fastapi-core', 'python >=3.10')).toEqual({ pypi: 'fastapi', by: 'table' });
    expect(condaIdentity('nbconvert', 'python', 'nbconvert==5.6.1')).toEqual({ pypi: 'nbconvert', by: 'dist-info' });
  });

  it('a name that means something else on PyPI is not taken for it', () => {
    expect(condaIdentity('tzdata', '')).toBeUndefined();
    expect(condaIdentity('conda', 'python >=3.8')).toBeUndefined();
    expect(condaIdentity('attr', 'libgcc-ng')).toEqual({ upstream: 'attr', by: 'table' });
    expect(condaIdentity('graphviz', 'cairo')).toEqual({ upstream: 'graphviz', by: 'table' });
    expect(condaIdentity('font-ttf-ubuntu', '')).toBeUndefined();
  });
});
