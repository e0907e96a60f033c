import { createHash } from 'node:crypto';
import { imagePurl } from '../../ecosystems/oci.ts';
import { before } from '../../formats/ends.ts';
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
  const repository = before(subject.name, '@').replace(/:[^:/]*$/, '');
  return imagePurl({ repository, digest: subject.digest, architecture: subject.platform?.architecture });
}
