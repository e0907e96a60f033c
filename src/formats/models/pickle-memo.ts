import type { PickleValue } from './pickle-values.ts';

/** An unpickler's memo. Honest indices count up from zero and live in an array; a hostile one may be any number. */
export interface PickleMemo {
  readonly size: number;
  get(index: number): PickleValue | undefined;
  set(index: number, value: PickleValue): void;
}

/** How far an index may lie ahead of the array's end and still extend it. */
const GAP = 1_000;

/** An empty memo. */
export function pickleMemo(): PickleMemo {
  const dense: (PickleValue | undefined)[] = [];
  const sparse = new Map<number, PickleValue>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    get: (index) => (index < dense.length ? dense[index] : sparse.get(index)),
    set(index, value) {
      const old = index < dense.length ? dense[index] : sparse.get(index);
      if (old === undefined) size += 1;
      if (index > dense.length + GAP || sparse.has(index)) {
        sparse.set(index, value);
        return;
      }
      while (dense.length < index) {
        // What was set ahead of the end moves into the array when the end reaches it.
        const early = sparse.get(dense.length);
        sparse.delete(dense.length);
        dense.push(early);
      }
      dense[index] = value;
    },
  };
}
