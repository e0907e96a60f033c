// Long because it is one search: bounds, choices and costs are read together.

/**
 * Finds the smallest set of upgrades that clears the goal and keeps every constraint it knows: branch and bound over the
 * packages that are to change and those that stand in their way. Knows nothing of any ecosystem.
 */
import { LIMITS } from '../limits.ts';
import { addWeights, compareWeights, subtractWeights, WEIGHTLESS, type Weight } from './trade.ts';

/** One thing a package needs: another package, in a version that `accepts`. */
export interface Need {
  readonly name: string;
  /** As the user is told: `numpy<1.24,>=1.22`. */
  readonly text: string;
  accepts(version: string): boolean;
}

/** An installed package. */
export interface Member {
  readonly version: string;
  readonly needs: readonly Need[];
}

/** What is to be solved. Names are normalised. */
export interface Problem {
  readonly members: ReadonlyMap<string, Member>;
  /** What the findings of the goal weigh today, by package. */
  readonly goals: ReadonlyMap<string, Weight>;
  /** What this version would leave of them, and what it has that is not there today. */
  residue(name: string, version: string): Weight;
  /** Versions above the installed one that can be installed, ascending; undefined: nobody has asked yet. */
  candidates(name: string): readonly string[] | undefined;
  /** What a candidate needs; undefined: nobody has asked yet; `unknown`: nobody can say. */
  needs(name: string, version: string): readonly Need[] | 'unknown' | undefined;
  isMajor(name: string, from: string, to: string): boolean;
  readonly majors: 'never' | 'needed' | 'any';
  /** Of what is no package by itself but a part of one, always in its version (`uvicorn[standard]`): that one. */
  partOf?(name: string): string | undefined;
}

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

/** A constraint that does not hold. */
interface Violation {
  /** The package that needs something. */
  readonly owner: string;
  readonly ownerVersion: string;
  readonly need: Need;
  /** Absent: it is not installed. */
  readonly version?: string;
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
 * The smallest set of upgrades; where not all of the goal can be cleared, what clears the most. Never a downgrade. `quick` is for
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
  const changes = new Map(chosen.filter(([name]) => problem.partOf?.(name) === undefined));
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

/** What tens of thousands of states want to know of a problem, looked up once. */
interface Remembered {
  readonly needs: Map<string, Map<string, readonly Need[]>>;
  /** Of what a version needs, that which concerns one package. */
  readonly of: Map<readonly Need[], Map<string, readonly Need[]>>;
}

const remembered = new WeakMap<Problem, Remembered>();

/** The problem as it is as long as nothing is asked. */
function standing(problem: Problem): Problem {
  const parts = new Map<string, string | undefined>();
  const same: Problem = { ...problem, partOf: (name) => inMap(parts, name, () => problem.partOf?.(name)) };
  remembered.set(same, { needs: new Map(), of: new Map() });
  return same;
}

function inMap<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined || map.has(key)) return known as Value;
  const made = make();
  map.set(key, made);
  return made;
}

/** Who needs whom, by the one needed. */
export function dependentsOf(members: ReadonlyMap<string, Member>): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [name, { needs }] of members)
    for (const need of needs) {
      const known = map.get(need.name);
      if (known === undefined) map.set(need.name, [name]);
      else if (known.at(-1) !== name) known.push(name);
    }
  return map;
}

