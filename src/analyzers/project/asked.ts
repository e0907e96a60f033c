import { exactVersion, parseRequirement, wheelAt } from '../../formats/text/index.ts';
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

/** One requirement; `pinned`: pins are yielded too, which nobody else reads in such files. */
export function* requirement(written: string, pinned: boolean): Generator<PackageFact> {
  const parsed = parseRequirement(written);
  if (!parsed) return;
  const { name, specifier, url } = parsed;
  const exact = url === undefined ? exactVersion(specifier) : wheelAt(url)?.version;
  if (exact === undefined) yield open('pypi', name, written);
  else if (pinned) yield { type: 'pypi', name, version: exact, role: 'declared' };
}
