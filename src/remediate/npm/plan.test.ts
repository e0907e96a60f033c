import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../../test/plan.ts';
import type { Package, Statement } from '../../model.ts';
import { npmRange } from '../../versions/npm-range.ts';
import { npmPlace, npmTrees } from '../installed/npm-trees.ts';
import type { Plan } from '../plan.ts';

const installed = (at: string | readonly string[], version: string, requires: readonly string[] = []): Package => {
  const folders = typeof at === 'string' ? [at] : at;
  const name = folders[0]!.split(/(?:^|\/)node_modules\//).at(-1) as string;
  return {
    type: 'npm',
    name,
    version,
    namespace: 'npm',
    purl: `pkg:npm/${name}@${version}`,
    requires,
    evidence: folders.map((folder) => ({
      path: `${folder}/package.json`,
      analyzer: 'npm',
      layer: 1,
      diffID: 'sha256:1',
    })),
  };
};

const project = (folder: string, requires: readonly string[], more: Partial<Package> = {}): Package => ({
  ...installed(folder, '1.0.0', requires),
  name: 'web',
  role: 'declared',
  ...more,
});

const NPM = installed('usr/local/lib/node_modules/npm', '8.19.3');

const statement = (name: string, id: string, ranges: Statement['ranges']): Statement => ({
  id,
  source: 'ghsa',
  namespace: 'npm',
  package: name,
  aliases: [],
  state: 'fixed',
  ranges,
  ratings: [],
});

/** CVE-2022-24999 as GitHub states it. */
const QS = statement('qs', 'CVE-2022-24999', [
  { introduced: '6.9.0', fixed: '6.9.7' },
  { introduced: '6.8.0', fixed: '6.8.3' },
  { introduced: '6.7.0', fixed: '6.7.3' },
  { introduced: '6.6.0', fixed: '6.6.1' },
  { introduced: '6.5.0', fixed: '6.5.3' },
  { introduced: '0', fixed: '6.2.4' },
]);

const steps = ({ steps: all }: Plan): unknown[] =>
  all
    .filter(({ applied }) => applied)
    .map(({ commands, changes }) => [commands, changes.map(({ name, from, to }) => `${name} ${from} ${to}`)]);

describe('where an npm package lies', () => {
  it.each([
    ['app/node_modules/qs/package.json', 'project app', false],
    ['node_modules/qs/package.json', 'project ', false],
    ['app/node_modules/a/node_modules/@s/b/package.json', 'project app', true],
    ['usr/local/lib/node_modules/npm/package.json', 'global usr/local/lib/node_modules', false],
    ['usr/lib/node_modules/@s/cli/node_modules/tar/package.json', 'program usr/lib/node_modules/@s/cli', false],
    ['usr/lib/node_modules/npm/node_modules/a/node_modules/b/package.json', 'program usr/lib/node_modules/npm', true],
  ])('%s', (path, where, nested) => {
    const place = npmPlace(path);
    expect([`${place?.kind} ${place?.tree}`, place?.nested]).toEqual([where, nested]);
  });

  it('is nowhere outside of node_modules', () => {
    expect(npmPlace('opt/yarn-v1.22.19/package.json')).toBeUndefined();
  });

  it('is found as Node.js finds it: the nearest upwards, by the name of the folder', () => {
    const { demands } = npmTrees([
      project('app', ['qs@^6.5.0']),
      installed('app/node_modules/qs', '6.9.6'),
      installed('app/node_modules/express', '4.17.1', ['qs@6.7.0', 'string-width-cjs@npm:string-width@^4.0.0']),
      installed('app/node_modules/express/node_modules/qs', '6.7.0', ['missing@1']),
      { ...installed('app/node_modules/string-width-cjs', '4.2.3'), name: 'string-width' },
      installed('app/node_modules/express/node_modules/deep/node_modules/er', '1.0.0', ['qs@6.7.x; peer']),
    ]);
    expect([...demands].map(([folder, all]) => [folder, all.map(({ owner }) => owner.name).sort()]).sort()).toEqual([
      ['app/node_modules/express/node_modules/qs', ['er', 'express']],
      ['app/node_modules/qs', ['web']],
      ['app/node_modules/string-width-cjs', ['express']],
    ]);
    const [alias] = demands.get('app/node_modules/string-width-cjs') ?? [];
    expect([alias?.accepts('4.2.4'), alias?.accepts('5.0.0')]).toEqual([true, false]);
  });
});

describe('a plan for npm', () => {
  it('installs the smallest version that clears, where all who find it allow that, and proves it', async () => {
    const plan = await planOf(
      [
        NPM,
        project('app', ['body-parser@^1.19.0']),
        installed('app/node_modules/qs', '6.9.6'),
        installed('app/node_modules/body-parser', '1.20.0', ['qs@^6.9.0']),
      ],
      [QS],
    );
    expect(steps(plan)).toEqual([[['cd /app', 'npm install qs@6.9.7'], ['qs 6.9.6 6.9.7']]]);
    expect([plan.reached, plan.predicted.total, plan.cleared.map(({ id }) => id)]).toEqual([true, 0, [QS.id]]);
    expect(plan.steps[0]?.risk.why.join()).toMatch(/no registry was asked.*package\.json declares then.*qs/);
    expect(plan.steps.some(({ id }) => id === 'language-npm')).toBe(false);
  });

  it('names who forbids it, and how to force it', async () => {
    const plan = await planOf(
      [
        NPM,
        project('app', ['express@4.17.1']),
        installed('app/node_modules/qs', '6.7.0'),
        installed('app/node_modules/express', '4.17.1', ['qs@6.7.0']),
      ],
      [QS],
    );
    expect(steps(plan)).toEqual([]);
    expect(plan.conflicts).toMatchObject([
      { name: 'qs', version: '6.7.0', wanted: '6.7.3', because: ['express 4.17.1 requires qs@6.7.0'], keeps: [QS.id] },
    ]);
    expect(plan.remaining.map(({ reason }) => reason)).toEqual(['express 4.17.1 requires qs@6.7.0']);
    const [advice] = plan.steps.filter(({ kind }) => kind === 'npm');
    expect(advice).toMatchObject({ applied: false, title: 'force qs in /app past the ranges that hold it back' });
    expect(advice?.commands).toEqual(['cd /app', "npm pkg set 'overrides[qs]=6.7.3'", 'npm install']);
    expect(advice?.clears.map(({ id }) => id)).toEqual([QS.id]);
  });

  it('forces what the project asks for as well, but no name of which a copy is to stay, and nothing by an npm that cannot', async () => {
    const express = installed('app/node_modules/express', '4.17.1', ['qs@6.7.0']);
    const own = (...requires: string[]) => [
      project('app', requires),
      installed('app/node_modules/qs', '6.7.0'),
      express,
    ];
    const advised = async (...packages: Package[]) =>
      (await planOf(packages, [QS])).steps.filter(({ kind }) => kind === 'npm').map(({ commands }) => commands);
    expect((await advised(NPM, ...own('qs@6.7.0', 'express@4.17.1')))[0]?.[1]).toBe(
      "npm pkg set 'dependencies[qs]=6.7.3' 'overrides[qs]=6.7.3'",
    );
    const remark = [['# upgrade what asks for an older one, so that npm takes qs@6.7.3']];
    const other = installed('app/node_modules/x/node_modules/qs', '5.0.0');
    expect(await advised(NPM, other, ...own('express@4.17.1'))).toEqual(remark);
    expect(await advised({ ...NPM, version: '8.2.0' }, ...own('express@4.17.1'))).toEqual(remark);
  });

  it('judges each copy by those who find it: one moves, the other stays, and nothing is claimed to be gone of the tree', async () => {
    const plan = await planOf(
      [
        NPM,
        project('app', ['qs@6.7.0', 'express@4.17.1']),
        installed(['app/node_modules/qs', 'app/node_modules/express/node_modules/qs', 'srv/node_modules/qs'], '6.7.0'),
        installed('app/node_modules/express', '4.17.1', ['qs@6.7.0']),
        project('srv', []),
      ],
      [QS],
    );
    // What the project itself declares is moved with it.
    expect(steps(plan)).toEqual([[['cd /srv', 'npm install qs@6.7.3'], ['qs 6.7.0 6.7.3']]]);
    expect(plan.remaining.map(({ places }) => places)).toEqual([['app']]);
  });

  it('moves copies within other packages by npm update, which old npms cannot', async () => {
    const all = [
      project('app', ['send@1.0.0', 'mocha@^9; dev']),
      installed('app/node_modules/send', '1.0.0', ['qs@~6.5.1']),
      installed('app/node_modules/send/node_modules/qs', '6.5.2'),
    ];
    expect(steps(await planOf([NPM, ...all], [QS]))).toEqual([
      [['cd /app', 'npm update --omit=dev qs'], ['qs 6.5.2 6.5.3']],
    ]);
    const old = await planOf([{ ...NPM, version: '6.14.18' }, ...all], [QS]);
    expect([steps(old), old.conflicts.map(({ because }) => because)]).toEqual([
      [],
      [
        [
          'npm 6.14.18 does not reach copies within other packages (/app/node_modules/send/node_modules/qs): a newer npm does',
        ],
      ],
    ]);
  });

  it('upgrades programs globally, what lies within them in their folder, and npm itself only as advice', async () => {
    const tar = statement('tar', 'CVE-2024-28863', [{ introduced: '0', fixed: '6.2.1' }]);
    const plan = await planOf(
      [
        NPM,
        installed('usr/local/lib/node_modules/qs', '6.9.6'),
        installed('usr/local/lib/node_modules/@s/cli', '2.0.0', ['tar@^6.0.0']),
        installed(
          ['usr/local/lib/node_modules/@s/cli/node_modules/tar', 'usr/local/lib/node_modules/npm/node_modules/tar'],
          '6.1.11',
        ),
      ],
      [QS, tar],
    );
    expect(steps(plan)).toEqual([
      [['npm install -g qs@6.9.7'], ['qs 6.9.6 6.9.7']],
      [['cd /usr/local/lib/node_modules/@s/cli', 'npm update --omit=dev --no-save tar'], ['tar 6.1.11 6.2.1']],
    ]);
    const own = plan.steps.find(({ commands }) => commands.includes('npm install -g npm@latest'));
    expect([own?.applied, own?.changes.map(({ name }) => name)]).toEqual([false, ['tar']]);
    expect(plan.remaining.map(({ name, places }) => [name, places])).toEqual([
      ['tar', ['usr/local/lib/node_modules/npm']],
    ]);
  });

  it('leaves alone what npm did not make, and images without npm', async () => {
    const others = [
      installed('app/node_modules/.pnpm/qs@6.9.6/node_modules/qs', '6.9.6'),
      installed('usr/lib/python3/dist-packages/x/node_modules/qs', '6.9.6'),
      installed('yarned/node_modules/qs', '6.9.6'),
      { ...installed('usr/share/nodejs/x/node_modules/qs', '6.9.6'), ownedBy: { type: 'deb', name: 'node-qs' } },
    ];
    const yarned = project('yarned', [], { properties: { 'package-manager': 'yarn@3.2.0' } });
    for (const other of others) expect(steps(await planOf([NPM, yarned, other], [QS]))).toEqual([]);
    expect(steps(await planOf([project('app', []), installed('app/node_modules/qs', '6.9.6')], [QS]))).toEqual([]);
  });

  it('takes a major step only where it may, and checks for a manifest that nobody read', async () => {
    const all = [NPM, installed('app/node_modules/old', '1.0.0')];
    const fixed = [statement('old', 'CVE-2099-1', [{ introduced: '0', fixed: '2.0.0' }])];
    expect(steps(await planOf(all, fixed))).toEqual([
      [['cd /app', 'test -f package.json', 'npm install old@2.0.0'], ['old 1.0.0 2.0.0']],
    ]);
    const never = await planOf(all, fixed, { majors: 'never' });
    expect([steps(never), never.conflicts[0]?.because]).toEqual([
      [],
      ['old 2.0.0 is a major step, which is not asked for'],
    ]);
  });

  it('lets no name of a folder into the shell', async () => {
    const folder = "app$(id)/x'y";
    const [[commands]] = steps(await planOf([NPM, installed(`${folder}/node_modules/qs`, '6.9.6')], [QS])) as [
      [string[]],
    ];
    expect(commands[0]).toBe(`cd '/app$(id)/x'\\''y'`);
  });
});

const NAMES = ['a', 'b', 'c'];
const VERSIONS = ['1.0.0', '1.0.1', '1.1.0', '2.0.0', '2.1.0'];
const RANGES = ['*', '^1.0.0', '~1.0.0', '1.0.0', '>=1.0.1', '^2 || 1.0.0'];
const demand = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom(...RANGES))
  .map(([name, range]) => `${name}@${range}`);
