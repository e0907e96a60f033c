import type { Bridge, CauseFound, Comparison, Difference } from '../../compare/comparison.ts';
import { type Cause, causeSentence } from '../../scanners/causes.ts';
import { numberOf, proofWords, signed, thousands, titleOf, totalBridges } from './summary.ts';

/** One cause of a pair in sentences: what it is, how much it explains, and one example in full. */
interface Told {
  readonly code: Cause;
  /** `-35` of the part's unit, `18`. */
  readonly amount: string;
  readonly sentence: string;
  readonly example: string;
  /** In words: how the cause is known. */
  readonly known: string;
}

/** What is counted alike: rows, severities of findings that both report, fixes of them. */
interface StoryPart {
  /** What the amounts are numbers of, and of how many: `Rows, from 99 to 65`. */
  readonly counted: string;
  readonly causes: readonly [Told, ...Told[]];
}

/** The story of a pair. */
export interface PairStory {
  readonly from: string;
  readonly to: string;
  /** What the totals are, and how well it is known why they differ. */
  readonly opening: string;
  readonly parts: readonly StoryPart[];
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

/** A cause of a pair with what it weighs, before it is known whether it is told. */
interface Weighed {
  readonly code: Cause;
  readonly kind: 'rows' | 'severity' | 'fix';
  readonly weight: number;
  readonly amount: string;
  readonly example: Difference | undefined;
}

/** Tells a pair by the causes that explain most, those of one unit together; with equal totals what they say of severity comes first. */
export function storyOf(bridge: Bridge, comparison: Comparison): PairStory {
  const { from, to, start, end } = bridge;
  const here = comparison.differences.filter(
    (difference) => difference.between[0] === from && difference.between[1] === to,
  );
  const rows = bridge.steps.map(
    ({ code, count }): Weighed => ({
      code,
      kind: 'rows',
      weight: Math.abs(count),
      amount: signed(count),
      example: exampleOf(here, code, count),
    }),
  );
  const groups = { rows, severity: groupsOf(here, 'severity'), fix: groupsOf(here, 'fix') };
  const all = Object.values(groups).flat();
  const told = new Set(
    all
      .filter(({ example }) => example !== undefined)
      .sort((a, b) => b.weight - a.weight)
      .slice(0, TOLD),
  );
  const [a, b] = [titleOf(from, comparison), titleOf(to, comparison)];
  const totals =
    start === end
      ? `${a} and ${b} both count ${numberOf(start, 'row')}`
      : `${a} counts ${numberOf(start, 'row')}, ${b} ${thousands(end)}`;
  const heads = {
    rows: start === end ? 'Rows' : `Rows, from ${thousands(start)} to ${thousands(end)}`,
    severity: `Severities of findings that both report: ${thousands(sizeOf(groups.severity))} differ`,
    fix: `Fixes of findings that both report: ${thousands(sizeOf(groups.fix))} differ`,
  };
  const order = start === end ? (['severity', 'rows', 'fix'] as const) : (['rows', 'severity', 'fix'] as const);
  return {
    from,
    to,
    opening: `${totals}${howKnown(bridge, comparison)}`,
    parts: order.flatMap((kind): readonly StoryPart[] => {
      const [first, ...rest] = groups[kind]
        .filter((cause) => told.has(cause))
        .sort((a, b) => b.weight - a.weight)
        .map((cause) => inWords(cause, comparison));
      return first === undefined ? [] : [{ counted: heads[kind], causes: [first, ...rest] }];
    }),
    more: all.length - told.size,
  };
}

const sizeOf = (groups: readonly Weighed[]): number => groups.reduce((sum, { weight }) => sum + weight, 0);

/** `; they differ at 129 places: 71 stated, 58 unexplained`; nothing of the only pair, of which the headline says it. */
function howKnown({ from, to }: Bridge, { tallies, reports }: Comparison): string {
  if (reports.length === 2) return '';
  const tally = tallies.find((proof) => proof.from === from && proof.to === to);
  return tally === undefined || tally.places === 0
    ? ''
    : `; they differ at ${numberOf(tally.places, 'place')}: ${proofWords(tally)}`;
}

function inWords({ code, amount, example }: Weighed, comparison: Comparison): Told {
  const difference = example!;
  const cause = difference.causes.find((cause) => cause.code === code) ?? difference.causes[0]!;
  return {
    code,
    amount,
    sentence: code === 'unexplained' ? 'Not explained by any rule known here' : causeSentence(code),
    example: exampleText(difference, cause, comparison),
    known: PROOF_WORDS[cause.proof],
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

/** Differences of one kind by their first cause, the most first. */
function groupsOf(all: readonly Difference[], kind: 'severity' | 'fix'): readonly Weighed[] {
  const groups = new Map<Cause, Difference[]>();
  for (const difference of all) {
    if (difference.kind !== kind) continue;
    const { code } = difference.causes[0]!;
    const list = groups.get(code);
    if (list === undefined) groups.set(code, [difference]);
    else list.push(difference);
  }
  return [...groups]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([code, list]) => ({
      code,
      kind,
      weight: list.length,
      amount: thousands(list.length),
      // What is stated makes the better example.
      example: list.find((difference) => difference.causes[0]!.proof === 'stated') ?? list[0],
    }));
}

/** `CVE-2023-0464 openssl: Trivy HIGH (NVD's CVSS 3.1 7.5); Grype LOW (the distribution says "unimportant")`. */
function exampleText(difference: Difference, cause: CauseFound, comparison: Comparison): string {
  const row = comparison.rows.find(({ key }) => key === difference.key);
  const name = row === undefined ? difference.key : `${row.id} ${row.package}`;
  const titles = difference.between.map((report) => titleOf(report, comparison));
  const says = saysOf(difference, cause, comparison);
  if (difference.kind === 'severity' || difference.kind === 'fix') return `${name}: ${says}`;
  if (difference.kind === 'count')
    return `${name}: ${titles[0]} ${rowsText(difference.values[0])}, ${titles[1]} ${rowsText(difference.values[1])}. ${says}`;
  const [has, lacks] = difference.values[0] === null ? [1, 0] : [0, 1];
  return `${name}: ${titles[has]} reports it (${difference.values[has]?.toLowerCase()}), ${titles[lacks]} does not. ${says}`;
}

const rowsText = (count: string | null): string => `${count ?? '0'} ${count === '1' ? 'row' : 'rows'}`;

/** What a cause says, with the reports by their titles where its sentence names them by their short names. */
export function saysOf({ between }: Difference, { says }: CauseFound, comparison: Comparison): string {
  return titled(
    says,
    between,
    between.map((report) => titleOf(report, comparison)),
  );
}

/** A name is a word of a sentence, and no part of a file's name or of an address: `plimsoll.yaml`, `/usr/bin/trivy`. */
function titled(says: string, names: readonly string[], titles: readonly string[]): string {
  return names.reduce(
    (text, name, index) =>
      text
        .split(/(?<![\w:/.@-])(?=\S)/)
        .map((part) =>
          part.startsWith(name) && !/^(?:[\w:/@-]|\.\w)/.test(part.slice(name.length))
            ? titles[index] + part.slice(name.length)
            : part,
        )
        .join(''),
    says,
  );
}
