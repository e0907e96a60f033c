import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequirement } from '../formats/text/python-requirement.ts';
import type { Severity } from '../model.ts';
import { comparePep440 } from '../versions/pep440.ts';
import { dependentsOf, type Member, type Need, needInWords, type Problem, violationsOf } from './constraints.ts';
import { improve, type Learning } from './improve.ts';
import { needOf } from './installed/python-needs.ts';
import { solve } from './solver.ts';
import { addWeights, compareWeights, WEIGHTLESS, type Weight, weigh } from './trade.ts';

const need = (text: string): Need => needOf(parseRequirement(text)!)!;
const member = (version: string, ...needs: string[]): Member => ({ version, needs: needs.map(need) });

/** A world: what is installed, what an index offers (with needs), and from which version on a package is clean. */
interface World {
  readonly installed: Readonly<Record<string, readonly string[]>>;
  readonly offered?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly clean: Readonly<Record<string, string>>;
  readonly majors?: Problem['majors'];
  /** How bad what a version brings is, that nobody has today. */
  readonly brings?: Readonly<Record<string, Readonly<Record<string, Severity>>>>;
}

/** One finding of the goal. */
const ONE = weigh([{ id: 'CVE-1', severity: 'HIGH' }]);

function problem({ installed, offered = {}, clean, majors = 'needed', brings = {} }: World): Problem {
  return {
    members: new Map(
      Object.entries(installed).map(([name, [version, ...needs]]) => [name, member(version!, ...needs)]),
    ),
    goals: new Map(Object.keys(clean).map((name) => [name, ONE])),
    residue: (name, version) => {
      const left = clean[name] !== undefined && comparePep440(version, clean[name]!) < 0;
      const brought = brings[name]?.[version];
      return addWeights(left ? ONE : WEIGHTLESS, brought ? weigh([{ id: 'CVE-2', severity: brought }]) : WEIGHTLESS);
    },
    candidates: (name) => {
      const from = installed[name]?.[0];
      return Object.keys(offered[name] ?? {})
        .filter((version) => from === undefined || comparePep440(version, from) > 0)
        .sort(comparePep440);
    },
    needs: (name, version) => (offered[name]?.[version] ?? []).map(need),
    isMajor: (_, from, to) => from.split('.')[0] !== to.split('.')[0],
    majors,
  };
}

const changes = (world: World): Record<string, string> => Object.fromEntries(solve(problem(world)).changes);

