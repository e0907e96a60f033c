import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Loaded when the first purl is read: it sets up ICU, and a table for people has none. */
const library = (): typeof import('packageurl-js') => require('packageurl-js');

/** A package URL in its parts, percent signs decoded. https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst */
export interface Purl {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  /** Keys in lower case. */
  readonly qualifiers: ReadonlyMap<string, string>;
  readonly subpath?: string;
}

/** Longer ones are none. */
const LENGTH = 4_096;

/**
 * Reads a package URL, leniently: what programs write is not always to the letter. Percent signs that encode nothing stand
 * for themselves, a plus is a plus (in a URL's query it would be a space), and what a type demands (a namespace, a version in a
 * certain form) is not asked for: the image holds the package all the same. Undefined where there is no type or no name.
 */
export function parsePurl(text: string | undefined): Purl | undefined {
  if (text === undefined || text.length > LENGTH || !/^pkg:/i.test(text)) return undefined;
  try {
    const [type, namespace, name, version, qualifiers, subpath] = library().PackageURL.parseString(mended(text.trim()));
    if (!type || !name || !/^[a-z][a-z0-9.+-]*$/i.test(type)) return undefined;
    // What follows an `@` behind a slash is a version without a name.
    if (name.startsWith('@') && !text.includes('%40')) return undefined;
    return {
      type: type.toLowerCase(),
      name,
      ...(present(namespace) && segments(namespace).length > 0 && { namespace: segments(namespace).join('/') }),
      ...(present(version) && { version }),
      qualifiers: qualifiersOf(qualifiers),
      ...(present(subpath) && { subpath: segments(subpath).filter(isNoDots).join('/') }),
    };
  } catch {
    return undefined;
  }
}

/** What the library would refuse or read otherwise than it was meant. */
function mended(text: string): string {
  const meant = text.replace(/%(?![0-9a-f]{2})/gi, '%25').replace(/\+/g, '%2B');
  // An `@` in front of an npm scope that nobody encoded is no version.
  return meant.replace(/^(pkg:\/*npm\/+)@/i, '$1%40');
}

const present = (text: unknown): text is string => typeof text === 'string' && text !== '';

/** Slashes at the ends, and several in a row, say nothing. */
const segments = (path: string): readonly string[] => path.split('/').filter((part) => part !== '');

const isNoDots = (part: string): boolean => part !== '.' && part !== '..';

function qualifiersOf(qualifiers: unknown): ReadonlyMap<string, string> {
  const pairs = qualifiers instanceof URLSearchParams ? [...qualifiers] : [];
  return new Map(
    pairs
      .map(([key, value]) => [key.toLowerCase(), value] as const)
      .filter(([key, value]) => /^[a-z][a-z0-9._-]*$/.test(key) && value !== ''),
  );
}

/**
 * Writes a package URL in its canonical form: qualifiers sorted, everything but letters, digits, `.-_~` and the colon
 * percent-encoded. The parts are taken as they are: their type's own spelling is `PurlShape.canonical`.
 */
export function formatPurl({ type, namespace, name, version, qualifiers, subpath }: Purl): string {
  const query = [...qualifiers]
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encoded(value)}`)
    .join('&');
  return [
    `pkg:${type}/`,
    segments(namespace ?? '')
      .map((part) => `${encoded(part)}/`)
      .join(''),
    encoded(name),
    version === undefined || version === '' ? '' : `@${encoded(version)}`,
    query === '' ? '' : `?${query}`,
    subpath ? `#${segments(subpath).map(encoded).join('/')}` : '',
  ].join('');
}

function encoded(text: string): string {
  return escaped(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}

/** Half a surrogate pair (broken metadata) has no encoding: U+FFFD stands for it. */
function escaped(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
  }
}
