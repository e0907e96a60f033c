/**
 * What packages need of one another, and what a state breaks of it: the constraints of the search in `solver.ts`, and of whoever
 * proves or explains its answer. Knows nothing of any ecosystem.
 */
import type { Weight } from './trade.ts';

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
  /** Versions below the installed one, the newest first, of what stands in the way of others: tried where no newer one will do. */
  older?(name: string): readonly string[];
  /** What a candidate needs; undefined: nobody has asked yet; `unknown`: nobody can say. */
  needs(name: string, version: string): readonly Need[] | 'unknown' | undefined;
  isMajor(name: string, from: string, to: string): boolean;
  readonly majors: 'never' | 'needed' | 'any';
  /** Of what is no package by itself but a part of one, always in its version (`uvicorn[standard]`): that one. */
  partOf?(name: string): string | undefined;
}

/** A constraint that does not hold. */
export interface Violation {
  /** The package that needs something. */
  readonly owner: string;
  readonly ownerVersion: string;
  readonly need: Need;
  /** Absent: it is not installed. */
  readonly version?: string;
}

/** What tens of thousands of states want to know of a problem, looked up once. */
interface Remembered {
  readonly needs: Map<string, Map<string, readonly Need[]>>;
  /** Of what a version needs, that which concerns one package. */
  readonly of: Map<readonly Need[], Map<string, readonly Need[]>>;
}

const remembered = new WeakMap<Problem, Remembered>();

/** The problem as it is as long as nothing is asked. */
export function standing(problem: Problem): Problem {
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
export function withNeedsOf(
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
  return known === undefined ? assumedNeeds(problem, name, version) : rememberedNeeds(known, problem, name, version);
}

// Asked for every state of a search: nothing is made for what is known.
function rememberedNeeds(known: Remembered, problem: Problem, name: string, version: string): readonly Need[] {
  let own = known.needs.get(name);
  if (own === undefined) {
    own = new Map();
    known.needs.set(name, own);
  }
  let needs = own.get(version);
  if (needs === undefined) {
    needs = assumedNeeds(problem, name, version);
    own.set(version, needs);
  }
  return needs;
}

/** What the version of an owner needs of one package. */
function needsFor(
  known: Remembered | undefined,
  problem: Problem,
  { owner, version, target }: { readonly owner: string; readonly version: string; readonly target: string },
): readonly Need[] {
  if (known === undefined) return needsAmong(assumedNeeds(problem, owner, version), target);
  const needs = rememberedNeeds(known, problem, owner, version);
  let own = known.of.get(needs);
  if (own === undefined) {
    own = new Map();
    known.of.set(needs, own);
  }
  let those = own.get(target);
  if (those === undefined) {
    those = needsAmong(needs, target);
    own.set(target, those);
  }
  return those;
}

const needsAmong = (needs: readonly Need[], target: string): readonly Need[] =>
  needs.filter(({ name }) => name === target);

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
  besides: readonly string[] = NOBODY,
): readonly Violation[] {
  const version = chosen.get(changed);
  const today = problem.members.get(changed)?.version;
  if (version === undefined || version === today) return NONE;
  const state: ChangedState = { problem, chosen, known: remembered.get(problem), changed, version, today, broken: [] };
  for (const need of needsOf(problem, changed, version)) {
    const have = versionIn(state, need.name);
    if (have === undefined || !need.accepts(have))
      state.broken.push({
        owner: changed,
        ownerVersion: version,
        need,
        ...(have === undefined ? {} : { version: have }),
      });
  }
  // A chosen version that needs `changed` without having done so before is asked about its own needs, in its turn.
  for (const owner of dependents.get(changed) ?? NOBODY) if (owner !== changed) askOwner(state, owner);
  for (const owner of besides) if (owner !== changed) askOwner(state, owner);
  return state.broken;
}

const NOBODY: readonly string[] = [];
const NONE: readonly Violation[] = [];

/** A state in which one package has just changed, and what that breaks. */
interface ChangedState {
  readonly problem: Problem;
  readonly chosen: ReadonlyMap<string, string>;
  readonly known: Remembered | undefined;
  readonly changed: string;
  readonly version: string;
  readonly today: string | undefined;
  readonly broken: Violation[];
}

const versionIn = ({ chosen, problem }: ChangedState, name: string): string | undefined =>
  chosen.get(name) ?? problem.members.get(name)?.version;

/** Whether somebody who needs what has changed goes along with it. */
function askOwner(state: ChangedState, owner: string): void {
  const { problem, changed, version, today } = state;
  const installed = problem.members.get(owner)?.version;
  const ownerVersion = (state.chosen.get(owner) ?? installed) as string;
  for (const need of needsFor(state.known, problem, { owner, version: ownerVersion, target: changed })) {
    if (need.accepts(version)) continue;
    if (ownerVersion === installed && today !== undefined && !need.accepts(today)) continue;
    state.broken.push({ owner, ownerVersion, need, version });
  }
}
