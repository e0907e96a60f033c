// Long because it is one search: questions, what is known of their answers and the best so far are read together.

/**
 * Whether anything clears more than a plan does, found out by asking for it: every way in which less could be left is a question
 * whether versions exist that satisfy everything. The search for the smallest plan starts from what is installed and may give up
 * in a knot; this one proves that there is nothing better, finds it, or says what it did not try.
 */
import { LIMITS } from '../limits.ts';
import { dependentsOf, needInWords, needsOf, type Problem, violationsOf } from './constraints.ts';
import { type Demand, type Resolution, resolve } from './resolver.ts';
import { addWeights, compareWeights, subtractWeights, WEIGHTLESS, type Weight } from './trade.ts';

/** Finds out what a problem does not know yet. */
export interface Learning {
  candidates(names: readonly string[]): Promise<void>;
  /** False: it is not to be found out any more. */
  needs(name: string, version: string): Promise<boolean>;
}

/** What is better than a plan, or the plan itself. */
export interface Improved {
  readonly changes: ReadonlyMap<string, string>;
  /** Why a package that has no finding of the goal is changed. */
  readonly because: ReadonlyMap<string, string>;
  /** Packages of which less might be left by a choice of versions that was not tried; none: nothing better exists. */
  readonly untried: readonly string[];
}

/** A package whose version decides about what is left. */
interface Lever {
  readonly name: string;
  readonly today: Weight;
  /** What its versions leave, each once, the lightest first. One may be heavier than today, where it lets another be lighter. */
  readonly levels: readonly Weight[];
}

/** How much of each lever may be left, by name. */
type Limits = ReadonlyMap<string, Weight>;

/**
 * Looks for versions that leave less than `changes` does; undefined where nothing could, or nothing better was found and all was
 * tried. Throws what learning throws.
 */
export async function improve(
  problem: Problem,
  changes: ReadonlyMap<string, string>,
  learning: Learning,
): Promise<Improved | undefined> {
  const goals = [...problem.goals.keys()];
  await learning.candidates(goals);
  const levers = goals.map((name) => leverOf(problem, name));
  const search = new Improvement(problem, levers, changes, learning);
  if (!search.mayBeLess) return undefined;
  await learning.candidates([...problem.members.keys()]);
  const untried = await search.run();
  if (search.best === changes) return untried.length === 0 ? undefined : { changes, because: new Map(), untried };
  await search.shrink();
  const because = reasons(problem, search.best);
  return { changes: new Map([...search.best].filter(([name]) => isWhole(problem, name))), because, untried };
}

const isWhole = (problem: Problem, name: string): boolean => problem.partOf?.(name) === undefined;

function leverOf(problem: Problem, name: string): Lever {
  const today = problem.goals.get(name) as Weight;
  return { name, today, levels: levelsOf(problem, name, today) };
}

/** What the versions of a package that may be taken leave or bring, each once, the lightest first. */
function levelsOf(problem: Problem, name: string, today: Weight): readonly Weight[] {
  const weights = allowedVersions(problem, name).map((version) => weightOf(problem, name, version, today));
  return [...new Map([...weights, today].map((weight) => [weight.join(), weight])).values()].sort(compareWeights);
}

const weightOf = (problem: Problem, name: string, version: string | undefined, today: Weight): Weight =>
  version === undefined || version === problem.members.get(name)?.version ? today : problem.residue(name, version);

/** The installed version, the newer ones that may be taken, ascending, and the older ones that may. */
function allowedVersions(problem: Problem, name: string): readonly string[] {
  const installed = problem.members.get(name)?.version;
  const newer = [...(problem.candidates(name) ?? []), ...(problem.older?.(name) ?? [])];
  if (installed === undefined) return newer;
  const steps = problem.majors === 'never' ? newer.filter((to) => !problem.isMajor(name, installed, to)) : newer;
  return [installed, ...steps];
}

class Improvement {
  best: ReadonlyMap<string, string>;
  private left: Weight;
  /** What the levers leave and bring together in any case, as far as is known. */
  private least: Weight;
  private questions = 0;
  /** What may still be looked at in all questions together. */
  private readonly effort: { left: number } = { left: LIMITS.improvementEffort };
  /** The last question had no answer, whatever is brought. */
  private wasImpossible = false;
  /** Packages of which a question came to no end: with more asked besides, it comes to none either. */
  private readonly endless = new Set<string>();
  /** What a version needs was not to be found out for the last question. */
  private isUntold = false;
  private readonly problem: Problem;
  private readonly levers: readonly Lever[];
  private readonly learning: Learning;

