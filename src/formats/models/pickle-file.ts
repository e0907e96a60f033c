import { LIMITS } from '../../limits.ts';
import { type Cursor, fill, peek, position, remaining, type Steps, skip } from '../cursor.ts';
import { type PickleOptions, type PickleWalk, walkPickle } from './pickle.ts';
import { looksLikePickle } from './pickle-sniff.ts';

/** Everything that the pickles of one body would do. */
export interface PickleFile {
  readonly walks: readonly PickleWalk[];
  /** Offset of bytes behind the last pickle that are no pickle; absent when there are none. */
  readonly trailing?: number;
  /** The body is written by PyTorch's old format: five pickles, then the raw storages. */
  readonly torchLegacy: boolean;
}

/** The first pickle of PyTorch's format before 1.6 is this number. https://github.com/pytorch/pytorch/blob/main/torch/serialization.py */
const TORCH_MAGIC = Buffer.from('8a0a6cfc9c46f9206aa850192e', 'hex');
const TORCH_PICKLES = 5;

/** Walks the pickles that follow each other in a body, and searches for more behind bytes that are none. */
export function* walkPickles(cursor: Cursor, options: Partial<PickleOptions> = {}): Steps<PickleFile> {
  const complete = { budget: { opcodes: LIMITS.pickleOpcodes }, arrays: true, carried: walkOneOrSeveral, ...options };
  const walks: PickleWalk[] = [];
  const torchLegacy = (yield* peek(cursor, 2 + TORCH_MAGIC.length)).subarray(2).equals(TORCH_MAGIC);
  let trailing: number | undefined;
  let searched = 0;
  while (walks.length < LIMITS.pickleStreams) {
    const walk = yield* walkPickle(cursor, complete);
    walks.push(walk);
    if (walk.end === 'budget' || (torchLegacy && walks.length === TORCH_PICKLES)) break;
    if (walk.end === 'stop' && (yield* nextIsPickle(cursor))) continue;
    if (walk.end === 'stop' && (yield* fill(cursor, 1))) trailing ??= position(cursor);
    // `pickle.load` stops here; a program that calls it again at another offset does not.
    const passed = yield* findPickle(cursor, LIMITS.pickleTrailing - searched);
    if (passed === undefined) break;
    searched += passed;
  }
  return { walks, ...(trailing === undefined || torchLegacy ? {} : { trailing }), torchLegacy };
}

/** The pickles inside an argument of another pickle, where its bytes are some. */
function* walkOneOrSeveral(cursor: Cursor, options: PickleOptions): Steps<readonly PickleWalk[]> {
  return (yield* nextIsPickle(cursor)) ? (yield* walkPickles(cursor, options)).walks : [];
}

/** Bytes that decide whether a pickle begins here. */
const HEAD = 512;

function* nextIsPickle(cursor: Cursor): Steps<boolean> {
  if (!(yield* fill(cursor, 1))) return false;
  const head = yield* peek(cursor, HEAD);
  return looksLikePickle(head, head.length < HEAD);
}

/** A GLOBAL of protocol 0, which begins with no mark of its own: a pickle behind raw numbers may be written so. */
const GLOBAL = /c[A-Za-z_][\w.]{0,120}\n[A-Za-z_][\w.]{0,120}\n/;
const LONGEST_GLOBAL = 260;

/** Moves to the next place where a pickle begins, at most `budget` bytes on; returns the bytes passed over. */
function* findPickle(cursor: Cursor, budget: number): Steps<number | undefined> {
  let passed = 0;
  while (passed < budget && (yield* fill(cursor, 1))) {
    // A name may lie across two chunks: the last bytes of one are looked at together with the next.
    const whole = yield* fill(cursor, Math.min(LONGEST_GLOBAL, remaining(cursor)));
    const atHand = cursor.end - cursor.at;
    const isLast = !whole || atHand >= remaining(cursor);
    // Where the search ends may depend neither on how much is at hand nor on what of it was looked at before.
    const start = firstOpener(cursor.bytes.subarray(cursor.at, cursor.end));
    const step = Math.min(start ?? (isLast ? atHand : atHand - LONGEST_GLOBAL + 1), budget - passed);
    passed += step;
    cursor.at += step;
    if (start === undefined || passed >= budget) continue;
    if (yield* nextIsPickle(cursor)) return passed;
    yield* skip(cursor, 1);
    passed += 1;
  }
  return undefined;
}

/** Where PROTO stands, or the name of a GLOBAL. */
function firstOpener(bytes: Buffer): number | undefined {
  const proto = bytes.indexOf(0x80);
  const global = bytes.toString('latin1', 0, proto < 0 ? bytes.length : proto).search(GLOBAL);
  if (global >= 0) return global;
  return proto < 0 ? undefined : proto;
}
