import { describe, expect, it } from 'vitest';
import { report, wheel } from '../../test/report.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { AdvisoryStore } from '../advisories/store/store.ts';
import { type LayerCache, noCache } from '../layers/cache.ts';
import { match } from '../matching/match.ts';
import type { Report, Statement } from '../model.ts';
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
