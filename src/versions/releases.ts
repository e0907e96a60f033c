const NUMBERS = /^v?(\d+(?:[.+~]\d+)*)([a-z](?![a-z]))?/;

/**
 * Whether two versions can be of one release of upstream's, as far as both tell: epochs and revisions aside, by the numbers that both have
 * (`5.1-2+deb11u1` and `5.1.4`, `6.2+20201114-2` and `6.2.20201114`), and the letter behind them (`1.1.1n`).
 */
export function isOneRelease(version: string, other: string): boolean {
  const [left, right] = [version, other].map((text) => NUMBERS.exec(text.replace(/^\d+:/, '').replace(/-[^-]*$/, '')));
  if (!left || !right) return version === other;
  const [a, b] = [left, right].map(([, numbers]) => numbers!.split(/[.+~]/).map(Number)) as [number[], number[]];
  const shared = Math.min(a.length, b.length);
  if (a.slice(0, shared).some((number, at) => number !== b[at])) return false;
  return a.length !== b.length || left[2] === undefined || right[2] === undefined || left[2] === right[2];
}

/** Whether a version is the one that follows upon another, by the last of its numbers: `1.8.8` upon `1.8.7-6`. */
export function isNextRelease(version: string, before: string): boolean {
  const [next, last] = [version, before].map((text) =>
    NUMBERS.exec(text.replace(/^\d+:/, ''))?.[1]?.split('.').map(Number),
  );
  if (next === undefined || last === undefined || next.length !== last.length) return false;
  return next.every((number, at) => number - last[at]! === (at === next.length - 1 ? 1 : 0));
}

/** Whether a version is of an earlier release than another, by the first of their numbers that differ; what has none is of no release. */
export function isEarlierRelease(version: string, other: string): boolean {
  const [left, right] = [version, other].map((text) =>
    NUMBERS.exec(text.replace(/^\d+:/, '').slice(0, MOST_OF_VERSION))?.[1]?.split(/[.+~]/).map(Number),
  );
  if (left === undefined || right === undefined || isOneRelease(version, other)) return false;
  const at = left.findIndex((number, index) => index < right.length && number !== right[index]);
  return at >= 0 && left[at]! < right[at]!;
}

/** Characters of a version that are compared. */
const MOST_OF_VERSION = 200;
