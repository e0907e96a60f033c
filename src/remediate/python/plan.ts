import { pypi } from '../../ecosystems/pypi.ts';
import { LIMITS } from '../../limits.ts';
import type { Finding } from '../../model.ts';
import { comparePep440 } from '../../versions/pep440.ts';
import type { Conflict, Option } from '../conflict.ts';
import { type Improved, improve, type Learning } from '../improve.ts';
import { type PythonEnvironment, pythonNeeds, siteOf } from '../installed/index.ts';
import type { Change, Verified } from '../plan.ts';
import { fixedVersions } from '../proof.ts';
import { type Need, type Problem, type Solution, solve, unclearedOf } from '../solver.ts';
import { compareWeights, type Trade, tradeOf, WEIGHTLESS, type Weight, weigh } from '../trade.ts';
import { conflictOf, optionsOf } from './obstacles.ts';
import { jumpOf, type PythonPlanning, wheelTarget } from './planning.ts';

/** What is to be done in one environment. */
export interface PythonPlan {
  readonly environment: PythonEnvironment;
  readonly changes: readonly Change[];
  readonly conflicts: readonly Conflict[];
  readonly options: readonly Option[];
  readonly exhaustive: boolean;
  /** Packages of which less might stay by a choice of versions that was not tried. */
  readonly untried: readonly string[];
  /** Chosen versions that have no wheel: they have to be built. */
  readonly sourceOnly: readonly string[];
}

/** What is known so far; grows from round to round. */
interface Knowledge {
  readonly candidates: Map<string, readonly string[]>;
  readonly needs: Map<string, readonly Need[] | 'unknown'>;
  /** Versions that somebody says can be installed, and who. */
  readonly verified: Map<string, Verified>;
  readonly sourceOnly: Set<string>;
  /** In how many rounds somebody wanted to know what a version of this package needs. */
  readonly asked: Map<string, number>;
}

/** Finds the smallest set of upgrades of an environment, asking the index only for what the search runs into. */
export async function planPython(planning: PythonPlanning): Promise<PythonPlan> {
  const { environment } = planning;
  const byName = findingsByName(planning);
  const knowledge: Knowledge = {
    candidates: new Map(),
    needs: new Map(),
    verified: new Map(),
    sourceOnly: new Set(),
    asked: new Map(),
  };
  const trade = tradesOf(planning, byName);
  const problem = problemOf(planning, byName, knowledge, trade);
  const first = await searched(planning, byName, knowledge, problem);
  const better = await improve(problem, first.changes, learningOf(planning, byName, knowledge));
  const solution = better === undefined ? first : improved(problem, first, better);
  const changes = [...solution.changes].map(([name, to]) => changeOf(planning, problem, knowledge, solution, name, to));
  const search = { planning, problem, solution, trade };
  const conflicts: Conflict[] = [];
  for (const name of solution.uncleared.keys())
    conflicts.push(...(await conflictOf(search, byName.get(name) ?? [], name)));
  return {
    environment,
    changes: changes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    conflicts,
    options: conflicts.flatMap((conflict) => optionsOf(search, conflict)),
    exhaustive: solution.exhaustive,
    untried: (better?.untried ?? []).map((name) => environment.members.get(name)?.name ?? name),
    sourceOnly: [...solution.changes]
      .filter(([name, to]) => knowledge.sourceOnly.has(`${name}\0${to}`))
      .map(([name]) => name),
  };
}

/** Solves, asks what the solution rests on, and solves anew until nothing is left to ask. */
async function searched(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: Knowledge,
  problem: Problem,
): Promise<Solution> {
  let quick = true;
  for (let round = 0; round < LIMITS.solverRounds; round++) {
    const solution = solve(problem, quick);
    // Only when nothing is left to ask does it pay to look for the smallest plan, which may want to know more in turn.
    const learned = await learn(planning, byName, knowledge, solution);
    if (!learned && !quick) return solution;
    quick = learned;
  }
  // There would be more to ask. Nothing is promised that nobody was asked about.
  const known = solve({
    ...problem,
    candidates: (name) => problem.candidates(name)?.filter((version) => problem.needs(name, version) !== undefined),
  });
  return { ...known, exhaustive: false };
}

