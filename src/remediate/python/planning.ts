import type { Finding, Platform } from '../../model.ts';
import { parsePep440 } from '../../versions/pep440.ts';
import type { Goal } from '../goal.ts';
import { machineOf, type PythonEnvironment } from '../installed/index.ts';
import type { Jump } from '../plan.ts';
import type { Prover } from '../proof.ts';
import type { PythonIndex } from './index-over-files.ts';
import type { WheelTarget } from './wheel-tags.ts';

/** What the planning of one environment rests on. */
export interface PythonPlanning {
  readonly environment: PythonEnvironment;
  readonly platform: Platform | undefined;
  readonly musl: boolean;
  /** Version of the C library, `2.31`, where it is known. */
  readonly libc?: string;
  /** Findings in the packages of this environment. */
  readonly findings: readonly Finding[];
  readonly goal: Goal;
  readonly prover: Prover;
  /** Absent: nobody is asked, advisories' fixed versions are taken for what can be installed. */
  readonly index?: PythonIndex;
  readonly majors: 'never' | 'needed' | 'any';
}

/** Where wheels are to go. */
export const wheelTarget = ({ environment, platform, musl, libc }: PythonPlanning): WheelTarget => ({
  python: environment.python,
  machine: machineOf(platform),
  musl,
  ...(libc === undefined ? {} : { libc }),
});

/** How far a Python version goes: by the first part of the release that differs; an epoch is a major. */
export function jumpOf(from: string, to: string): Jump {
  const [a, b] = [parsePep440(from), parsePep440(to)];
  if (!a || !b || BigInt(a.epoch) !== BigInt(b.epoch)) return 'major';
  const differs = [0, 1, 2].find((index) => BigInt(a.release[index] ?? 0) !== BigInt(b.release[index] ?? 0));
  return differs === undefined ? 'revision' : (['major', 'minor', 'patch'] as const)[differs]!;
}
