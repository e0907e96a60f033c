import type { Severity } from '../model.ts';

/** What a stream has to tell for us to know whether a person reads it. */
interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** SGR parameters. https://ecma-international.org/publications-and-standards/standards/ecma-48/ (8.3.117) */
const STYLES = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
  alarm: '1;37;41',
} as const;

export type StyleName = keyof typeof STYLES;

/** Wraps text in the style's escape sequences, or leaves it alone where colours are off. */
export type Paint = (text: string, ...styles: readonly StyleName[]) => string;

/** A painter for a stream with or without colours. */
export function painter(colour: boolean): Paint {
  if (!colour) return (text) => text;
  return (text, ...styles) =>
    styles.length === 0 || text === ''
      ? text
      : `\u001b[${styles.map((style) => STYLES[style]).join(';')}m${text}\u001b[0m`;
}

/**
 * Whether to colour what goes to this stream: `--no-color` (`flag` false) first, then FORCE_COLOR, then NO_COLOR, then
 * whether it is a terminal that can. https://no-color.org, https://force-color.org
 */
export function colourWanted(stream: TerminalStream, environment: NodeJS.ProcessEnv, flag?: boolean): boolean {
  if (flag === false) return false;
  const force = environment.FORCE_COLOR;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((environment.NO_COLOR ?? '') !== '') return false;
  return stream.isTTY === true && environment.TERM !== 'dumb';
}

/** Columns of the terminal; undefined, which means no limit, where a file or a pipe takes the text. */
export function widthOf(stream: TerminalStream): number | undefined {
  return stream.isTTY === true ? Math.max(stream.columns || 80, NARROWEST) : undefined;
}

/** Nobody reads lines beyond these, and what is between is somebody's setting. */
const [NARROWEST, WIDEST] = [40, 1_000];

/**
 * Columns of a line where no terminal takes the text but COLUMNS says how many a reader has (a pager, the log of a build); undefined where it does not.
 * https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_03
 */
function statedWidth(stream: TerminalStream, { COLUMNS }: NodeJS.ProcessEnv): number | undefined {
  if (stream.isTTY === true || COLUMNS === undefined || !/^[1-9]\d{0,4}$/.test(COLUMNS)) return undefined;
  return Math.min(Math.max(Number(COLUMNS), NARROWEST), WIDEST);
}

/** Rows that a terminal has, where it says so. */
const heightOf = ({ isTTY, rows = 0 }: TerminalStream): number | undefined =>
  isTTY === true && rows > 0 ? rows : undefined;

/** The lines of what goes to this stream: a terminal's own width and rows, else the width that is stated; nothing where a file takes it. */
export function linesOf(
  stream: TerminalStream,
  environment: NodeJS.ProcessEnv,
): { readonly width?: number; readonly height?: number; readonly fileWidth?: number } {
  const [width, height, fileWidth] = [widthOf(stream), heightOf(stream), statedWidth(stream, environment)];
  return {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(fileWidth === undefined ? {} : { fileWidth }),
  };
}

/** One width of both, for what is the same on a terminal and off it. */
export const lineWidth = (stream: TerminalStream, environment: NodeJS.ProcessEnv): number | undefined =>
  widthOf(stream) ?? statedWidth(stream, environment);

/** How each severity looks: the two that stop a deployment stand out, the rest recedes. */
export const SEVERITY_STYLES: Readonly<Record<Severity, readonly StyleName[]>> = {
  CRITICAL: ['alarm'],
  HIGH: ['bold', 'red'],
  MEDIUM: ['yellow'],
  LOW: ['blue'],
  NEGLIGIBLE: ['dim'],
  UNKNOWN: ['magenta'],
};
