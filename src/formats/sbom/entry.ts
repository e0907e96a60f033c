import type { BillEntry, Supplier } from '../../model.ts';

/** What formats state of an entry; whatever is missing or empty is left out. */
interface Stated {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly purls?: readonly (string | undefined)[];
  readonly cpes?: readonly (string | undefined)[];
  readonly facts?: Iterable<readonly [string, string | undefined]>;
  readonly paths?: readonly (string | undefined)[];
  readonly supplier?: Supplier | undefined;
}

/** Of one entry no more is kept than this. */
const EACH = 1_000;
const TEXT = 8_192;

const kept = (texts: readonly (string | undefined)[] = []): readonly string[] =>
  [...new Set(texts.filter((text): text is string => text !== undefined && text !== '' && text.length <= TEXT))].slice(
    0,
    EACH,
  );

/** Words for "not known" of the several formats. */
const NOT_KNOWN = /^(?:noassertion|none|unknown|unspecified|n\/a)$/i;

const known = (text: string | undefined): string | undefined => {
  const plain = text?.trim();
  return plain === undefined || plain === '' || plain.length > TEXT || NOT_KNOWN.test(plain) ? undefined : plain;
};

/** An entry of a bill; of facts with one name the first counts. */
export function billEntry({ name, version, purls, cpes, facts = [], paths, supplier }: Stated): BillEntry {
  const hashes = new Map<string, string>();
  for (const [key, value] of facts)
    if (value !== undefined && value.length <= TEXT && hashes.size < EACH && !hashes.has(key)) hashes.set(key, value);
  return {
    ...(known(name) === undefined ? {} : { name: known(name)! }),
    ...(known(version) === undefined ? {} : { version: known(version)! }),
    purls: kept(purls),
    cpes: kept(cpes),
    facts: hashes,
    paths: kept(paths).map((path) => path.replace(/^\/+/, '')),
    ...(supplier === undefined ? {} : { supplier }),
  };
}
