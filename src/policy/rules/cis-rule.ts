import type { GateRule } from '../../model.ts';
import type { Policy } from './policy.ts';
import { policyRule, type RuleOutcome } from './rule-outcome.ts';

/** A warning of the benchmark's image checks, or a check that could not be made. */
export interface CisOutcome {
  readonly id: string;
  readonly title: string;
  readonly level: 1 | 2;
  readonly result: 'warn' | 'could-not-read';
}

/**
 * What the policy says of a run of the benchmark itself: the same as of a scan of that image, on the checks that were made. A
 * run of only part of the checks proves nothing of the others, and is not judged. Undefined where the policy asks nothing of it.
 */
export function judgeBenchmark(
  { cis }: Policy,
  outcomes: readonly CisOutcome[],
  isPart: boolean,
): GateRule | undefined {
  if (!cis) return undefined;
  const { caught = [], unjudged = [] } = cisOutcome(cis.value, outcomes);
  const part = isPart ? ['only part of the image checks was asked for (--check, --exclude)'] : [];
  return policyRule(`cis:${cis.value}`, cis, { caught, unjudged: [...part, ...unjudged] }, false);
}

/** What a policy's `cis` makes of the benchmark's image checks; undefined: they were not made. */
export function cisOutcome(level: 'warn' | 'level1', outcomes: readonly CisOutcome[] | undefined): RuleOutcome {
  if (!outcomes)
    return {
      unjudged: ['the image checks of the CIS benchmark were not made: they need an image with its configuration'],
    };
  const counted = outcomes.filter((outcome) => level === 'warn' || outcome.level === 1);
  const text = ({ id, title }: CisOutcome): string => `${id} ${title}`;
  const unread = counted.filter(({ result }) => result === 'could-not-read').map(text);
  return {
    caught: counted.filter(({ result }) => result === 'warn').map(text),
    ...(unread.length > 0 ? { unjudged: unread.map((id) => `${id}: could not be looked at`) } : {}),
  };
}
