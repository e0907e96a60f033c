import { createRequire } from 'node:module';
import type { OperatingSystem } from '../model.ts';

const require = createRequire(import.meta.url);

/** Loaded when the first purl is written or read: it sets up ICU, and a table for people has none. */
const library = (): typeof import('packageurl-js') => require('packageurl-js');

/** What a purl is made of. */
export interface PurlParts {
  readonly type: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version: string;
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
}

/**
 * A canonical package URL. Never compare these across scanners as strings (`+` and `%2B` are the same): parse first.
 * https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export function purlOf({ type, namespace, name, version, qualifiers }: PurlParts): string {
  const kept = Object.fromEntries(Object.entries(qualifiers ?? {}).filter(([, value]) => value)) as Record<
    string,
    string
  >;
  try {
    return new (library().PackageURL)(type, namespace, name, version, kept, undefined).toString();
  } catch {
    // A name no purl type allows (hostile or broken metadata): still an identifier, percent-encoded.
    return `pkg:generic/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  }
}

/** The `distro` qualifier: `debian-11`. */
export function distroOf(os: OperatingSystem | undefined): string | undefined {
  return os === undefined ? undefined : [os.id, os.versionId ?? os.codename].filter(Boolean).join('-');
}

/** A package URL in its parts. */
export interface Purl {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** Parses a package URL; undefined where it is missing or malformed. */
export function parsePurl(text: string | undefined): Purl | undefined {
  if (text === undefined || text.length > 4_096) return undefined;
  try {
    const { type, namespace, name, version, qualifiers } = library().PackageURL.fromString(text);
    if (!type || !name) return undefined;
    return {
      type,
      name,
      ...(namespace ? { namespace } : {}),
      ...(version ? { version } : {}),
      qualifiers: new Map(Object.entries(qualifiers ?? {}).map(([key, value]) => [key, String(value)])),
    };
  } catch {
    return undefined;
  }
}