  constructor(problem: Problem, levers: readonly Lever[], changes: ReadonlyMap<string, string>, learning: Learning) {
    this.problem = problem;
    this.levers = levers;
    this.learning = learning;
    this.best = changes;
    this.left = this.leftBy(changes);
    this.least = leastOf(levers);
  }

  /** Whether the best leaves or brings more than the lightest versions of all levers together would. */
  get mayBeLess(): boolean {
    return compareWeights(this.least, this.left) < 0;
  }

  /** What a choice leaves of the goal and brings. */
  private leftBy(changes: ReadonlyMap<string, string>): Weight {
    const own = this.levers.map(({ name, today }) => weightOf(this.problem, name, changes.get(name), today));
    const others = [...changes].filter(([name]) => !this.problem.goals.has(name));
    return [...own, ...others.map(([name, version]) => weightOf(this.problem, name, version, WEIGHTLESS))].reduce(
      addWeights,
      WEIGHTLESS,
    );
  }

  /** Tries every way to leave less, as far as there is time for; the names of the levers that might still give more. */
  async run(): Promise<string[]> {
    const floors: Lever[] = [];
    for (const lever of this.levers) floors.push({ ...lever, levels: await this.reachable(lever) });
    this.least = leastOf(floors);
    await this.descend(floors);
    for (;;) {
      const before = this.best;
      const cut = await this.combinations(floors);
      if (this.best === before) return cut ? this.openNames(floors) : [];
      if (this.isOver) return this.openNames(floors);
    }
  }

