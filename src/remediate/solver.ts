/**
 * Finds the smallest set of upgrades that clears the goal and keeps every constraint it knows: branch and bound over the
 * packages that are to change and those that stand in their way. Knows nothing of any ecosystem.
 */
import { LIMITS } from '../limits.ts';
import {
  dependentsOf,
  needInWords,
  needsOf,
  type Problem,
  standing,
  type Violation,
  violationsOf,
  withNeedsOf,
} from './constraints.ts';
import { withoutIdle } from './idle-changes.ts';
import { addWeights, compareWeights, subtractWeights, WEIGHTLESS, type Weight } from './trade.ts';

/** The best that was found. */
export interface Solution {
  /** What to change, goal packages and those that have to follow. */
  readonly changes: ReadonlyMap<string, string>;
  /** Why a package that has no finding of the goal is changed. */
  readonly because: ReadonlyMap<string, string>;
  /** What stays of the goal or comes in its place, by package of the goal. */
  readonly uncleared: ReadonlyMap<string, Weight>;
  /** What the search would have liked to know. */
  readonly wanted: Wanted;
  /** False: the budget ended the search; there may be a smaller plan. */
  readonly exhaustive: boolean;
}

interface Wanted {
  readonly candidates: ReadonlySet<string>;
  readonly needs: ReadonlySet<string>;
}

/** What stays and what is brought; then majors, packages changed, versions passed over: compared in this order. */
type Cost = Weight;

const costs = (residue: Weight, majors: number, packages: number, passedOver: number): Cost => [
  ...residue,
  majors,
  packages,
  passedOver,
];
const LEFT = WEIGHTLESS.length;

interface Search {
  readonly problem: Problem;
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** Who needs whom besides, by what was chosen on the way here. */
  readonly besides: Map<string, string[]>;
  readonly chosen: Map<string, string>;
  readonly because: Map<string, Open>;
  readonly wantedCandidates: Set<string>;
  readonly domains: Map<string, readonly Pick[]>;
  best: { cost: Cost; chosen: ReadonlyMap<string, string>; because: ReadonlyMap<string, Open> } | undefined;
  readonly quick: boolean;
  nodes: number;
  /** Nodes after which the search ends. */
  budget: number;
  /** What no solution can be better than. */
  floor: Cost | undefined;
}

interface Pick {
  readonly version: string;
  readonly cost: Cost;
}

const ZERO: Cost = costs(WEIGHTLESS, 0, 0, 0);
const [add, less, compare] = [addWeights, subtractWeights, compareWeights];

/**
 * The smallest set of upgrades; where not all of the goal can be cleared, what clears the most. Never a downgrade but to what `older` names. `quick` is for
 * who only wants to know what to ask next: what is not known is hoped for, and the first that clears as much as can be is enough.
 */
export function solve(given: Problem, quick = false): Solution {
  const problem = standing(given);
  const dependents = dependentsOf(problem.members);
  const wantedCandidates = new Set<string>();
  const draft = searchOf(problem, dependents, wantedCandidates);
  const free = freeGoals(draft);
  const first: Search = {
    ...draft,
    chosen: new Map(free),
    dependents: withNeedsOf(problem, dependents, free),
    quick,
  };
  begin(
    first,
    [...problem.goals.keys()].filter((name) => !free.has(name)),
  );
  // Those that were in nobody's way may have to give way after all.
  let best = first;
  if (free.size > 0 && unclearedOf(problem, first.best?.chosen ?? first.chosen).size > 0) {
    const second = { ...searchOf(problem, dependents, wantedCandidates), quick };
    begin(second, [...problem.goals.keys()]);
    if (second.best && compare(leftOf(problem, second.best.chosen), leftOf(problem, first.best?.chosen ?? free)) < 0)
      best = second;
  }
  const solution = best.best ?? { chosen: free, because: new Map<string, Open>() };
  const chosen = [...solution.chosen].filter(([name, version]) => problem.members.get(name)?.version !== version);
  const kept = withoutIdle(problem, new Map(chosen));
  const changes = new Map([...kept].filter(([name]) => problem.partOf?.(name) === undefined));
  const needs = chosen.filter(([name, version]) => problem.needs(name, version) === undefined);
  return {
    changes,
    because: new Map(
      [...solution.because].flatMap(([name, open]) => (changes.has(name) ? [[name, needInWords(problem, open)]] : [])),
    ),
    uncleared: unclearedOf(problem, changes),
    wanted: { candidates: wantedCandidates, needs: new Set(needs.map(([name, version]) => `${name}\0${version}`)) },
    exhaustive: first.nodes <= LIMITS.solverNodes && best.nodes <= LIMITS.solverNodes,
  };
}

