import type { Bridge, CauseFound, Comparison, Difference } from '../../compare/comparison.ts';
import { type Cause, causeSentence } from '../../scanners/causes.ts';
import { signed, thousands, titleOf, totalBridges } from './summary.ts';

/** One cause of a pair in sentences: what it is, how much it explains, and one example in full. */
interface Told {
  readonly code: Cause;
  /** `35 rows`, `18 severities`. */
  readonly amount: string;
  readonly sentence: string;
  readonly example: string;
  /** In words: how the cause is known. */
  readonly known: string;
}

/** The story of a pair. */
export interface PairStory {
  readonly from: string;
  readonly to: string;
  /** What the totals are, in a sentence. */
  readonly opening: string;
  readonly causes: readonly Told[];
  /** Causes beyond those told. */
  readonly more: number;
}

/** Causes told of a pair. */
const TOLD = 3;

/** What each proof means, for somebody who has not read the documentation. */
export const PROOF_WORDS: Readonly<Record<CauseFound['proof'], string>> = {
  stated: 'a report says so',
  replayed: 'the rules of both, run over the advisory database, give both answers',
  inferred: 'concluded: it fits the rules and what the reports say',
  none: 'not known',
};

/** The pairs whose story is told: all of three or fewer, else each with the first. */
export function pairsTold(comparison: Comparison): readonly Bridge[] {
  const bridges = totalBridges(comparison);
  return comparison.reports.length <= 3
    ? bridges
    : bridges.filter((bridge) => bridge.from === comparison.reports[0]?.name);
}

/** Tells a pair by the causes that explain most; with equal totals what they say of severity comes first. */
export function storyOf(bridge: Bridge, comparison: Comparison): PairStory {
  const { from, to, start, end } = bridge;
  const here = comparison.differences.filter(
    (difference) => difference.between[0] === from && difference.between[1] === to,
  );
  const counted = bridge.steps.map((step) => ({
    code: step.code,
    weight: Math.abs(step.count),
    amount: `${signed(step.count)} ${Math.abs(step.count) === 1 ? 'row' : 'rows'}`,
    differences: exampleOf(here, step.code, step.count),
  }));
  const rated = ratingGroups(here);
  const all = start === end ? [...rated, ...counted] : [...counted, ...rated];
  if (start !== end) all.sort((a, b) => b.weight - a.weight);
  const told = all.filter((cause) => cause.differences !== undefined).slice(0, TOLD);
  const [a, b] = [titleOf(from, comparison), titleOf(to, comparison)];
  return {
    from,
    to,
    opening:
      start === end
        ? `${a} and ${b} both count ${thousands(start)} ${start === 1 ? 'row' : 'rows'}`
        : `${a} counts ${thousands(start)} ${start === 1 ? 'row' : 'rows'}, ${b} ${thousands(end)}`,
    causes: told.map(({ code, amount, differences }) => {
      const difference = differences!;
      const cause = difference.causes.find((cause) => cause.code === code) ?? difference.causes[0]!;
      return {
        code,
        amount,
        sentence: code === 'unexplained' ? 'Not explained by any rule known here' : causeSentence(code),
        example: exampleText(difference, cause, comparison),
        known: PROOF_WORDS[cause.proof],
      };
    }),
    more: all.length - told.length,
  };
}

/** A difference that a step counts, the best known first. */
function exampleOf(all: readonly Difference[], code: Cause, count: number): Difference | undefined {
  const has = (difference: Difference): boolean => difference.causes.some((cause) => cause.code === code);
  const side = count < 0 ? 1 : 0;
  return (
    all.find((difference) => difference.kind === 'present' && has(difference) && difference.values[side] === null) ??
    all.find((difference) => difference.kind === 'count' && has(difference)) ??
    all.find(has)
  );
}

function ratingGroups(all: readonly Difference[]) {
  const groups = new Map<Cause, Difference[]>();
  for (const difference of all) {
    if (difference.kind !== 'severity') continue;
    const { code } = difference.causes[0]!;
    const list = groups.get(code);
    if (list === undefined) groups.set(code, [difference]);
    else list.push(difference);
  }
  return [...groups]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([code, list]) => ({
      code,
      weight: list.length,
      amount: `${thousands(list.length)} ${list.length === 1 ? 'severity' : 'severities'}`,
      // What is stated makes the better example.
      differences: list.find((difference) => difference.causes[0]!.proof === 'stated') ?? list[0],
    }));
}

/** `CVE-2023-0464 openssl: Trivy HIGH (NVD's CVSS 3.1 7.5); Grype LOW (the distribution says "unimportant")`. */
function exampleText(difference: Difference, cause: CauseFound, comparison: Comparison): string {
  const row = comparison.rows.find(({ key }) => key === difference.key);
  const name = row === undefined ? difference.key : `${row.id} ${row.package}`;
  const titles = difference.between.map((report) => titleOf(report, comparison));
  if (difference.kind === 'severity') return `${name}: ${titled(cause.says, difference.between, titles)}`;
  if (difference.kind === 'count')
    return `${name}: ${titles[0]} ${rowsText(difference.values[0])}, ${titles[1]} ${rowsText(difference.values[1])}. ${titled(cause.says, difference.between, titles)}`;
  const [has, lacks] = difference.values[0] === null ? [1, 0] : [0, 1];
  return `${name}: ${titles[has]} reports it (${difference.values[has]?.toLowerCase()}), ${titles[lacks]} does not. ${titled(cause.says, difference.between, titles)}`;
}

const rowsText = (count: string | null): string => `${count ?? '0'} ${count === '1' ? 'row' : 'rows'}`;

/** The reports by their titles, where a sentence names them by their short names. */
function titled(says: string, names: readonly string[], titles: readonly string[]): string {
  return names.reduce(
    (text, name, index) =>
      text
        .split(/(?<![\w:-])(?=\S)/)
        .map((part) =>
          part.startsWith(name) && !/^[\w:-]/.test(part.slice(name.length))
            ? titles[index] + part.slice(name.length)
            : part,
        )
        .join(''),
    says,
  );
}
