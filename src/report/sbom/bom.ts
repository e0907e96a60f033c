import { createHash } from 'node:crypto';
import { imagePurl, repositoryIn } from '../../ecosystems/oci.ts';
import type { Package, Report } from '../../model.ts';

/** A package with the name by which other parts of a bill of materials point to it. */
export interface BomPackage {
  readonly pkg: Package;
  /** Unique in the document: the purl, numbered where several packages share it. */
  readonly ref: string;
}

/** The packages with their references, and a way from a package to its reference. */
export function bomPackages(report: Report): {
  readonly packages: readonly BomPackage[];
  refOf(pkg: Package): string | undefined;
} {
  const used = new Map<string, number>();
  const packages = report.packages.map((pkg): BomPackage => {
    const number = (used.get(pkg.purl) ?? 0) + 1;
    used.set(pkg.purl, number);
    return { pkg, ref: number === 1 ? pkg.purl : `${pkg.purl}#${number}` };
  });
  const byPackage = new Map(packages.map(({ pkg, ref }) => [pkg, ref]));
  const byPurl = new Map(packages.map(({ pkg, ref }) => [pkg.purl, ref]));
  return { packages, refOf: (pkg) => byPackage.get(pkg) ?? byPurl.get(pkg.purl) };
}

/**
 * A UUID that the same image, database and moment always give (version 8: made by the application's own rule).
 * https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8
 */
export function documentUuid(report: Report): string {
  const { subject } = report;
  const seed = [subject.reference, subject.digest, subject.imageId, report.created, report.database.digest].join('\0');
  const hex = createHash('sha256').update(seed).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** purl of the image itself; undefined where there is no digest. */
export function subjectPurl({ subject }: Report): string | undefined {
  if (subject.digest === undefined || (subject.source !== 'registry' && subject.source !== 'docker')) return undefined;
  const repository = repositoryIn(subject.name);
  return imagePurl({ repository, digest: subject.digest, architecture: subject.platform?.architecture });
}

/** Digests of what a package was installed from, as properties of it: CycloneDX's word for each, and SPDX's. */
const DIGESTS = [
  ['md5', 'MD5', 'MD5'],
  ['sha1', 'SHA-1', 'SHA1'],
  ['sha256', 'SHA-256', 'SHA256'],
  ['sha512', 'SHA-512', 'SHA512'],
] as const;

/** Whether a property of a package is a digest, which both formats have a place for. */
export const isDigestProperty = (property: string): boolean => DIGESTS.some(([name]) => name === property);

/** The digests that are known of a package. */
export const digestsOf = ({
  properties,
}: Package): { readonly cyclonedx: string; readonly spdx: string; readonly value: string }[] =>
  DIGESTS.flatMap(([name, cyclonedx, spdx]) => {
    const value = properties?.[name];
    return value !== undefined && /^[0-9a-f]{32,128}$/.test(value) ? [{ cyclonedx, spdx, value }] : [];
  });
