/**
 * Text from outside, made harmless for each medium that a report is written in: one function for each, used by every format.
 * What a person would read is kept; what a medium would act on is not.
 */
import { printable } from '../errors.ts';

/** The longest text of one cell or sentence. */
const LONGEST = 2_000;

/** For a terminal: no escapes, no hyperlinks (OSC 8), nothing invisible, nothing that turns the direction of what follows. */
export const terminalText = (text: string, limit = LONGEST): string => printable(text, limit);

/** What somebody wrote in several lines, in one: a line end is no letter, for which a reader would be shown a sign. */
export const inOneLine = (text: string): string =>
  text.replace(/[\t\n\r ]+/g, (blanks) => (/[\t\n\r]/.test(blanks) ? ' ' : blanks));

const entity = (character: string): string => `&#${character.codePointAt(0)};`;

/** Stands between the parts of an address or a mention: readers see nothing, and no platform sees the whole. */
const GAP = '<!-- -->';

/**
 * For running text and table cells of Markdown (CommonMark, GitHub, GitLab): no emphasis, links, images, HTML, headings, lists,
 * strikethrough or formulae. Addresses, mentions, and references to issues are looked for in finished text too, where an entity
 * is a character again: a comment parts them.
 */
export function markdownText(text: string): string {
  return printable(inOneLine(text), LONGEST)
    .replace(/[&<>|`*_~[\]\\!$#^=]/g, entity)
    .replace(
      /^(\s*)([-+]+|\d+[.)])(?=\s|$)/,
      (_, blanks: string, mark: string) => blanks + [...mark].map(entity).join(''),
    )
    .replace(/@/g, `@${GAP}`)
    .replace(/&#35;(?=\d)/g, `&#35;${GAP}`)
    .replace(/\b(GH)-(?=\d)/gi, `$1${GAP}-`)
    .replace(/:\/\//g, `:${GAP}//`)
    .replace(/\b(mailto|xmpp):/gi, `$1${GAP}:`)
    .replace(/\b(www)\./gi, `$1${GAP}.`);
}

/** A code span of Markdown, which knows no entities: what ends it or a table cell is replaced. */
export function markdownCode(text: string): string {
  const clean = printable(text, LONGEST).replaceAll('`', "'").replaceAll('|', '\u2223');
  return `\`${clean.trim() === '' ? ' ' : clean}\``;
}

/** A block of code whose fence is longer than any in the text. Lines are kept. */
export function markdownBlock(language: string, text: string): string {
  const lines = text.split('\n').map((line) => printable(line, 10_000));
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${lines.join('\n').trimEnd()}\n${fence}\n`;
}

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For a page, or a quoted attribute of it. */
export const htmlText = (text: string): string =>
  printable(inOneLine(text), 8_000).replace(/[&<>"']/g, (sign) => XML[sign]!);

/** The longest description that a page shows. */
const LONGEST_PROSE = 8_000;

/** For a page: what somebody wrote in lines and paragraphs. Paragraphs are kept, and lines are as long as the page lets them be. */
export const htmlProse = (text: string): string =>
  text
    .slice(0, LONGEST_PROSE)
    .split(/\n[^\S\n]*\n\s*/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map(htmlText)
    .join('<br>');

/** For XML (JUnit). Line ends are kept. https://www.w3.org/TR/xml/#charsets */
export const xmlText = (text: string): string =>
  text
    .split('\n')
    .map((line) => htmlText(line))
    .join('\n')
    .replace(/[\ufffe\uffff]/g, '?');

/**
 * For a message of SARIF: a text in brackets before one in parentheses would be a link, and a number in braces a placeholder.
 * Line ends are kept. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (3.11.6, 3.11.5)
 */
export const sarifText = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(line, 8_000))
    .join('\n')
    .replace(/\\/g, '\\\\')
    .replace(/[[\]]/g, '\\$&')
    .replace(/\{(?=\d+\})/g, '{{');

/** Control characters that JSON lets pass, what is invisible or turns the direction, what runners of pipelines obey anywhere in a line (see `printable`): they can only stand in strings, where they have another spelling. */
const NOT_PLAIN = /[^\n -~]/;
const UNSEEN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}]|#(?=#(?:vso|teamcity)?\[)/giu;

/** For JSON, whole or a piece of it: the same values, and nothing in their text that a terminal would obey. https://www.rfc-editor.org/rfc/rfc8259#section-7 */
export const harmlessJson = (text: string): string =>
  // Asked apart: a pattern of both takes four times as long, over every byte of a report.
  NOT_PLAIN.test(text) || text.includes('##')
    ? text.replace(UNSEEN, (character) =>
        [...Array(character.length).keys()]
          .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
          .join(''),
      )
    : text;

/** For a cell of CSV: quoted where it must be, and never a formula. https://owasp.org/www-community/attacks/CSV_Injection */
export function csvText(text: string): string {
  const clean = printable(text, LONGEST);
  const safe = /^\s*[-=+@\t\r|%]/.test(clean) && !/^-?\d+(?:\.\d+)?$/.test(clean) ? `'${clean}` : clean;
  return /[",;\n\r']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