describe('the solver', () => {
  it('takes the lowest version that clears a package', () => {
    expect(
      changes({
        installed: { idna: ['2.10'] },
        offered: { idna: { '3.6': [], '3.7': [], '3.8': [] } },
        clean: { idna: '3.7' },
      }),
    ).toEqual({ idna: '3.7' });
  });

  it('prefers a version within the same major, even where a lower-numbered step exists only above', () => {
    const offered = { urllib3: { '1.26.5': [], '1.26.19': [], '2.0.2': [] } };
    expect(changes({ installed: { urllib3: ['1.26.4'] }, offered, clean: { urllib3: '1.26.18' } })).toEqual({
      urllib3: '1.26.19',
    });
  });

  it('takes a major only where nothing else clears, and never when told so', () => {
    const world: World = {
      installed: { setuptools: ['58.1.0'] },
      offered: { setuptools: { '58.2.0': [], '65.5.1': [] } },
      clean: { setuptools: '65.5.1' },
    };
    expect(changes(world)).toEqual({ setuptools: '65.5.1' });
    expect(changes({ ...world, majors: 'never' })).toEqual({});
    expect([...solve(problem({ ...world, majors: 'never' })).uncleared]).toEqual([['setuptools', ONE]]);
  });

  it('refuses what an installed package forbids: tensorflow 2.12.0 requires numpy<1.24', () => {
    const world: World = {
      installed: { tensorflow: ['2.12.0', 'numpy<1.24,>=1.22'], numpy: ['1.23.5'] },
      offered: { numpy: { '1.24.4': [], '1.26.4': [] } },
      clean: { numpy: '1.24' },
    };
    expect(changes(world)).toEqual({});
    const said = violationsOf(
      problem(world),
      new Map([['numpy', '1.24.4']]),
      dependentsOf(problem(world).members),
      'numpy',
    );
    expect(said.map(({ owner, ownerVersion, need: { text } }) => `${owner} ${ownerVersion} requires ${text}`)).toEqual([
      'tensorflow 2.12.0 requires numpy<1.24,>=1.22',
    ]);
  });

  it('raises the one in the way where a newer one gives way, and what that one needs in turn', () => {
    const world: World = {
      installed: { tensorflow: ['2.12.0', 'numpy<1.24,>=1.22'], numpy: ['1.23.5'], protobuf: ['4.21.0'] },
      offered: {
        numpy: { '1.24.4': [] },
        tensorflow: { '2.12.1': ['numpy<1.24'], '2.14.0': ['numpy>=1.23.5', 'protobuf>=4.23'] },
        protobuf: { '4.22.0': [], '4.23.0': [], '4.25.0': [] },
      },
      clean: { numpy: '1.24' },
    };
    expect(changes(world)).toEqual({ numpy: '1.24.4', tensorflow: '2.14.0', protobuf: '4.23.0' });
    expect(solve(problem(world)).because.get('tensorflow')).toBe('tensorflow 2.12.0 requires numpy<1.24,>=1.22');
  });

  it('installs what an upgrade newly needs, in its newest version', () => {
    const world: World = {
      installed: { werkzeug: ['0.16.0'] },
      offered: { werkzeug: { '3.0.3': ['markupsafe>=2.1.1'] }, markupsafe: { '2.0.0': [], '2.1.5': [], '3.0.2': [] } },
      clean: { werkzeug: '3.0.3' },
    };
    expect(changes(world)).toEqual({ werkzeug: '3.0.3', markupsafe: '3.0.2' });
  });

  it('never goes down, even where only an older version would do', () => {
    const world: World = {
      installed: { a: ['1.0'], b: ['2.0'] },
      offered: { a: { '1.1': ['b<2'] }, b: { '1.9': [] } },
      clean: { a: '1.1' },
    };
    expect(changes(world)).toEqual({});
  });

  it('clears what can be cleared where not all of it can', () => {
    const world: World = {
      installed: { a: ['1.0'], b: ['1.0'], holder: ['1.0', 'a<1.1'] },
      offered: { a: { '1.1': [] }, b: { '1.1': [] } },
      clean: { a: '1.1', b: '1.1' },
    };
    expect(changes(world)).toEqual({ b: '1.1' });
  });

  it('lets what is broken already be broken, and breaks nothing more', () => {
    const world: World = {
      installed: { a: ['3.0'], old: ['1.0', 'a<2'] },
      offered: { a: { '3.1': [] } },
      clean: { a: '3.1' },
    };
    expect(changes(world)).toEqual({ a: '3.1' });
  });

  it('takes a version that brings something for what weighs more, the lightest of them, and none that weighs more itself', () => {
    const world: World = {
      installed: { urllib3: ['1.26.20'] },
      offered: { urllib3: { '2.6.0': [], '2.6.3': [], '2.7.0': [] } },
      clean: { urllib3: '2.6' },
    };
    expect(
      changes({ ...world, brings: { urllib3: { '2.6.0': 'MEDIUM', '2.6.3': 'LOW', '2.7.0': 'CRITICAL' } } }),
    ).toEqual({ urllib3: '2.6.3' });
    expect(
      changes({ ...world, brings: { urllib3: { '2.6.0': 'CRITICAL', '2.6.3': 'CRITICAL', '2.7.0': 'CRITICAL' } } }),
    ).toEqual({});
  });

  it('weighs what a follower brings against what its leader clears', () => {
    const world: World = {
      installed: { a: ['1.0'], b: ['1.0'] },
      offered: { a: { '1.1': ['b>=1.1'] }, b: { '1.1': [] } },
      clean: { a: '1.1' },
    };
    expect(changes({ ...world, brings: { b: { '1.1': 'LOW' } } })).toEqual({ a: '1.1', b: '1.1' });
    expect(changes({ ...world, brings: { b: { '1.1': 'CRITICAL' } } })).toEqual({});
  });

  it('says what it would like to know', () => {
    const base = problem({ installed: { a: ['1.0'] }, clean: { a: '1.1' } });
    const asked = solve({ ...base, candidates: () => undefined });
    expect([...asked.wanted.candidates]).toEqual(['a']);
    const unknown = solve({ ...base, candidates: () => ['1.1'], needs: () => undefined });
    expect([...unknown.wanted.needs]).toEqual(['a\u00001.1']);
  });
});

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const version = fc.integer({ min: 0, max: 5 }).map((minor) => `1.${minor}`);
const needText = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom('<', '<=', '>=', '=='), version)
  .map(([name, operator, wanted]) => `${name}${operator}${wanted}`);
