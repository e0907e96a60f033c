import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { program, SYSTEM } from '../../test/exposure.ts';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { image, imageWith, layer } from '../../test/image.ts';
import { recordedWheels } from '../advisories/feeds/index.ts';
import { memoryStore } from '../advisories/store/index.ts';
import { scanImage } from '../application/scan-image.ts';
import { sourcesInRecord } from '../formats/python/index.ts';
import { parseGates } from '../policy/gate.ts';
import { judgeGates } from '../policy/judge.ts';
import { takeInventory } from './take.ts';
import { withKnownWheels } from './wheels-of-code.ts';

const line = (path: string, content: string): string =>
  `${path},sha256=${createHash('sha256').update(content).digest('base64url')},${content.length}\n`;
const recordOf = (files: Record<string, string>): string =>
  Object.entries(files)
    .map(([path, content]) => line(path, content))
    .join('');

/** As the library is laid out: some of it changes from release to release, its version stands in a file of its own. */
const wheel = (version: string, sessions: string): Record<string, string> => ({
  'requests/__init__.py': 'from .api import get\n',
  'requests/__version__.py': `__version__ = '${version}'\n`,
  'requests/api.py': 'def get(): ...\n',
  'requests/adapters.py': 'class HTTPAdapter: ...\n',
  'requests/sessions.py': sessions,
});
const wheels = {
  '2.25.0': wheel('2.25.0', 'class Session: ...\n'),
  '2.25.1': wheel('2.25.1', 'class Session: ...\n'),
  '2.31.0': wheel('2.31.0', 'class Session: # without the proxy’s credentials\n'),
};
const SITE = 'usr/lib/python3.11/site-packages/';
/** A wheel as it lies there when its metadata and its version were taken away. */
const stripped = (files: Record<string, string>, site = SITE): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, content]) =>
      path.endsWith('__version__.py') ? [] : [[site + path, content]],
    ),
  );
const installed = (version: '2.25.0' | '2.25.1' | '2.31.0', site: string): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(wheels[version]).map(([path, content]) => [site + path, content])),
  [`${site}requests-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: requests\nVersion: ${version}\n`,
  [`${site}requests-${version}.dist-info/RECORD`]: recordOf(wheels[version]),
});

const store = memoryStore({
  covers: ['PyPI'],
  statements: [
    {
      id: 'CVE-2023-32681',
      source: 'ghsa',
      aliases: [],
      namespace: 'PyPI',
      package: 'requests',
      state: 'fixed',
      ranges: [{ introduced: '2.3.0', fixed: '2.31.0' }],
      ratings: [],
    },
  ],
  wheels: recordedWheels(
    'requests',
    new Map(Object.entries(wheels).map(([version, files]) => [version, sourcesInRecord(recordOf(files))])),
  ),
});
const told = async (...layers: Record<string, string>[]) => {
  const report = await scanImage(image(...layers.map((files) => layer(files))), { store });
  return {
    packages: report.packages.map(({ name, version, certainty, recovered = 'listed', properties = {} }) =>
      [name, version, certainty, recovered, properties.sameSources, properties.versions].filter(Boolean).join(' | '),
    ),
    signs: (report.signs ?? []).map(({ check, level, message }) => `${level} ${check}: ${message}`),
    report,
  };
};
/** Without a database: what lists of other copies say is all that is known. */
const held = async (...layers: Record<string, string>[]) =>
  withKnownWheels((await takeInventory(image(...layers.map((files) => layer(files))))).inventory);

