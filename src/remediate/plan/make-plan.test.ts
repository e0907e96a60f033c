import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOf as plan } from '../../../test/plan.ts';
import { deb } from '../../../test/report.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import { debian } from '../../ecosystems/debian.ts';
import { parseRequirement } from '../../formats/text/python-requirement.ts';
import { match } from '../../matching/match.ts';
import type { Package, Statement } from '../../model.ts';
import { comparePep440 } from '../../versions/pep440.ts';
import { needOf } from '../installed/python-needs.ts';
import type { Change, Plan } from '../plan.ts';
import type { PythonIndex } from '../python/index-over-files.ts';
import type { OsIndex } from '../systems/package-index.ts';
import type { Planning } from './make-plan.ts';

const SITE = 'usr/local/lib/python3.9/site-packages';
/** As a finding's places name it: without the interpreter's number. */
const SITE_IN_WORDS = 'usr/local/lib/python3/site-packages';
const layer = { layer: 1, diffID: 'sha256:1' };

const dist = (name: string, version: string, requires: readonly string[] = []): Package => ({
  type: 'pypi',
  name,
  version,
  namespace: 'PyPI',
  purl: `pkg:pypi/${name}@${version}`,
  requires,
  evidence: [{ path: `${SITE}/${name}-${version}.dist-info/METADATA`, analyzer: 'python-dist', ...layer }],
});

const statement = (namespace: string, name: string, id: string, range: { introduced?: string; fixed?: string }) =>
  ({
    id,
    source: namespace === 'PyPI' ? 'pysec' : 'debian',
    namespace,
    package: name,
    aliases: [],
    state: range.fixed === undefined ? 'open' : 'fixed',
    ranges: [range],
    ratings: [],
  }) satisfies Statement;

type Projects = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const pythonIndexOf = (projects: Projects): PythonIndex => ({
  by: 'test',
  problems: new Set(),
  files: async () => undefined,
  versions: async (name) =>
    Object.keys(projects[name] ?? {})
      .sort(comparePep440)
      .map((version) => ({ version, files: [], sourceOnly: false })),
  requires: async (name, version) => projects[name]?.[version],
  hashes: async () => [],
  obstacle: async () => undefined,
});

const osIndexOf = (available: Readonly<Record<string, string>>): OsIndex => ({
  available: new Map(
    Object.entries(available).map(([name, version]) => [name, { version, sourceVersion: version, from: 'main' }]),
  ),
  problems: [],
  read: 1,
  named: 1,
});

const planOf = (
  packages: readonly Package[],
  statements: readonly Statement[],
  more: Partial<Planning> = {},
): Promise<Plan> =>
  plan(packages, statements, {
    base: { layers: 1, by: 'given', name: 'debian:11', evidence: [] },
    introduced: new Map(packages.map((pkg) => [pkg, pkg.type === 'deb' ? 0 : 1])),
    ...more,
  });

const applied = ({ steps }: Plan): Change[] => steps.filter((step) => step.applied).flatMap(({ changes }) => changes);

it('goes on without the part that a defect of this program keeps from being planned, and says so', async () => {
  const system = deb('openssl', '1.1.1n-0+deb11u3');
  const broken = new Proxy(pythonIndexOf({}), {
    get: () => () => {
      throw new TypeError('x is not a function');
    },
  });
  const statements = [
    statement('PyPI', 'urllib3', 'CVE-2024-0001', { fixed: '2' }),
    statement('Debian:11', 'openssl', 'CVE-2024-0002', { fixed: '1.1.1n-0+deb11u4' }),
  ];
  const made = await plan([dist('urllib3', '1.26.4'), system], statements, { pythonIndex: broken });
  expect(made.steps.flatMap(({ changes }) => changes.map(({ name }) => name))).toContain('openssl');
  expect(made.remaining.map(({ id }) => id)).toEqual(['CVE-2024-0001']);
  expect(made.reached).toBe(false);
  expect(made.notices).toContainEqual({
    level: 'warning',
    code: 'plan-defect',
    message: expect.stringMatching(
      /^Python packages in \/\S+ could not be planned: a defect of this program \[E\w{6}\]/,
    ),
  });
});

