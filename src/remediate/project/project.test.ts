import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import type { Package, Report } from '../../model.ts';
import { readProjectFiles } from '../files/index.ts';
import { installedUnder } from '../installed/index.ts';
import { indexOverFiles } from '../python/index-over-files.ts';
import { projectToday } from './environments.ts';
import { installed } from './installer.ts';
import { withNpmTrees } from './npm-lock.ts';
import { pythonOf } from './python.ts';
import { poetrySpecifier } from './roots.ts';
import { projectUnits } from './units.ts';

const work = temporaryFolder();
let count = 0;

/** The files of a project, read from a folder. */
async function project(files: Readonly<Record<string, string>>) {
  count += 1;
  const folder = join(work, `p${count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return readProjectFiles(folder, Object.keys(files));
}

const PLATFORM = { os: 'linux', architecture: 'amd64' };
const pin = (name: string, version: string, ...paths: string[]): Package => ({
  type: 'pypi',
  name,
  version,
  namespace: 'PyPI',
  purl: `pkg:pypi/${name}@${version}`,
  evidence: paths.map((path) => ({ path, layer: 0, diffID: '', analyzer: 'requirements' })),
});

/** An index that has these versions, and what each requires. */
function index(versions: Readonly<Record<string, readonly string[]>>, python: Readonly<Record<string, string>> = {}) {
  const named = Object.keys(versions).map((text) => text.split(' ') as [string, string]);
  return indexOverFiles(
    async (name) =>
      named
        .filter(([own]) => own === name)
        .map(([own, version]) => ({
          filename: version.startsWith('0.') ? `${own}-${version}.tar.gz` : `${own}-${version}-py3-none-any.whl`,
          url: '',
          page: '',
          yanked: false,
          ...(python[`${own} ${version}`] === undefined
            ? {}
            : { requiresPython: python[`${own} ${version}`] as string }),
        })),
    { requires: async (name, version) => versions[`${name} ${version}`], problems: new Set(), by: 'a test' },
  );
}

async function today(
  files: Readonly<Record<string, string>>,
  pins: readonly Package[],
  asked: Parameters<typeof index>[0] | undefined,
  pythons: Readonly<Record<string, string>> = {},
) {
  const report = { packages: pins, findings: [], unknowns: [], notices: [] } as unknown as Report;
  const { units, notices } = await projectToday(
    report,
    await project(files),
    { store: memoryStore({ statements: [] }) },
    {
      platform: PLATFORM,
      index: asked && index(asked, pythons),
    },
  );
  return {
    units: units.map(({ unit, python, packages, isWhole }) => ({
      id: unit.id,
      python,
      isWhole,
      packages: packages.map(({ name, version }) => `${name} ${version}`).sort(),
    })),
    said: notices.map(({ message }) => message),
  };
}

describe('what of a project is installed together', () => {
  const ids = async (files: Readonly<Record<string, string>>) =>
    projectUnits(await project(files), [], undefined).map(({ id, paths, locked }) => [id, [...paths].sort(), locked]);

  it('is what requirements include, and what they are compiled from; others stand alone', async () => {
    expect(
      await ids({
        'requirements.txt': 'a==1\n',
        'requirements.in': 'a\n',
        'requirements-dev.txt': '-r requirements.txt\n-c deps/constraints.txt\nb\n',
        'deps/constraints.txt': 'b==2\n',
        'tools/requirements.txt': 'c==1\n',
      }),
    ).toEqual([
      [
        'requirements-dev.txt',
        ['deps/constraints.txt', 'requirements-dev.txt', 'requirements.in', 'requirements.txt'],
        false,
      ],
      ['tools/requirements.txt', ['tools/requirements.txt'], false],
    ]);
  });

  it('is a lock with what it is made of, and members of a workspace with the lock of the whole', async () => {
    const toml = '[project]\nname = "x"\ndependencies = ["a"]\n';
    expect(
      await ids({
        'uv.lock': '',
        'pyproject.toml': toml,
        'packages/one/pyproject.toml': toml,
        'old/poetry.lock': '',
        'old/pyproject.toml': toml,
        'alone/requirements.txt': 'a\n',
      }),
    ).toEqual([
      ['old/poetry.lock', ['old/poetry.lock', 'old/pyproject.toml'], true],
      ['uv.lock', ['packages/one/pyproject.toml', 'pyproject.toml', 'uv.lock'], true],
      ['alone/requirements.txt', ['alone/requirements.txt'], false],
    ]);
  });
});

describe('the Python of a project', () => {
  const of = async (files: Readonly<Record<string, string>>, asked?: string) => {
    const read = await project({ 'app/requirements.txt': 'a\n', ...files });
    const own = read.files.filter(({ path }) => path === 'app/requirements.txt');
    const { candidates, by } = pythonOf(own, 'app', read, asked);
    return [candidates[0], by];
  };

  it.each<[Readonly<Record<string, string>>, string, string]>([
    [{ 'app/.python-version': '3.9.16\n', '.python-version': '3.8\n' }, '3.9.16', 'app/.python-version'],
    [{ '.python-version': 'cpython-3.8\n' }, '3.8', '.python-version'],
    [{ 'runtime.txt': 'python-3.10.4\n' }, '3.10.4', 'runtime.txt'],
    [{ 'app/requirements.txt': '# by pip-compile with Python 3.11\na==1\n' }, '3.11', 'app/requirements.txt'],
    // The project that it lies in, also where that declares nothing itself, and not the one that lies around that.
    [{ 'app/pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.9"\n' }, '3.9', 'app/pyproject.toml'],
    [{ 'app/setup.cfg': '[options]\npython_requires = >=3.8\n' }, '3.8', 'app/setup.cfg'],
    [{ 'pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.9"\n' }, '3.12', 'nothing says which'],
    [{ 'app/pyproject.toml': 'requires-python = [' }, '3.12', 'nothing says which'],
    // What it is installed into says less than what it is written for, and more than nothing.
    [{ Dockerfile: 'FROM python:3.9.16\nCOPY app /app\n' }, '3.9.16', 'Dockerfile'],
    [{ 'app/Containerfile': 'ARG V=3.10\nFROM docker.io/library/python:$V-slim AS b\n' }, '3.10', 'app/Containerfile'],
    [
      { Dockerfile: 'FROM python:3.9 AS build\nFROM gcr.io/distroless/cc\nCOPY --from=build / /\n' },
      '3.9',
      'Dockerfile',
    ],
    [
      { Dockerfile: 'FROM python:3.9\n', 'app/setup.cfg': '[options]\npython_requires = >=3.8\n' },
      '3.8',
      'app/setup.cfg',
    ],
    [{ Dockerfile: 'FROM python:slim\n' }, '3.12', 'nothing says which'],
    [{ Dockerfile: 'FROM cpython:3.9\n' }, '3.12', 'nothing says which'],
  ])('is what %j says', async (files, python, by) => {
    expect(await of(files)).toEqual([python, by]);
  });

  it.each([
    ['[project]\nname="x"\nrequires-python = ">=3.9,<4"\n', '3.9'],
    ['[tool.poetry.dependencies]\npython = "^3.8"\n', '3.8'],
    ['[tool.poetry.dependencies]\npython = "~3.10"\n', '3.10'],
    ['[project]\nname="x"\nrequires-python = ">=3.9.2,!=3.9.7"\n', '3.9'],
  ])('is the oldest that %j allows', async (toml, python) => {
    const { files, hints } = await project({ 'pyproject.toml': toml });
    expect(pythonOf(files, '', { hints }, undefined).candidates[0]).toBe(python);
  });

  it.each([
    ['python = "3.10.*"', '3.10'],
    ['python = "=3.11"', '3.11'],
    ['python = ">=3.9,<3.12"', '3.9'],
    ['python = { version = "3.8.12", channel = "conda-forge" }', '3.8'],
    ['python = "*"', '3.12'],
  ])('is what pixi is told by %j', async (line, python) => {
    const { files, hints } = await project({
      'pixi.toml': `[dependencies]\n${line}\n[pypi-dependencies]\na = "==1"\n`,
    });
    expect(pythonOf(files, '', { hints }, undefined).candidates[0]).toBe(python);
  });

  it('of a folder of requirements is that of the project it lies in', async () => {
    const read = await project({
      'requirements/dev.txt': 'a\n',
      'pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.9"\n',
    });
    const files = read.files.filter(({ kind }) => kind === 'requirements');
    expect(pythonOf(files, 'requirements', read, undefined).by).toBe('pyproject.toml');
  });

  it('that is assumed for several files is said once, and that nobody was asked', async () => {
    const files = { 'requirements.txt': 'a==1\n', 'docs/requirements.txt': 'a==1\n' };
    const pins = Object.keys(files).map((path) => pin('a', '1', path));
    expect((await today(files, pins, undefined)).said).toEqual([
      'docs/requirements.txt, requirements.txt: no file says which Python it is for: 3.12 is assumed (whether the pins can be installed on it is known once the package index is asked); --python VERSION says another',
    ]);
  });

  it('is what was asked for, whatever the files say, and assumed where they say nothing', async () => {
    expect(await of({ '.python-version': '3.8\n' }, '3.12')).toEqual(['3.12', '--python']);
    expect(
      (await today({ 'requirements.txt': 'a==1\n' }, [pin('a', '1', 'requirements.txt')], { 'a 1': [] })).said,
    ).toEqual([
      'requirements.txt: no file says which Python it is for: 3.12 is assumed; --python VERSION says another',
    ]);
  });

  it('is assumed so that every pin can be installed', async () => {
    const { units } = await today(
      { 'requirements.txt': 'a==1\n' },
      [pin('a', '1', 'requirements.txt')],
      { 'a 1': [] },
      { 'a 1': '<3.10' },
    );
    expect(units[0]?.python).toBe('3.9');
  });
});

describe("Poetry's ways of writing versions", () => {
  it.each([
    ['^1.2.3', '>=1.2.3,<2'],
    ['^0.2.3', '>=0.2.3,<0.3'],
    ['^0.0.3', '>=0.0.3,<0.0.4'],
    ['~1.2.3', '>=1.2.3,<1.3'],
    ['~1', '>=1,<2'],
    ['1.2.3', '==1.2.3'],
    ['>=1.2, <2', '>=1.2,<2'],
    ['1.2.*', undefined],
    ['*', ''],
    ['^1 || ^2', undefined],
  ])('%s is %s', (written, specifier) => {
    expect(poetrySpecifier(written)).toBe(specifier);
  });
});

describe('what is asked for by others', () => {
  const chosen = (versions: Readonly<Record<string, readonly string[]>>, ...roots: string[]) =>
    installed({ roots, bounds: [] }, '3.9', index(versions), PLATFORM, new Map());
  const nightlies = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`nightly 1.${at}.dev1`, []]));

  it('is found among versions that are too old to be offered unasked: tensorflow 2.8 pins a nightly of its day', async () => {
    const got = await chosen({ ...nightlies, 'app 1': ['nightly==1.7.dev1'] }, 'app');
    expect(got instanceof Map && Object.fromEntries(got)).toEqual({ app: '1', nightly: '1.7.dev1' });
  });

  it('is found among pre-releases where it names one, as pip does, and else is none', async () => {
    const early = { 'low 1': [], 'low 2rc1': [], 'app 1': ['low>=2rc1'], 'other 1': ['low>=2'] };
    const got = await chosen(early, 'app');
    expect(got instanceof Map && got.get('low')).toBe('2rc1');
    expect(await chosen(early, 'other')).toBe('impossible');
  });
});

describe('what an installer makes of a project today', () => {
  const INDEX = {
    'web 1': ['low<2'],
    'web 2': ['low>=2'],
    'low 1': [],
    'low 1.5': [],
    'low 2': [],
    'free 3': ['low>=1 ; extra == "x"'],
    'never 1': [],
    'built 0.9': [],
    'built 1': [],
  };

  it('is the newest of everything that goes with the pins', async () => {
    const { units } = await today(
      { 'requirements.txt': 'web==1\nfree\nnever ; python_version < "3"\n' },
      [pin('web', '1', 'requirements.txt')],
      INDEX,
    );
    expect(units).toEqual([
      { id: 'requirements.txt', python: '3.12', isWhole: true, packages: ['free 3', 'low 1.5', 'web 1'] },
    ]);
  });

  it('has what is built from source where nothing else is allowed', async () => {
    const { units } = await today({ 'requirements.txt': 'built<1\n' }, [], INDEX);
    expect(units[0]).toMatchObject({ isWhole: true, packages: ['built 0.9'] });
  });

  it('keeps to constraints, which install nothing by themselves', async () => {
    const { units } = await today(
      { 'requirements.txt': '-c constraints.txt\nweb\n', 'constraints.txt': 'low==1\nnever==1\n' },
      [pin('low', '1', 'constraints.txt'), pin('never', '1', 'constraints.txt')],
      INDEX,
    );
    expect(units[0]?.packages).toEqual(['low 1', 'web 1']);
  });

  it('is what a lock pins, and nothing besides', async () => {
    const { units } = await today(
      { 'uv.lock': '', 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["web"]\nrequires-python = ">=3.9"\n' },
      [pin('web', '1', 'uv.lock'), pin('low', '1', 'uv.lock')],
      INDEX,
    );
    expect(units).toEqual([{ id: 'uv.lock', python: '3.9', isWhole: true, packages: ['low 1', 'web 1'] }]);
  });

  it('is the pins alone where they do not go together, and that is said', async () => {
    const { units, said } = await today(
      { 'requirements.txt': 'web==1\nlow==2\n' },
      [pin('web', '1', 'requirements.txt'), pin('low', '2', 'requirements.txt')],
      INDEX,
    );
    expect(units[0]).toMatchObject({ isWhole: false, packages: ['low 2', 'web 1'] });
    expect(said.at(-1)).toBe(
      'requirements.txt: what it asks for cannot be installed together on Python 3.12 today; only its pins are planned for',
    );
  });

  it('is only what is pinned where nobody is asked', async () => {
    const { units } = await today(
      { 'requirements.txt': 'web==1\nfree\n' },
      [pin('web', '1', 'requirements.txt')],
      undefined,
    );
    expect(units[0]).toMatchObject({ isWhole: false, packages: ['web 1'] });
  });

  it('follows a pin that is moved, whatever the files say of it', async () => {
    const unit = { roots: ['web==1', 'free'], bounds: [] };
    const of = async (moved: ReadonlyMap<string, string>) =>
      installed(unit, '3.12', index(INDEX), PLATFORM, new Map([['web', '1']]), moved);
    expect(await of(new Map())).toEqual(
      new Map([
        ['web', '1'],
        ['free', '3'],
        ['low', '1.5'],
      ]),
    );
    expect(await of(new Map([['web', '2']]))).toEqual(
      new Map([
        ['web', '2'],
        ['free', '3'],
        ['low', '2'],
      ]),
    );
  });
});

describe("a tree of npm's, from its lock", () => {
  const lodash: Package = {
    ...pin('lodash', '4.17.20', 'web/package-lock.json'),
    type: 'npm',
    namespace: 'npm',
  };
  const report = { packages: [lodash], findings: [{ id: 'X', package: lodash }] } as unknown as Report;
  const locked = (content: string): Report =>
    withNpmTrees(report, [{ folder: 'web', file: 'package-lock.json', content }]);

  it('has each copy where npm will put it, and who asks for it', () => {
    const { packages, findings } = locked(
      JSON.stringify({
        packages: {
          '': { name: 'web', version: '1.0.0', dependencies: { a: '^1.0.0' }, devDependencies: { b: '2' } },
          'node_modules/alias': { name: 'lodash', version: '4.17.20', dependencies: { c: '~3' } },
          'node_modules/a/node_modules/lodash': { version: '4.17.20' },
          'node_modules/linked': { link: true },
        },
      }),
    );
    const paths = ['web/node_modules/alias/package.json', 'web/node_modules/a/node_modules/lodash/package.json'];
    expect(packages.map(({ name, evidence, requires }) => [name, evidence.map(({ path }) => path), requires])).toEqual([
      ['lodash', paths, ['c@~3']],
      ['web', ['web/package.json'], ['a@^1.0.0', 'b@2; dev']],
    ]);
    expect(findings[0]?.package).toBe(packages[0]);
  });

  it.each(['', '[]', '{"lockfileVersion":1,"dependencies":{}}'])(
    'is left as it is where %j says no places',
    (content) => {
      expect(locked(content)).toBe(report);
    },
  );
});

it.each<[Partial<Package>, string | undefined]>([
  [pin('a', '1', '.venv/lib/python3.11/site-packages/a-1.dist-info/METADATA'), '.venv'],
  [pin('a', '1', 'svc/venv/Lib/site-packages/a-1.dist-info/METADATA'), 'svc/venv'],
  [pin('a', '1', '__pypackages__/3.9/lib/a/site-packages/x.txt'), '__pypackages__/3.9'],
  [pin('a', '1', 'requirements.txt'), undefined],
  [pin('a', '1', 'docs/site-packages.txt'), undefined],
  [{ type: 'conda', evidence: [], properties: { prefix: '/.pixi/envs/default' } }, '.pixi/envs/default'],
  [{ type: 'conda', evidence: [], properties: {} }, undefined],
])('of %j it is known where it was installed in the folder: %s', (pkg, folder) => {
  expect(installedUnder(pkg as Package)).toBe(folder);
});
