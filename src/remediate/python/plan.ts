import { addTo } from '../../collections.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { LIMITS } from '../../limits.ts';
import { type Finding, isInstalled, type Package } from '../../model.ts';
import { comparePep440 } from '../../versions/pep440.ts';
import type { Conflict, Option } from '../conflict.ts';
import type { Problem } from '../constraints.ts';
import { type Improved, improve } from '../improve.ts';
import { type EnvironmentMember, extraOf, type PythonEnvironment, siteOrFile } from '../installed/index.ts';
import type { Change } from '../plan.ts';
import type { Proven } from '../proof.ts';
import { leftOf, type Solution, solve, unclearedOf } from '../solver.ts';
import { compareWeights, type Trade, tradeOf, WEIGHTLESS, type Weight, weigh } from '../trade.ts';
import { type IndexAnswers, learn, learningOf } from './knowledge.ts';
import { olderVersions } from './lowering.ts';
import { noLongerNeeded } from './no-longer-needed.ts';
import { conflictOf, optionsOf } from './obstacles.ts';
import { jumpOf, type PythonPlanning } from './planning.ts';

/** What is to be done in one environment. */
export interface PythonPlan {
  readonly environment: PythonEnvironment;
  readonly changes: readonly Change[];
  readonly conflicts: readonly Conflict[];
  readonly options: readonly Option[];
  readonly exhaustive: boolean;
  /** Packages of which less might stay by a choice of versions that was not tried. */
  readonly untried: readonly string[];
  /** What nothing needs any more then, with how many findings it has: a rebuild leaves it out, unless the build names it. */
  readonly idle: readonly { readonly name: string; readonly findings: number }[];
  /** Chosen versions that have no wheel: they have to be built. */
  readonly sourceOnly: readonly string[];
  /** Nobody said what some of the chosen versions need, and today their packages need others: whether all install together is not known. */
  readonly isApart: boolean;
}

/** Finds the smallest set of upgrades of an environment, asking the index only for what the search runs into. */
export async function planPython(planning: PythonPlanning): Promise<PythonPlan> {
  const { environment } = planning;
  const byName = findingsByName(planning);
  const knowledge: IndexAnswers = {
    candidates: new Map(),
    needs: new Map(),
    verified: new Map(),
    sourceOnly: new Set(),
    asked: new Map(),
  };
  const trade = tradesOf(planning, byName);
  const problem = problemOf(planning, byName, knowledge, trade);
  const first = await withinReach(planning, byName, knowledge, problem);
  const better = await improve(problem, first.changes, learningOf(planning, byName, knowledge));
  const upgraded = better === undefined ? first : improved(problem, first, better);
  const lowered = await withOlder(planning, byName, knowledge, problem, upgraded);
  const solution = lowered?.solution ?? upgraded;
  const changes = [...solution.changes].map(([name, to]) => changeOf(planning, problem, knowledge, solution, name, to));
  const search = { planning, problem: lowered?.problem ?? problem, solution, trade };
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
    idle: [...noLongerNeeded(problem, solution.changes)].map((name) => ({
      name: environment.members.get(name)?.name ?? name,
      findings: new Set(byName.get(name)?.map(({ id }) => id)).size,
    })),
    sourceOnly: [...solution.changes]
      .filter(([name, to]) => knowledge.sourceOnly.has(`${name}\0${to}`))
      .map(([name]) => name),
    isApart: [...solution.changes].some(
      ([name, to]) =>
        problem.needs(name, to) === 'unknown' && isKnownToNeed(environment.members.get(name), environment),
    ),
  };
}

/** What is only declared has not said what it needs, unless somebody was asked. */
const isKnownToNeed = (member: EnvironmentMember | undefined, { declaredIn }: PythonEnvironment): boolean =>
  member !== undefined &&
  (member.needs.length > 0 || (declaredIn !== undefined && member.package.requires === undefined));

/**
 * What tells whether two environments have the same plan: the same distributions, read for the same Python, with the same findings. Only
 * where they lie differs, of which a plan says no more than `inEnvironment` changes.
 */
export function likenessOf(planning: PythonPlanning, numberOf: (thing: object) => number): string {
  const { python, values, members } = planning.environment;
  const findings = [...findingsByName(planning)].map(([name, own]) => [name, ...own.map(numberOf)]);
  const packages = [...members].map(([name, { package: pkg }]) => [name, numberOf(pkg)]);
  return JSON.stringify([python, Object.entries(values), packages, findings]);
}

/** The plan of another environment that is alike. */
export function inEnvironment(plan: PythonPlan, environment: PythonEnvironment): PythonPlan {
  const here = { environment: environment.id };
  return {
    ...plan,
    environment,
    changes: plan.changes.map((change) => ({ ...change, ...here })),
    conflicts: plan.conflicts.map((conflict) => ({ ...conflict, ...here })),
    options: plan.options.map((option) => ({ ...option, ...here })),
  };
}

