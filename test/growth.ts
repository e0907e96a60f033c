/** Below this, a measurement says more about the machine than about the work. */
const LEAST_MS = 5;

/**
 * How many times the processor time of `work(size / 4)` it takes to do `work(size)`: about 4 for work in proportion to its size, 16
 * where it grows with the square. The best of three of each, so that neither a busy nor a slow machine decides.
 */
export function growth(work: (size: number) => unknown, size: number): number {
  const best = (of: number): number => {
    const times = [1, 2, 3].map(() => {
      const before = process.cpuUsage();
      work(of);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    return Math.max(LEAST_MS, Math.min(...times));
  };
  const small = best(size / 4);
  return best(size) / small;
}

/** More than work in proportion to its size takes, with room for noise; less than its square. */
export const IN_PROPORTION = 10;