it('solves environments that are alike once, and plans each where it is; one with another version has its own', async () => {
  const at = (pkg: Package, ...homes: readonly string[]): Package => ({
    ...pkg,
    evidence: homes.flatMap((home) =>
      pkg.evidence.map((place) => ({ ...place, path: place.path.replace('usr/local', home) })),
    ),
  });
  const offered = {
    urllib3: { '1.26.4': [], '2': [] },
    requests: { '2.25.0': ['urllib3<2'], '2.31.0': ['urllib3<3'] },
  };
  const asked: string[] = [];
  const index: PythonIndex = {
    ...pythonIndexOf(offered),
    requires: async (name, version) => {
      asked.push(`${name} ${version}`);
      return (offered as Projects)[name]?.[version];
    },
  };
  const planned = async (...packages: readonly Package[]) => {
    asked.length = 0;
    const made = await planOf(packages, [statement('PyPI', 'urllib3', 'CVE-2024-0001', { fixed: '2' })], {
      pythonIndex: index,
    });
    const told = applied(made).map(({ name, to, environment }) => `${environment}: ${name} ${to}`);
    return { told: told.sort(), asked: [...asked].sort() };
  };
  const [urllib3, requests] = [dist('urllib3', '1.26.4'), dist('requests', '2.25.0', ['urllib3<2'])];
  const sample = await planned(at(urllib3, 'opt/a'), at(requests, 'opt/a'));
  const homes = ['opt/a', 'opt/b', 'opt/c'];
  const three = await planned(at(urllib3, ...homes), at(requests, ...homes));
  expect(sample.told).toEqual(['opt/a: requests 2.31.0', 'opt/a: urllib3 2']);
  expect(three.told).toEqual(homes.flatMap((home) => [`${home}: requests 2.31.0`, `${home}: urllib3 2`]));
  expect(three.asked).toEqual(sample.asked);
  const apart = await planned(
    at(urllib3, 'opt/a', 'opt/b'),
    at(requests, 'opt/a'),
    at(dist('requests', '2.31.0', ['urllib3<3']), 'opt/b'),
  );
  expect(apart.told).toEqual(['opt/a: requests 2.31.0', 'opt/a: urllib3 2', 'opt/b: urllib3 2']);
});

describe('a plan', () => {
  it('splits findings into those of the base and those added here, and both kinds of upgrade into steps', async () => {
    const plan = await planOf(
      [deb('openssl', '1.1.1n-0+deb11u3'), dist('setuptools', '58.1.0')],
      [
        statement('Debian:11', 'openssl', 'CVE-2023-0286', { fixed: '1.1.1n-0+deb11u4' }),
        statement('PyPI', 'setuptools', 'CVE-2022-40897', { fixed: '65.5.1' }),
      ],
      { osIndex: osIndexOf({ openssl: '1.1.1w-0+deb11u1' }) },
    );
    expect(plan.attribution).toMatchObject({ inherited: 1, added: 1 });
    // Debian's index was asked, Python's was not.
    expect(plan.reached).toBe(false);
    expect(applied(plan).map(({ name, to, verified }) => [name, to, verified])).toEqual([
      ['setuptools', '65.5.1', 'advisory'],
      ['openssl', '1.1.1w-0+deb11u1', 'index'],
    ]);
    expect([plan.predicted.total, plan.atBest?.total]).toEqual([1, 0]);
  });

  it('promises no upgrade of an OS package that no package database lists', async () => {
    const plan = await planOf(
      [{ ...deb('openssl', '1.1.1n-0+deb11u3'), recovered: 'documentation' }],
      [statement('Debian:11', 'openssl', 'CVE-2023-0286', { fixed: '1.1.1n-0+deb11u4' })],
      { osIndex: osIndexOf({ openssl: '1.1.1w-0+deb11u1' }) },
    );
    expect(applied(plan)).toEqual([]);
    expect(plan.remaining.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^no package database of the image lists it/),
    ]);
  });

  it('leaves a package inside a snap to whoever builds the snap', async () => {
    const plan = await planOf(
      [{ ...deb('openssl', '1.1.1n-0+deb11u3'), role: 'vendored' }],
      [statement('Debian:11', 'openssl', 'CVE-2023-0286', { fixed: '1.1.1n-0+deb11u4' })],
      { osIndex: osIndexOf({ openssl: '1.1.1w-0+deb11u1' }) },
    );
    expect(applied(plan)).toEqual([]);
    expect(plan.remaining.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^a copy within another package/),
    ]);
  });

  it('upgrades all of the system at once only where that brings nothing new', async () => {
    const names = Array.from({ length: 14 }, (_, index) => `lib${index}`);
    const packages = [...names, 'other'].map((name) => deb(name, '1.0-1'));
    const fixed = names.map((name, index) => statement('Debian:11', name, `CVE-2099-${index}`, { fixed: '1.0-2' }));
    const osIndex = osIndexOf(Object.fromEntries([...names, 'other'].map((name) => [name, '1.0-2'])));
    const whole = await planOf(packages, fixed, { osIndex });
    expect(whole.steps[0]?.commands).toContain('apt-get upgrade -y');
    expect(applied(whole).map(({ name }) => name)).toContain('other');
    const worse = statement('Debian:11', 'other', 'CVE-2099-99', { introduced: '1.0-2', fixed: '1.0-3' });
    const named = await planOf(packages, [...fixed, worse], { osIndex });
    expect(named.steps[0]?.commands[1]).toMatch(/--only-upgrade lib0 lib1 /);
    expect(applied(named).map(({ name }) => name)).not.toContain('other');
  });

  it('pins exactly where a newer version has what this one has not', async () => {
    const statements = [
      statement('PyPI', 'urllib3', 'CVE-2025-50181', { fixed: '2.5.0' }),
      statement('PyPI', 'urllib3', 'CVE-2026-44432', { introduced: '2.6.0', fixed: '2.7.0' }),
    ];
    const offered = { urllib3: { '2.5.0': [], '2.6.3': [] } };
    const plan = await planOf([dist('urllib3', '1.26.4')], statements, { pythonIndex: pythonIndexOf(offered) });
    expect(applied(plan)).toMatchObject([{ to: '2.5.0', exact: true }]);
    const later = { urllib3: { '2.5.0': [], '2.7.0': [] } };
    const free = await planOf([dist('urllib3', '1.26.4')], statements, { pythonIndex: pythonIndexOf(later) });
    expect(applied(free)[0]).not.toHaveProperty('exact');
  });
});

