import { versionLike } from './known.ts';
import { compareDigits, isDigit, isLetter } from './order.ts';

/**
 * Orders two Debian versions: epoch, upstream version, revision. Total over any two strings, never throws; what is no
 * proper version (a word where the epoch should be) is compared as upstream text.
 * https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export function compareDeb(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareFragment(left.upstream, right.upstream) ||
    compareFragment(left.revision, right.revision)
  );
}

interface Parts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

function parts(version: string): Parts {
  const text = version.trim();
  const colon = text.indexOf(':');
  const hasEpoch = colon > 0 && /^\d+$/.test(text.slice(0, colon));
  const rest = hasEpoch ? text.slice(colon + 1) : text;
  const dash = rest.lastIndexOf('-');
  return {
    epoch: hasEpoch ? text.slice(0, colon) : '0',
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** Alternating runs: non-digits by Debian's own character order, then digits as numbers. */
function compareFragment(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (j < b.length && !isDigit(b.charCodeAt(j)))) {
      const difference = weight(a, i) - weight(b, j);
      if (difference !== 0) return difference;
      i += 1;
      j += 1;
    }
    const left = digitsFrom(a, i);
    const right = digitsFrom(b, j);
    const difference = compareDigits(left, right);
    if (difference !== 0) return difference;
    i += left.length;
    j += right.length;
  }
  return 0;
}

/** `~` sorts before the end of the text, the end before letters, letters before everything else. */
function weight(text: string, index: number): number {
  if (index >= text.length) return 0;
  const code = text.charCodeAt(index);
  if (code === 126) return -1;
  if (isDigit(code)) return 0;
  return isLetter(code) ? code : code + 256;
}

function digitsFrom(text: string, start: number): string {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
  return text.slice(start, end);
}

/** Whether dpkg can place this text among versions. */
export const isDebVersion = versionLike(/^[A-Za-z0-9][\w.+~:-]*$/);
