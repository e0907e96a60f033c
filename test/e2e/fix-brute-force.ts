/**
 * Whether anything better than a plan exists, found out without the planner's own search: every way in which less could be left is
 * written as requirements, and a resolver that we did not write says whether it can be had.
 */
import { addWeights, compareWeights, subtractWeights, WEIGHTLESS, type Weight } from '../../src/remediate/trade.ts';

/** A package whose version decides about findings. */
export interface Lever {
  readonly name: string;
  /** Versions from the installed one on, with what each would leave and bring. */
  readonly versions: ReadonlyMap<string, Weight>;
}

export interface Question {
  /** Every package that is there, with its version. */
  readonly installed: ReadonlyMap<string, string>;
  readonly levers: readonly Lever[];
  /** What the plan leaves and brings. */
  readonly planned: Weight;
  /** What a package would leave and bring in a version; packages that are not there are asked about as well. */
  weigh(name: string, version: string): Weight;
  /** The versions by name that satisfy these requirements, undefined where nothing does. */
  resolve(requirements: readonly string[]): ReadonlyMap<string, string> | undefined;
}

export interface Answer {
  /** Versions that leave less than the plan. */
  readonly better?: ReadonlyMap<string, string>;
  readonly asked: number;
  /** Choices that were ruled out because a more generous one is impossible. */
  readonly implied: number;
}

const QUESTIONS = 600;

/** Searches for a choice of versions that leaves less than the plan does. Throws where that takes more questions than there is time for. */
export function anythingBetter(question: Question): Answer {
  const { levers, planned } = question;
  const all = levers.map(({ versions }) => distinct([...versions.values()]));
  let [asked, implied] = [0, 0];
  // What a package cannot come down to by itself it cannot with others: that is found out first, and rules out the most.
  const levels = all.map((own, lever) => {
    let [low, high] = [0, own.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      asked += 1;
      const choice = all.map((other, at) => (at === lever ? middle : other.length - 1));
      if (question.resolve(requirementsOf(question, all, choice, new Map())) === undefined) low = middle + 1;
      else high = middle;
    }
    return own.slice(low);
  });
  const least = levels.reduce((sum, own) => addWeights(sum, own[0] as Weight), WEIGHTLESS);
  const impossible: (readonly number[])[] = [];
  for (const choice of choices(levels, least, planned)) {
    if (impossible.some((entry) => entry.every((level, at) => (choice[at] as number) <= level))) {
      implied += 1;
      continue;
    }
    // Packages that decide about nothing today may bring something: those versions are taken away, one after the other.
    for (const refused = new Map<string, string[]>(); ; ) {
      if (++asked > QUESTIONS) throw new Error(`more than ${QUESTIONS} questions`);
      const actual = question.resolve(requirementsOf(question, levels, choice, refused));
      if (actual === undefined) break;
      const left = [...actual].reduce(
        (sum, [name, version]) => addWeights(sum, question.weigh(name, version)),
        WEIGHTLESS,
      );
      if (compareWeights(left, planned) < 0) return { better: actual, asked, implied };
      const bringing = [...actual].filter(
        ([name, version]) =>
          !levers.some((lever) => lever.name === name) && compareWeights(question.weigh(name, version), WEIGHTLESS) > 0,
      );
      if (bringing.length === 0) throw new Error('what was found leaves more than was asked for');
      for (const [name, version] of bringing) refused.set(name, [...(refused.get(name) ?? []), version]);
    }
    impossible.push(choice);
  }
  return { asked, implied };
}

const distinct = (weights: readonly Weight[]): Weight[] =>
  [...new Map(weights.map((weight) => [weight.join(), weight])).values()].sort(compareWeights);

/** How much each lever may leave at most, in every way in which all together leave less than the plan; the generous ones first. */
function* choices(levels: readonly (readonly Weight[])[], least: Weight, planned: Weight): Generator<number[]> {
  const choice: number[] = [];
  function* from(at: number, sum: Weight): Generator<number[]> {
    const own = levels[at];
    if (own === undefined) return yield [...choice];
    for (let level = own.length - 1; level >= 0; level--) {
      const next = addWeights(sum, subtractWeights(own[level] as Weight, own[0] as Weight));
      if (compareWeights(next, planned) >= 0) continue;
      choice.push(level);
      yield* from(at + 1, next);
      choice.pop();
      // The last one takes whatever is left to it.
      if (at === levels.length - 1) return;
    }
  }
  if (compareWeights(least, planned) < 0) yield* from(0, least);
}

function requirementsOf(
  { installed, levers }: Question,
  levels: readonly (readonly Weight[])[],
  choice: readonly number[],
  refused: ReadonlyMap<string, readonly string[]>,
): string[] {
  const excluded = new Map(refused);
  for (const [at, { name, versions }] of levers.entries()) {
    const most = levels[at]?.[choice[at] as number] as Weight;
    const worse = [...versions].filter(([, weight]) => compareWeights(weight, most) > 0).map(([version]) => version);
    excluded.set(name, [...(excluded.get(name) ?? []), ...worse]);
  }
  const all = new Set([...installed.keys(), ...excluded.keys()]);
  return [...all].map((name) => {
    const at = installed.get(name);
    const rules = [
      ...(at === undefined ? [] : [`>=${at}`]),
      ...(excluded.get(name) ?? []).map((entry) => `!=${entry}`),
    ];
    return `${name}${rules.join(',')}`;
  });
}
