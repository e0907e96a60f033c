import { spdxLicence } from '../../formats/text/index.ts';

/** Words of Debian's own for licences of SPDX's list. https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-short-name */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['expat', 'MIT'],
  ['artistic', 'Artistic-1.0'],
  ['perl', 'Artistic-1.0-Perl OR GPL-1.0-or-later'],
  ['python', 'Python-2.0'],
  ['cc0', 'CC0-1.0'],
]);
/** `GPL-2+`: this version and later ones; without the sign this alone. */
const GNU = /^(A?L?GPL|GFDL)-(\d)(?:\.(\d))?(\+?)$/i;

/** One licence; undefined where SPDX's list has none that these words must mean. */
function single(text: string): string | undefined {
  const named = NAMES.get(text.toLowerCase());
  if (named !== undefined) return named.includes(' ') ? `(${named})` : named;
  const gnu = GNU.exec(text);
  if (gnu !== null) {
    const [, kind, major, minor = '0', later] = gnu;
    return spdxLicence(`${kind!.toUpperCase()}-${major}.${minor}-${later === '+' ? 'or-later' : 'only'}`, {
      guess: false,
    })?.expression;
  }
  return spdxLicence(text, { guess: false })?.expression;
}

/**
 * The synopsis of a License field as an SPDX expression: `GPL-2+ or Artistic-2.0, and BSD-3-clause` (the comma binds less than what stands
 * before it). Undefined where a part is not in SPDX's list, as it is for exceptions in words and for `public-domain`.
 * https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-syntax
 */
export function dep5Licence(synopsis: string): string | undefined {
  const parts = synopsis.split(/, (and|or) /i);
  const joined = parts.map((part, at) => (at % 2 === 1 ? part.toUpperCase() : clause(part, parts.length > 1)));
  return joined.includes(undefined) ? undefined : joined.join(' ');
}

function clause(text: string, isPart: boolean): string | undefined {
  const words = text.split(/ (and|or) /i);
  const joined = words.map((word, at) => (at % 2 === 1 ? word.toUpperCase() : single(word.trim())));
  if (joined.includes(undefined)) return undefined;
  const expression = joined.join(' ');
  return isPart && words.length > 1 ? `(${expression})` : expression;
}