  /** Levels of a lever from the lowest that can be had, whatever becomes of the others. What was not to be found out counts as possible. */
  private async reachable({ name, today, levels }: Lever): Promise<readonly Weight[]> {
    const now = weightOf(this.problem, name, this.best.get(name), today);
    let low = 0;
    let high = levels.findIndex((level) => compareWeights(level, now) >= 0);
    if (high < 0) high = levels.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const resolution = await this.ask(new Map([[name, levels[middle] as Weight]]));
      if (resolution === 'impossible') low = middle + 1;
      else high = middle;
      if (resolution === 'unknown' && !this.isUntold) this.endless.add(name);
    }
    return levels.slice(low);
  }

  /**
   * Lowers one package after the other, with all others no heavier than in the best, until none gives more. The combinations begin with
   * the generous ones, which rule out the most; where something better brings findings of its own, they rule out nothing for long.
   */
  private async descend(floors: readonly Lever[]): Promise<void> {
    for (let before: unknown; before !== this.best && !this.isOver; ) {
      before = this.best;
      for (const { name, levels } of [...floors, ...this.bringing()]) {
        if (this.endless.has(name)) continue;
        const now = this.weightNow(name);
        let [low, high] = [0, levels.filter((level) => compareWeights(level, now) < 0).length];
        while (low < high && !this.isOver) {
          const middle = (low + high) >> 1;
          const resolution = await this.ask(new Map([...this.limitsNow(), [name, levels[middle] as Weight]]));
          if (resolution === 'impossible') low = middle + 1;
          else high = middle;
        }
      }
    }
  }

  /** Packages of the best that have no finding of the goal today and bring some, with what their versions would. */
  private bringing(): Lever[] {
    const own = [...this.best].filter(
      ([name, version]) => !this.problem.goals.has(name) && this.brings(name, version) > 0,
    );
    return own.map(([name]) => ({ name, today: WEIGHTLESS, levels: levelsOf(this.problem, name, WEIGHTLESS) }));
  }

  private weightNow(name: string): Weight {
    return weightOf(this.problem, name, this.best.get(name), this.problem.goals.get(name) ?? WEIGHTLESS);
  }

  /** What the best leaves of each package of the goal, and brings by each other. */
  private limitsNow(): Map<string, Weight> {
    const names = [...this.levers, ...this.bringing()].map(({ name }) => name);
    return new Map(names.map((name) => [name, this.weightNow(name)]));
  }

  /** No more is asked. */
  private get isOver(): boolean {
    return this.questions > LIMITS.improvementQuestions || this.effort.left <= 0;
  }

  /** Levers that are not as low as each could be, and what brings something besides. */
  private openNames(floors: readonly Lever[]): string[] {
    const own = floors.filter(
      ({ name, today, levels }) =>
        compareWeights(levels[0] as Weight, weightOf(this.problem, name, this.best.get(name), today)) < 0,
    );
    const others = [...this.best].filter(
      ([name, version]) => !this.problem.goals.has(name) && this.brings(name, version) > 0,
    );
    return [...own.map(({ name }) => name), ...others.map(([name]) => name)];
  }

  /** Tries the choices of levels that together leave less than the best does; true: not all of them. Ends with the first that can be had. */
  private async combinations(floors: readonly Lever[]): Promise<boolean> {
    const impossible: (readonly number[])[] = [];
    const endless: (readonly number[])[] = [];
    let cut = false;
    let looked = 0;
    for (const choice of choices(floors, this.least, this.left)) {
      if (++looked > LIMITS.improvementChoices || this.isOver) return true;
      if (isWithin(choice, impossible)) continue;
      // Where more was allowed and the search came to no end, it comes to none here.
      if (isWithin(choice, endless)) continue;
      const limits = new Map(floors.map(({ name, levels }, at) => [name, levels[choice[at] as number] as Weight]));
      const before = this.best;
      const resolution = await this.ask(limits);
      if (this.best !== before) return true;
      if (resolution === 'impossible') impossible.push(choice);
      else {
        cut = true;
        if (resolution === 'unknown' && !this.isUntold) endless.push(choice);
      }
    }
    return cut;
  }

  /**
   * Asks for versions that leave no more than this of each lever, and notes them where they leave less than the best. Versions of
   * other packages that bring something are taken where nothing else does.
   */
  private async ask(limits: Limits): Promise<Resolution> {
    const clean = (name: string, version: string): boolean => this.brings(name, version) <= 0;
    // What brings so much by itself that nothing with it leaves less than the best is not worth having.
    const all = (name: string, version: string): boolean =>
      compareWeights(addWeights(this.least, weightOf(this.problem, name, version, WEIGHTLESS)), this.left) < 0;
    // Where the last could not be had at all, this one seldom can: if it cannot, what brings nothing need not be tried alone.
    const first = this.wasImpossible ? await this.resolved(limits, all) : undefined;
    if (first === 'impossible') return first;
    const resolution = await this.resolved(limits, clean);
    if (resolution !== 'impossible') {
      this.wasImpossible = false;
      this.note(resolution);
      return resolution;
    }
    const last = first ?? (await this.resolved(limits, all));
    this.wasImpossible = last === 'impossible';
    this.note(last);
    return last;
  }

  private brings(name: string, version: string): number {
    return compareWeights(weightOf(this.problem, name, version, WEIGHTLESS), WEIGHTLESS);
  }

  private async resolved(limits: Limits, suits: (name: string, version: string) => boolean): Promise<Resolution> {
    this.questions += 1;
    this.isUntold = false;
    const { problem, levers } = this;
    const isLever = new Set(levers.map(({ name }) => name));
    const resolution = await resolve({
      names: [...isLever, ...[...problem.members.keys()].filter((name) => !isLever.has(name))],
      budget: LIMITS.improvementConflicts,
      effort: this.effort,
      partOf: (name) => problem.partOf?.(name),
      candidates: async (name) => {
        if (problem.candidates(name) === undefined) await this.learning.candidates([name]);
        const limit = limits.get(name);
        const today = problem.goals.get(name) ?? WEIGHTLESS;
        const versions = allowedVersions(problem, name).filter(
          (version) =>
            (isLever.has(name) || suits(name, version)) &&
            (limit === undefined || compareWeights(weightOf(problem, name, version, today), limit) <= 0),
        );
        return this.welcome(name, versions);
      },
      needs: async (name, version) => {
        const isKnown = version === problem.members.get(name)?.version || problem.needs(name, version) !== undefined;
        if (isKnown || (await this.learning.needs(name, version))) return tolerant(problem, name, version);
        this.isUntold = true;
        return undefined;
      },
    });
    return resolution;
  }

  /** What the best has, then what is installed, then the newest. */
  private welcome(name: string, versions: readonly string[]): readonly string[] {
    const installed = this.problem.members.get(name)?.version;
    const first = [this.best.get(name), installed].filter(
      (version) => version !== undefined && versions.includes(version),
    );
    const older = this.problem.older?.(name) ?? [];
    const isOlder = new Set(older);
    const newer = versions.filter((version) => !isOlder.has(version)).reverse();
    return [...new Set([...(first as string[]), ...newer, ...older.filter((version) => versions.includes(version))])];
  }

  private note(solution: Resolution): void {
    if (!(solution instanceof Map)) return;
    const changes = new Map(
      [...solution].filter(([name, version]) => this.problem.members.get(name)?.version !== version),
    );
    const left = this.leftBy(changes);
    const order = compareWeights(left, this.left);
    const size = (solution: ReadonlyMap<string, string>): number =>
      [...solution.keys()].filter((name) => isWhole(this.problem, name)).length;
    if (order > 0 || (order === 0 && size(changes) >= size(this.best))) return;
    this.best = changes;
    this.left = left;
  }

  /** Gives up the changes that what is cleared does not need, one after the other. */
  async shrink(): Promise<void> {
    const { problem } = this;
    // Also where the search spent all it had, nobody is to change more than that needs.
    this.effort.left = Math.max(this.effort.left, LIMITS.improvementEffort / 4);
    for (const [name] of this.best) {
      const installed = problem.members.get(name)?.version;
      if (installed === undefined || !this.best.has(name) || this.isOver) continue;
      const now = (lever: Lever): Weight => weightOf(problem, lever.name, this.best.get(lever.name), lever.today);
      const limits = new Map(this.levers.map((lever) => [lever.name, now(lever)]));
      const lever = this.levers.find((candidate) => candidate.name === name);
      if (lever && compareWeights(limits.get(name) as Weight, lever.today) < 0) continue;
      this.note(await this.resolved(limits, (other, version) => other !== name || version === installed));
    }
  }
}

