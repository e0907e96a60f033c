import { LIMITS } from '../limits.ts';
import type { ExposureStep } from '../model.ts';
import type { Reached } from './model.ts';

/** The way from the start to a file, the first step first; of a very long one both ends. */
export function chainOf(file: Reached): ExposureStep[] {
  const steps: ExposureStep[] = [];
  for (let at: Reached | undefined = file; at !== undefined; at = at.from) steps.push({ how: at.how, path: at.path });
  steps.reverse();
  const half = LIMITS.chainSteps / 2;
  return steps.length > LIMITS.chainSteps ? [...steps.slice(0, half), ...steps.slice(-half)] : steps;
}
