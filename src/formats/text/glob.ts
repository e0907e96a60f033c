import { LIMITS } from '../../limits.ts';

/** What is left to do; counted down. */
interface Steps {
  steps: number;
}

/**
 * `*` any text, `?` one character, `\\x` the character itself, with `classes` also `[a-z]` and `[^a-z]` (https://pkg.go.dev/path/filepath#Match); linear memory, no
 * backtracking beyond the last star; false where the steps are used up.
 */
export function matchesGlob(
  text: string,
  pattern: string,
  budget: Steps = { steps: LIMITS.dockerfilePatternSteps },
  { classes = false }: { readonly classes?: boolean } = {},
): boolean {
  // Held against every part of a text, this is its cube.
  budget.steps--;
  let at = 0;
  let in_ = 0;
  let star = -1;
  let mark = 0;
  while (at < text.length) {
    if (budget.steps-- < 0) return false;
    const wanted = pattern[in_];
    const long = classes && wanted === '[' ? inClass(pattern, in_, text[at]!, budget) : undefined;
    if (wanted === '*') {
      star = in_++;
      mark = at;
    } else if (long !== undefined && long > 0) {
      in_ += long;
      at++;
    } else if (wanted === '\\' && pattern[in_ + 1] === text[at]) {
      in_ += 2;
      at++;
    } else if (
      wanted !== undefined &&
      wanted !== '\\' &&
      long === undefined &&
      (wanted === '?' || wanted === text[at])
    ) {
      in_++;
      at++;
    } else if (star >= 0) {
      in_ = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[in_] === '*') in_++;
  return in_ === pattern.length;
}

/** How long the class of characters at this place is where it holds the letter; 0 where it does not, or where none ends there: such a pattern matches nothing. */
function inClass(pattern: string, start: number, letter: string, budget: Steps): number {
  const isOther = pattern[start + 1] === '^';
  let at = start + (isOther ? 2 : 1);
  let isIn = false;
  // As Go has it, these two stand in a class behind an escape only.
  const next = (): string => (/[\]-]/.test(pattern[at] ?? '') ? '' : (pattern[pattern[at] === '\\' ? ++at : at] ?? ''));
  for (let count = 0; ; count++) {
    if (pattern[at] === ']' && count > 0) return isIn !== isOther ? at + 1 - start : 0;
    budget.steps--;
    const low = next();
    at++;
    let high = low;
    if (pattern[at] === '-') {
      at++;
      high = next();
      at++;
    }
    if (low === '' || high === '' || budget.steps < 0) return 0;
    if (low <= letter && letter <= high) isIn = true;
  }
}
