import { parseRequirement } from '../../formats/text/index.ts';
import type { PackageFact } from '../analyzer.ts';

const CHARACTERS = 200;

/** What leaves its version open, and how that was written. */
export const open = (type: string, name: string, requirement: string): PackageFact => ({
  type,
  name,
  version: '',
  role: 'declared',
  properties: { requirement: requirement.trim().slice(0, CHARACTERS) },
});

/** `==1.2.3` among the clauses of a specifier; a wildcard leaves it open. */
const exactOf = (specifier: string): string | undefined =>
  specifier
    .split(',')
    .map((clause) => /^===?([\w.!+-]+)$/.exec(clause.trim())?.[1])
    .find((version) => version !== undefined);

/** One requirement; `pinned`: pins are yielded too, which nobody else reads in such files. */
export function* requirement(written: string, pinned: boolean): Generator<PackageFact> {
  const parsed = parseRequirement(written);
  if (!parsed) return;
  const { name, specifier, url } = parsed;
  const exact = url === undefined ? exactOf(specifier) : undefined;
  if (exact === undefined) yield open('pypi', name, written);
  else if (pinned || specifier.includes(',')) yield { type: 'pypi', name, version: exact, role: 'declared' };
}
