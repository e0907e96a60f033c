import { versionLike } from './known.ts';
import { compareDigits, compareText, isDigit, isLetter } from './order.ts';

/**
 * Orders two rpm versions written `[epoch:]version[-release]`; one without a release is compared without. Total for
 * versions that both have releases or both have none, never throws.
 * https://rpm-software-management.github.io/rpm/manual/spec.html and https://rpm.org/docs/latest/manual/dependencies
 */
export function compareRpm(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareSegments(left.version, right.version) ||
    (left.release === undefined || right.release === undefined ? 0 : compareSegments(left.release, right.release))
  );
}

interface Parts {
  readonly epoch: string;
  readonly version: string;
  readonly release?: string;
}

function parts(text: string): Parts {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const hasEpoch = colon > 0 && /^\d+$/.test(trimmed.slice(0, colon));
  const rest = hasEpoch ? trimmed.slice(colon + 1) : trimmed;
  const dash = rest.lastIndexOf('-');
  return {
    epoch: hasEpoch ? trimmed.slice(0, colon) : '0',
    version: dash < 0 ? rest : rest.slice(0, dash),
    ...(dash >= 0 && { release: rest.slice(dash + 1) }),
  };
}

const TILDE = 126;
const CARET = 94;

/** rpm's own order: runs of digits and runs of letters, `~` before the end, `^` after it, all else only separates. */
function compareSegments(a: string, b: string): number {
  let i = 0;
  let j = 0;
  for (;;) {
    while (i < a.length && isSeparator(a.charCodeAt(i))) i += 1;
    while (j < b.length && isSeparator(b.charCodeAt(j))) j += 1;
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(j);
    if (left === TILDE || right === TILDE) {
      if (left !== right) return left === TILDE ? -1 : 1;
      i += 1;
      j += 1;
      continue;
    }
    if (left === CARET || right === CARET) {
      if (left !== right) return caret(i >= a.length, j >= b.length, left === CARET);
      i += 1;
      j += 1;
      continue;
    }
    if (i >= a.length || j >= b.length) return Number(i < a.length) - Number(j < b.length);
    const kind = isDigit(left) ? isDigit : isLetter;
    const first = run(a, i, kind);
    const second = run(b, j, kind);
    // A number is newer than a word.
    if (second === '') return kind === isDigit ? 1 : -1;
    const difference = kind === isDigit ? compareDigits(first, second) : compareText(first, second);
    if (difference !== 0) return difference;
    i += first.length;
    j += second.length;
  }
}

/** Only one side has a caret: it is newer than the end, and older than anything else. */
function caret(leftEnded: boolean, rightEnded: boolean, isLeft: boolean): number {
  if (isLeft) return rightEnded ? 1 : -1;
  return leftEnded ? -1 : 1;
}

function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code) && code !== TILDE && code !== CARET;
}

function run(text: string, start: number, kind: (code: number) => boolean): string {
  let end = start;
  while (end < text.length && kind(text.charCodeAt(end))) end += 1;
  return text.slice(start, end);
}

/** Whether rpm can place this text among versions. */
export const isRpmVersion = versionLike(/^[A-Za-z0-9][\w.+~^:/-]*$/);