describe('a package that a plan adds', () => {
  const fixedTwice = ['CVE-2098-1', 'CVE-2098-2'].map((id) => statement('PyPI', 'c', id, { fixed: '1.1' }));
  const projects = { a: { '1.0': [] }, c: { '1.1': ['a<1.1'] } };

  it('is judged like any other: what is said of it is brought, counted and told by its step', async () => {
    const made = await planOf([dist('c', '1.0')], [...fixedTwice, statement('PyPI', 'a', 'CVE-2098-3', {})], {
      pythonIndex: pythonIndexOf(projects),
    });
    expect(applied(made)).toMatchObject([{ name: 'a', to: '1.0', jump: 'new' }, { name: 'c' }]);
    const [brought] = made.brought;
    expect(brought).toMatchObject({ id: 'CVE-2098-3', name: 'a', version: '1.0', places: [SITE_IN_WORDS], layer: 1 });
    expect([made.brought.length, made.predicted.total, made.cleared.length]).toEqual([1, 1, 2]);
    expect(made.steps.find(({ kind }) => kind === 'python')?.brings.map(({ id }) => id)).toEqual(['CVE-2098-3']);
  });

  it('brings what it has though the same stays in another environment', async () => {
    const other = {
      ...dist('a', '1.0'),
      evidence: [
        { path: 'opt/venv/lib/python3.9/site-packages/a-1.0.dist-info/METADATA', analyzer: 'python-dist', ...layer },
      ],
    };
    const made = await planOf([dist('c', '1.0'), other], [...fixedTwice, statement('PyPI', 'a', 'CVE-2098-3', {})], {
      pythonIndex: pythonIndexOf(projects),
    });
    expect(made.brought.map(({ id, places }) => [id, places])).toEqual([['CVE-2098-3', [SITE_IN_WORDS]]]);
    expect(made.remaining.map(({ id, places }) => [id, places?.length])).toEqual([['CVE-2098-3', 1]]);
  });
});