/** The solution with what clears more in its place. */
function improved(problem: Problem, first: Solution, { changes, because }: Improved): Solution {
  if (changes === first.changes) return first;
  return { ...first, changes, because, uncleared: unclearedOf(problem, changes), exhaustive: false };
}

/** Asks the index for what a proof wants to know, up to a budget of versions. */
function learningOf(planning: PythonPlanning, byName: ReadonlyMap<string, Finding[]>, knowledge: Knowledge): Learning {
  let left = LIMITS.improvementMetadata;
  return {
    async candidates(names) {
      const unknown = names.filter((name) => !knowledge.candidates.has(name));
      await each(unknown, async (name) => {
        knowledge.candidates.set(name, await candidatesOf(planning, byName.get(name) ?? [], name, knowledge));
      });
    },
    async needs(name, version) {
      const keys = [version, ...besides(knowledge, name, version)].map((one) => `${name}\0${one}`);
      if (left <= 0) return false;
      left -= keys.length;
      await each(keys, async (key) => {
        const [, one = ''] = key.split('\0');
        knowledge.needs.set(key, await needsOf(planning, name, one));
      });
      return true;
    },
  };
}

/** Findings of distributions that pip may change, by normalised name. */
function findingsByName({ environment, findings }: PythonPlanning): Map<string, Finding[]> {
  const map = new Map<string, Finding[]>();
  for (const finding of findings) {
    const pkg = finding.package;
    if (pkg.type !== pypi.type || (pkg.role !== undefined && pkg.role !== 'installed')) continue;
    if (!pkg.evidence.some(({ path }) => environment.sites.includes(siteOf(path)?.site ?? ''))) continue;
    const name = pypi.normalize(pkg.name);
    const member = environment.members.get(name);
    if (member === undefined || member.held !== undefined) continue;
    const known = map.get(name);
    if (known) known.push(finding);
    else map.set(name, [finding]);
  }
  return map;
}

/** What each version would leave and bring, worked out once. */
function tradesOf(
  { environment, goal, prover }: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
): (name: string, version: string) => Trade {
  const known = new Map<string, Trade>();
  const template = [...environment.members.values()][0]?.package;
  return (name, version) => {
    const key = `${name}\0${version}`;
    let trade = known.get(key);
    if (!trade) {
      const pkg = environment.members.get(name)?.package ?? (template && { ...template, name, version: '0' });
      trade = tradeOf(byName.get(name) ?? [], pkg === undefined ? [] : prover.findings(pkg, version), goal);
      known.set(key, trade);
    }
    return trade;
  };
}

function problemOf(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: Knowledge,
  trade: ReturnType<typeof tradesOf>,
): Problem {
  const { environment, goal, majors } = planning;
  const goals = new Map<string, Weight>();
  for (const [name, findings] of byName) {
    const weight = weigh(findings.filter((finding) => goal.wants(finding)));
    if (compareWeights(weight, WEIGHTLESS) > 0) goals.set(name, weight);
  }
  return {
    members: environment.members,
    goals,
    majors,
    isMajor: (_, from, to) => jumpOf(from, to) === 'major',
    candidates: (name) => (environment.members.get(name)?.held === undefined ? knowledge.candidates.get(name) : []),
    needs: (name, version) => knowledge.needs.get(`${name}\0${version}`),
    residue: (name, version) => trade(name, version).weight,
  };
}

/** Finds out what the search missed; false: there is nothing left to find out. */
async function learn(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: Knowledge,
  { wanted, changes, because }: Solution,
): Promise<boolean> {
  const candidates = [...wanted.candidates].filter((name) => !knowledge.candidates.has(name));
  await each(candidates, async (name) => {
    knowledge.candidates.set(name, await candidatesOf(planning, byName.get(name) ?? [], name, knowledge));
  });
  const needs = new Set([...wanted.needs].filter((key) => !knowledge.needs.has(key)));
  // Who is changed for another's sake may have to go further: its next versions are asked for at once.
  for (const name of because.keys())
    for (const version of nextOf(knowledge.candidates.get(name) ?? [], changes.get(name)))
      if (!knowledge.needs.has(`${name}\0${version}`)) needs.add(`${name}\0${version}`);
  for (const key of wanted.needs) {
    const [name = '', version = ''] = key.split('\0');
    for (const other of besides(knowledge, name, version)) needs.add(`${name}\0${other}`);
  }
  await each([...needs], async (key) => {
    const [name = '', version = ''] = key.split('\0');
    knowledge.needs.set(key, await needsOf(planning, name, version));
  });
  return candidates.length > 0 || needs.size > 0;
}

