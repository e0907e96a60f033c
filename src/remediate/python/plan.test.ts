import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../advisories/store/memory.ts';
import { parseMarker } from '../../formats/text/python-marker.ts';
import { match } from '../../matching/match.ts';
import type { Package, Rating, Statement } from '../../model.ts';
import { parseGoal } from '../goal.ts';
import { holds, markerValues } from '../installed/marker-value.ts';
import { brokenConstraints, pythonEnvironments } from '../installed/python-environments.ts';
import { prover } from '../proof.ts';
import type { PythonIndex } from './index-over-files.ts';
import { type IndexFile, installable, obstacleOf } from './installable.ts';
import { planPython } from './plan.ts';
import { parseProject } from './project-page.ts';
import { parseWheelName, wheelFits } from './wheel-tags.ts';

const LINUX = { os: 'linux', architecture: 'amd64' };
const dist = (
  name: string,
  version: string,
  requires: readonly string[] = [],
  site = 'usr/local/lib/python3.9/site-packages',
  more: Partial<Package> = {},
): Package => ({
  type: 'pypi',
  name,
  version,
  namespace: 'PyPI',
  purl: `pkg:pypi/${name}@${version}`,
  evidence: [
    { path: `${site}/${name}-${version}.dist-info/METADATA`, layer: 1, diffID: 'sha256:1', analyzer: 'python-dist' },
  ],
  requires,
  ...more,
});
const HIGH: Rating = { source: 'nvd', severity: 'HIGH', method: 'CVSS:3.1' };
const MEDIUM: Rating = { ...HIGH, severity: 'MEDIUM' };
const fixedIn = (id: string, name: string, fixed: string): Statement => ({
  id,
  source: 'pysec',
  namespace: 'PyPI',
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed }],
  ratings: [],
});

describe('environment markers', () => {
  const values = markerValues('3.9.16', LINUX);
  const cases: readonly (readonly [string, boolean])[] = [
    ['python_version < "3.10"', true],
    ['python_version >= "3.10"', false],
    ['python_full_version > "3.9.2"', true],
    ['sys_platform == "linux" and platform_machine == "x86_64"', true],
    ['platform_system == "Darwin" or platform_machine == "arm64"', false],
    ['platform_machine in "x86_64 aarch64"', true],
    ['platform_python_implementation != "PyPy"', true],
    ['extra == "gpu"', false],
    ['python_version ~= "3.8"', true],
    ['"3.9" == python_version', true],
    ['os_name not in "nt java"', true],
  ];
  it.each(cases)('%s is %s on Python 3.9.16, Linux, x86_64', (text, expected) => {
    expect(holds(parseMarker(text)!, values)).toBe(expected);
  });

  it('follows extras whatever their spelling', () => {
    expect(holds(parseMarker('extra == "Fancy_Extra"')!, values, new Set(['fancy-extra']))).toBe(true);
  });
});

