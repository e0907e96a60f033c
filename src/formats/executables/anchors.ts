import { addTo } from '../../collections.ts';
import { tick } from '../../work.ts';

/**
 * Finds many fixed strings in one pass over bytes (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994):
 * the last two bytes of a window say how far it may jump, so most of the bytes are never looked at. About 1 GB/s in
 * one thread whatever the number of strings, where searching each of 100 strings alone would take 100 passes.
 */
interface AnchorSearch {
  /** Calls `hit` for every string that begins in `[from, to)` and is whole within `bytes`, in order of position. */
  find(bytes: Buffer, from: number, to: number, hit: (at: number, anchor: number) => void): void;
}

/** So few are found sooner one after the other by what Node.js has of its own: 2 to 5 GB/s for each. */
const FEW = 3;

/** Prepares the search. Strings are Latin-1, at least 4 long; the shortest one sets the pace. */
export function anchorSearch(anchors: readonly string[]): AnchorSearch {
  const needles = anchors.map((anchor) => Buffer.from(anchor, 'latin1'));
  return needles.length <= FEW ? oneByOne(needles) : allAtOnce(needles);
}

const lengthOf = ({ length }: Buffer): number => length;

function oneByOne(needles: readonly Buffer[]): AnchorSearch {
  if (needles.some(({ length }) => length < 4)) throw new Error(TOO_SHORT);
  const find: AnchorSearch['find'] = (bytes, from, to, hit) => {
    // No farther than asked: what is seen of a file in pieces would be searched anew with each.
    const nexts = needles.map((needle) => {
      const within = bytes.subarray(0, Math.min(bytes.length, to + needle.length - 1));
      return { within, needle, at: within.indexOf(needle, from) };
    });
    for (;;) {
      const first = nexts.reduce(
        (best, { at }, index) => (at >= 0 && (best < 0 || at < nexts[best]!.at) ? index : best),
        -1,
      );
      const next = nexts[first];
      if (next === undefined) return;
      tick();
      hit(next.at, first);
      next.at = next.within.indexOf(next.needle, next.at + 1);
    }
  };
  return { find };
}

const TOO_SHORT = 'anchors must be four bytes or longer';

function allAtOnce(needles: readonly Buffer[]): AnchorSearch {
  const shortest = Math.min(...needles.map(lengthOf));
  if (shortest < 4) throw new Error(TOO_SHORT);
  const shifts = new Uint8Array(65_536).fill(Math.min(255, shortest - 1));
  const buckets = new Map<number, number[]>();
  needles.forEach((needle, index) => {
    for (let end = 1; end < shortest; end++) {
      const pair = (needle[end - 1]! << 8) | needle[end]!;
      shifts[pair] = Math.min(shifts[pair]!, shortest - 1 - end);
      if (end === shortest - 1) addTo(buckets, pair, index);
    }
  });
  /** Whether strings begin where a window ends with this pair: their places and numbers, in `hits`. */
  const compare = (bytes: Buffer, end: number, pair: number, hits: number[]): void => {
    tick();
    const start = end - shortest + 1;
    for (const index of buckets.get(pair)!) if (startsWith(bytes, start, needles[index]!)) hits.push(start, index);
  };
  // A jump has to wait for the table's answer, some twenty cycles in which the processor has nothing else to do: two halves, which do not
  // wait for next other, take little more than one.
  const find: AnchorSearch['find'] = (bytes, from, to, hit) => {
    const last = Math.min(bytes.length, to + shortest - 1);
    let at = from + shortest - 1;
    if (at >= last) return;
    const middle = at + ((last - at) >> 1);
    let other = middle;
    const hits: number[] = [];
    const others: number[] = [];
    while (at < middle && other < last) {
      const pair = (bytes[at - 1]! << 8) | bytes[at]!;
      const otherPair = (bytes[other - 1]! << 8) | bytes[other]!;
      const shift = shifts[pair]!;
      const otherShift = shifts[otherPair]!;
      if (shift === 0) compare(bytes, at, pair, hits);
      if (otherShift === 0) compare(bytes, other, otherPair, others);
      at += shift || 1;
      other += otherShift || 1;
    }
    const rest = (begin: number, end: number, into: number[]): void => {
      for (let here = begin; here < end; ) {
        const pair = (bytes[here - 1]! << 8) | bytes[here]!;
        const shift = shifts[pair]!;
        if (shift === 0) compare(bytes, here, pair, into);
        here += shift || 1;
      }
    };
    rest(at, middle, hits);
    rest(other, last, others);
    for (const list of [hits, others])
      for (let next = 0; next < list.length; next += 2) hit(list[next]!, list[next + 1]!);
  };
  return { find };
}

function startsWith(bytes: Buffer, at: number, needle: Buffer): boolean {
  if (at + needle.length > bytes.length) return false;
  for (let index = 0; index < needle.length; index++) if (bytes[at + index] !== needle[index]) return false;
  return true;
}