/**
 * What a version needs; what does not hold today between two packages that stay as they are is no contradiction, and what is missing
 * today may stay so, but does not come in a version that is not wanted.
 */
function tolerant(problem: Problem, name: string, version: string): readonly Demand[] {
  const stays = problem.members.get(name)?.version === version;
  return needsOf(problem, name, version).flatMap((need): Demand[] => {
    if (!stays) return [need];
    const have = problem.members.get(need.name)?.version;
    if (have === undefined) return [{ name: need.name, accepts: need.accepts, ifThere: true }];
    return need.accepts(have) ? [need] : [];
  });
}

/** Why each package without a finding of the goal is changed: what would not hold if it stayed. */
function reasons(problem: Problem, changes: ReadonlyMap<string, string>): Map<string, string> {
  const because = new Map<string, string>();
  const dependents = dependentsOf(problem.members);
  for (const [name] of changes) {
    if (problem.goals.has(name)) continue;
    const others = new Map([...changes].filter(([other]) => other !== name));
    for (const [other] of others) {
      const violation = violationsOf(problem, others, dependents, other).find(
        ({ owner, need }) => owner === name || need.name === name,
      );
      if (violation === undefined) continue;
      because.set(name, needInWords(problem, violation));
      break;
    }
  }
  return because;
}

const leastOf = (levers: readonly Lever[]): Weight =>
  levers.reduce((sum, { levels }) => addWeights(sum, levels[0] as Weight), WEIGHTLESS);

/** Whether a choice allows no more than one of these does, of any lever. */
const isWithin = (choice: readonly number[], known: readonly (readonly number[])[]): boolean =>
  known.some((levels) => levels.every((level, at) => (choice[at] as number) <= level));

/** The places of levels, in every way in which all together leave less than `planned`; the generous ones first, since what they rule out is ruled out below. */
function* choices(levers: readonly Lever[], least: Weight, planned: Weight): Generator<number[]> {
  const choice: number[] = [];
  function* from(at: number, sum: Weight): Generator<number[]> {
    const own = levers[at]?.levels;
    if (own === undefined) return yield [...choice];
    for (let level = own.length - 1; level >= 0; level--) {
      const next = addWeights(sum, subtractWeights(own[level] as Weight, own[0] as Weight));
      if (compareWeights(next, planned) >= 0) continue;
      choice.push(level);
      yield* from(at + 1, next);
      choice.pop();
      // The last one takes whatever is left to it.
      if (at === levers.length - 1) return;
    }
  }
  if (compareWeights(least, planned) < 0) yield* from(0, least);
}