describe('the Python environments of an image', () => {
  it("are told apart by interpreter, and Debian's two folders are one", () => {
    const environments = pythonEnvironments(
      [
        dist('pip', '23.0', [], 'usr/local/lib/python3.9/site-packages'),
        dist('six', '1.16.0', [], 'usr/lib/python3/dist-packages', { ownedBy: { type: 'deb', name: 'python3-six' } }),
        dist('flask', '2.0', [], 'usr/local/lib/python3.11/dist-packages'),
        dist('numpy', '1.23.5', [], 'opt/conda/envs/train/lib/python3.10/site-packages'),
        { type: 'deb', name: 'python3.11', version: '3.11.2-6', purl: 'pkg:deb/debian/python3.11', evidence: [] },
      ],
      LINUX,
    );
    expect(
      environments.map(({ id, python, sites, members }) => [id, python, sites.length, [...members.keys()]]),
    ).toEqual([
      ['opt/conda/envs/train', '3.10', 1, ['numpy']],
      ['usr', '3.11.2', 2, ['six', 'flask']],
      ['usr/local', '3.9', 1, ['pip']],
    ]);
    expect(environments[1]?.members.get('six')?.held).toBe('deb package python3-six');
  });

  it('leaves what lies within another package to that package', () => {
    expect(
      pythonEnvironments([dist('urllib3', '1.26.4', [], 'usr/local/lib/python3.9/site-packages/pip/_vendor')], LINUX),
    ).toEqual([]);
  });

  it('names what is broken already as pip check does, extras and markers considered', () => {
    const [environment] = pythonEnvironments(
      [
        dist('tensorflow', '2.12.0', [
          'numpy (<1.24,>=1.22)',
          'protobuf!=4.21.0,<5,>=3.20.3',
          'mac-only; sys_platform == "darwin"',
        ]),
        dist('numpy', '1.24.3'),
        dist('jax', '0.4', ['jaxlib; extra == "cpu"', 'ml-dtypes>=0.1']),
        dist('flax', '0.7', ['jax[cpu]>=0.4.2']),
        dist('protobuf', '4.23.0'),
      ],
      LINUX,
    );
    expect(brokenConstraints(environment!)).toEqual([
      'flax 0.7 requires jax[cpu]>=0.4.2, but jax 0.4 is installed',
      'jax 0.4 requires jaxlib, which is not installed',
      'jax 0.4 requires ml-dtypes>=0.1, which is not installed',
      'tensorflow 2.12.0 requires numpy<1.24,>=1.22, but numpy 1.24.3 is installed',
    ]);
  });
});

describe('wheels', () => {
  const target = { python: '3.9', machine: 'x86_64', musl: false };
  const cases: readonly (readonly [string, boolean])[] = [
    ['numpy-1.23.5-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl', true],
    ['numpy-1.23.5-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl', false],
    ['numpy-1.23.5-cp39-cp39-manylinux_2_17_aarch64.manylinux2014_aarch64.whl', false],
    ['numpy-1.23.5-cp39-cp39-musllinux_1_1_x86_64.whl', false],
    ['numpy-1.23.5-cp39-cp39-win_amd64.whl', false],
    ['cryptography-41.0.0-cp37-abi3-manylinux_2_28_x86_64.whl', true],
    ['requests-2.31.0-py3-none-any.whl', true],
    ['six-1.16.0-py2.py3-none-any.whl', true],
    ['old-1.0-py2-none-any.whl', false],
    ['nvidia_cublas_cu11-11.10.3.66-py3-none-manylinux1_x86_64.whl', true],
    ['torch-2.0.1-1-cp39-cp39-manylinux2014_x86_64.whl', true],
  ];
  it.each(cases)('%s fits CPython 3.9 on x86_64 glibc: %s', (name, expected) => {
    expect(wheelFits(parseWheelName(name)!, target)).toBe(expected);
  });

  it('ask for a C library that is new enough', () => {
    const fits = (platform: string, libc: string, musl = false): boolean =>
      wheelFits(parseWheelName(`cryptography-41.0.0-cp37-abi3-${platform}_x86_64.whl`)!, { ...target, libc, musl });
    expect(fits('manylinux_2_28', '2.28')).toBe(true);
    // Ubuntu 18.04 has 2.27, CentOS 7 has 2.17.
    expect(fits('manylinux_2_28', '2.27')).toBe(false);
    expect(fits('manylinux2014', '2.17')).toBe(true);
    expect(fits('manylinux2014', '2.12')).toBe(false);
    expect(fits('musllinux_1_2', '1.2', true)).toBe(true);
    expect(fits('musllinux_1_2', '1.1', true)).toBe(false);
  });
});

