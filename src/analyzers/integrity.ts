import { properties } from './fact-values.ts';

/** Longest text of digests that is looked at. */
const LONGEST = 1_000;

/**
 * `sha512-BASE64 sha1-BASE64`, as npm writes what it fetched, as properties of a package in hex; undefined where none is stated that is as
 * long as its algorithm says. Several of one algorithm are alternatives, and none is the package's. https://www.w3.org/TR/SRI/#the-integrity-attribute
 */
export function integrityDigests(integrity: string | undefined): Readonly<Record<string, string>> | undefined {
  const digests: Record<string, string | undefined> = {};
  if (integrity === undefined || integrity.length > LONGEST) return undefined;
  for (const word of integrity.split(/\s+/)) {
    const [, algorithm, encoded] = /^(sha1|sha256|sha512)-([A-Za-z0-9+/]{1,100}={0,2})(?:\?.*)?$/.exec(word) ?? [];
    if (algorithm === undefined) continue;
    const hex = Buffer.from(encoded!, 'base64').toString('hex');
    if (hex.length === LENGTHS[algorithm]) digests[algorithm] = algorithm in digests ? undefined : hex;
  }
  return properties(digests);
}

/** Hex digits of each. */
const LENGTHS: Readonly<Record<string, number>> = { sha1: 40, sha256: 64, sha512: 128 };
