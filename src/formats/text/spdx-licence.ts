import { createRequire } from 'node:module';
import type correctLicence from 'spdx-correct';
import type parseExpression from 'spdx-expression-parse';

const require = createRequire(import.meta.url);

/** Longer texts are no licence's name but the licence. */
const NAME_CHARACTERS = 300;
/** Brackets of an expression that is read at all: the library descends with each. */
const BRACKETS = 30;
/** Texts come from images: what is remembered has an end. */
const REMEMBERED = 10_000;

/** An expression as the library gives it. */
export type ParsedLicence =
  | { readonly license: string; readonly plus?: true | undefined; readonly exception?: string | undefined }
  | { readonly conjunction: 'and' | 'or'; readonly left: ParsedLicence; readonly right: ParsedLicence };

/** What somebody says of a licence, as SPDX writes it. */
interface SpdxLicence {
  /** `MIT`, `Apache-2.0 OR MIT`. */
  readonly expression: string;
  readonly parsed: ParsedLicence;
}

const known = new Map<string, SpdxLicence | undefined>();

/** Names that mean one licence and no other, in small letters. `BSD` and `Apache` alone mean several, and are not here. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    MIT: ['mit', 'mit license', 'the mit license', 'the mit license (mit)', 'expat', 'mit/expat', 'expat license'],
    'Apache-2.0': [
      ...['apache 2', 'apache-2', 'apache 2.0', 'apache-2.0', 'apache v2', 'apache2', 'asl 2.0', 'apache license 2.0'],
      ...['apache license, version 2.0', 'apache license version 2.0', 'apache software license 2.0'],
    ],
    'MPL-2.0': [
      'mpl 2.0',
      'mpl-2.0',
      'mplv2.0',
      'mpl2',
      'mozilla public license 2.0',
      'mozilla public license 2.0 (mpl 2.0)',
    ],
    'BSD-3-Clause': [
      'bsd-3-clause',
      'bsd 3-clause',
      '3-clause bsd',
      'bsd 3-clause license',
      '3-clause bsd license',
      'new bsd license',
      'modified bsd license',
      'bsd-3-clause license',
    ],
    'BSD-2-Clause': [
      'bsd-2-clause',
      'bsd 2-clause',
      '2-clause bsd license',
      'simplified bsd license',
      'bsd 2-clause license',
    ],
    ISC: ['isc', 'isc license', 'isc license (iscl)'],
    Zlib: ['zlib', 'zlib/libpng license'],
    'PSF-2.0': ['psf-2.0', 'psf license', 'python software foundation license'],
    Unlicense: ['unlicense', 'the unlicense (unlicense)'],
  }).flatMap(([id, names]) => names.map((name) => [name, id] as const)),
);

/** `GPL-2+`, `GPLv3`, `LGPL v2.1 or later`: in Debian's words, rpm's and people's. */
const GNU = /^(?:gnu )?([al]?gpl)[- ]?(?:version |v)?(\d)(?:\.(\d))?(\+| or later|-or-later| only|-only)?$/;

/** One name between the words of an expression. */
function nameOf(text: string): string {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const [, family, major, minor = '0', end = ''] = GNU.exec(words) ?? [];
  if (family !== undefined)
    return `${family.toUpperCase()}-${major}.${minor}-${end === '+' || end.endsWith('later') ? 'or-later' : 'only'}`;
  return NAMES.get(words) ?? text.trim();
}

/** `GPLv2+ and (MIT or BSD-3-clause)` with its words and names as SPDX has them. */
const respelt = (text: string): string =>
  text
    .split(/(\(|\)|\sand\s|\sor\s(?!later)|\swith\s)/i)
    .map((part) =>
      /^\s(?:and|or|with)\s$/i.test(part) ? part.toUpperCase() : /^[()]?$/.test(part) ? part : nameOf(part),
    )
    .join('');

/**
 * What a package says of its licence as an SPDX expression; undefined where that is none, nor made of names that mean one licence. `guess`: what a library makes
 * of other names counts as well, which errs (it takes `GNU General Public License v2 or later` for version 2 alone). The libraries are loaded by the
 * first that is asked for. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function spdxLicence(text: string, { guess }: { readonly guess: boolean }): SpdxLicence | undefined {
  const words = text.trim();
  const key = `${guess} ${words}`;
  if (!known.has(key)) {
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, read(words, guess));
  }
  return known.get(key);
}

function read(text: string, guess: boolean): SpdxLicence | undefined {
  if (text === '' || text.length > NAME_CHARACTERS || (text.match(/\(/g)?.length ?? 0) > BRACKETS) return undefined;
  const parse = require('spdx-expression-parse') as typeof parseExpression;
  const spellings = [() => text, () => nameOf(text), () => respelt(text)];
  if (guess) spellings.push(() => (require('spdx-correct') as typeof correctLicence)(text, { upgrade: false }) ?? '');
  for (const spelling of spellings) {
    try {
      const expression = spelling();
      return { expression, parsed: parse(expression) };
    } catch {
      // Not SPDX: the next spelling.
    }
  }
  return undefined;
}
