// Long because it is one algorithm: clauses, conclusions and what is learned are read together.

/**
 * Finds versions that satisfy everything, or proves that there are none: conflict-driven search over the statements "this package
 * in this version", which learns from each contradiction what must not be chosen together. Asks for what a version needs only
 * when it is about to be chosen. Knows nothing of any ecosystem, and nothing of better and worse.
 * https://en.wikipedia.org/wiki/Conflict-driven_clause_learning
 */
import type { Need } from './constraints.ts';

/** Which versions of a package will do; `ifThere`: or none at all. */
export interface Demand extends Pick<Need, 'name' | 'accepts'> {
  readonly ifThere?: true;
}

/** What is to be satisfied. Names are normalised. */
interface Resolving {
  /** What has to be there in some version. */
  readonly names: Iterable<string>;
  /** Versions that may be taken, the most welcome first; none: the package cannot be had. */
  candidates(name: string): Promise<readonly string[]>;
  /** What a version needs: each package, and which of its versions will do; undefined: it will not be asked, and the search ends. */
  needs(name: string, version: string): Promise<readonly Demand[] | undefined>;
  /** Of what is a part of another and always in its version: that one. */
  partOf?(name: string): string | undefined;
  /** Contradictions after which the search ends without an answer. */
  readonly budget: number;
  /** Of several searches together: statements that may still be looked at, counted down. None left: the search ends without an answer. */
  readonly effort?: { left: number };
}

/** Versions by name; `impossible`: proved that there are none; `unknown`: the budget ended the search. */
export type Resolution = ReadonlyMap<string, string> | 'impossible' | 'unknown';

/** One package in one version. */
interface Choice {
  readonly name: string;
  readonly version: string;
  /** What follows from it is among the clauses. */
  loaded: boolean;
  value: boolean | undefined;
  level: number;
  /** The clause that left no other value; `sibling`: another version of the package was taken. */
  reason: Clause | { readonly sibling: Choice } | undefined;
  /** All versions of the package, this one among them. */
  readonly siblings: readonly Choice[];
  /** Clauses to be looked at when it is taken, or given up. */
  readonly watched: { whenTrue: Clause[]; whenFalse: Clause[] };
  /** What it needs, once that is loaded. */
  needed: readonly Clause[];
}

interface Literal {
  readonly choice: Choice;
  readonly value: boolean;
}

/** Of these literals at least one holds. The first two are watched. */
interface Clause {
  readonly literals: Literal[];
  /** Absent: learned. Else whose choice needs one of the others. */
  readonly owner?: Choice;
  /** The package that is needed. */
  readonly target?: string;
}

/** Searches for versions of everything that is named and needed. Throws what the callbacks throw. */
export async function resolve(asked: Resolving): Promise<Resolution> {
  const search = new Search(asked);
  for (const name of asked.names) if (!(await search.require(name))) return 'impossible';
  let conflicts = 0;
  for (;;) {
    const contradiction = search.propagate();
    const unloaded = contradiction === undefined ? search.unloaded() : undefined;
    const conflict = unloaded === undefined ? contradiction : await search.load(unloaded);
    if (search.isStuck || search.isSpent) return 'unknown';
    if (conflict === 'loaded') continue;
    if (conflict !== undefined) {
      if (++conflicts > asked.budget) return 'unknown';
      if (!search.learn(conflict)) return 'impossible';
      continue;
    }
    const next = search.undecided();
    if (next === undefined) return search.versions();
    const unknown = search.decide(next);
    if (unknown !== undefined) await search.load(unknown);
    if (search.isStuck) return 'unknown';
  }
}

class Search {
  private readonly asked: Resolving;
  private readonly packages = new Map<string, readonly Choice[]>();
  private readonly required: string[] = [];
  private readonly trail: Choice[] = [];
  private readonly starts: { readonly trail: number; readonly served: number; readonly there: number }[] = [];
  /** What was taken, by package. */
  private readonly taken = new Map<string, Choice>();
  /** The same in the order in which it was. */
  private readonly order: Choice[] = [];
  private seen = 0;
  /** So many from the beginning need not be looked at again: of `order`, those that have all they need, and those that are loaded; of `required`, those that are there. */
  private served = 0;
  private loaded = 0;
  private there = 0;
  /** Something was not to be found out. */
  isStuck = false;
  private readonly effort: { left: number };

  constructor(asked: Resolving) {
    this.asked = asked;
    this.effort = asked.effort ?? { left: Number.POSITIVE_INFINITY };
  }

  get isSpent(): boolean {
    return this.effort.left <= 0;
  }

  /** False: it cannot be had in any version. */
  async require(name: string): Promise<boolean> {
    const choices = await this.choicesOf(name);
    this.required.push(name);
    return this.add({ literals: choices.map((choice) => ({ choice, value: true })), target: name }) === undefined;
  }

