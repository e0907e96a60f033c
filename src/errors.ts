import { BUGS } from './version.ts';
/** The one error class. `code` is closed and stable: the command line maps it to an exit code, callers may switch on it. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'reference'
  | 'not-found'
  | 'platform'
  | 'unauthorized'
  | 'rate-limited'
  | 'network'
  | 'registry'
  | 'engine'
  | 'digest-mismatch'
  | 'corrupt'
  | 'unsupported'
  | 'limit'
  | 'io'
  | 'database-missing'
  | 'database-damaged'
  | 'database-stale'
  | 'feed'
  | 'interrupted'
  | 'internal';

/** The one table from error to exit code; docs/exit-codes.md is its text. 0 is fine, 1 a gate that was hit. */
const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  config: 2,
  reference: 2,
  'not-found': 3,
  platform: 3,
  unauthorized: 3,
  'rate-limited': 3,
  network: 3,
  registry: 3,
  engine: 3,
  'digest-mismatch': 3,
  corrupt: 3,
  unsupported: 3,
  limit: 3,
  io: 3,
  'database-missing': 3,
  'database-damaged': 3,
  'database-stale': 3,
  feed: 3,
  internal: 5,
  interrupted: 130,
};

/** The exit code of the command line that an error ends with. */
export const exitCodeOf = (code: ErrorCode): number => EXIT_CODES[code];

/**
 * An error a person can act on: what happened, where, and what to do, in one line.
 * The message never ends in a full stop and holds no line break.
 */
export class PlimsollError extends Error {
  readonly code: ErrorCode;
  /** The file, image, layer or URL it is about. */
  readonly where?: string;
  /** What the user can do. */
  readonly hint?: string;