/**
 * Whoever is asked about round after round is in a knot: with each round twice as many of its versions are asked about at once, the
 * next ones and the newest, since the others that have to go with it may have been moved to their newest, too.
 */
function besides({ candidates, needs, asked }: Knowledge, name: string, version: string): readonly string[] {
  const times = asked.get(name) ?? 0;
  asked.set(name, times + 1);
  if (times === 0) return [];
  const own = candidates.get(name) ?? [];
  const unknown = own.filter((other) => !needs.has(`${name}\0${other}`));
  const count = Math.min(2 ** times, LIMITS.candidateMetadata) / 2;
  const at = own.indexOf(version);
  const next = unknown.filter((other) => own.indexOf(other) > at);
  return [...next.slice(0, count), ...unknown.slice(-count)];
}

function nextOf(candidates: readonly string[], from: string | undefined): readonly string[] {
  const at = from === undefined ? -1 : candidates.indexOf(from);
  return candidates.slice(Math.max(0, at), Math.max(0, at) + LIMITS.candidateMetadata);
}

const PARALLEL = 8;

async function each<Item>(items: readonly Item[], take: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: Math.min(PARALLEL, left.length) }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await take(item);
    }),
  );
}

/** Versions above the installed one: the index's, else those that advisories name as fixed. */
async function candidatesOf(
  planning: PythonPlanning,
  findings: readonly Finding[],
  name: string,
  knowledge: Knowledge,
): Promise<readonly string[]> {
  const installed = planning.environment.members.get(name)?.version;
  const above = (version: string): boolean => installed === undefined || comparePep440(version, installed) > 0;
  const listed = await planning.index?.versions(name, wheelTarget(planning), installed);
  if (listed) {
    for (const { version, sourceOnly, files } of listed) {
      knowledge.verified.set(`${name}\0${version}`, files.some(({ recorded }) => recorded) ? 'recorded' : 'index');
      if (sourceOnly) knowledge.sourceOnly.add(`${name}\0${version}`);
    }
    return listed
      .map(({ version }) => version)
      .filter(above)
      .slice(0, LIMITS.candidateVersions);
  }
  const pkg = planning.environment.members.get(name)?.package;
  const fixed = pkg === undefined ? [] : [...fixedVersions(pkg, findings, planning.prover)];
  return fixed.filter(above).sort(comparePep440);
}

async function needsOf(planning: PythonPlanning, name: string, version: string): Promise<readonly Need[] | 'unknown'> {
  const { environment } = planning;
  const requires = await planning.index?.requires(name, version, wheelTarget(planning));
  return requires ? pythonNeeds(requires, environment.values, environment.extras.get(name)) : 'unknown';
}

function changeOf(
  { environment }: PythonPlanning,
  problem: Problem,
  knowledge: Knowledge,
  solution: Solution,
  name: string,
  to: string,
): Change {
  const member = environment.members.get(name);
  const because = solution.because.get(name);
  return {
    type: 'pypi',
    name: member?.name ?? name,
    ...(member ? { from: member.version } : {}),
    to,
    jump: member ? jumpOf(member.version, to) : 'new',
    verified: knowledge.verified.get(`${name}\0${to}`) ?? 'advisory',
    environment: environment.id,
    ...(isBest(problem, name, to) ? {} : { exact: true as const }),
    ...(because === undefined ? {} : { because }),
  };
}

/** Whether no newer version, which an installer would take where it may, has more findings than this one. */
function isBest(problem: Problem, name: string, to: string): boolean {
  const least = problem.residue(name, to);
  return (problem.candidates(name) ?? []).every(
    (version) => comparePep440(version, to) <= 0 || compareWeights(problem.residue(name, version), least) <= 0,
  );
}
