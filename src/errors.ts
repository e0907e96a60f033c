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
 */
export function printable(text: string, limit = 1_000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}...` : text;
  return /^[ -~]*$/.test(cut) ? cut : cut.replace(UNPRINTABLE, '?');
}

/** https://www.unicode.org/reports/tr44/#General_Category_Values, and blanks that look like nothing: Hangul fillers, braille. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u2800|\u3164|\uffa0/gu;

/** The error itself if it is one of ours, else wrapped as `code` with its message kept. */
export function asPlimsollError(error: unknown, code: ErrorCode, where?: string): PlimsollError {
  if (error instanceof PlimsollError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PlimsollError(code, message, where === undefined ? { cause: error } : { where, cause: error });
}
