import { LIMITS } from '../../limits.ts';
import { matchesPattern } from '../matching-names.ts';
import type { Expanding } from './expanding.ts';
import type { Text } from './state.ts';

/** Takes the shortest or longest match of a pattern off the beginning or end. */
export function withoutMatch(text: string, pattern: string, operator: string, around: Expanding): Text {
  if (text.length > LIMITS.dockerfilePatternBytes || isHard(pattern)) return undefined;
  const front = operator.startsWith('#');
  const lengths = Array.from({ length: text.length + 1 }, (_, length) => length);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const part = front ? text.slice(0, length) : text.slice(text.length - length);
    if (means(pattern, part, around)) return front ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}

/** Puts a text in the place of the first match, of all, or of what stands at the beginning or the end; undefined for patterns that are not plain text. */
export function replaced(text: string, pattern: string, by: string, operator: string): Text {
  if (pattern === '' && !/[#%]$/.test(operator)) return text;
  if (
    /[*?[\]\\()]/.test(pattern) ||
    text.length > LIMITS.dockerfilePatternBytes ||
    by.length > LIMITS.dockerfilePatternBytes
  )
    return undefined;
  if (operator === '//') {
    const parts = text.split(pattern);
    return parts.length * by.length > LIMITS.dockerfileWordBytes ? undefined : parts.join(by);
  }
  if (operator === '/#') return text.startsWith(pattern) ? by + text.slice(pattern.length) : text;
  if (operator === '/%') return text.endsWith(pattern) ? text.slice(0, text.length - pattern.length) + by : text;
  const at = text.indexOf(pattern);
  return at < 0 ? text : text.slice(0, at) + by + text.slice(at + pattern.length);
}

/** What this does not understand, or would take long over. */
const isHard = (pattern: string): boolean => pattern.length > 200 || /[[\]()]/.test(pattern);

/** As a regular expression a few stars in a text of the image would take minutes. */
function means(pattern: string, text: string, { spend }: Expanding): boolean {
  const budget = { steps: LIMITS.globSteps };
  const holds = matchesPattern(pattern, text, budget);
  spend(4 * (LIMITS.globSteps - budget.steps) + text.length);
  return holds;
}

/** Whether a text matches a pattern of `case` or `[[ ]]`; undefined for patterns that are not understood. */
export function isLike(text: string, pattern: string, around: Expanding): boolean | undefined {
  if (isHard(pattern) || text.length > LIMITS.dockerfilePatternBytes) return undefined;
  return means(pattern, text, around);
}
