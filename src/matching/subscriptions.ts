import { ecosystemNamed } from '../ecosystems/index.ts';
import { isEsmBuild, isFipsBuild } from '../ecosystems/ubuntu.ts';
import type { Considered, Judgement, Lookup } from '../model.ts';

const SETTLED: Judgement = { affected: false, because: 'subscription' };

/** Whether any of these questions is about what a subscription fixes. */
export function asksSubscriptions(questions: readonly Lookup[]): boolean {
  return questions.some(({ namespace }) => subscriptionOf(namespace) !== undefined);
}

const subscriptionOf = (namespace: string): string | undefined =>
  ecosystemNamed(namespace)?.system?.subscription?.(namespace);

/**
 * What Ubuntu says of a package to everybody and what it says to subscribers (Ubuntu Pro) makes one answer for each vulnerability.
 * An ordinary build is judged by the ordinary statement; where there is none, or it names no fix, a fix that only subscribers get is
 * said to be that. A build that a subscription brought (`+esm1`, FIPS) is judged by the subscribers' statements, where there are any.
 * Fixed is fixed, whichever of them says so.
 */
export function settleSubscriptions(considered: readonly Considered[]): readonly Considered[] {
  const byId = new Map<string, Considered[]>();
  for (const judged of considered) {
    const group = byId.get(judged.statement.id);
    if (group) group.push(judged);
    else byId.set(judged.statement.id, [judged]);
  }
  return [...byId.values()].flatMap(settle);
}

function settle(group: readonly Considered[]): readonly Considered[] {
  const paid = group.filter(({ lookup }) => subscriptionOf(lookup.namespace) !== undefined);
  if (paid.length === 0) return group;
  const free = group.filter((considered) => !paid.includes(considered));
  const version = group[0]!.lookup.version;
  const deciding = isFipsBuild(version) ? forFips(paid, free) : isEsmBuild(version) ? group : forOrdinary(paid, free);
  const isFixed = deciding.some(isSettled);
  return group.map((considered) => {
    if (!considered.judgement.affected) return considered;
    if (isFixed || !deciding.includes(considered)) return { ...considered, judgement: SETTLED };
    const subscription = subscriptionOf(considered.lookup.namespace);
    return subscription === undefined || considered.judgement.fixed === undefined
      ? considered
      : { ...considered, judgement: { ...considered.judgement, subscription } };
  });
}

/** The statements on FIPS builds; what is said of ordinary ones where there are none. */
function forFips(paid: readonly Considered[], free: readonly Considered[]): readonly Considered[] {
  const fips = paid.filter(({ lookup }) => lookup.namespace.includes(':FIPS'));
  return fips.length > 0 ? fips : [...paid, ...free];
}

/** What is said to everybody decides, unless it leaves the fix open. */
function forOrdinary(paid: readonly Considered[], free: readonly Considered[]): readonly Considered[] {
  const isDecided = free.some(
    (considered) =>
      isSettled(considered) || (considered.judgement.affected && considered.judgement.fixed !== undefined),
  );
  return isDecided ? free : [...free, ...paid];
}

/** It says that this build has the fix, or never had the flaw. */
function isSettled({ statement, judgement, lookup }: Considered): boolean {
  if (judgement.affected || judgement.because === 'withdrawn') return false;
  if (statement.state === 'not-affected') return true;
  const compare = ecosystemNamed(lookup.namespace)?.compare;
  return (
    judgement.because === 'version' &&
    compare !== undefined &&
    statement.ranges.some(({ fixed }) => fixed !== undefined && compare(lookup.version, fixed) >= 0)
  );
}
