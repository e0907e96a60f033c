/** Checks that ask every running container the same question. */

import {
  type BenchItem,
  type BenchResult,
  type Check,
  type CheckVerdict,
  check,
  need,
  notApplicable,
  pass,
} from '../check.ts';
import type { EngineContainer } from '../engine/index.ts';
import { containerName, type Facts } from '../facts.ts';

/** Says what is wrong with one container; nothing for a good one. */
export type Fault = (container: EngineContainer, facts: Facts) => string | undefined | Promise<string | undefined>;

/** The same question for every running container. */
export async function eachContainer(
  facts: Facts,
  fault: Fault,
  bad: string,
  good: string,
  result: BenchResult = 'warn',
): Promise<CheckVerdict> {
  const containers = need(await facts.containers());
  if (containers.length === 0) return notApplicable('no containers are running');
  const items: BenchItem[] = [];
  for (const container of containers) {
    const detail = await fault(container, facts);
    if (detail !== undefined) items.push({ subject: containerName(container), detail });
  }
  if (items.length === 0) return pass(good);
  return { result, summary: bad, items };
}

interface ContainerCheck extends Omit<Check, 'run' | 'scoring' | 'level' | 'looksAt'> {
  readonly level?: 1 | 2;
  readonly scoring?: 'automated' | 'manual';
  readonly reads: string;
  readonly fault: Fault;
  readonly bad: string;
  readonly good: string;
  readonly result?: BenchResult;
}

/** A check that is a question to each container. */
export const containerCheck = (question: ContainerCheck): Check =>
  check({
    id: question.id,
    title: question.title,
    level: question.level ?? 1,
    scoring: question.scoring ?? 'automated',
    looksAt: `${question.reads} of every running container`,
    remediation: question.remediation,
    impact: question.impact,
    peer: question.peer,
    run: (facts) => eachContainer(facts, question.fault, question.bad, question.good, question.result),
  });