function searchOf(
  problem: Problem,
  dependents: ReadonlyMap<string, readonly string[]>,
  wantedCandidates: Set<string>,
): Search {
  return {
    problem,
    dependents,
    besides: new Map(),
    wantedCandidates,
    chosen: new Map(),
    quick: false,
    because: new Map(),
    domains: new Map(),
    best: undefined,
    nodes: 0,
    budget: LIMITS.solverNodes,
    floor: undefined,
  };
}

/** Goals whose cheapest pick disturbs nobody, not even one another. */
function freeGoals(search: Search): Map<string, string> {
  const picks = new Map<string, string>();
  for (const name of search.problem.goals.keys()) {
    const pick = domainOf(search, name)[0];
    if (pick !== undefined) picks.set(name, pick.version);
  }
  for (;;) {
    const disturbing = [...picks].filter(
      ([name]) => violationsOf(search.problem, picks, search.dependents, name)[0] !== undefined,
    );
    if (disturbing.length === 0) return picks;
    for (const [name] of disturbing) picks.delete(name);
  }
}

/** What a state leaves of the goal and brings, in all packages together. */
export function leftOf(problem: Problem, chosen: ReadonlyMap<string, string>): Weight {
  let left = [...unclearedOf(problem, chosen).values()].reduce(addWeights, WEIGHTLESS);
  for (const [name, version] of chosen)
    if (!problem.goals.has(name) && problem.members.get(name)?.version !== version)
      left = addWeights(left, problem.residue(name, version));
  return left;
}

/** What stays of the goal or comes in its place where `chosen` is installed over what is there, by package of the goal. */
export function unclearedOf(problem: Problem, chosen: ReadonlyMap<string, string>): Map<string, Weight> {
  const left = new Map<string, Weight>();
  for (const [name, today] of problem.goals) {
    const version = chosen.get(name);
    const stays = version === undefined || version === problem.members.get(name)?.version;
    const weight = stays ? today : problem.residue(name, version);
    if (compareWeights(weight, WEIGHTLESS) > 0) left.set(name, weight);
  }
  return left;
}

function pickCost(problem: Problem, name: string, version: string, residue: Weight, passedOver: number): Cost {
  const from = problem.members.get(name)?.version;
  // A part costs nothing: what it is a part of does.
  if (from === version || problem.partOf?.(name) !== undefined) return costs(residue, 0, 0, 0);
  const major = from !== undefined && problem.majors !== 'any' && problem.isMajor(name, from, version);
  // What is new comes in its newest version, as installers take it: an older one is no better for needing less.
  if (from === undefined) return costs(residue, 0, 1 + passedOver, 0);
  return costs(residue, major ? 1 : 0, 1, passedOver);
}

/** What a package may become, cheapest first. A goal package may also stay as it is, at the price of its findings. */
function domainOf(search: Search, name: string): readonly Pick[] {
  const known = search.domains.get(name);
  if (known) return known;
  const { problem } = search;
  const installed = problem.members.get(name)?.version;
  const candidates = problem.candidates(name);
  if (candidates === undefined) search.wantedCandidates.add(name);
  const picks = [...(candidates ?? []), ...(problem.older?.(name) ?? [])].flatMap((version, index, all): Pick[] => {
    if (installed !== undefined && problem.majors === 'never' && problem.isMajor(name, installed, version)) return [];
    const residue = problem.residue(name, version);
    // What is new comes in its newest version, as installers would take it.
    const passedOver = installed === undefined ? all.length - 1 - index : index;
    return [{ version, cost: pickCost(problem, name, version, residue, passedOver) }];
  });
  const today = problem.goals.get(name);
  if (today !== undefined && installed !== undefined) picks.push({ version: installed, cost: costs(today, 0, 0, 0) });
  picks.sort((a, b) => compare(a.cost, b.cost));
  search.domains.set(name, picks);
  return picks;
}

