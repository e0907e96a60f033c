import type { Progress } from '../progress.ts';

/** The exit code of an assessment that is incomplete, where a complete one is required. */
const INCOMPLETE = 4;

/** What `--require-coverage` makes of the gaps of an assessment: 0 where there are none, else they are said. `prefix`: of which of several images. */
export function coverageCode(gaps: readonly string[], progress: Progress, prefix = ''): number {
  if (gaps.length === 0) return 0;
  progress.say(
    `${prefix}the assessment is incomplete, and --require-coverage asks for a complete one: ${gaps.join('; ')}`,
  );
  return INCOMPLETE;
}
