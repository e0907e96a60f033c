import { asPlimsollError } from '../errors.ts';

/** Why an image that is not the one in question could not be had, in one line. Throws only `interrupted`. */
export function baseProblem(error: unknown, reference: string): string {
  const problem = asPlimsollError(error, 'io', reference);
  if (problem.code === 'interrupted') throw problem;
  return problem.line;
}