const tree = fc.uniqueArray(
  fc.record({
    folder: fc.constantFrom(
      ...NAMES.flatMap((x) => [
        `app/node_modules/${x}`,
        ...NAMES.map((y) => `app/node_modules/${x}/node_modules/${y}`),
      ]),
    ),
    version: fc.constantFrom(...VERSIONS),
    requires: fc.array(demand, { maxLength: 3 }),
  }),
  { selector: ({ folder }) => folder, maxLength: 8 },
);
const advised = fc.array(
  fc.record({
    name: fc.constantFrom(...NAMES),
    introduced: fc.constantFrom('0', ...VERSIONS),
    fixed: fc.constantFrom(...VERSIONS),
  }),
  { maxLength: 4 },
);

describe('any plan for npm', () => {
  it('breaks no range that held, goes up only, adds no finding and claims no more than the re-match shows', async () => {
    await fc.assert(
      fc.asyncProperty(tree, advised, async (copies, advice) => {
        const packages = [NPM, ...copies.map(({ folder, version, requires }) => installed(folder, version, requires))];
        const statements = advice.map(({ name, introduced, fixed }, index) =>
          statement(name, `CVE-2099-${index}`, [{ introduced, fixed }]),
        );
        const plan = await planOf(packages, statements);
        const { copies: places, demands } = npmTrees(packages);
        const moved = plan.steps.filter(({ applied }) => applied).flatMap(({ changes }) => changes);
        for (const { name, from, to } of moved) {
          expect(npmRange(`>${from}`)?.accepts(to ?? '')).toBe(true);
          // One of the copies that the change may mean is allowed to move.
          const meant = [...places.values()].filter(
            (place) => place.package.name === name && place.package.version === from,
          );
          expect(
            meant.some(({ folder }) =>
              (demands.get(folder) ?? []).every((demand) => !demand.accepts(from ?? '') || demand.accepts(to ?? '')),
            ),
          ).toBe(true);
        }
        const ids = ({ cleared }: Plan): string[] => cleared.map(({ name, id }) => `${name} ${id}`);
        const left = new Set(plan.remaining.map(({ name, id }) => `${name} ${id}`));
        expect(ids(plan).filter((id) => left.has(id))).toEqual([]);
        expect(plan.predicted.total).toBeLessThanOrEqual(plan.today.total);
        expect(plan.reached).toBe(plan.remaining.every(({ goal }) => !goal));
      }),
      { numRuns: 150 },
    );
  });
});