describe('a library that a wheel carries', () => {
  const carried = (path: string): Package => ({
    type: 'generic',
    name: 'openssl',
    version: '1.1.1k',
    namespace: 'CPE',
    purl: 'pkg:generic/openssl@1.1.1k',
    role: 'vendored',
    certainty: 'content',
    evidence: [{ path: `${SITE}/${path}`, analyzer: 'binaries', ...layer }],
  });
  const reasons = async (...carrieds: Package[]) => {
    const statements = [
      statement('PyPI', 'cryptography', 'CVE-2098-1', { fixed: '1.1' }),
      { ...statement('CPE', 'openssl:openssl', 'CVE-2098-2', { fixed: '1.1.1n' }), source: 'nvd' as const },
    ];
    const { remaining } = await planOf([dist('cryptography', '1.0'), ...carrieds], statements);
    return remaining.map(({ reason }) => reason);
  };

  it.each([
    ['within it', 'cryptography/hazmat/bindings/_openssl.abi3.so'],
    ['beside it', 'cryptography.libs/libssl-db4b3db6.so.1.1'],
  ])('%s is renewed with the wheel that is upgraded', async (_, path) => {
    expect(await reasons(carried(path))).toEqual([
      `a copy within a package that the plan upgrades (/${SITE}/${path}): what the new one brings is seen after the rebuild`,
    ]);
  });

  it('stays where one that is not upgraded carries it as well', async () => {
    const copies = ['cryptography/_openssl.so', 'other/_ssl.so'].map(carried);
    expect(await reasons(...copies)).toEqual([expect.stringMatching(/^a copy within another package/)]);
  });

  it('is not advised to be rebuilt: nobody here can, but what lies there by itself can be', async () => {
    const statements = [
      { ...statement('CPE', 'openssl:openssl', 'CVE-2098-2', { fixed: '1.1.1n' }), source: 'nvd' as const },
    ];
    const advised = async (pkg: Package): Promise<readonly string[]> =>
      (await planOf([pkg], statements)).steps.flatMap(({ commands }) => commands);
    const { role: _, ...own } = carried('../../../../srv/openssl');
    expect(await advised(carried('other/_ssl.so'))).not.toContain('# rebuild with openssl 1.1.1n');
    expect(await advised(own)).toContain('# rebuild with openssl 1.1.1n');
  });
});

// --- Any world at all ---

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const LIBS = ['liba', 'libb', 'libc'];
const version = fc.integer({ min: 0, max: 4 }).map((minor) => `1.${minor}`);
const debVersion = fc.integer({ min: 0, max: 4 }).map((revision) => `1.0-${revision}`);
const needs = fc.array(
  fc
    .tuple(fc.constantFrom(...NAMES), fc.constantFrom('<', '<=', '>=', '==', '!='), version)
    .map(([name, operator, wanted]) => `${name}${operator}${wanted}`),
  { maxLength: 3 },
);
const range = (arbitrary: fc.Arbitrary<string>) =>
  fc.record({ introduced: arbitrary, fixed: arbitrary }, { requiredKeys: [] }).map(({ introduced, fixed }) => ({
    ...(introduced === undefined ? {} : { introduced }),
    ...(fixed === undefined ? {} : { fixed }),
  }));
const world = fc.record({
  installed: fc.dictionary(fc.constantFrom(...NAMES), fc.tuple(version, needs), { minKeys: 1 }),
  offered: fc.dictionary(fc.constantFrom(...NAMES), fc.dictionary(version, needs, { maxKeys: 4 })),
  libs: fc.dictionary(fc.constantFrom(...LIBS), debVersion),
  available: fc.dictionary(fc.constantFrom(...LIBS), debVersion),
  python: fc.array(fc.tuple(fc.constantFrom(...NAMES), range(version)), { maxLength: 8 }),
  system: fc.array(fc.tuple(fc.constantFrom(...LIBS), range(debVersion)), { maxLength: 4 }),
  indexed: fc.boolean(),
  majors: fc.constantFrom('never' as const, 'needed' as const, 'any' as const),
});

/** The packages after a plan, made without any of its own code. */
function after(packages: readonly Package[], changes: readonly Change[], offered: Projects): Package[] {
  const to = new Map(changes.map((change) => [`${change.type} ${change.name}`, change.to]));
  const kept = packages.map((pkg) => {
    const wanted = to.get(`${pkg.type} ${pkg.name}`);
    if (wanted === undefined) return pkg;
    return pkg.type === 'deb'
      ? deb(pkg.name, wanted)
      : dist(pkg.name, wanted, offered[pkg.name]?.[wanted] ?? pkg.requires);
  });
  const fresh = changes.flatMap(({ from, name, to: wanted = '' }) =>
    from === undefined ? [dist(name, wanted, offered[name]?.[wanted])] : [],
  );
  return [...kept, ...fresh];
}