/** The same with what the chosen versions need. */
function withNeedsOf(
  problem: Problem,
  dependents: ReadonlyMap<string, readonly string[]>,
  chosen: ReadonlyMap<string, string>,
): Map<string, readonly string[]> {
  const map = new Map(dependents);
  for (const [owner, version] of chosen)
    for (const { name } of needsOf(problem, owner, version)) {
      const known = map.get(name) ?? [];
      if (!known.includes(owner)) map.set(name, [...known, owner]);
    }
  return map;
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
function leftOf(problem: Problem, chosen: ReadonlyMap<string, string>): Weight {
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
  const picks = (candidates ?? []).flatMap((version, index, all): Pick[] => {
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
  return [...open.filter(({ owner, need }) => owner !== name && need.name !== name), ...own];
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

/**
 * Who needs something, in words: `mlflow 3.1 requires gunicorn<21`. Where nobody was asked what the chosen version requires, it is the
 * installed one that does, and that is said.
 */
export function needInWords(problem: Problem, { owner, ownerVersion, need }: Violation, shown = owner): string {
  const today = problem.members.get(owner)?.version;
  const isAssumed = today !== undefined && ownerVersion !== today && problem.needs(owner, ownerVersion) === 'unknown';
  return isAssumed
    ? `${shown} ${today} requires ${need.text}, and what ${ownerVersion} requires is not known`
    : `${shown} ${ownerVersion} requires ${need.text}`;
}

/** The needs of an assumed state: what is not known yet is hoped for, what nobody can say is taken to be as today. */
export function needsOf(problem: Problem, name: string, version: string): readonly Need[] {
  const known = remembered.get(problem);
  if (known === undefined) return assumedNeeds(problem, name, version);
  const own = inMap(known.needs, name, () => new Map<string, readonly Need[]>());
  return inMap(own, version, () => assumedNeeds(problem, name, version));
}

/** What the version of an owner needs of one package. */
function needsFor(problem: Problem, owner: string, version: string, target: string): readonly Need[] {
  const needs = needsOf(problem, owner, version);
  const concerns = (): readonly Need[] => needs.filter(({ name }) => name === target);
  const known = remembered.get(problem);
  if (known === undefined) return concerns();
  const own = inMap(known.of, needs, () => new Map<string, readonly Need[]>());
  return inMap(own, target, concerns);
}

function assumedNeeds(problem: Problem, name: string, version: string): readonly Need[] {
  const member = problem.members.get(name);
  if (member?.version === version) return member.needs;
  const needs = problem.needs(name, version);
  const whole = problem.partOf?.(name);
  if (whole !== undefined) return [sameVersion(whole, version), ...(needs === 'unknown' ? [] : (needs ?? []))];
  if (needs !== 'unknown') return needs ?? [];
  // What does not hold today says nothing of whether it would do so then.
  return (member?.needs ?? []).filter((need) => {
    const have = problem.members.get(need.name)?.version;
    return have !== undefined && need.accepts(have);
  });
}

const sameVersion = (name: string, version: string): Need => ({
  name,
  text: `${name}==${version}`,
  accepts: (candidate) => candidate === version,
});

/**
 * Constraints that `changed` breaks in the state where `chosen` is installed over what is there. What is broken today and
 * not touched does not count. `besides`: who may need it that `dependents` does not name.
 */
export function violationsOf(
  problem: Problem,
  chosen: ReadonlyMap<string, string>,
  dependents: ReadonlyMap<string, readonly string[]>,
  changed: string,
  besides: readonly string[] = [],
): Violation[] {
  const broken: Violation[] = [];
  const version = chosen.get(changed);
  const today = problem.members.get(changed)?.version;
  if (version === undefined || version === today) return broken;
  const at = (name: string): string | undefined => chosen.get(name) ?? problem.members.get(name)?.version;
  for (const need of needsOf(problem, changed, version)) {
    const have = at(need.name);
    if (have === undefined || !need.accepts(have))
      broken.push({ owner: changed, ownerVersion: version, need, ...(have === undefined ? {} : { version: have }) });
  }
  // A chosen version that needs `changed` without having done so before is asked about its own needs, in its turn.
  for (const owner of [...(dependents.get(changed) ?? []), ...besides]) {
    const ownerVersion = at(owner) as string;
    if (owner === changed) continue;
    const moved = ownerVersion !== problem.members.get(owner)?.version;
    for (const need of needsFor(problem, owner, ownerVersion, changed)) {
      if (need.accepts(version)) continue;
      if (!moved && today !== undefined && !need.accepts(today)) continue;
      broken.push({ owner, ownerVersion, need, version });
    }
  }
  return broken;
}