describe('why a version cannot be installed', () => {
  const file = (filename: string, more: Partial<IndexFile> = {}): IndexFile => ({
    filename,
    url: `https://index.example/${filename}`,
    page: 'https://index.example/simple/a/',
    yanked: false,
    ...more,
  });
  const target = { python: '3.9', machine: 'x86_64', musl: false, libc: '2.27' };
  const files = [
    file('a-1.0-py3-none-any.whl'),
    file('a-1.1-py3-none-any.whl', { yanked: true }),
    file('a-1.2-py3-none-any.whl', { requiresPython: '>=3.10' }),
    file('a-1.3-cp39-cp39-win_amd64.whl'),
    file('a-1.4-cp39-cp39-manylinux_2_28_x86_64.whl'),
    file('a-1.5rc1-py3-none-any.whl'),
    file('a-1.6.tar.gz'),
  ];
  it.each([
    ['1.0', undefined],
    ['1.0.0', undefined],
    ['1.1', 'was yanked by its publisher'],
    ['1.2', 'requires Python >=3.10, and this is 3.9'],
    ['1.3', 'has no wheel for Python 3.9 on x86_64'],
    ['1.4', 'has no wheel for Python 3.9 on x86_64'],
    ['1.5rc1', 'is a pre-release'],
    ['1.6', 'is there as source only, where other versions have wheels'],
    ['1.7', 'is not in the index'],
  ])('of %s it says: %s', (version, said) => {
    expect(obstacleOf('a', version, files, target, '0.9')).toBe(said);
    const offered = installable('a', files, target, '0.9').map((version) => version.version);
    expect(offered.includes('1.0')).toBe(true);
    if (said !== undefined) expect(offered).not.toContain(version);
  });
});

describe('a distribution that has only pre-releases', () => {
  it('is installed as such, as pip does: opentelemetry-semantic-conventions 0.62b1', () => {
    const early = ['0.61b0', '0.62b1'].map(
      (version) => `opentelemetry_semantic_conventions-${version}-py3-none-any.whl`,
    );
    const name = 'opentelemetry-semantic-conventions';
    const target = { python: '3.10', machine: 'x86_64', musl: false };
    const offered = (filenames: readonly string[]): string[] =>
      installable(
        name,
        filenames.map((filename) => ({ filename, url: '', page: '', yanked: false })),
        target,
        undefined,
      ).map(({ version }) => version);
    expect(offered(early)).toEqual(['0.61b0', '0.62b1']);
    expect(offered([...early, 'opentelemetry_semantic_conventions-0.1-py3-none-any.whl'])).toEqual(['0.1']);
  });
});

describe('a wheel where the machine is not known', () => {
  it.each([
    ['manylinux_2_17_x86_64.manylinux2014_x86_64', true],
    ['manylinux2014_aarch64', true],
    ['linux_armv7l', true],
    ['win_amd64', false],
    ['macosx_11_0_arm64', false],
    ['musllinux_1_1_x86_64', false],
  ])('fits any Linux of the same C library: %s', (platform, fits) => {
    const wheel = parseWheelName(`a-1.0-cp39-cp39-${platform}.whl`)!;
    expect(wheelFits(wheel, { python: '3.9', machine: '', musl: false })).toBe(fits);
  });

  it('is one of Linux in words', () => {
    const windows = ['a-1.0-cp39-cp39-win_amd64.whl'].map((filename) => ({
      filename,
      url: '',
      page: '',
      yanked: false,
    }));
    const target = { python: '3.9', machine: '', musl: false };
    expect(obstacleOf('a', '1.0', windows, target, '0.9')).toBe('has no wheel for Python 3.9 on Linux');
  });
});

describe('a project page', () => {
  const html = `<!DOCTYPE html><body>
    <a href="../../packages/a-1.0-py3-none-any.whl#sha256=${'a'.repeat(64)}" data-requires-python="&gt;=3.7">a-1.0</a>
    <a href="/p/a-1.1-py3-none-any.whl" data-yanked="broken">a-1.1</a>
    <a href="/p/a-2.0-py3-none-any.whl" data-requires-python="&gt;=3.10">a-2.0</a>
    <a href="/p/a-1.2.tar.gz">a-1.2</a><a href="/p/a-1.3rc1-py3-none-any.whl">rc</a>`;
  it('is read from HTML, relative addresses and all; yanked, too new, early and source-only files are passed over', () => {
    const files = parseProject(html, 'text/html', 'https://index.example/simple/a/')!;
    expect(files[0]).toEqual({
      filename: 'a-1.0-py3-none-any.whl',
      url: 'https://index.example/packages/a-1.0-py3-none-any.whl',
      page: 'https://index.example/simple/a/',
      requiresPython: '>=3.7',
      sha256: 'a'.repeat(64),
      yanked: false,
    });
    expect(
      installable('a', files, { python: '3.9', machine: 'x86_64', musl: false }, '1.0').map(({ version }) => version),
    ).toEqual(['1.0']);
  });

  it('has addresses relative to what it calls its base, as pip takes them', () => {
    const page = '<html><head><base href="/files/"></head><body><a href="a-1.0-py3-none-any.whl">a</a></body></html>';
    expect(parseProject(page, 'text/html', 'https://index.example/simple/a/')).toMatchObject([
      { url: 'https://index.example/files/a-1.0-py3-none-any.whl', page: 'https://index.example/simple/a/' },
    ]);
  });

  it('is read from JSON', () => {
    const json = JSON.stringify({
      files: [{ filename: 'a-1.0.tar.gz', url: 'a-1.0.tar.gz', hashes: {}, yanked: false }, { filename: 7 }, null],
    });
    const files = parseProject(json, 'application/vnd.pypi.simple.v1+json', 'https://index.example/simple/a/')!;
    expect(installable('a', files, { python: '3.9', machine: 'x86_64', musl: false }, undefined)).toMatchObject([
      { version: '1.0', sourceOnly: true },
    ]);
  });
});