/** A constraint that does not hold in the state that the search is in. */
type Open = Omit<Violation, 'version'>;

function begin(search: Search, goals: readonly string[]): void {
  const bound = goals.reduce((sum, name) => add(sum, domainOf(search, name)[0]?.cost ?? ZERO), ZERO);
  search.floor = bound;
  explore(search, new Set(goals), bound, []);
}

/**
 * Decides one package after the other: first whoever an earlier decision disturbed, then the goals. `bound` is what was decided
 * and the least that the open goals will cost; `goals` is put back as it was.
 */
function explore(search: Search, goals: Set<string>, bound: Cost, open: readonly Open[]): void {
  if (++search.nodes > search.budget) return;
  if (search.best && compare(bound, search.best.cost) >= 0) return;
  const disturbed = movable(search, open);
  if (disturbed === 'dead') return;
  const [name] = disturbed === undefined ? goals : [disturbed.name];
  if (name === undefined) {
    take(search, bound);
    return;
  }
  const wasGoal = goals.delete(name);
  const domain = domainOf(search, name);
  const rest = wasGoal ? less(bound, domain[0]?.cost ?? ZERO) : bound;
  for (const pick of domain) {
    const cost = add(rest, pick.cost);
    // Picks come cheapest first.
    if (search.nodes > search.budget || (search.best && compare(cost, search.best.cost) >= 0)) break;
    const added = choose(search, name, pick.version);
    if (disturbed && !search.problem.goals.has(name)) search.because.set(name, disturbed.because);
    explore(search, goals, cost, stillOpen(search, open, name));
    search.because.delete(name);
    search.chosen.delete(name);
    for (const target of added) search.besides.get(target)?.pop();
  }
  if (wasGoal) goals.add(name);
}

/** Notes a plan that is better than the best so far. */
function take(search: Search, cost: Cost): void {
  search.best = { cost, chosen: new Map(search.chosen), because: new Map(search.because) };
  // As good as it can be where it matters: what is left to gain is a package or two.
  if (search.floor && compare(cost.slice(0, LEFT + 1), search.floor.slice(0, LEFT + 1)) === 0)
    search.budget = search.quick ? search.nodes : Math.min(search.budget, search.nodes + LIMITS.solverPolish);
}

/** Chooses a version, and notes whom it needs that it did not need before. */
function choose(search: Search, name: string, version: string): string[] {
  search.chosen.set(name, version);
  if (search.problem.members.get(name)?.version === version) return [];
  const added: string[] = [];
  for (const { name: target } of needsOf(search.problem, name, version)) {
    if (search.dependents.get(target)?.includes(name)) continue;
    const known = search.besides.get(target);
    if (known) known.push(name);
    else search.besides.set(target, [name]);
    added.push(target);
  }
  return added;
}

/** What is violated after `name` was chosen: the rest of what was, and what it breaks itself. */
function stillOpen(search: Search, open: readonly Open[], name: string): readonly Open[] {
  const { problem, chosen } = search;
  if (chosen.get(name) === problem.members.get(name)?.version) return open;
  const own = violationsOf(problem, chosen, search.dependents, name, search.besides.get(name));
  if (open.length === 0) return own;
  const left = open.filter(({ owner, need }) => owner !== name && need.name !== name);
  return own.length === 0 ? left : [...left, ...own];
}

/** A side of a violated constraint that may still move; `dead`: one has none. */
function movable(search: Search, open: readonly Open[]): { name: string; because: Open } | 'dead' | undefined {
  let free: { name: string; because: Open } | undefined;
  for (const because of open) {
    const { owner, need } = because;
    const name = !search.chosen.has(owner) ? owner : !search.chosen.has(need.name) ? need.name : undefined;
    if (name === undefined) return 'dead';
    if (domainOf(search, name).length === 0) {
      // Who looks for what to ask next hopes that what nobody was asked about gives way.
      if (search.quick && search.wantedCandidates.has(name)) continue;
      return 'dead';
    }
    free ??= { name, because };
  }
  return free;
}
