/** Below this, a measurement says more about the machine than about the work. */
const LEAST_MS = 5;

/** More than work in proportion to its size takes, with room for noise; less than its square. */
export const IN_PROPORTION = 24;

/** What else the process does (collecting what other tests left, on threads of its own) only adds: so often it is measured again. */
const ROUNDS = 5;

/**
 * How many times the processor time of `work(size / 8)` it takes to do `work(size)`: about 8 for work in proportion to its size, 64
 * where it grows with the square. The best of three of each, and of more where that seems too much, so that neither a busy nor a slow
 * machine decides.
 */
export function growth(work: (size: number) => unknown, size: number): number {
  let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    small = Math.min(
      small,
      best(() => work(size / 8)),
    );
    large = Math.min(
      large,
      best(() => work(size)),
    );
    if (large / small < IN_PROPORTION) break;
  }
  return large / small;
}

/** Milliseconds of the processor, the least of three. */
function best(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.max(LEAST_MS, Math.min(...times));
}
