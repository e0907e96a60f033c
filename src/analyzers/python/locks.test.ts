import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { pythonLocks } from './locks.ts';

const declared = (path: string, content: string): string[] =>
  facts(pythonLocks, path, content).map((fact) => {
    if (fact.kind !== undefined || !('role' in fact) || fact.role !== 'declared') throw new Error('not declared');
    return `${fact.type === 'pypi' ? '' : `${fact.type}:`}${fact.name} ${fact.version}`;
  });

describe('lock files declare, they do not install', () => {
  it('requirements with exact pins; ranges and links say no version', () => {
    const content = [
      'numpy==1.24.2',
      'pandas[parquet] == 1.5.3 ; python_version >= "3.8"',
      'torch===2.0.1+cu118 --hash=sha256:abc',
      'scipy>=1.10',
      '# pillow==1.0',
      'git+https://github.com/huggingface/transformers@v4.30.0',
      'requests==2.*',
      'idna==3.4 \\',
      '    --hash=sha256:814f',
    ].join('\n');
    expect(declared('app/requirements.txt', content)).toEqual([
      'numpy 1.24.2',
      'pandas 1.5.3',
      'torch 2.0.1+cu118',
      'idna 3.4',
    ]);
    expect(declared('app/requirements-gpu.txt', 'torch==1.13.1\n')).toEqual(['torch 1.13.1']);
  });

  it('Pipfile.lock', () => {
    const lock = JSON.stringify({
      _meta: {},
      default: { requests: { version: '==2.27.1' }, local: { path: '.' } },
      develop: { pytest: { version: '==7.2.0' } },
    });
    expect(declared('app/Pipfile.lock', lock)).toEqual(['requests 2.27.1', 'pytest 7.2.0']);
  });

  it('poetry.lock', () => {
    const lock =
      '[[package]]\nname = "certifi"\nversion = "2022.12.7"\ndescription = "x"\n\n[package.dependencies]\nname = "wrong"\nversion = "9"\n\n[[package]]\nname = "idna"\nversion = "3.4"\n\n[metadata]\nlock-version = "2.0"\n';
    expect(declared('app/poetry.lock', lock)).toEqual(['certifi 2022.12.7', 'idna 3.4']);
  });

  it('uv.lock, where the project itself stands among its packages', () => {
    const lock =
      'version = 1\n\n[[package]]\nname = "app"\nversion = "0.1.0"\nsource = { virtual = "." }\ndependencies = [\n    { name = "torch" },\n]\n\n[[package]]\nname = "torch"\nversion = "2.5.1"\nsource = { registry = "https://pypi.org/simple" }\n';
    expect(declared('app/uv.lock', lock)).toEqual(['torch 2.5.1']);
  });

  it('a conda environment with pip packages in it', () => {
    const yaml =
      'name: ml\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.9.16\n  - conda-forge::numpy=1.24.2=py39h7360e5f_0\n  - scipy>=1.9\n  - pip:\n      - torch==1.13.1\n      - ./local\n  - openssl==3.1.0\nprefix: /opt/conda\n';
    expect(declared('app/environment.yml', yaml)).toEqual([
      'conda:python 3.9.16',
      'conda:numpy 1.24.2',
      'torch 1.13.1',
      'conda:openssl 3.1.0',
    ]);
  });

  it("files inside installed packages are other people's", () => {
    expect(declared('usr/lib/python3/dist-packages/x/requirements.txt', 'numpy==1.0')).toEqual([]);
  });
});

it('lines that are made to take for ever are passed over', () => {
  const long = (size: number) => {
    const blanks = ' '.repeat(size);
    for (const path of ['a/requirements.txt', 'a/environment.yml'])
      facts(pythonLocks, path, `dependencies:\n- ${blanks}x"\na${blanks}b\n${'\n'.repeat(size)}`);
  };
  expect(growth(long, 500_000)).toBeLessThan(IN_PROPORTION);
});

it('short lines whose blanks could be shared out in many ways take no longer than others', () => {
  const short = (size: number) => {
    const blanks = ' '.repeat(size);
    const lines = [`- a${blanks}"x`, `a${blanks}b`, `- "a${blanks}x`, `a[b]${blanks}c`, `a==1${blanks}x`];
    for (const path of ['a/requirements.txt', 'a/environment.yml'])
      for (const line of lines) facts(pythonLocks, path, `dependencies:\n${`${line}\n`.repeat(250)}`);
  };
  expect(growth(short, 4_000)).toBeLessThan(IN_PROPORTION);
});

it('items of a conda environment may be quoted and have comments', () => {
  const yaml =
    'dependencies:\n  - "numpy=1.24.2"  # why\n  - \'scipy=1.10.1\'\n  - pandas=1.5.3# no\n  - "x=1" y\n  - # nothing\n';
  expect(declared('app/environment.yml', yaml)).toEqual([
    'conda:numpy 1.24.2',
    'conda:scipy 1.10.1',
    'conda:pandas 1.5.3',
  ]);
});

it('a conda-lock.yml in braces, which is not read, is told and not taken for an empty one', () => {
  const braces = 'version: 1\npackage:\n- {name: numpy, version: 1.24.1, manager: conda, platform: linux-64}\n';
  expect(facts(pythonLocks, 'srv/conda-lock.yml', braces)).toMatchObject([{ kind: 'unknown' }]);
  expect(facts(pythonLocks, 'srv/conda-lock.yml', 'version: 1\npackage: []\n')).toEqual([]);
});