const world: fc.Arbitrary<World> = fc
  .record({
    installed: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.tuple(version, fc.array(needText, { maxLength: 2 })).map(([sample, needs]) => [sample, ...needs]),
      { minKeys: 1 },
    ),
    offered: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.dictionary(version, fc.array(needText, { maxLength: 2 }), { maxKeys: 4 }),
    ),
    clean: fc.dictionary(fc.constantFrom(...NAMES), version),
    brings: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.dictionary(version, fc.constantFrom<Severity>('CRITICAL', 'MEDIUM'), { maxKeys: 3 }),
    ),
  })
  .map((entry) => ({
    ...entry,
    clean: Object.fromEntries(
      Object.entries(entry.clean).filter(
        ([name, from]) => entry.installed[name] && comparePep440(entry.installed[name]![0]!, from) < 0,
      ),
    ),
  }));

/** Every constraint that does not hold in a state and that the change is to blame for. */
function broken(problem: Problem, chosen: ReadonlyMap<string, string>): string[] {
  const dependents = dependentsOf(problem.members);
  return [...chosen.keys()].flatMap((name) =>
    violationsOf(problem, chosen, dependents, name).map(({ owner, need: { text } }) => `${owner}: ${text}`),
  );
}

/** What a state leaves and brings. */
function left(problem: Problem, chosen: ReadonlyMap<string, string>): Weight {
  const goals = [...problem.goals].map(([name, today]) =>
    chosen.has(name) ? problem.residue(name, chosen.get(name)!) : today,
  );
  const others = [...chosen]
    .filter(([name]) => !problem.goals.has(name))
    .map(([name, to]) => problem.residue(name, to));
  return [...goals, ...others].reduce(addWeights, WEIGHTLESS);
}

/** The least that any allowed choice of versions leaves and brings, by trying them all. */
function leastLeft(problem: Problem): Weight {
  const names = [...new Set([...problem.members.keys(), ...NAMES])];
  let best: Weight | undefined;
  const chosen = new Map<string, string>();
  const visit = (index: number): void => {
    if (index === names.length) {
      if (broken(problem, chosen).length > 0) return;
      const weight = left(problem, chosen);
      if (best === undefined || compareWeights(weight, best) < 0) best = weight;
      return;
    }
    const name = names[index]!;
    visit(index + 1);
    for (const candidate of problem.candidates(name) ?? []) {
      chosen.set(name, candidate);
      visit(index + 1);
      chosen.delete(name);
    }
  };
  visit(0);
  return best!;
}

describe('who needs something', () => {
  const world = { installed: { mlflow: ['2.3.0', 'gunicorn<21'], gunicorn: ['20.1.0'] }, clean: {} };
  const violation = { owner: 'mlflow', ownerVersion: '3.11.1', need: need('gunicorn<21') };

  it('is the chosen version, where what it requires is known', () => {
    expect(needInWords(problem(world), violation)).toBe('mlflow 3.11.1 requires gunicorn<21');
    expect(needInWords(problem(world), { ...violation, ownerVersion: '2.3.0' })).toBe(
      'mlflow 2.3.0 requires gunicorn<21',
    );
  });

  it('is the installed one where nobody was asked what the chosen one requires, and that is said', () => {
    const unasked: Problem = { ...problem(world), needs: () => 'unknown' };
    expect(needInWords(unasked, violation)).toBe(
      'mlflow 2.3.0 requires gunicorn<21, and what 3.11.1 requires is not known',
    );
  });
});

