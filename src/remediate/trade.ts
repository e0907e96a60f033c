import { type Finding, SEVERITIES, type Severity } from '../model.ts';
import type { Goal } from './goal.ts';
import { type Proven, presence } from './proof.ts';

/**
 * How much findings weigh, compared place by place from the left: how many are exploited, then how many there are of each
 * severity, the worst first. So one CRITICAL outweighs any number of HIGH, and with the same severities fewer are better.
 */
export type Weight = readonly number[];

/** Nothing at all. */
export const WEIGHTLESS: Weight = [0, ...SEVERITIES.map(() => 0)];

const place = (severity: Severity): number => SEVERITIES.length - SEVERITIES.indexOf(severity);

/** What these findings weigh together; each id counts once. */
export function weigh(findings: readonly Pick<Finding, 'id' | 'severity' | 'exploited'>[]): Weight {
  const weight = [...WEIGHTLESS];
  const known = new Set<string>();
  for (const { id, severity, exploited } of findings) {
    if (known.has(id)) continue;
    known.add(id);
    weight[place(severity)] = (weight[place(severity)] ?? 0) + 1;
    if (exploited !== undefined) weight[0] = (weight[0] ?? 0) + 1;
  }
  return weight;
}

/** Below 0 where `a` is the lighter one. Both are of one length. */
export function compareWeights(a: Weight, b: Weight): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The two together. */
export function addWeights(a: Weight, b: Weight): Weight {
  const sum = [...a];
  for (let index = 0; index < sum.length; index++) sum[index] = (a[index] as number) + (b[index] as number);
  return sum;
}

/** The first without the second. */
export function subtractWeights(a: Weight, b: Weight): Weight {
  const rest = [...a];
  for (let index = 0; index < rest.length; index++) rest[index] = (a[index] as number) - (b[index] as number);
  return rest;
}

/** What becomes of a package's findings when it is changed. */
export interface Trade {
  /** Findings of the goal that stay, as they are today. */
  readonly kept: readonly Finding[];
  /** Findings that are not there today. */
  readonly brought: readonly Proven[];
  /** What both weigh: the lighter, the better the change. */
  readonly weight: Weight;
}

/** Lays the findings that a package would have beside those of today. A finding that stays counts as it did before. */
export function tradeOf(today: readonly Finding[], after: readonly Proven[], goal: Goal): Trade {
  const [before, then] = [presence(today), presence(after)];
  const kept = today.filter((finding) => goal.wants(finding) && then.has(finding));
  const brought = after.filter((finding) => !before.has(finding));
  return { kept, brought, weight: weigh([...kept, ...brought]) };
}
