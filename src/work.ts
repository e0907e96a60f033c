import { PlimsollError } from './errors.ts';
import { LIMITS } from './limits.ts';

/**
 * What reading one image may take, all its files together. Readers are pure functions of bytes, called from dozens of places, and
 * run from one `push` to the next without a pause. So the clock is not handed through all of them: the core starts it around each
 * such piece of work, and loops over bytes from outside call `tick` and `expanded`, which stop the reader from inside.
 */
export interface WorkClock {
  /** Opens the account of one file of that many bytes. */
  open(size: number): FileAccount;
  /** Does a piece of a file's reading on the clock. Throws what it throws, and `limit` from inside of it. */
  run<Result>(account: FileAccount, work: () => Result): Result;
  /** Milliseconds that another thread took for a file of this image, and whether it cut something. */
  charge(ms: number, cut: boolean): void;
  /** Lets timers, signals and other work have their turn where they have waited for it. Throws `interrupted`, and `limit` where the image has taken too long in all. */
  breathe(): Promise<void>;
  /** Milliseconds that readers may still take, and have taken, those of other threads included. */
  readonly left: number;
  readonly taken: number;
  /** Readers took more than an image may, or its time is over: what is still to come is not read. */
  readonly isOver: boolean;
  /** The moment at which its time is over, by `moment`; undefined where nobody set one. */
  readonly deadline: number | undefined;
  /** Something was cut for want of time: another run may see more, so nothing of it is remembered. */
  readonly isCut: boolean;
}

/** What one file has taken. */
interface FileAccount {
  ms: number;
  /** Bytes that came out of what was compressed in it, at all depths together. */
  expanded: number;
  readonly mayExpand: number;
}

/** Other limits than `LIMITS`, for tests and for threads. */
interface ClockLimits {
  readonly imageMs?: number;
  readonly fileMs?: number;
  readonly wholeMs?: number;
  /** The moment (by `moment`) after which nothing more is read: what was read until then is the result. */
  readonly deadline?: number | undefined;
}

/** This moment in milliseconds, on a clock that all threads of the process share and that nobody sets back. */
export const moment = (): number => performance.timeOrigin + performance.now();

const TIME_IS_OVER = 'the time for reading this image is over';
const REST_UNREAD = ': the rest was not read';
/** Whether that is said of a file: it was passed over, or not read to its end, because the image has taken all its time. */
export const isTimeOver = (reason: string): boolean => reason === `${TIME_IS_OVER}${REST_UNREAD}`;

/** How long the thread may be kept before timers, signals and other layers get their turn. */
const TURN_MS = 40;
/** Steps between two looks at the time. */
const EVERY = 1_024;
/** What deflate can make of a byte; archives in archives multiply it. */
const DEFLATE_RATIO = 1_032;

/** The piece of work under way in this thread. */
interface Piece {
  readonly account: FileAccount;
  /** When its time is used up, and what is said then. */
  readonly until: number;
  stop(now: number): never;
}

let piece: Piece | undefined;
let ticks = EVERY;

/** Counts steps of a loop over bytes from outside. Throws `limit` when the file, or the image, has taken all its time. */
export function tick(steps = 1): void {
  ticks -= steps;
  if (ticks <= 0) look();
}

function look(): void {
  ticks = EVERY;
  if (piece === undefined) return;
  const now = performance.now();
  if (now <= piece.until) return;
  // Whoever catches this and goes on is stopped at its next step.
  ticks = 0;
  piece.stop(now);
}

/** Counts bytes that came out of something compressed. Throws `limit` where a file holds far more than can be in it. */
export function expanded(bytes: number): void {
  tick();
  if (piece === undefined) return;
  const { account } = piece;
  account.expanded += bytes;
  if (account.expanded > account.mayExpand)
    throw new PlimsollError('limit', `it unpacks to more than ${account.mayExpand} bytes, archives within it included`);
}

/**
 * A clock for one image, or in a thread for its part of one.
 * Long because it is an object: its methods close over one state.
 */
export function workClock(signal?: AbortSignal, limits: ClockLimits = {}): WorkClock {
  const { imageMs = LIMITS.imageReadingMs, fileMs = LIMITS.fileReadingMs, wholeMs = LIMITS.imageMs, deadline } = limits;
  const began = performance.now();
  let taken = 0;
  const left = (): number =>
    Math.min(imageMs - taken, deadline === undefined ? Number.POSITIVE_INFINITY : deadline - moment());
  let isCut = false;
  // The first breath is always taken: a signal may have come while the program was loaded.
  let turn = Number.NEGATIVE_INFINITY;
  const tooLong = (what: string): PlimsollError => {
    isCut = true;
    return new PlimsollError('limit', `${what}${REST_UNREAD}`);
  };
  return {
    open: (size) => ({
      ms: 0,
      expanded: 0,
      mayExpand: Math.min(LIMITS.decompressedBytes, Math.max(LIMITS.ratioFloor, size * DEFLATE_RATIO)),
    }),
    run(account, work) {
      const started = performance.now();
      const outer = piece;
      const mayTake = left();
      const isFile = fileMs - account.ms < mayTake;
      const own: Piece = {
        account,
        until: started + Math.min(mayTake, fileMs - account.ms),
        stop() {
          throw tooLong(isFile ? `reading this file took longer than ${fileMs / 1_000} s` : TIME_IS_OVER);
        },
      };
      piece = own;
      ticks = Math.min(ticks, EVERY);
      try {
        if (mayTake <= 0) own.stop(started);
        return work();
      } finally {
        const took = performance.now() - started;
        account.ms += took;
        taken += took;
        piece = outer;
        ticks = EVERY;
      }
    },
    charge(ms, cut) {
      taken += ms;
      isCut ||= cut;
    },
    async breathe() {
      const now = performance.now();
      if (now - turn < TURN_MS) return;
      await new Promise<void>((resolve) => setImmediate(resolve));
      turn = performance.now();
      if (signal?.aborted) throw new PlimsollError('interrupted', 'interrupted');
      if (turn - began > wholeMs)
        throw new PlimsollError('limit', `reading this image took longer than ${wholeMs / 3_600_000} h`);
    },
    get left() {
      return left();
    },
    get taken() {
      return taken;
    },
    deadline,
    get isOver() {
      return left() <= 0;
    },
    get isCut() {
      return isCut || left() <= 0;
    },
  };
}
