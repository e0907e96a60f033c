import { describe, expect, it } from 'vitest';
import { deb, report, wheel } from '../../test/report.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { AdvisoryStore } from '../advisories/store/store.ts';
import { type LayerCache, noCache } from '../layers/cache.ts';
import { match } from '../matching/match.ts';
import type { PackageSource, Report, Statement } from '../model.ts';
import { withChanges } from './what-to-change.ts';

const statements: readonly Statement[] = [
  {
    id: 'PYSEC-2022-43012',
    source: 'pysec',
    namespace: 'PyPI',
    package: 'setuptools',
    aliases: ['CVE-2022-40897'],
    state: 'fixed',
    ranges: [{ fixed: '65.5.1' }],
    ratings: [{ source: 'nvd', severity: 'MEDIUM', method: 'text' }],
  },
];
const facts = memoryStore({ statements });
const packages = [wheel('setuptools', '58.1.0')];
const scanned: Report = { ...report(), packages, findings: match(packages, facts, undefined).findings };

/** A cache of texts, and a store that counts what it is asked. */
function world() {
  const texts = new Map<string, string>();
  let asked = 0;
  const cache: LayerCache = {
    ...noCache,
    text: (key) => texts.get(key),
    putText: (key, make) => void texts.set(key, make()),
  };
  const store: AdvisoryStore = {
    ...facts,
    answersAs: 'digest 1',
    statements(namespace, name) {
      asked += 1;
      return facts.statements(namespace, name);
    },
  };
  const ask = async (of: Report = scanned, by = store, inventoryKey = 'inventory a', filter = {}) => {
    const before = asked;
    const { changes } = await withChanges(of, filter, { store: by, kept: { cache, inventoryKey } });
    return { changes, questions: asked - before };
  };
  return { texts, store, ask };
}

describe('a command for pip that nobody asked an index about', () => {
  const fixedIn = (name: string, fixed: string): Statement => ({
    ...(statements[0] as Statement),
    id: `PYSEC-2026-${name}`,
    aliases: [],
    package: name,
    ranges: [{ fixed }],
  });
  const told = async (...requires: readonly string[]) => {
    const store = memoryStore({ statements: [fixedIn('langchain', '1.3.9'), fixedIn('pydantic', '1.10.13')] });
    const installed = [{ ...wheel('langchain', '0.0.166'), requires }, wheel('pydantic', '1.10.7')];
    const of: Report = { ...report(), packages: installed, findings: match(installed, store, undefined).findings };
    return (await withChanges(of, {}, { store })).changes?.steps.flatMap(({ commands }) => commands);
  };

  it('is printed where no package has requirements that a new version may have changed', async () => {
    expect(await told()).toEqual(['pip install --no-cache-dir langchain==1.3.9 pydantic==1.10.13']);
    expect(await told("tox; extra == 'dev'")).toHaveLength(1);
  });

  it('is not, where the versions may not go together: langchain 1.3.9 does not take pydantic 1', async () => {
    expect(await told('pydantic<2,>=1')).toEqual([
      expect.stringMatching(
        /^# these 2 versions were each looked up alone: plimsoll fix \S+ .*works out which of them install together$/,
      ),
    ]);
  });
});

describe('what to change', () => {
  it('is said again without a question where image, database and goal are the same', async () => {
    const { ask } = world();
    const first = await ask();
    expect(first.changes?.steps.flatMap(({ changes }) => changes.map(({ name, to }) => `${name} ${to}`))).toEqual([
      'setuptools 65.5.1',
    ]);
    expect(first.questions).toBeGreaterThan(0);
    expect(await ask()).toEqual({ changes: first.changes, questions: 0 });
  });

  it('is worked out anew for another image, database, goal or name, and under exceptions', async () => {
    const { ask, store } = world();
    await ask();
    const named = { ...scanned, subject: { ...scanned.subject, reference: 'another:name' } };
    const anew = [
      await ask(scanned, store, 'inventory b'),
      await ask(scanned, { ...store, answersAs: 'digest 2' }),
      await ask(scanned, store, 'inventory a', { severity: ['MEDIUM', 'HIGH'] }),
      await ask(named),
      await ask({ ...scanned, suppressed: [] }),
      await ask({ ...scanned, suppressed: [] }),
    ];
    expect(anew.map(({ questions }) => questions > 0)).toEqual([true, true, true, true, true, true]);
    expect(anew[3]?.changes?.command).toContain('another:name');
  });

  it('is worked out anew where what was kept is damaged', async () => {
    const { ask, texts } = world();
    const { changes } = await ask();
    for (const damaged of ['{', '{}', 'null', '{"steps":[]}']) {
      for (const key of texts.keys()) texts.set(key, damaged);
      expect(await ask()).toMatchObject({ changes });
    }
  });
});