/** A solution that lowers what stands in the way of others, where that clears more; undefined where it does not. */
async function withOlder(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: IndexAnswers,
  problem: Problem,
  upgraded: Solution,
): Promise<{ solution: Solution; problem: Problem } | undefined> {
  if (upgraded.uncleared.size === 0) return undefined;
  const learning = learningOf(planning, byName, knowledge);
  const older = await olderVersions(planning, problem, learning, upgraded);
  if (older.size === 0) return undefined;
  const wider: Problem = { ...problem, older: (name) => older.get(extraOf(name)?.name ?? name) ?? [] };
  const solution = await searched(planning, byName, knowledge, wider);
  const isLess = compareWeights(leftOf(problem, solution.changes), leftOf(problem, upgraded.changes)) < 0;
  return isLess ? { solution, problem: wider } : undefined;
}

/**
 * The search, and what can be had by moving the packages of the goal alone, which asks for little and is known before it: a knot of a
 * thousand versions can use up the time of a slow index, and an upgrade that everybody allows must not be lost for that.
 */
async function withinReach(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: IndexAnswers,
  problem: Problem,
): Promise<Solution> {
  const isOfGoal = (name: string): boolean => problem.goals.has(extraOf(name)?.name ?? name);
  const alone: Problem = { ...problem, candidates: (name) => (isOfGoal(name) ? problem.candidates(name) : []) };
  const near = await searched(planning, byName, { ...knowledge, asked: new Map() }, alone);
  const far = await searched(planning, byName, knowledge, problem);
  const isLess = compareWeights(leftOf(problem, near.changes), leftOf(problem, far.changes)) < 0;
  return isLess ? { ...near, exhaustive: false } : far;
}

/** Solves, asks what the solution rests on, and solves anew until nothing is left to ask. */
async function searched(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: IndexAnswers,
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
    older: (name) => (problem.older?.(name) ?? []).filter((version) => problem.needs(name, version) !== undefined),
  });
  return { ...known, exhaustive: false };
}

/** The solution with what clears more in its place. */
function improved(problem: Problem, first: Solution, { changes, because }: Improved): Solution {
  if (changes === first.changes) return first;
  return { ...first, changes, because, uncleared: unclearedOf(problem, changes), exhaustive: false };
}

/** Findings of distributions that pip may change, by normalised name. */
function findingsByName({ environment, findings }: PythonPlanning): Map<string, Finding[]> {
  const map = new Map<string, Finding[]>();
  for (const finding of findings) {
    const pkg = finding.package;
    if (pkg.type !== pypi.type || !isInstalled(pkg)) continue;
    const sites = sitesOf(pkg);
    if (!environment.sites.some((site) => sites.has(site))) continue;
    const name = pypi.normalize(pkg.name);
    const member = environment.members.get(name);
    if (member === undefined || member.held !== undefined) continue;
    addTo(map, name, finding);
  }
  return map;
}

/** The folders of distributions that a package lies in: the same package can be in a thousand environments, each of which asks. */
function sitesOf(pkg: Package): ReadonlySet<string> {
  let sites = sitesOfPackages.get(pkg);
  if (sites === undefined) {
    sites = new Set(pkg.evidence.map(({ path }) => siteOrFile(path)));
    sitesOfPackages.set(pkg, sites);
  }
  return sites;
}

const sitesOfPackages = new WeakMap<Package, ReadonlySet<string>>();

/** What each version would leave and bring, worked out once. */
function tradesOf(
  { environment, goal, prover }: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
): (name: string, version: string) => Trade {
  const known = new Map<string, Map<string, Trade>>();
  /** Of many versions the very same is found. */
  const alike = new Map<string, Map<readonly Proven[], Trade>>();
  const template = [...environment.members.values()][0]?.package;
  const traded = (name: string, version: string): Trade => {
    const pkg = environment.members.get(name)?.package ?? (template && { ...template, name, version: '0' });
    const after = pkg === undefined ? [] : prover.findings(pkg, version);
    return ofTwo(alike, name, after, () => tradeOf(byName.get(name) ?? [], after, goal));
  };
  return (name, version) => ofTwo(known, name, version, () => traded(name, version));
}

/** What was made of two keys, once: asked hundreds of thousands of times, it must not cost a text that holds both. */
function ofTwo<First, Second, Made>(
  known: Map<First, Map<Second, Made>>,
  first: First,
  second: Second,
  make: () => Made,
): Made {
  let own = known.get(first);
  if (own === undefined) {
    own = new Map();
    known.set(first, own);
  }
  let made = own.get(second);
  if (made === undefined) {
    made = make();
    own.set(second, made);
  }
  return made;
}

function problemOf(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: IndexAnswers,
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
    residue: (name, version) => (extraOf(name) ? WEIGHTLESS : trade(name, version).weight),
    partOf: (name) => extraOf(name)?.name,
  };
}

function changeOf(
  { environment }: PythonPlanning,
  problem: Problem,
  knowledge: IndexAnswers,
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
    ...(isBest(problem, name, to) && !isLower(member, to) ? {} : { exact: true as const }),
    ...(because === undefined ? {} : { because }),
  };
}

/** An installer takes what is there, or something newer, for better. */
const isLower = (member: EnvironmentMember | undefined, to: string): boolean =>
  member !== undefined && comparePep440(to, member.version) < 0;

/** Whether no newer version, which an installer would take where it may, has more findings than this one. */
function isBest(problem: Problem, name: string, to: string): boolean {
  const least = problem.residue(name, to);
  return (problem.candidates(name) ?? []).every(
    (version) => comparePep440(version, to) <= 0 || compareWeights(problem.residue(name, version), least) <= 0,
  );
}