  private async choicesOf(name: string): Promise<readonly Choice[]> {
    const known = this.packages.get(name);
    if (known) return known;
    const versions = await this.asked.candidates(name);
    const choices: Choice[] = [];
    for (const version of versions)
      choices.push({
        name,
        version,
        loaded: false,
        value: undefined,
        level: 0,
        reason: undefined,
        siblings: choices,
        watched: { whenTrue: [], whenFalse: [] },
        needed: [],
      });
    this.packages.set(name, choices);
    const whole = this.asked.partOf?.(name);
    if (whole === undefined) return choices;
    const wholes = new Map((await this.choicesOf(whole)).map((choice) => [choice.version, choice]));
    for (const choice of choices) {
      const same = wholes.get(choice.version);
      this.add({ literals: [no(choice), ...(same ? [{ choice: same, value: true }] : [])] });
    }
    return choices;
  }

  private get level(): number {
    return this.starts.length;
  }

  /** Adds what must hold from now on, at whatever point of the search; the clause itself where it already does not. */
  private add(clause: Clause): Clause | undefined {
    const { literals } = clause;
    this.effort.left -= literals.length;
    // Those that may still hold are watched, then those that were lost last.
    const rank = ({ choice, value }: Literal): number =>
      choice.value === undefined || choice.value === value ? Number.MAX_SAFE_INTEGER : choice.level;
    literals.sort((a, b) => rank(b) - rank(a));
    for (const literal of literals.slice(0, 2)) this.watch(literal, clause);
    const [first, second] = literals;
    if (first === undefined || isFalse(first)) return clause;
    if (first.choice.value === undefined && (second === undefined || isFalse(second)))
      this.assign(first.choice, first.value, clause);
    return undefined;
  }

  /** To be looked at when the literal is lost. */
  private watch({ choice: { watched }, value }: Literal, clause: Clause): void {
    (value ? watched.whenFalse : watched.whenTrue).push(clause);
  }

  private assign(choice: Choice, value: boolean, reason: Choice['reason']): void {
    choice.value = value;
    choice.level = this.level;
    choice.reason = reason;
    this.trail.push(choice);
    if (!value || this.taken.has(choice.name)) return;
    this.taken.set(choice.name, choice);
    this.order.push(choice);
  }

  /** Draws every conclusion; the clause that does not hold, where one is left. */
  propagate(): Clause | undefined {
    for (; this.seen < this.trail.length; this.seen++) {
      const choice = this.trail[this.seen] as Choice;
      if (choice.value === true) {
        const taken = { sibling: choice };
        this.effort.left -= choice.siblings.length;
        for (const sibling of choice.siblings) {
          if (sibling === choice || sibling.value === false) continue;
          if (sibling.value === true) return { literals: [no(choice), no(sibling)] };
          this.assign(sibling, false, taken);
        }
      }
      const conflict = this.visit(choice);
      if (conflict) return conflict;
    }
    return undefined;
  }

  /** Gives every clause that lost a watched literal another one. */
  private visit(choice: Choice): Clause | undefined {
    const { watched } = choice;
    const clauses = choice.value ? watched.whenTrue : watched.whenFalse;
    if (clauses.length === 0) return undefined;
    this.effort.left -= clauses.length;
    const kept: Clause[] = [];
    if (choice.value) watched.whenTrue = kept;
    else watched.whenFalse = kept;
    for (let index = 0; index < clauses.length; index++) {
      const clause = clauses[index] as Clause;
      const { literals } = clause;
      if (literals[0]?.choice === choice && literals.length > 1) swap(literals, 0, 1);
      const [first] = literals as [Literal];
      if (first.choice.value === first.value) {
        kept.push(clause);
        continue;
      }
      const other = unwatched(literals);
      this.effort.left -= other < 0 ? literals.length : other;
      if (other > 0) {
        swap(literals, 1, other);
        this.watch(literals[1] as Literal, clause);
        continue;
      }
      kept.push(clause);
      if (isFalse(first)) {
        kept.push(...clauses.slice(index + 1));
        return clause;
      }
      this.assign(first.choice, first.value, clause);
    }
    return undefined;
  }

  /** What was taken for want of another and is not loaded yet. */
  unloaded(): Choice | undefined {
    while (this.order[this.loaded]?.loaded) this.loaded += 1;
    return this.order[this.loaded];
  }

  /** Brings in what a version needs; `loaded` where nothing speaks against it. */
  async load(choice: Choice): Promise<Clause | 'loaded'> {
    return (await this.loadNeeds(choice)) ?? 'loaded';
  }