  constructor(code: ErrorCode, message: string, options: { where?: string; hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PlimsollError';
    this.code = code;
    if (options.where !== undefined) this.where = options.where;
    if (options.hint !== undefined) this.hint = options.hint;
  }

  /** `message (where): hint`, control characters removed: safe to print whatever an image or registry put into it. */
  get line(): string {
    const where = this.where === undefined ? '' : ` (${this.where})`;
    const hint = this.hint === undefined ? '' : `; ${this.hint}`;
    return printable(`${this.message}${where}${hint}`);
  }
}

/**
 * Text from outside made safe for a terminal and for one line: control characters, line ends, what is invisible or turns the
 * direction (zero width, bidirectional, tags: the category Format), halves of characters and private ones become `?`.
 * So does the beginning of what runners of pipelines would take from a log as a command of theirs (`::add-mask::`, `##vso[...]`).
 * It has at most `limit` UTF-16 units, the dots that say that it was cut among them: readers of others refuse one more.
 */
export function printable(text: string, limit = 1_000): string {
  const cut = text.length > limit ? `${text.slice(0, Math.max(0, limit - 3))}...`.slice(0, limit) : text;
  const plain = /^[ -~]*$/.test(cut) ? cut : cut.replace(UNPRINTABLE, shownAs);
  return /::|##/.test(plain) ? plain.replace(LOG_COMMAND, (mark) => `?${mark[1]}`) : plain;
}

/** A byte of a path that is no text (`formats/path-bytes.ts`) as a shell writes it, everything else by one sign. */
const shownAs = (character: string): string =>
  /[\uef80-\uefff]/.test(character) ? `\\x${(character.charCodeAt(0) & 0xff).toString(16)}` : '?';

/**
 * GitHub obeys `::name::` where a line begins with it, which wrapped lines may; Azure Pipelines, TeamCity and GitHub's older form obey `##vso[`,
 * `##teamcity[` and `##[` anywhere in a line. Words of code are left alone (`std::error::Error`), unless a line may be broken within one.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 * https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 */
const LOG_COMMAND =
  /(?:(?<![\w>])|(?<=\S{30}))::(?=(?:add-|remove-|set-|save-|stop-|end|internal-|group|debug|notice|warning|error|echo)[\w-]{0,30}(?:::| ))|##(?=(?:vso|teamcity)?\[)/gi;

/** https://www.unicode.org/reports/tr44/#General_Category_Values, and blanks that look like nothing: Hangul fillers, braille. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u2800|\u3164|\uffa0/gu;

/** The error itself if it is one of ours, else wrapped as `code`: the operating system's in words, any other with its message kept. */
export function asPlimsollError(error: unknown, code: ErrorCode, where?: string): PlimsollError {
  if (error instanceof PlimsollError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // What a stream says whose signal was told to stop.
  if (error instanceof Error && error.name === 'AbortError')
    return new PlimsollError(
      'interrupted',
      'interrupted',
      where === undefined ? { cause: error } : { where, cause: error },
    );
  const [said, hint] = wordsOf(error) ?? [message];
  // Whatever was going on, what the system refuses is no defect.
  if (code === 'internal' && hint !== undefined) code = 'io';
  return new PlimsollError(code, said, {
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

/** What the operating system says no with, in words, and what helps. */
const SYSTEM: ReadonlyMap<string, readonly [message: string, hint: string]> = new Map([
  ['ENOSPC', ['no space is left on the disk', 'free some space, or set PLIMSOLL_HOME to another disk']],
  ['EDQUOT', ['the quota of the disk is used up', 'free some space, or set PLIMSOLL_HOME to another disk']],
  ['EROFS', ['the file system is read-only', 'set PLIMSOLL_HOME to a folder that can be written']],
  ['EACCES', ['permission denied', 'check who may read and write there']],
  ['EPERM', ['the operating system does not permit it', 'check who may read and write there']],
  ['ENOENT', ['there is no such file or folder', 'check the path']],
  ['ENOTDIR', ['a part of the path is no folder', 'check the path']],
  ['EISDIR', ['this is a folder, not a file', 'check the path']],
  ['ELOOP', ['its links lead round in a circle', 'check the path']],
  ['ENAMETOOLONG', ['the name is too long', 'file systems take 255 bytes for a name']],
  ['EBUSY', ['something else is using it', 'try again when that has ended']],
  [
    'EFBIG',
    ['the file would be larger than the system lets it be', 'raise the limit (ulimit -f), or use another disk'],
  ],
  ['ESTALE', ['the network file system no longer knows it', 'mount it again']],
  ['ENXIO', ['there is nothing behind this device or pipe', 'check the path']],
  ['ENODEV', ['there is no such device', 'check the path']],
  ['EMFILE', ['too many files are open', 'raise the limit (ulimit -n)']],
  ['ENFILE', ['too many files are open on this machine', 'close some programs']],
  ['EIO', ['the disk gives errors', 'check the disk']],
  // src/launch.ts: half an installation.
  ['PROGRAM_DAMAGED', ['this part of the program is missing or damaged', 'install Plimsoll again']],
  ['ENOMEM', ['there is not enough memory', 'give the process more']],
]);

const wordsOf = (error: unknown): readonly [message: string, hint: string] | undefined =>
  error instanceof Error ? SYSTEM.get((error as NodeJS.ErrnoException).code ?? '') : undefined;

/** An error of the operating system as one of ours, which names the path; undefined for any other. */
export function asSystemError(error: unknown): PlimsollError | undefined {
  if (!(error instanceof Error) || error instanceof PlimsollError) return undefined;
  const { path } = error as NodeJS.ErrnoException;
  const known = wordsOf(error);
  if (!known) return undefined;
  const [message, hint] = known;
  return new PlimsollError('io', message, { ...(path === undefined ? {} : { where: path }), hint, cause: error });
}

/**
 * What nobody expected, as one of ours: what was being read, and an id of the place in the program, the same wherever it happens, by
 * which a report can be found. One of ours is returned as it is.
 */
export function asInternalError(error: unknown, reading: string): PlimsollError {
  if (error instanceof PlimsollError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PlimsollError('internal', `a defect of this program [${placeOf(error)}]: ${message}`, {
    where: reading,
    hint: `please report it ${BUGS ?? 'to whom you have this program from'}, with that id and what --debug prints; a file that shows it helps most`,
    cause: error,
  });
}

/**
 * Whether an error is a mistake in this program, and not damage in what it read: what the language throws when a value is not what
 * the code takes it for. Reading behind the end of a buffer is damage, which readers leave to the buffer to notice.
 */
export function isDefect(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof PlimsollError) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof ReferenceError || (error instanceof RangeError && /call stack/.test(error.message))) return true;
  return error instanceof TypeError && code === undefined;
}

/** Why something could not be read, in one line of at most `length` characters; of a defect with the id of its place. */
export function reasonOf(error: unknown, length = 300): string {
  const message = error instanceof Error ? error.message : String(error);
  return printable(
    isDefect(error) ? `a defect of this program [${placeOf(error)}], please report it: ${message}` : message,
    length,
  );
}

/**
 * Does a piece of work without which the rest can go on. What nobody expected in it is a defect of this program and is told to
 * `instead`, in one line with the id of its place; what was foreseen (errors of ours, of the operating system, of SQLite) is thrown.
 */
export function orDefect<T>(work: () => T, instead: (defect: string) => T): T {
  try {
    return work();
  } catch (error) {
    return instead(defectOf(error));
  }
}

/** The same of work that ends later. */
export async function orDefectLater<T>(work: () => Promise<T>, instead: (defect: string) => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return instead(defectOf(error));
  }
}

/** What nobody expected, in one line; throws what was foreseen. */
function defectOf(error: unknown): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (error instanceof PlimsollError || (typeof code === 'string' && !code.startsWith('ERR_'))) throw error;
  const message = error instanceof Error ? error.message : String(error);
  return printable(`a defect of this program [${placeOf(error)}], please report it: ${message}`, 300);
}

/** The names of the innermost functions of a stack, folded to six characters: lines move with every release, names stay. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const names = [...stack.matchAll(/^ +at (?:async )?(?:new )?([\w$.<>]+) \(/gm)].slice(0, 3).map(([, name]) => name);
  let hash = 0x811c9dc5;
  for (const character of `${error instanceof Error ? error.name : typeof error} ${names.join(' ')}`)
    hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619) >>> 0;
  return `E${hash.toString(36).padStart(7, '0').slice(-6)}`;
}