describe('any plan of the solver', () => {
  it('goes up only, breaks no constraint, and leaves and brings no more than the best of all plans', () => {
    fc.assert(
      fc.property(world, (world) => {
        const asked = problem(world);
        const solution = solve(asked);
        for (const [name, to] of solution.changes) {
          const from = world.installed[name]?.[0];
          if (from !== undefined) expect(comparePep440(to, from)).toBeGreaterThan(0);
        }
        expect(broken(asked, solution.changes)).toEqual([]);
        if (solution.exhaustive) expect(left(asked, solution.changes)).toEqual(leastLeft(asked));
      }),
      { numRuns: 400 },
    );
  });
});

/** Everything is known from the start. */
const known: Learning = { candidates: async () => {}, needs: async () => true };

describe('any improvement of a plan', () => {
  it('breaks no constraint, and leaves and brings no more than the best of all plans, whatever it starts from', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.boolean(), async (world, isSearched) => {
        const asked = problem(world);
        const start = isSearched ? solve(asked).changes : new Map<string, string>();
        const better = await improve(asked, start, known);
        const after = better?.changes ?? start;
        for (const [name, to] of after) {
          const from = world.installed[name]?.[0];
          if (from !== undefined) expect(comparePep440(to, from)).toBeGreaterThan(0);
        }
        expect(broken(asked, after)).toEqual([]);
        if ((better?.untried ?? []).length === 0) expect(left(asked, after)).toEqual(leastLeft(asked));
      }),
      { numRuns: 400 },
    );
  });

  it('lets a package have more than today where another then has less that weighs more', async () => {
    const world: World = {
      installed: { a: ['1.0', 'b<1.1'], b: ['1.0'] },
      offered: { a: { '1.2': [] }, b: { '1.1': [] } },
      clean: { b: '1.1', a: '1.3' },
      brings: { a: { '1.2': 'MEDIUM' } },
    };
    const better = await improve(problem(world), new Map(), known);
    expect(Object.fromEntries(better?.changes ?? [])).toEqual({ a: '1.2', b: '1.1' });
  });

  it('brings nothing in a version that a package forbids which lacks it today', async () => {
    const world = {
      installed: { e: ['1.0'], a: ['1.0', 'd<1.0'] },
      offered: { e: { '1.1': ['d>=1.0'] }, d: { '1.0': [] } },
      clean: { e: '1.1' },
    };
    expect(await improve(problem(world), new Map(), known)).toBeUndefined();
  });

  it('finds the plan of three packages that have to move together, and changes nothing else', async () => {
    const asked = problem({
      installed: {
        starlette: ['0.20'],
        fastapi: ['0.85', 'starlette==0.20'],
        gradio: ['3.0', 'fastapi<0.100'],
        idna: ['3.0'],
      },
      offered: {
        starlette: { '0.30': [], '0.40': ['anyio>=4'] },
        fastapi: { '0.99': ['starlette==0.30'], '0.115': ['starlette==0.40'] },
        gradio: { '4.0': ['fastapi>=0.100'] },
        anyio: { '4.0': [] },
        idna: { '3.1': [] },
      },
      clean: { starlette: '0.40' },
    });
    const better = await improve(asked, new Map(), known);
    expect(Object.fromEntries(better?.changes ?? [])).toEqual({
      starlette: '0.40',
      fastapi: '0.115',
      gradio: '4.0',
      anyio: '4.0',
    });
    expect(better?.because.get('gradio')).toBe('gradio 3.0 requires fastapi<0.100');
    expect(better?.untried).toEqual([]);
  });

  it('is none where it is proved that nothing clears more, and is named untried where that was not found out', async () => {
    const asked = problem({
      installed: { numpy: ['1.23'], tensorflow: ['2.12', 'numpy<1.24'] },
      offered: { numpy: { '1.24': [] }, tensorflow: { '2.13': ['numpy<1.24'] } },
      clean: { numpy: '1.24' },
    });
    expect(await improve(asked, new Map(), known)).toBeUndefined();
    const asker: Learning = { ...known, needs: async () => false };
    const unasked: Problem = { ...asked, needs: () => undefined };
    expect((await improve(unasked, new Map(), asker))?.untried).toEqual(['numpy']);
  });

  it('clears what a plan brings, too, where that lies in a package that nobody has today', async () => {
    const asked = problem({
      installed: { torch: ['2.2'] },
      offered: { torch: { '2.10': ['setuptools'] }, setuptools: { '59.6': [], '84.2': [] } },
      clean: { torch: '2.10' },
      brings: { setuptools: { '59.6': 'MEDIUM' } },
    });
    const start = new Map([
      ['torch', '2.10'],
      ['setuptools', '59.6'],
    ]);
    const better = await improve(asked, start, known);
    expect(Object.fromEntries(better?.changes ?? [])).toEqual({ torch: '2.10', setuptools: '84.2' });
    const old = problem({
      installed: { torch: ['2.2'] },
      offered: { torch: { '2.10': ['setuptools'] }, setuptools: { '59.6': [] } },
      clean: { torch: '2.10' },
      brings: { setuptools: { '59.6': 'MEDIUM' } },
    });
    expect((await improve(old, start, known))?.untried ?? []).toEqual([]);
  });

  it('clears what stands beside a package that brings something, however many ways there are to leave more', async () => {
    // As with langchain 0.0.195 beside aiohttp 3.8.4: langchain-core comes with findings, and aiohttp was left at 33.
    const many = [...Array(12).keys()].map((at) => `x${at}`);
    const weights: Record<string, Severity> = {
      langchain: 'CRITICAL',
      aiohttp: 'HIGH',
      ...Object.fromEntries(many.map((name) => [name, 'MEDIUM'])),
    };
    const asked = problem({
      installed: Object.fromEntries([...Object.keys(weights), 'yarl'].map((name) => [name, ['1.0']])),
      offered: {
        ...Object.fromEntries(many.map((name) => [name, { '1.1': [] }])),
        langchain: { '1.1': ['langchain-core'] },
        'langchain-core': { '1.0': [] },
        aiohttp: { '1.1': ['yarl>=1.1'] },
        yarl: { '1.1': [] },
      },
      clean: {},
      brings: { 'langchain-core': { '1.0': 'HIGH' } },
    });
    const weight = (name: string): Weight => weigh([{ id: 'CVE-1', severity: weights[name]! }]);
    const severe: Problem = {
      ...asked,
      goals: new Map(Object.keys(weights).map((name) => [name, weight(name)])),
      residue: (name, version) =>
        weights[name] !== undefined && version === '1.0' ? weight(name) : asked.residue(name, version),
    };
    const start = new Map<string, string>([
      ['langchain', '1.1'],
      ['langchain-core', '1.0'],
      ...many.map((name): [string, string] => [name, '1.1']),
    ]);
    const better = await improve(severe, start, known);
    expect(Object.fromEntries(better?.changes ?? [])).toEqual({
      ...Object.fromEntries(start),
      aiohttp: '1.1',
      yarl: '1.1',
    });
  });

  it('asks no further into what came to no end, and says of each package that it was not tried', async () => {
    // In each of five knots ten packages that are missing would have to be of nine versions, no two of the same.
    const knots = [...Array(5).keys()];
    const [pigeons, holes] = [[...Array(10).keys()], [...Array(9).keys()]];
    const offered: Record<string, Record<string, string[]>> = {};
    for (const knot of knots) {
      offered[`a${knot}`] = { '1.1': pigeons.map((at) => `m${knot}-${at}`) };
      for (const at of pigeons) {
        const others = pigeons.filter((other) => other !== at);
        offered[`m${knot}-${at}`] = Object.fromEntries(
          holes.map((hole) => [`1.${hole}`, others.map((other) => `m${knot}-${other}!=1.${hole}`)]),
        );
      }
    }
    const asked = problem({
      installed: Object.fromEntries(knots.map((knot) => [`a${knot}`, ['1.0']])),
      offered,
      clean: Object.fromEntries(knots.map((knot) => [`a${knot}`, '1.1'])),
    });
    let questions = 0;
    const counted: Problem = {
      ...asked,
      candidates(name) {
        if (name === 'a0') questions += 1;
        return asked.candidates(name);
      },
    };
    expect((await improve(counted, new Map(), known))?.untried).toEqual(knots.map((knot) => `a${knot}`));
    // Of the 31 ways in which some of them go, those in which one goes are all that is looked into.
    expect(questions).toBeLessThan(30);
  });
});
