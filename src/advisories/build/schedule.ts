/** Work that runs ahead of whoever asks for its results in order. */
interface Scheduled<R> {
  result(index: number): Promise<R>;
  /** Whether its result is here. */
  isHere(index: number): boolean;
  /** When everything that was begun has ended. */
  settled(): Promise<void>;
}

/** Downloads at one time, and from one host: more would be impolite and hardly faster. */
const AT_ONCE = 4;
const PER_HOST = 2;
/** How far work may run ahead of its results: what was fetched waits on the disk. */
const AHEAD = 24;

/** Runs `work` over all items side by side, within the limits; `work` never rejects. Local items (no host) run when asked for. */
export function schedule<T, R>(
  items: readonly T[],
  hostOf: (item: T) => string,
  work: (item: T) => Promise<R>,
): Scheduled<R> {
  const promises = new Map<number, Promise<R>>();
  const here = new Set<number>();
  const running = new Map<string, number>();
  let active = 0;
  let asked = 0;
  const start = (index: number): Promise<R> => {
    const known = promises.get(index);
    if (known) return known;
    const host = hostOf(items[index]!);
    running.set(host, (running.get(host) ?? 0) + 1);
    active += 1;
    const promise = work(items[index]!).finally(() => {
      here.add(index);
      active -= 1;
      running.set(host, (running.get(host) ?? 1) - 1);
      fill();
    });
    promises.set(index, promise);
    return promise;
  };
  const fill = () => {
    for (let index = asked; index < Math.min(items.length, asked + AHEAD) && active < AT_ONCE; index += 1) {
      const host = hostOf(items[index]!);
      if (host !== '' && !promises.has(index) && (running.get(host) ?? 0) < PER_HOST) start(index);
    }
  };
  return {
    result(index) {
      asked = Math.max(asked, index);
      const promise = start(index);
      fill();
      return promise;
    },
    isHere: (index) => here.has(index),
    settled: async () => {
      asked = items.length;
      await Promise.allSettled(promises.values());
    },
  };
}