describe("what to change where the image's own sources are known not to have all of it", () => {
  const openssl = deb('openssl', '1.1.1n-0+deb11u3');
  const fixedBy = (bulletin: string, fixed: string, fixDate: string): Statement => ({
    id: bulletin,
    source: 'debian',
    namespace: 'Debian:11',
    package: 'openssl',
    aliases: [`CVE-${fixDate.slice(0, 4)}-1000`],
    state: 'fixed',
    ranges: [{ fixed }],
    ratings: [],
    bulletin,
    fixDate,
  });
  const withoutBulletin = ({ bulletin: _, fixDate: __, ...rest }: Statement): Statement => rest;
  const store = memoryStore({
    covers: ['Debian:11'],
    statements: [
      fixedBy('DSA-5343-1', '1.1.1n-0+deb11u4', '2023-02-07'),
      fixedBy('DLA-3942-1', '1.1.1w-0+deb11u2', '2024-10-29'),
    ],
  });
  const told = (...packageSources: readonly PackageSource[]) => toldBy(store, packageSources);
  const toldBy = async (store: AdvisoryStore, packageSources: readonly PackageSource[]) => {
    const given: Report = {
      ...report(),
      created: '2026-11-01T00:00:00Z',
      packages: [openssl],
      packageSources,
      findings: match([openssl], store, undefined).findings,
    };
    const { changes } = await withChanges(given, {}, { store });
    const [step] = changes?.steps ?? [];
    return {
      clears: changes?.clears,
      hopes: changes?.hopes?.map(({ reason, findings }) => `${findings}: ${reason}`),
      to: step?.changes.map(({ to }) => to),
      stays: changes?.stays.map(({ reason, findings }) => `${findings}: ${reason}`),
      unchecked: changes?.unchecked[0],
    };
  };
  const source = (label: string, frozen?: string): PackageSource => ({
    manager: 'apt',
    label,
    address: 'http://mirror.example/debian',
    ...(frozen === undefined ? {} : { frozen }),
  });
  const offered = "whether the image's own package sources offer these versions";

  it('counts all where nothing speaks against it', async () => {
    expect(await told(source('bullseye main'), source('bullseye-security main'))).toEqual({
      clears: 2,
      hopes: undefined,
      to: ['1.1.1w-0+deb11u2'],
      stays: [],
      unchecked: offered,
    });
  });

  it('counts what a point release brought, and not what came to the security archive alone', async () => {
    expect(await told(source('bullseye main'))).toEqual({
      clears: 1,
      hopes: undefined,
      to: ['1.1.1n-0+deb11u4'],
      stays: ['1: its package sources name no security archive, and the fix came there alone'],
      unchecked: offered,
    });
  });

  it('counts nothing of which nobody says whether it came to the release itself: a database without the lists of bulletins', async () => {
    const silent = memoryStore({
      covers: ['Debian:11'],
      statements: [
        withoutBulletin(fixedBy('CVE-2023-1000', '1.1.1n-0+deb11u5', '2023-02-07')),
        fixedBy('DSA-5103-1', '1.1.1n-0+deb11u4', '2022-03-15'),
      ],
    });
    const why =
      'its package sources name no security archive, and nobody says whether the fix came to the release itself';
    expect(await toldBy(silent, [source('bullseye main')])).toMatchObject({
      clears: 1,
      hopes: [`1: ${why}`],
      to: ['1.1.1n-0+deb11u4'],
      stays: [],
    });
    expect(await toldBy(silent, [source('bullseye main'), source('bullseye-security main')])).toMatchObject({
      clears: 2,
      hopes: undefined,
    });
  });

  it('counts nothing that is younger than the snapshot it stands at', async () => {
    const day = '2022-08-01';
    expect(await told(source('bullseye main', day), source('bullseye-security main', day))).toEqual({
      clears: 0,
      hopes: undefined,
      to: undefined,
      stays: [`2: its package sources stand still at ${day}, and the fix is younger`],
      unchecked: undefined,
    });
  });

  it('says where nothing is named that packages could come from', async () => {
    expect(await told()).toMatchObject({
      clears: 0,
      hopes: ['2: the image names no package sources'],
      unchecked: 'where these versions could come from: the image names no package sources',
    });
  });
});
