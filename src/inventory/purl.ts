import { PackageURL } from 'packageurl-js';
import type { OperatingSystem } from '../model.ts';

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
    return new PackageURL(type, namespace, name, version, kept, undefined).toString();
  } catch {
    // A name no purl type allows (hostile or broken metadata): still an identifier, percent-encoded.
    return `pkg:generic/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  }
}

/** The `distro` qualifier: `debian-11`. */
export function distroOf(os: OperatingSystem | undefined): string | undefined {
  return os === undefined ? undefined : [os.id, os.versionId ?? os.codename].filter(Boolean).join('-');
}
