import { versionLike } from './known.ts';
import { compareDigits, compareText } from './order.ts';

/**
 * What a gem was built for stands behind its version in Bundler's lockfile, in names of files, and in bills of materials made of either:
 * `1.15.4-x86_64-linux-musl`, `3.25.1-java`. No release has such an end: as a version it would announce one.
 * https://guides.rubygems.org/specification-reference/#platform=
 */
const PLATFORM =
  /-(?:ruby|jruby|java|dalvik|mswin\d*|(?:x86|x64|x86_64|amd64|i\d86|aarch64|arm\w*|universal|ppc\w*|powerpc\w*|s390x|riscv64|sparc\w*|loongarch64)-[a-z][\w.-]*)$/i;

/** The version of a gem without the platform that it was built for. */
const withoutPlatform = (version: string): string => version.trim().replace(PLATFORM, '');

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
    withoutPlatform(version)
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

const isPlain = versionLike(/^\d+(?:[.-][0-9A-Za-z.-]*)?$/);

/** Whether RubyGems takes this text for a version, perhaps with a platform behind it. */
export const isGemVersion = (text: string): boolean => isPlain(withoutPlatform(text));