/** Metadata and a list of requests in a folder of their own, and nothing of what they list. */
const planted = (version: string, list: string): Record<string, string> => ({
  [`opt/x/site-packages/requests-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: requests\nVersion: ${version}\n`,
  [`opt/x/site-packages/requests-${version}.dist-info/RECORD`]: list,
});

describe('Python code without metadata and without a version', () => {
  it('is the release whose sources it has, where a database knows wheels', async () => {
    const { packages, signs, report } = await told(stripped(wheels['2.31.0']));
    expect(packages).toEqual(['requests | 2.31.0 | content | wheel | 4 of 4']);
    expect(signs).toEqual([
      'info metadata-deleted: 1 package (PyPI) has code and neither metadata nor a version: judged as the known wheels whose sources are there (requests 2.31.0)',
    ]);
    expect(report.packages[0]).toMatchObject({ purl: 'pkg:pypi/requests@2.31.0', namespace: 'PyPI' });
    expect(report.packages[0]?.evidence[0]).toMatchObject({ path: `${SITE}requests/__init__.py`, layer: 0 });
    expect(report.assessment).toMatchObject({ complete: false, recovered: [{ from: 'wheel', packages: 1 }] });
    expect(report.assessment?.code).toEqual([{ kind: 'python', all: 1, known: 1 }]);
  });

  it('is judged as the oldest release that shares what is there, which is told', async () => {
    const { packages, report } = await told(stripped(wheels['2.25.1']));
    expect(packages).toEqual(['requests | 2.25.0 | name | wheel | 4 of 4 | 2.25.0, 2.25.1']);
    expect(report.findings.map(({ id, package: { version } }) => `${id} ${version}`)).toEqual([
      'CVE-2023-32681 2.25.0',
    ]);
  });

  it('is of no release that contradicts it: it lies among the known ones, and what is wrong with all of them is found', async () => {
    const { packages, signs, report } = await told(stripped(wheel('2.25.2', 'class Session: # patched\n')));
    expect(packages).toEqual(['requests | name | wheel | 3 of 4 | not known: nearest to 2.25.0, 2.25.1, 2.31.0']);
    expect(signs[0]).toContain('(requests not known: nearest to 2.25.0, 2.25.1, 2.31.0)');
    expect(report.findings).toEqual([]);
    expect(report.assessment).toMatchObject({ assessed: 0, complete: false });
  });

  it('opens no gate by a comment behind one of its lines', async () => {
    const { signs, report } = await told(stripped(wheel('2.25.1', 'class Session: ...  # nothing\n')));
    const [message = ''] = signs.map((sign) => sign.replace('warning metadata-deleted: ', ''));
    expect(message).toMatch(/^1 package \(PyPI\) has code .* is that of no known release: not assessed/);
    const { rules } = judgeGates(report, parseGates(['high', 'incomplete']));
    expect(rules.map(({ unjudged = [], examples }) => [...unjudged, ...examples].includes(message))).toEqual([
      true,
      true,
    ]);
  });

  it('lies among no releases that another copy’s metadata write into one version', async () => {
    const copy = {
      [`${SITE}x/site-packages/requests-9.dist-info/METADATA`]:
        'Metadata-Version: 2.1\nName: requests\nVersion: 9 9 9 9\n',
      [`${SITE}x/site-packages/requests-9.dist-info/RECORD`]: recordOf(wheels['2.31.0']),
    };
    const { packages } = await held({ ...stripped(wheels['2.25.1']), ...copy });
    expect(packages.map(({ version, properties }) => [version, properties?.among])).toContainEqual(['', '']);
  });

  it('is what known wheels say, against a list that was put elsewhere and names a later release', async () => {
    const old = stripped(wheels['2.25.1']);
    const forged = planted('2.31.0', recordOf(wheels['2.25.1']));
    const { packages, signs, report } = await told({ ...old, ...forged });
    expect(packages).toContain('requests | 2.25.0 | name | wheel | 4 of 4 | 2.25.0, 2.25.1');
    const [recognised] = report.packages.filter(({ recovered }) => recovered === 'wheel');
    expect(recognised?.properties?.contradictedBy).toBe('the list of another copy (requests 2.31.0)');
    expect(report.findings.map(({ id, package: { version } }) => `${id} ${version}`)).toEqual([
      'CVE-2023-32681 2.25.0',
    ]);
    expect(signs).toContain(
      'warning metadata-deleted: 1 package (PyPI) has code and neither metadata nor a version, and another copy lists it as another release than it is: judged as the known wheels whose sources are there (requests 2.25.0, 2.25.1)',
    );
  });

  it('is of no other release because a list like most of it lies elsewhere', async () => {
    const like = { ...wheels['2.25.1'], 'requests/adapters.py': 'class HTTPAdapter: # later\n' };
    const { packages } = await told({ ...stripped(wheels['2.25.1']), ...planted('2.32.0', recordOf(like)) });
    expect(packages).toContain('requests | 2.25.0 | name | wheel | 4 of 4 | 2.25.0, 2.25.1');
    expect(packages.filter((line) => line.includes('not known'))).toEqual([]);
  });

  it('is not the known release that only a list elsewhere says it is, since that has other sources', async () => {
    const own = Object.fromEntries(Object.keys(wheels['2.31.0']).map((path) => [path, `# of nobody: ${path}\n`]));
    const { packages, report } = await told({ ...stripped(own), ...planted('2.31.0', recordOf(own)) });
    const [recognised] = report.packages.filter(({ recovered }) => recovered === 'wheel');
    expect(recognised).toMatchObject({ version: '', certainty: 'name' });
    expect(recognised?.properties?.contradictedBy).toContain('known wheels of that release hold something else');
    expect(packages).toHaveLength(2);
  });

  it('is told by such a list which of the releases it is that share what is there', async () => {
    const { packages } = await told({
      ...stripped(wheels['2.25.1']),
      ...planted('2.25.1', recordOf(wheels['2.25.1'])),
    });
    expect(packages).toEqual(['requests | 2.25.1 | listed']);
  });

  it('is held to what is known of its name once, however many folders have it', () => {
    const evidence = { path: 'srv/foo/a.py', layer: 0, diffID: '' };
    const modules = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ path: `srv/${at}/foo`, sources: [['/a.py', 'd']], evidence }));
    let asked = 0;
    const known = () => {
      asked += 1;
      return [];
    };
    withKnownWheels({ packages: [], unlisted: [{ ...modules(1)[0], sources: [] }, ...modules(500)] } as never, known);
    expect(asked).toBe(1);
  });

  it('shares versions with its other import packages in time that grows with them', () => {
    const sources = [['/a.py', 'd']];
    const evidence = { path: 'srv/foo/a.py', layer: 0, diffID: '' };
    const unlisted = ['foo', 'bar', 'baz'].map((name) => ({ path: `srv/${name}`, sources, evidence }));
    const work = (count: number) => {
      const versions = Array.from({ length: count }, (_, at) => `1.${at}`);
      const files = new Map([['/a.py', [['d', ...versions.keys()] as const]]]);
      return withKnownWheels({ packages: [], unlisted } as never, () => [{ name: 'foo', versions, files }]);
    };
    expect(work(10).packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['foo 1.0']);
    expect(growth(work, 32_000)).toBeLessThan(IN_PROPORTION);
  });

  it('is of no known release where another import package of the same distribution is unlike all of them', async () => {
    const files = (version: string, tail: string) => ({
      ...wheel(version, 'class Session: ...\n'),
      'requests_extra/__init__.py': tail,
      'requests_extra/more.py': tail,
    });
    const versions = ['2.25.0', '2.31.0'];
    const listed = versions.map((version) => [version, sourcesInRecord(recordOf(files(version, version)))] as const);
    const knowing = memoryStore({
      covers: ['PyPI'],
      statements: [],
      wheels: recordedWheels('requests', new Map(listed)),
    });
    const { packages } = await scanImage(image(layer(stripped(files('2.28.0', 'other')))), { store: knowing });
    expect(packages.map(({ name, version, properties }) => [name, version, properties?.versions])).toEqual([
      ['requests', '', 'not known: nearest to 2.25.0, 2.31.0'],
    ]);
  });

  it('is told as code that nothing lists where its sources are nobody’s, or no database knows wheels', async () => {
    const own = { [`${SITE}requests/__init__.py`]: 'x = 1\n', [`${SITE}requests/own.py`]: 'y = 1\n' };
    const { packages, signs } = await told(own);
    expect(packages).toEqual([]);
    expect(signs).toEqual([
      'info code-unlisted: 1 Python import package (requests) that nothing lists, and that tell no version: not judged',
    ]);
    const inventory = await held(stripped(wheels['2.31.0']));
    expect(inventory.packages).toEqual([]);
    expect(inventory.signs?.map(({ check }) => check)).toEqual(['code-unlisted']);
  });

  it('is known by the list of another copy in the image, and of one that only a lower layer has', async () => {
    const copied = stripped(wheels['2.25.1']);
    const other = installed('2.25.1', 'opt/venv/lib/python3.11/site-packages/');
    const beside = await held({ ...copied, ...other });
    expect(
      beside.packages.map(({ name, version, evidence, recovered }) => [name, version, evidence.length, recovered]),
    ).toEqual([['requests', '2.25.1', 2, undefined]]);
    const below = await held(other, { 'opt/.wh.venv': '', ...copied });
    expect(below.packages.map(({ name, version, recovered }) => [name, version, recovered])).toEqual([
      ['requests', '2.25.1', 'wheel'],
    ]);
  });

  it('tells with its other import packages together which release it is', async () => {
    const both = (version: string, tail: string): Record<string, string> => ({
      ...wheel(version, 'class Session: ...\n'),
      'requests_extra/__init__.py': tail,
      'requests_extra/more.py': tail,
    });
    const [older, newer] = [both('2.25.0', 'old\n'), both('2.25.1', 'new\n')];
    const knowing = memoryStore({
      covers: ['PyPI'],
      statements: [],
      wheels: recordedWheels(
        'requests',
        new Map([
          ['2.25.0', sourcesInRecord(recordOf(older))],
          ['2.25.1', sourcesInRecord(recordOf(newer))],
        ]),
      ),
    });
    const report = await scanImage(image(layer(stripped(newer))), { store: knowing });
    expect(report.packages.map(({ name, version, evidence }) => [name, version, evidence.length])).toEqual([
      ['requests', '2.25.1', 2],
    ]);
  });

  it('says how near the start command comes to it', async () => {
    const lib = 'usr/local/lib/python3.11';
    const files = {
      ...SYSTEM,
      'usr/local/bin/python3.11': program(),
      [`${lib}/os.py`]: '',
      [`${lib}/site.py`]: '',
      ...stripped(wheels['2.31.0'], `${lib}/site-packages/`),
      'app/main.py': 'import requests\n',
    };
    const run = { Cmd: ['python3.11', '/app/main.py'] };
    const { packages } = await scanImage(imageWith({ run }, layer(files)), { store });
    expect(packages.find(({ name }) => name === 'requests')?.exposure?.class).toBe('loaded');
  });

  it('of a system’s package manager or of an installer’s list is none of these', async () => {
    const { packages, signs } = await told(installed('2.25.1', SITE));
    expect(packages).toEqual(['requests | 2.25.1 | listed']);
    expect(signs).toEqual([]);
  });
});
