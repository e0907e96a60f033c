import { LIMITS } from '../../limits.ts';
import type { Bill, BillEntry, Supplier } from '../../model.ts';
import { objectOf, objectsOf, textOf, textsOf, type UnknownRecord } from '../json-values.ts';
import { spdxSupplierNamed } from '../supplier.ts';
import { billEntry } from './entry.ts';
import { OWNERSHIP, spdxFacts, spdxOwners, spdxPaths } from './spdx-words.ts';

/** An SPDX 2 document. https://spdx.github.io/spdx-spec/v2.3/ */
export function spdxBill(document: UnknownRecord): Bill {
  const info = objectOf(document.creationInfo);
  const packages = objectsOf(document.packages);
  const creator = creatorOf(textsOf(info.creators) ?? []);
  const system = packages.find(({ primaryPackagePurpose }) =>
    /^OPERATING[-_]SYSTEM$/.test(textOf(primaryPackagePurpose) ?? ''),
  );
  const owners = ownersOf(document, packages);
  const entries = packages.filter((item) => item !== system).flatMap((item) => entry(item, owners));
  const left = entries.length - LIMITS.billPackages;
  const supplier = subjectSupplier(document, packages);
  return {
    format: textOf(document.spdxVersion) ?? 'SPDX',
    ...(textOf(document.name) === undefined ? {} : { name: textOf(document.name)! }),
    ...(textOf(info.created) === undefined ? {} : { created: textOf(info.created)! }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(creator === undefined ? {} : { creator }),
    ...(system === undefined ? {} : withSystem(system)),
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

function withSystem(system: UnknownRecord): Pick<Bill, 'system'> {
  const [name, version] = [textOf(system.name), textOf(system.versionInfo)];
  return name === undefined ? {} : { system: { name, ...(version === undefined ? {} : { version }) } };
}

/** References of a package by the end of their type: a name, or the address of one. */
const referencesOf = (item: UnknownRecord, type: RegExp): (string | undefined)[] =>
  objectsOf(item.externalRefs)
    .filter(({ referenceType }) => type.test(textOf(referenceType) ?? ''))
    .map(({ referenceLocator }) => textOf(referenceLocator));
const PURL = /(?:^|[/#])purl$/;

/** Who owns the files that packages were found in, as Syft relates them. */
function ownersOf(document: UnknownRecord, packages: readonly UnknownRecord[]): ReadonlyMap<string, string> {
  const byId = new Map(packages.map((item) => [textOf(item.SPDXID) ?? '', item]));
  const relations = objectsOf(document.relationships).map(({ comment, spdxElementId, relatedSpdxElement }) => ({
    comment,
    from: spdxElementId,
    to: relatedSpdxElement,
  }));
  return spdxOwners(relations, (id) => referencesOf(byId.get(id) ?? {}, PURL)[0]);
}

function entry(item: UnknownRecord, owners: ReadonlyMap<string, string>): BillEntry[] {
  const purls = referencesOf(item, PURL);
  const cpes = referencesOf(item, /(?:^|[/#])cpe2[23]Type$/);
  // The document's own subject, and files that are listed as packages, are packages too, without being any.
  if (purls.length + cpes.length === 0 && !isPackage(item)) return [];
  return [
    billEntry({
      name: textOf(item.name),
      supplier: supplierOf(item),
      version: textOf(item.versionInfo),
      purls,
      cpes,
      facts: [
        ...spdxFacts(textOf(item.sourceInfo) ?? '', textOf(item.comment) ?? ''),
        [OWNERSHIP, owners.get(textOf(item.SPDXID) ?? '')],
      ],
      paths: spdxPaths(textOf(item.sourceInfo) ?? ''),
    }),
  ];
}

/** Purposes of what is no package: the image or the repository that the document is about, and the file that Trivy read packages from. */
const isPackage = ({ primaryPackagePurpose, SPDXID }: UnknownRecord): boolean =>
  !/^(?:CONTAINER|FILE|SOURCE|ARCHIVE|DEVICE)$/.test(textOf(primaryPackagePurpose) ?? '') &&
  !/DocumentRoot|^SPDXRef-(?:image|com\.github|Application-[0-9a-f]{16}$)/.test(textOf(SPDXID) ?? '');

/** `Tool: syft-1.2.0`; BuildKit puts its own name beside that of the program that looked. */
function creatorOf(creators: readonly string[]): string | undefined {
  const tools = creators.flatMap((creator) => /^Tool:\s*(.{1,100})/.exec(creator)?.[1] ?? []);
  const first = tools.find((tool) => !/^buildkit\b/i.test(tool)) ?? tools[0];
  return first?.replace(/-v?(?=\d)/, ' ');
}
