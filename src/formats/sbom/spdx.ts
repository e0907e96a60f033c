import { LIMITS } from '../../limits.ts';
import type { Bill, BillEntry, Supplier } from '../../model.ts';
import { objectOf, objectsOf, textOf, textsOf, type UnknownRecord } from '../json-values.ts';
import { spdxSupplierNamed } from '../supplier.ts';
import { billEntry } from './entry.ts';

/** An SPDX 2 document. https://spdx.github.io/spdx-spec/v2.3/ */
export function spdxBill(document: UnknownRecord): Bill {
  const info = objectOf(document.creationInfo);
  const packages = objectsOf(document.packages);
  const creator = creatorOf(textsOf(info.creators) ?? []);
  const system = packages.find(({ primaryPackagePurpose }) =>
    /^OPERATING[-_]SYSTEM$/.test(textOf(primaryPackagePurpose) ?? ''),
  );
  const entries = packages.filter((item) => item !== system).flatMap(entry);
  const left = entries.length - LIMITS.billPackages;
  const supplier = subjectSupplier(document, packages);
  return {
    format: textOf(document.spdxVersion) ?? 'SPDX',
    ...(textOf(document.name) === undefined ? {} : { name: textOf(document.name)! }),
    ...(textOf(info.created) === undefined ? {} : { created: textOf(info.created)! }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(creator === undefined ? {} : { creator }),
    ...(system === undefined ? {} : systemOf(system)),
    entries: entries.slice(0, LIMITS.billPackages),
    ...(left > 0 ? { left } : {}),
  };
}

/** https://spdx.github.io/spdx-spec/v2.3/package-information/#75-package-supplier-field; where only the first author is named, that. */
const supplierOf = ({ supplier, originator }: UnknownRecord): Supplier | undefined =>
  spdxSupplierNamed(textOf(supplier) ?? '') ?? spdxSupplierNamed(textOf(originator) ?? '');

/** Whom that is from which the document is about, where it is one of its packages. */
function subjectSupplier(document: UnknownRecord, packages: readonly UnknownRecord[]): Supplier | undefined {
  const described =
    textsOf(document.documentDescribes)?.[0] ??
    objectsOf(document.relationships)
      .filter(
        ({ relationshipType, spdxElementId }) => relationshipType === 'DESCRIBES' && spdxElementId === document.SPDXID,
      )
      .map(({ relatedSpdxElement }) => textOf(relatedSpdxElement))[0];
  const subject = described === undefined ? undefined : packages.find(({ SPDXID }) => SPDXID === described);
  return subject && supplierOf(subject);
}

function systemOf(system: UnknownRecord): Pick<Bill, 'system'> {
  const [name, version] = [textOf(system.name), textOf(system.versionInfo)];
  return name === undefined ? {} : { system: { name, ...(version === undefined ? {} : { version }) } };
}

function entry(item: UnknownRecord): BillEntry[] {
  const references = objectsOf(item.externalRefs);
  const of = (type: RegExp): (string | undefined)[] =>
    references
      .filter(({ referenceType }) => type.test(textOf(referenceType) ?? ''))
      .map(({ referenceLocator }) => textOf(referenceLocator));
  const purls = of(/(?:^|[/#])purl$/);
  const cpes = of(/(?:^|[/#])cpe2[23]Type$/);
  // The document's own subject, and files that are listed as packages, are packages too, without being any.
  if (purls.length + cpes.length === 0 && !isPackage(item)) return [];
  return [
    billEntry({
      name: textOf(item.name),
      supplier: supplierOf(item),
      version: textOf(item.versionInfo),
      purls,
      cpes,
      facts: factsOf(textOf(item.sourceInfo) ?? '', textOf(item.comment) ?? ''),
      paths: [...(textOf(item.sourceInfo) ?? '').slice(0, 100_000).matchAll(/(?:seen in |: |, )(\/[^\s,;]+)/g)].map(
        ([, path]) => path,
      ),
    }),
  ];
}

/** Purposes of what is no package: the image or the repository that the document is about. */
const isPackage = ({ primaryPackagePurpose, SPDXID }: UnknownRecord): boolean =>
  !/^(?:CONTAINER|FILE|SOURCE|ARCHIVE|DEVICE)$/.test(textOf(primaryPackagePurpose) ?? '') &&
  !/DocumentRoot|^SPDXRef-(?:image|com\.github)/.test(textOf(SPDXID) ?? '');

/** Where it came from, in sentences: Trivy's `built package from: glibc 2.31-13`, and our own. */
function* factsOf(sourceInfo: string, comment: string): Generator<readonly [string, string]> {
  const built = /built (?:package from:?|from the source package) (\S+) ([^\s;]+)/.exec(sourceInfo.slice(0, 10_000));
  if (built !== null) {
    yield ['plimsoll:source:name', built[1]!];
    yield ['plimsoll:source:version', built[2]!];
  }
  for (const [, key, value] of comment.slice(0, 1_000).matchAll(/plimsoll:(certainty|role|type)=([\w.+-]+)/g))
    yield [`plimsoll:${key}`, value!];
}

/** `Tool: syft-1.2.0`; BuildKit puts its own name beside that of the program that looked. */
function creatorOf(creators: readonly string[]): string | undefined {
  const tools = creators.flatMap((creator) => /^Tool:\s*(.{1,100})/.exec(creator)?.[1] ?? []);
  const first = tools.find((tool) => !/^buildkit\b/i.test(tool)) ?? tools[0];
  return first?.replace(/-v?(?=\d)/, ' ');
}
