import { LIMITS } from '../limits.ts';
import type { FileTree } from './model.ts';

/** Steps that are left for the patterns of one image. */
const left = new WeakMap<object, { steps: number }>();

/**
 * The names in a folder that a pattern of `*` and `?` matches, as glob(7) has them but for its brackets, which are taken as they stand.
 * Patterns and names are the image's: there is no going back further than to the last star, and all patterns of an image together have
 * a budget. undefined: it is spent, so that nobody knows. https://man7.org/linux/man-pages/man7/glob.7.html
 */
export function matchingNames(
  tree: Pick<FileTree, 'list'>,
  folder: string,
  pattern: string,
): readonly string[] | undefined {
  const budget = patternBudget(tree);
  const matching: string[] = [];
  for (const name of tree.list(folder)) {
    if (matchesPattern(pattern, name, budget)) matching.push(name);
    if (budget.steps < 0) return undefined;
  }
  return matching;
}

/** What is left for the patterns of an image: whoever holds names against them takes from it. */
export function patternBudget(tree: object): { steps: number } {
  const budget = left.get(tree) ?? { steps: LIMITS.globSteps };
  left.set(tree, budget);
  return budget;
}

/** Whether a name is what a pattern of `*` and `?` means, going back to the last star only; false where the steps are spent. */
export function matchesPattern(pattern: string, name: string, budget: { steps: number }): boolean {
  let [at, from, star, since] = [0, 0, -1, 0];
  while (from < name.length) {
    budget.steps -= 1;
    if (budget.steps < 0) return false;
    if (pattern[at] === '*') {
      star = at;
      since = from;
      at += 1;
    } else if (pattern[at] === '?' || (at < pattern.length && pattern[at] === name[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      since += 1;
      from = since;
    } else return false;
  }
  while (pattern[at] === '*') {
    budget.steps -= 1;
    at += 1;
  }
  return at === pattern.length;
}
