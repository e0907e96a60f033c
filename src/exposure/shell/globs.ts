import type { ExtendedGlobPart } from 'unbash';
import { LIMITS } from '../../limits.ts';
import { pathFrom } from '../programs.ts';
import type { Expanding } from './expanding.ts';
import type { Text } from './state.ts';

/**
 * `@(a|b)`: one of these, and `?(a|b)`: or none; undefined: more than that.
 * https://www.gnu.org/software/bash/manual/html_node/Pattern-Matching.html
 */
export function alternatives({ operator, pattern }: ExtendedGlobPart): readonly string[] | undefined {
  if (!/^[@?]$/.test(operator) || /["'`$\\()]/.test(pattern)) return undefined;
  return [...pattern.split('|'), ...(operator === '?' ? [''] : [])];
}

/** Paths that patterns match; where none does what was written, as a shell leaves it, or nothing where it is told to. */
export function matchingPaths(patterns: readonly string[], written: string, around: Expanding): readonly Text[] {
  const paths = new Set<string>();
  for (const pattern of patterns) {
    const matched = pathsOf(pattern, around);
    if (matched === undefined) return [undefined];
    for (const path of matched) paths.add(path);
  }
  if (paths.size > 0) return [...paths].sort().slice(0, LIMITS.shellTurns);
  return around.state.isNullGlob ? [] : [written];
}

/** What one pattern matches in the last part of a path; undefined where that cannot be told. */
function pathsOf(pattern: string, around: Expanding): readonly string[] | undefined {
  const slash = pattern.lastIndexOf('/');
  const folder = pattern.slice(0, slash + 1);
  if (/[*?[]/.test(folder) || pattern.length > LIMITS.pathBytes || /\[/.test(pattern)) return undefined;
  const names = around.names(pathFrom(around.state.folder, folder === '' ? '.' : folder), pattern.slice(slash + 1));
  return names?.filter((name) => !name.startsWith('.')).map((name) => folder + name);
}
