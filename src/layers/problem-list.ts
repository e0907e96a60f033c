import { LIMITS } from '../limits.ts';
import type { Unknown } from '../model.ts';

/** What could not be read of a layer: the first `LIMITS.unknownsPerLayer` in the order of its members, whoever tells of them first. */
interface ProblemList {
  /** `member` is the number of the member that it concerns. */
  add(member: number, problem: () => Unknown): void;
  /** All of them, in order; the last one says how many there were besides. */
  end(): readonly Unknown[];
}

/** Threads tell of their bodies later than this one of its own: which problems are left out must not depend on that. */
export function problemList(most: number = LIMITS.unknownsPerLayer): ProblemList {
  let kept: { readonly member: number; readonly unknown: Unknown }[] = [];
  /** Behind this member there are enough of them. */
  let last = Number.POSITIVE_INFINITY;
  let more = 0;
  const cut = (): void => {
    kept.sort((a, b) => a.member - b.member);
    more += Math.max(0, kept.length - most);
    kept = kept.slice(0, most);
    if (kept.length === most) last = kept.at(-1)?.member ?? last;
  };
  return {
    add(member, problem) {
      if (member >= last) {
        more += 1;
        return;
      }
      kept.push({ member, unknown: problem() });
      if (kept.length >= most * 2) cut();
    },
    end() {
      cut();
      const unknowns = kept.map(({ unknown }) => unknown);
      if (more === 0) return unknowns;
      return [...unknowns, { path: '', analyzer: 'layers', reason: `and ${more} more problems in this layer` }];
    },
  };
}