/** An index in memory: versions and their requirements. */
function indexOf(
  projects: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  obstacles: Readonly<Record<string, string>> = {},
): PythonIndex {
  return {
    by: 'test',
    problems: new Set(),
    files: async () => undefined,
    versions: async (name) =>
      Object.keys(projects[name] ?? {}).map((version) => ({ version, files: [], sourceOnly: false })),
    requires: async (name, version) => projects[name]?.[version],
    hashes: async () => [],
    obstacle: async (_, version) => obstacles[version],
  };
}

async function plan(
  packages: readonly Package[],
  statements: readonly Statement[],
  index?: PythonIndex,
  asked?: readonly string[],
) {
  const store = memoryStore({ statements });
  const [environment] = pythonEnvironments(packages, LINUX, asked);
  return planPython({
    environment: environment!,
    platform: LINUX,
    musl: false,
    findings: match(packages, store).findings,
    goal: parseGoal(''),
    prover: prover(store, undefined),
    majors: 'needed',
    ...(index ? { index } : {}),
  });
}

const shown = ({ changes }: Awaited<ReturnType<typeof plan>>): string[] =>
  changes.map(({ name, from, to, jump, verified }) => `${name} ${from ?? 'new'} -> ${to} ${jump} ${verified}`);

describe('a plan for Python', () => {
  const tensorflow = [
    dist('tensorflow', '2.12.0', ['numpy<1.24,>=1.22', 'protobuf<5,>=3.20.3']),
    dist('numpy', '1.23.5'),
    dist('protobuf', '4.21.9'),
  ];

  it("takes the advisory's version where nobody is asked, and says that it is not verified", async () => {
    expect(
      shown(await plan([dist('setuptools', '58.1.0')], [fixedIn('CVE-2022-40897', 'setuptools', '65.5.1')])),
    ).toEqual(['setuptools 58.1.0 -> 65.5.1 major advisory']);
  });

  it('names the conflict and offers what is least bad, where tensorflow forbids the newer numpy', async () => {
    const made = await plan(tensorflow, [fixedIn('CVE-2099-1', 'numpy', '1.24.0')]);
    expect(made.changes).toEqual([]);
    expect(made.conflicts).toMatchObject([
      {
        name: 'numpy',
        wanted: '1.24.0',
        because: ['tensorflow 2.12.0 requires numpy<1.24,>=1.22'],
        keeps: ['CVE-2099-1'],
      },
    ]);
    expect(made.options.map(({ kind, breaks }) => [kind, breaks.length])).toEqual([
      ['force', 1],
      ['remove', 1],
      ['accept', 0],
    ]);
  });

  it('raises tensorflow where the index has one that allows it, asking only for what it needs', async () => {
    const asked: string[] = [];
    const index = indexOf({
      numpy: { '1.23.5': [], '1.24.4': [] },
      tensorflow: { '2.12.1': ['numpy<1.24'], '2.13.1': ['numpy<=1.24.3'], '2.14.1': ['numpy<2.0,>=1.23.5'] },
      protobuf: { '4.25.0': [] },
    });
    const made = await plan(tensorflow, [fixedIn('CVE-2099-1', 'numpy', '1.24.4')], {
      ...index,
      versions: (name, ...rest) => {
        asked.push(name);
        return index.versions(name, ...rest);
      },
    });
    expect(shown(made)).toEqual(['numpy 1.23.5 -> 1.24.4 minor index', 'tensorflow 2.12.0 -> 2.14.1 minor index']);
    expect(made.changes[1]?.because).toBe('tensorflow 2.12.0 requires numpy<1.24,>=1.22');
    expect(asked.sort()).toEqual(['numpy', 'tensorflow']);
  });

  it('brings what an extra needs that a changed package asks for, and holds what is there to it', async () => {
    const index = indexOf({
      'jupyter-server': { '2.14.0': ['jupyter-events[format]>=0.9'] },
      'jupyter-events': { '0.10.0': ['pyyaml', 'fqdn; extra == "format"', 'webcolors>=24.6; extra == "format"'] },
      fqdn: { '1.5.1': [] },
      pyyaml: { '6.0': [] },
      webcolors: { '24.8.0': [] },
    });
    const there = [dist('jupyter-server', '1.16.0', []), dist('webcolors', '1.13', [])];
    const cve = [fixedIn('CVE-2099-1', 'jupyter-server', '2.14.0')];
    const wanted = ['fqdn 1.5.1', 'jupyter-events 0.10.0', 'jupyter-server 2.14.0', 'pyyaml 6.0', 'webcolors 24.8.0'];
    const versions = ({ changes }: Awaited<ReturnType<typeof plan>>): string[] =>
      changes.map(({ name, to }) => `${name} ${to}`);
    expect(versions(await plan(there, cve, index))).toEqual(wanted);
    // Also where the package is there and only its extra is new; what keeps the extra's need away keeps all of it.
    const events = dist('jupyter-events', '0.10.0', [
      'pyyaml',
      'fqdn; extra == "format"',
      'webcolors>=24.6; extra == "format"',
    ]);
    const more = [...there, events, dist('pyyaml', '6.0')];
    expect(versions(await plan(more, cve, index))).toEqual(['fqdn 1.5.1', 'jupyter-server 2.14.0', 'webcolors 24.8.0']);
    const cap = dist('frozen', '1.0', ['webcolors<2']);
    const held = await plan([...more, cap], cve, index);
    expect(held.changes).toEqual([]);
    expect(held.conflicts).toMatchObject([{ name: 'jupyter-server', wanted: '2.14.0' }]);
    expect(held.untried).toEqual([]);
  });

  it('brings what a newer version needs for an extra that the build asks for', async () => {
    const index = indexOf({
      'mlflow-skinny': { '3.1.0': ['click', 'databricks-sdk; extra == "databricks"'] },
      'databricks-sdk': { '0.60.0': [] },
    });
    const cve = [fixedIn('CVE-2099-1', 'mlflow-skinny', '3.1.0')];
    const versions = async (old: readonly string[], asked: readonly string[]) => {
      const there = [dist('mlflow-skinny', '2.6.0', ['click', ...old]), dist('click', '8.1.3')];
      return (await plan(there, cve, index, asked)).changes.map(({ name, to }) => `${name} ${to}`);
    };
    const both = ['databricks-sdk 0.60.0', 'mlflow-skinny 3.1.0'];
    // The installed version may not have the extra at all.
    expect(await versions([], ['mlflow-skinny[databricks]==2.6.0'])).toEqual(both);
    expect(await versions(['click; extra == "databricks"'], ['MLflow_Skinny[Databricks]'])).toEqual(both);
    expect(await versions([], ['mlflow-skinny'])).toEqual(['mlflow-skinny 3.1.0']);
    // Where what the extra needs today is not there, this is not the environment that was asked for.
    expect(await versions(['azure; extra == "databricks"'], ['mlflow-skinny[databricks]'])).toEqual([
      'mlflow-skinny 3.1.0',
    ]);
  });

  it('promises no version whose needs the index does not tell', async () => {
    const index = indexOf({
      mlflow: { '2.9.0': [], '3.0.0': [] },
    });
    const silent: PythonIndex = {
      ...index,
      requires: async (_, version) => (version === '2.9.0' ? 'failed' : ['six>=1']),
    };
    const made = await plan([dist('mlflow', '2.3.0')], [fixedIn('CVE-2099-1', 'mlflow', '2.9.0')], silent);
    // 2.9.0 is not told of, and 3.0.0 needs what is not to be had.
    expect(made.changes).toEqual([]);
    const told: PythonIndex = { ...index, requires: async (_, version) => (version === '2.9.0' ? 'failed' : []) };
    expect(shown(await plan([dist('mlflow', '2.3.0')], [fixedIn('CVE-2099-1', 'mlflow', '2.9.0')], told))).toEqual([
      'mlflow 2.3.0 -> 3.0.0 major index',
    ]);
  });

  it('loses no upgrade that everybody allows where the time of the index goes into a knot beside it', async () => {
    // awscli and botocore go together release by release, a thousand of them, and none allows urllib3 2 on this Python.
    const releases = Array.from({ length: 300 }, (_, at) => `1.${at + 1}`);
    const index = indexOf({
      urllib3: Object.fromEntries(['1.26.19', '1.26.20', '2.0', '2.6'].map((version) => [version, []])),
      botocore: Object.fromEntries(releases.map((version) => [version, ['urllib3<2']])),
      awscli: Object.fromEntries(releases.map((version) => [version, [`botocore==${version}`]])),
    });
    let left = 60;
    const slow: PythonIndex = {
      ...index,
      requires: async (...asked) => (--left < 0 ? 'failed' : index.requires(...asked)),
    };
    const made = await plan(
      [dist('awscli', '1.0', ['botocore==1.0']), dist('botocore', '1.0', ['urllib3<2']), dist('urllib3', '1.26.9')],
      [fixedIn('CVE-2099-1', 'urllib3', '1.26.19'), fixedIn('CVE-2099-2', 'urllib3', '2.6')],
      slow,
    );
    expect(left).toBeLessThan(0);
    expect(shown(made)).toEqual(['urllib3 1.26.9 -> 1.26.19 patch index']);
  });

  it('brings what a new package needs in turn, in versions that somebody was asked about', async () => {
    // tensorflow needs keras, keras needs rich, rich needs markdown-it-py, whose every version but the oldest needs mdurl.
    const old = Object.fromEntries(Array.from({ length: 60 }, (_, minor) => [`2.${minor}`, ['mdurl~=0.1']]));
    const index = indexOf({
      numpy: { '1.26.0': [] },
      tensorflow: { '2.18.1': ['numpy<2.1,>=1.26', 'rich'] },
      rich: { '15.0.0': ['markdown-it-py>=2.2'] },
      'markdown-it-py': { '1.0': [], ...old, '4.3.0': ['mdurl~=0.1'] },
      mdurl: { '0.1.2': [] },
    });
    expect(shown(await plan(tensorflow, [fixedIn('CVE-2099-1', 'numpy', '1.24.0')], index))).toEqual([
      'markdown-it-py new -> 4.3.0 new index',
      'mdurl new -> 0.1.2 new index',
      'numpy 1.23.5 -> 1.26.0 minor index',
      'rich new -> 15.0.0 new index',
      'tensorflow 2.12.0 -> 2.18.1 minor index',
    ]);
  });

  describe('of an environment that is broken already', () => {
    const flask = { '3.1.3': ['click>=8.1', 'werkzeug>=3.1', 'itsdangerous>=2.2'] };
    const rest = {
      click: { '8.1.8': [] },
      itsdangerous: { '2.2.0': [] },
      werkzeug: { '3.1.6': ['markupsafe>=2.1.1'] },
    };
    const index = indexOf({ flask, ...rest, markupsafe: { '3.0.4': [] } });
    const known = [fixedIn('CVE-2023-30861', 'flask', '2.2.5')];
    const all = ['click', 'flask', 'itsdangerous', 'markupsafe', 'werkzeug'];

    it.each<[string, readonly Package[]]>([
      ['a requirement is missing already', [dist('werkzeug', '2.2.2', ['markupsafe>=2.1.1'])]],
      ['a bystander misses what nobody has', [dist('werkzeug', '2.2.2'), dist('lonely', '1.0', ['gone>=1'])]],
      [
        'a bystander forbids what is there',
        [dist('werkzeug', '2.2.2'), dist('six', '1.0'), dist('old', '1', ['six<1'])],
      ],
      [
        "an extra's requirement is missing",
        [dist('werkzeug', '2.2.2'), dist('user', '1', ['other[x]']), dist('other', '1', ['gone; extra == "x"'])],
      ],
      ['an installed version was yanked', [dist('werkzeug', '2.2.2'), dist('gone-from-the-index', '0.9')]],
    ])('brings flask with all that it needs, as pip does, where %s', async (_, broken) => {
      const made = await plan([dist('flask', '1.0'), ...broken], known, index);
      expect(made.changes.map(({ name }) => name)).toEqual(all);
      expect(made.conflicts).toEqual([]);
    });

    it('names what would come with it where that has more findings than go', async () => {
      const heavy = { ...fixedIn('CVE-2026-7246', 'click', '8.3.3'), ratings: [HIGH] };
      const made = await plan([dist('flask', '1.0'), dist('werkzeug', '2.2.2')], [...known, heavy], index);
      expect(made.changes).toEqual([]);
      expect(made.conflicts[0]?.because).toEqual([
        'flask 3.1.3 requires click>=8.1, which is not there, and click 8.1.8 brings CVE-2026-7246 (HIGH)',
      ]);
    });

    it('says of what cannot come that no version of it can be installed', async () => {
      const without = indexOf({ flask, ...rest, click: {}, markupsafe: { '3.0.4': [] } });
      const made = await plan([dist('flask', '1.0'), dist('werkzeug', '2.2.2')], known, without);
      expect(made.conflicts[0]?.because).toEqual([
        'flask 3.1.3 requires click>=8.1, which is not there, and no version of it can be installed here',
      ]);
    });
  });

  it('passes over a version that brings a vulnerability of its own', async () => {
    const statements = [
      fixedIn('CVE-2099-1', 'a', '1.1'),
      { ...fixedIn('CVE-2099-2', 'a', '1.2'), ranges: [{ introduced: '1.1', fixed: '1.2' }] },
    ];
    expect(shown(await plan([dist('a', '1.0')], statements, indexOf({ a: { '1.1': [], '1.2': [] } })))).toEqual([
      'a 1.0 -> 1.2 minor index',
    ]);
  });

  it('trades three findings for one that weighs less, and names what the version brings where it weighs more', async () => {
    const high = (id: string) => ({ ...fixedIn(id, 'urllib3', '2.6.3'), ratings: [HIGH] });
    const brought = (rating: Rating) => ({
      ...fixedIn('CVE-2099-9', 'urllib3', '2.7.0'),
      ranges: [{ introduced: '2.0', fixed: '2.7.0' }],
      ratings: [rating],
    });
    const old = [dist('urllib3', '1.26.20')];
    const index = indexOf(
      { urllib3: { '2.6.0': [], '2.6.3': [] } },
      { '2.7.0': 'requires Python >=3.10, and this is 3.9' },
    );
    const ids = ['CVE-2099-1', 'CVE-2099-2', 'CVE-2099-3'];
    expect(shown(await plan(old, [...ids.map(high), brought(MEDIUM)], index))).toEqual([
      'urllib3 1.26.20 -> 2.6.3 major index',
    ]);
    const refused = await plan(old, [{ ...high('CVE-2099-1'), ratings: [MEDIUM] }, brought(HIGH)], index);
    expect(refused.changes).toEqual([]);
    expect(refused.conflicts[0]?.because).toEqual(['urllib3 2.6.3 brings CVE-2099-9 (HIGH)']);
  });

  it('finds the one pair that goes together where each of two hundred versions has bounds for the other', async () => {
    const framework: Record<string, string[]> = {};
    const toolkit: Record<string, string[]> = {};
    for (let minor = 1; minor <= 200; minor++) {
      framework[`0.${minor}.0`] = [`toolkit>=0.${minor},<0.${minor + 1}`];
      toolkit[`0.${minor}.5`] = [];
    }
    // The last of them lets the fixed one in.
    framework['0.201.0'] = ['toolkit>=0.201', 'annotated>=1'];
    toolkit['1.3.0'] = [];
    const index = indexOf({ framework, toolkit, annotated: { '1.0': [] } });
    const made = await plan(
      [dist('framework', '0.0.1', ['toolkit<0.1']), dist('toolkit', '0.0.5')],
      [fixedIn('CVE-2099-1', 'toolkit', '1.3.0'), fixedIn('CVE-2099-2', 'framework', '0.20.0')],
      index,
    );
    expect(shown(made)).toEqual([
      'annotated new -> 1.0 new index',
      'framework 0.0.1 -> 0.201.0 minor index',
      'toolkit 0.0.5 -> 1.3.0 major index',
    ]);
  });

  it('knows the newest of two thousand versions, without which what goes with it could not move', async () => {
    const sdk: Record<string, string[]> = {};
    for (let patch = 1; patch <= 2_000; patch++) sdk[`1.20.${patch}`] = ['urllib3<1.27'];
    sdk['1.42.0'] = [];
    const made = await plan(
      [dist('sdk', '1.20.0', ['urllib3<1.27']), dist('urllib3', '1.26.4')],
      [fixedIn('CVE-2099-1', 'urllib3', '2.6.3')],
      indexOf({ sdk, urllib3: { '2.6.3': [] } }),
    );
    expect(shown(made)).toEqual(['sdk 1.20.0 -> 1.42.0 minor index', 'urllib3 1.26.4 -> 2.6.3 major index']);
  });

  it('names the true obstacle: the Python that the fixed version asks for', async () => {
    const index = indexOf({ urllib3: { '2.6.3': [] } }, { '2.7.0': 'requires Python >=3.10, and this is 3.9' });
    const made = await plan([dist('urllib3', '2.6.3')], [fixedIn('CVE-2099-1', 'urllib3', '2.7.0')], index);
    expect(made.conflicts[0]?.because).toEqual(['urllib3 2.7.0 requires Python >=3.10, and this is 3.9']);
  });

  it('names it of whatever version it is: what the index never had says less than what was withdrawn there', async () => {
    const fixes = ['2.31.0', '2.32.0', '2.32.4', '2.33.0'];
    const statements = fixes.map((version, at) => fixedIn(`CVE-2099-${at}`, 'requests', version));
    const gone = { '2.31.0': 'is not in the index', '2.32.0': 'is not in the index', '2.32.4': 'is not in the index' };
    const because = async (obstacles: Readonly<Record<string, string>>) =>
      (await plan([dist('requests', '2.25.1')], statements, indexOf({ requests: {} }, obstacles))).conflicts[0]
        ?.because;
    expect(await because({ ...gone, '2.33.0': 'was yanked by its publisher' })).toEqual([
      'requests 2.33.0 was yanked by its publisher',
    ]);
    expect(await because({ ...gone, '2.33.0': 'is not in the index' })).toEqual([
      'requests 2.31.0, 2.32.0 and 2.32.4 are not in the index',
    ]);
  });

  it('does not touch what Debian installed', async () => {
    const made = await plan(
      [
        dist('numpy', '1.23.5'),
        dist('scipy', '1.9', ['numpy<1.24'], undefined, { ownedBy: { type: 'deb', name: 'python3-scipy' } }),
      ],
      [fixedIn('CVE-2099-1', 'numpy', '1.24.0')],
      indexOf({ numpy: { '1.24.0': [] }, scipy: { '1.10': [] } }),
    );
    expect(made.changes).toEqual([]);
    expect(made.conflicts[0]?.because).toEqual([
      'scipy 1.9 requires numpy<1.24 (held by the deb package python3-scipy)',
    ]);
  });

  it('says that no installable version is free of it, and in which it would be fixed', async () => {
    const made = await plan(
      [dist('urllib3', '1.26.4')],
      [fixedIn('CVE-2099-3', 'urllib3', '2.6.0')],
      indexOf({ urllib3: { '1.26.20': [] } }),
    );
    expect(made.conflicts[0]?.because).toEqual([
      'no newer urllib3 that can be installed on Python 3.9 is free of it (fixed in 2.6.0)',
    ]);
  });
});
