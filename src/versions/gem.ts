import { versionLike } from './known.ts';
import { compareDigits, compareText } from './order.ts';

const isNumber = (part: string): boolean => /^\d+$/.test(part);

/**
 * Orders two versions as RubyGems does: a word makes a pre-release, trailing zeros do not count. Total, never throws.
 * https://docs.ruby-lang.org/en/master/Gem/Version.html
 */
export function compareGem(a: string, b: string): number {
  const left = segments(a);
  const right = segments(b);
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const [first, second] = [left[i] ?? '0', right[i] ?? '0'];
    const numbers = [isNumber(first), isNumber(second)];
    if (numbers[0] !== numbers[1]) return numbers[0] ? 1 : -1;
    const difference = numbers[0] ? compareDigits(first, second) : compareText(first, second);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers and words; zeros before the first word and at the end are dropped. A dash begins a pre-release. */
function segments(version: string): readonly string[] {
  const all =
    version
      .trim()
      .replaceAll('-', '.pre.')
      .match(/\d+|[a-z]+/gi) ?? [];
  const word = all.findIndex((part) => !isNumber(part));
  return word < 0 ? withoutZeros(all) : [...withoutZeros(all.slice(0, word)), ...withoutZeros(all.slice(word))];
}

function withoutZeros(parts: readonly string[]): readonly string[] {
  let end = parts.length;
  while (end > 0 && /^0+$/.test(parts[end - 1]!)) end -= 1;
  return parts.slice(0, end);
}

/** Whether RubyGems takes this text for a version. */
export const isGemVersion = versionLike(/^\d+(?:[.-][0-9A-Za-z.-]*)?$/);
