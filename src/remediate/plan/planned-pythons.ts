import { numbering } from '../../collections.ts';
import { apk } from '../../ecosystems/system-types.ts';
import { orDefectLater } from '../../errors.ts';
import type { PythonEnvironment } from '../installed/index.ts';
import type { Prover } from '../proof.ts';
import {
  indexWithRecord,
  inEnvironment,
  likenessOf,
  type PythonPlan,
  planPython,
  recordedIndex,
} from '../python/index.ts';
import type { Planning } from './make-plan.ts';
import { libcOf, platformOf } from './platform.ts';

/**
 * The plan for each Python environment, one after the other: they share an index. One that a defect of this program keeps from being
 * planned is left out, which `failed` is told with the environment's path.
 */
export async function plannedPythons(
  { report, store, goal, majors, pythonIndex: asked }: Planning,
  environments: readonly PythonEnvironment[],
  prover: Prover,
  failed: (path: string) => (defect: string) => undefined,
): Promise<PythonPlan[]> {
  const recorded = recordedIndex(store);
  const index = asked && recorded ? indexWithRecord(asked, recorded) : (asked ?? recorded);
  const shared = {
    platform: platformOf(report),
    musl: report.packages.some(({ type, name }) => type === apk.type && name === 'musl'),
    ...libcOf(report.packages),
    findings: report.findings,
    goal,
    prover,
    majors,
    ...(index ? { index } : {}),
  };
  const pythons: PythonPlan[] = [];
  /** Copies of one environment are solved once: images of many services, or of notebooks, have dozens. */
  const alike = new Map<string, PythonPlan>();
  const numberOf = numbering<object>();
  for (const environment of environments) {
    const planning = { ...shared, environment };
    const plan = await orDefectLater<PythonPlan | undefined>(async () => {
      const likeness = likenessOf(planning, numberOf);
      const known = alike.get(likeness);
      if (known) return inEnvironment(known, environment);
      const made = await planPython(planning);
      alike.set(likeness, made);
      return made;
    }, failed(environment.id));
    if (plan) pythons.push(plan);
  }
  return pythons;
}