/** `a 1.0 requires b<1.2`, for all that does not hold. */
function broken(packages: readonly Package[]): string[] {
  const have = new Map(packages.filter(({ type }) => type === 'pypi').map((pkg) => [pkg.name, pkg.version]));
  return packages.flatMap((pkg) =>
    (pkg.type === 'pypi' ? (pkg.requires ?? []) : []).flatMap((text) => {
      const need = needOf(parseRequirement(text)!)!;
      const actual = have.get(need.name);
      return actual !== undefined && need.accepts(actual) ? [] : [`${pkg.name} ${pkg.version} requires ${text}`];
    }),
  );
}

const idsOf = (packages: readonly Package[], statements: readonly Statement[]): Set<string> =>
  new Set(
    match(packages, memoryStore({ statements })).findings.map(
      ({ id, package: pkg }) => `${pkg.type} ${pkg.name} ${id}`,
    ),
  );

describe('any plan', () => {
  it('breaks no constraint it knew, adds only what it says, goes up, or down for the sake of another, and clears what it says and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (entry) => {
        const packages = [
          ...Object.entries(entry.installed).map(([name, [installed, requires]]) => dist(name, installed, requires)),
          ...Object.entries(entry.libs).map(([name, installed]) => deb(name, installed)),
        ];
        const statements = [
          ...entry.python.map(([name, range], index) => statement('PyPI', name, `CVE-2098-${index}`, range)),
          ...entry.system.map(([name, range], index) => statement('Debian:11', name, `CVE-2099-${index}`, range)),
        ];
        const plan = await planOf(packages, statements, {
          majors: entry.majors,
          ...(entry.indexed ? { pythonIndex: pythonIndexOf(entry.offered), osIndex: osIndexOf(entry.available) } : {}),
        });
        const changes = applied(plan);
        const offered = entry.indexed ? entry.offered : {};
        const then = after(packages, changes, offered);

        for (const { type, from, to, because, exact } of changes) {
          if (from === undefined || to === undefined) continue;
          const order = (type === 'deb' ? debian.compare : comparePep440)(to, from);
          if (type !== 'deb' && order < 0) expect([because !== undefined, exact]).toEqual([true, true]);
          else expect(order).toBeGreaterThan(0);
        }

        const before = new Set(broken(packages));
        // What nobody can say the needs of is held to what held before.
        const said = entry.indexed ? broken(then) : broken(then).filter((text) => !changed(text, changes));
        expect(said.filter((text) => !before.has(text))).toEqual([]);

        const [today, later] = [idsOf(packages, statements), idsOf(then, statements)];
        const brought = [...later].filter((id) => !today.has(id)).sort();
        expect(plan.brought.map(({ type, name, id }) => `${type} ${name} ${id}`).sort()).toEqual(brought);
        // All are of one severity here: then fewer have to come than go.
        if (brought.length > 0) expect(brought.length).toBeLessThan(plan.cleared.length);
        const cleared = [...today].filter((id) => !later.has(id)).sort();
        expect(plan.cleared.map(({ type, name, id }) => `${type} ${name} ${id}`).sort()).toEqual(cleared);
        expect(plan.remaining.map(({ type, name, id }) => `${type} ${name} ${id}`).sort()).toEqual(
          [...later].filter((id) => today.has(id)).sort(),
        );
        const hoped = plan.cleared.filter((finding) => finding.hoped !== undefined);
        expect((plan.atBest ?? plan.predicted).total).toBe(later.size);
        expect(plan.predicted.total).toBe(later.size + hoped.length);
        expect(plan.remaining.every(({ reason }) => reason !== '')).toBe(true);
        expect(plan.reached).toBe([...plan.remaining, ...plan.brought, ...hoped].every(({ goal }) => !goal));
      }),
      { numRuns: Number(process.env.RUNS ?? 250) },
    );
  });
});

const changed = (text: string, changes: readonly Change[]): boolean =>
  changes.some(({ name, to }) => text.startsWith(`${name} ${to} `));
