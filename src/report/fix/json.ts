import type { Plan } from '../../remediate/plan.ts';
import { jsonPieces } from '../scan/index.ts';

/** The plan as data, as `schemas/fix.schema.json` describes it; of the files only the difference. */
export function fixJson(plan: Plan): Iterable<string> {
  return jsonPieces(members(plan));
}

function* members(plan: Plan): Generator<readonly [string, unknown]> {
  const { os, edits, ...rest } = plan;
  for (const [key, value] of Object.entries(rest)) {
    yield [key, value];
    if (key === 'database') yield ['os', os ?? null];
  }
  yield ['edits', edits.map(({ path, shown }) => ({ path, diff: shown }))];
}
