import { LIMITS } from '../../limits.ts';
import type { WindowView } from '../compression/index.ts';
import { type ForwardCapture, forwardCapture } from '../compression/index.ts';
import { type AuditableCrate, auditableCrates, looksLikeZlib, opensAuditable } from './cargo-auditable.ts';
import { type MarksSeen, RUST_MARK } from './marks.ts';

/** Trial inflations, some 70 microseconds each: among what is loaded (cargo-auditable before 0.6), and behind it (since). */
const TRIALS_LOADED = 2_000;
const TRIALS_BEHIND = 10_000;
/** The compressed list: the largest programs have some 30 KB. */
const COMPRESSED = 1 << 20;

/** Finds the crate list that cargo-auditable embeds while the views of an ELF file pass by. */
interface AuditableStream {
  /** `seen`: what somebody else's search of this view found. */
  visit(view: WindowView, seen: MarksSeen): void;
  /** True once the Rust compiler has been recognised: the list may stand behind the last segment, where nothing is loaded. */
  readonly rust: boolean;
  /** Undefined when there is none. Throws what `auditableCrates` throws. */
  end(): readonly AuditableCrate[] | undefined;
}

/** Looks only in files that carry a text of the Rust compiler, so that other large files cost nothing. */
export function auditableStream(loadedUntil: () => number): AuditableStream {
  let rust = false;
  const trials = { loaded: TRIALS_LOADED, behind: TRIALS_BEHIND };
  let list: ForwardCapture | undefined;
  return {
    get rust() {
      return rust;
    },
    visit(view, seen) {
      const { bytes, start, from, to } = view;
      // What begins in front of this view was in the last one; a mark behind it is known before what it stands for is looked for here.
      rust ||= seen.rust || bytes.indexOf(RUST_MARK, to) >= 0;
      if (!rust) return;
      const budget = start + from < loadedUntil() ? 'loaded' : 'behind';
      for (
        let at = bytes.indexOf(0x78, from);
        list === undefined && at >= 0 && at < to;
        at = bytes.indexOf(0x78, at + 1)
      ) {
        if (!looksLikeZlib(bytes, at)) continue;
        if (trials[budget]-- <= 0) break;
        if (opensAuditable(bytes, at)) list = forwardCapture(start + at, Math.min(COMPRESSED, LIMITS.buildInfoBytes));
      }
      list?.feed(view);
    },
    end: () => (list === undefined ? undefined : auditableCrates(list.bytes())),
  };
}