  private async loadNeeds(choice: Choice): Promise<Clause | undefined> {
    choice.loaded = true;
    let conflict: Clause | undefined;
    const clauses: Clause[] = [];
    choice.needed = clauses;
    const needs = await this.asked.needs(choice.name, choice.version);
    if (needs === undefined) this.isStuck = true;
    const add = (clause: Clause): void => {
      const failed = this.add(clause);
      conflict ??= failed;
    };
    for (const { name, accepts, ifThere } of needs ?? []) {
      const choices = await this.choicesOf(name);
      this.effort.left -= choices.length;
      const accepted = choices.filter(({ version }) => accepts(version));
      if (ifThere) {
        for (const other of choices) if (!accepted.includes(other)) add({ literals: [no(choice), no(other)] });
        continue;
      }
      if (accepted.includes(choice)) continue;
      const literals = [no(choice), ...accepted.map((candidate) => ({ choice: candidate, value: true }))];
      const clause: Clause = { literals, owner: choice, target: name };
      clauses.push(clause);
      add(clause);
    }
    return conflict;
  }

  /**
   * Goes back to where a contradiction could have been seen, and notes what led to it. False: nothing was chosen that could be
   * given up.
   */
  learn(conflict: Clause): boolean {
    const top = Math.max(0, ...conflict.literals.map(({ choice }) => choice.level));
    if (top === 0) return false;
    this.back(top);
    const [marked, learned] = [new Set<Choice>(), [] as Literal[]];
    let open = 0;
    const mark = (literals: readonly Literal[]): void => {
      for (const literal of literals) {
        const { choice } = literal;
        if (marked.has(choice) || choice.level === 0) continue;
        marked.add(choice);
        if (choice.level === top) open += 1;
        else learned.push(literal);
      }
    };
    mark(conflict.literals);
    let at = this.trail.length - 1;
    for (; ; at--) {
      const choice = this.trail[at] as Choice;
      if (!marked.has(choice) || choice.level !== top) continue;
      if (--open === 0) {
        learned.push({ choice, value: !choice.value });
        break;
      }
      const { reason } = choice;
      if (reason === undefined) throw new Error('a decision is not the last of its level');
      mark('sibling' in reason ? [no(reason.sibling)] : reason.literals.filter((literal) => literal.choice !== choice));
    }
    const own = learned.at(-1) as Literal;
    this.back(Math.max(0, ...learned.filter((literal) => literal !== own).map(({ choice }) => choice.level)));
    this.add({ literals: learned });
    return true;
  }

  private back(level: number): void {
    if (level >= this.level) return;
    const start = this.starts[level] as (typeof this.starts)[number];
    while (this.trail.length > start.trail) {
      const choice = this.trail.pop() as Choice;
      if (this.taken.get(choice.name) === choice) {
        this.taken.delete(choice.name);
        this.order.pop();
      }
      choice.value = undefined;
      choice.reason = undefined;
    }
    this.starts.length = level;
    this.seen = Math.min(this.seen, this.trail.length);
    this.served = Math.min(this.served, start.served);
    this.there = Math.min(this.there, start.there);
    this.loaded = Math.min(this.loaded, this.order.length);
  }

  /** A package that has to be there, and of which no version was taken yet. */
  undecided(): string | undefined {
    for (; this.served < this.order.length; this.served += 1)
      for (const { target } of (this.order[this.served] as Choice).needed)
        if (target !== undefined && !this.taken.has(target)) return target;
    while (this.taken.has(this.required[this.there] ?? '')) this.there += 1;
    return this.required[this.there];
  }

  /** Takes the most welcome version that is left. Where it is not known what that needs, which may rule it out or say more, it is given back. */
  decide(name: string): Choice | undefined {
    const choice = this.packages.get(name)?.find(({ value }) => value === undefined);
    if (choice === undefined) return undefined;
    if (!choice.loaded) return choice;
    this.starts.push({ trail: this.trail.length, served: this.served, there: this.there });
    this.assign(choice, true, undefined);
    return undefined;
  }

  /** What was taken, as far as it has to be there. */
  versions(): ReadonlyMap<string, string> {
    const versions = new Map<string, string>();
    const open = [...this.required];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const choice = this.taken.get(name);
      if (choice === undefined || versions.has(name)) continue;
      versions.set(name, choice.version);
      for (const { target } of choice.needed) if (target !== undefined) open.push(target);
    }
    return versions;
  }
}

/** The place of a literal that is not watched and may still hold. */
function unwatched(literals: readonly Literal[]): number {
  for (let place = 2; place < literals.length; place++) if (!isFalse(literals[place] as Literal)) return place;
  return -1;
}

const no = (choice: Choice): Literal => ({ choice, value: false });
const isFalse = ({ choice, value }: Literal): boolean => choice.value !== undefined && choice.value !== value;

function swap<Item>(items: Item[], a: number, b: number): void {
  const held = items[a] as Item;
  items[a] = items[b] as Item;
  items[b] = held;
}
