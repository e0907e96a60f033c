import { coverageStatement } from '../../coverage/assessment.ts';
import { packageOfPurl } from '../../ecosystems/index.ts';
import { parsePurl } from '../../ecosystems/purl.ts';
import { spdxLicence } from '../../formats/text/index.ts';
import type { Finding, Package, Report, Supplier } from '../../model.ts';
import { reportFormat } from '../report-format.ts';
import { jsonPieces, stateInWords } from '../scan/index.ts';
import { isWebAddress } from '../web-address.ts';
import { type BomPackage, bomPackages, digestsOf, documentUuid, subjectPurl } from './bom.ts';
import { relationsOf } from './relations.ts';
import { subjectSupplier, supplierOf } from './supplier.ts';

/** An SPDX 2.3 bill of materials; what is vulnerable points to its advisories. https://spdx.github.io/spdx-spec/v2.3/ */
export const spdxReport = reportFormat({
  name: 'spdx',
  extension: 'spdx.json',
  leavesOut: ['findings', 'risks'],
  mediaType: 'application/spdx+json',
  description: 'SPDX 2.3 bill of materials',
  render: (report) => jsonPieces(document(report)),
});

type Members = Record<string, unknown>;

const IMAGE = 'SPDXRef-image';
/** SPDX's word for what nobody states; our reader takes it for that, and the NTIA's checker for an answer where it refuses an empty one. */
const UNSTATED = 'NOASSERTION';
const NOT_SAID = {
  downloadLocation: UNSTATED,
  licenseConcluded: UNSTATED,
  licenseDeclared: UNSTATED,
  copyrightText: UNSTATED,
};

function* document(report: Report): Generator<readonly [string, unknown]> {
  const { packages } = bomPackages(report);
  const statement = coverageStatement(report);
  const advisories = advisoriesOf(report.findings);
  const ids = packages.map((_, index) => `SPDXRef-package-${index + 1}`);
  yield ['spdxVersion', 'SPDX-2.3'];
  yield ['dataLicense', 'CC0-1.0'];
  yield ['SPDXID', 'SPDXRef-DOCUMENT'];
  yield ['name', report.subject.name];
  yield ['documentNamespace', `urn:uuid:${documentUuid(report)}`];
  yield [
    'creationInfo',
    {
      created: wholeSeconds(report.created),
      creators: [`Tool: ${report.tool.name}-${report.tool.version}`],
      ...(statement === undefined ? {} : { comment: statement }),
    },
  ];
  yield ['documentDescribes', [IMAGE]];
  yield ['packages', packageEntries(report, packages, ids, advisories)];
  yield ['relationships', relationships(report, packages, ids)];
}

/** `2023-05-15T10:00:00Z`: SPDX has no fractions of seconds. */
const wholeSeconds = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

function* packageEntries(
  report: Report,
  packages: readonly BomPackage[],
  ids: readonly string[],
  advisories: ReadonlyMap<string, readonly Members[]>,
): Generator<Members> {
  const purl = subjectPurl(report);
  const digest = report.subject.digest ?? report.subject.imageId;
  yield {
    SPDXID: IMAGE,
    name: report.subject.name,
    versionInfo: digest ?? UNSTATED,
    ...NOT_SAID,
    supplier: spdxSupplier(subjectSupplier(report.subject)),
    filesAnalyzed: false,
    primaryPackagePurpose: 'CONTAINER',
    ...(digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest)
      ? { checksums: [{ algorithm: 'SHA256', checksumValue: digest.slice(7) }] }
      : {}),
    ...(purl === undefined ? {} : { externalRefs: [reference(purl)] }),
  };
  for (const [index, { pkg }] of packages.entries()) {
    const digests = digestsOf(pkg);
    const built =
      pkg.source === undefined ? [] : [`built from the source package ${pkg.source.name} ${pkg.source.version}`];
    const seen = pkg.evidence.map(
      ({ path, layer, diffID }) => `seen in /${path}${diffID === '' ? '' : ` (layer ${layer + 1}, ${diffID})`}`,
    );
    yield {
      SPDXID: ids[index],
      name: pkg.name,
      versionInfo: pkg.version === '' ? UNSTATED : pkg.version,
      ...NOT_SAID,
      supplier: spdxSupplier(supplierOf(pkg, report.subject)),
      ...declared(pkg),
      ...(digests.length === 0
        ? {}
        : { checksums: digests.map(({ spdx, value }) => ({ algorithm: spdx, checksumValue: value })) }),
      filesAnalyzed: false,
      ...(pkg.licenses === undefined || pkg.licenses.length === 0
        ? {}
        : { licenseComments: `the package says: ${pkg.licenses.join('; ')}` }),
      sourceInfo: [...built, ...seen].join('; ') || 'of unknown origin',
      ...ownWords(pkg),
      externalRefs: [reference(pkg.purl), ...(advisories.get(pkg.purl) ?? [])],
    };
  }
}

/** In SPDX's notation: `Organization: ACME (security@acme.example)`. */
function spdxSupplier(supplier: Supplier | undefined): string {
  if (supplier === undefined) return UNSTATED;
  const kind = supplier.kind === 'organization' ? 'Organization' : 'Person';
  return `${kind}: ${supplier.name}${supplier.address === undefined ? '' : ` (${supplier.address})`}`;
}

/** What the package declares, where all of it can be written in SPDX's words. */
function declared({ licenses = [] }: Package): Members {
  const read = [...new Set(licenses)].map((text) => spdxLicence(text, { guess: false })?.expression);
  if (read.length === 0 || read.includes(undefined)) return {};
  return { licenseDeclared: read.length === 1 ? read[0] : read.map((expression) => `(${expression})`).join(' AND ') };
}

/** What the format has no place for, and what reading the document again needs. */
function ownWords({ certainty, role, type, name, purl, ownedBy, recovered, phantom }: Package): Members {
  const stated = parsePurl(purl);
  // A purl does not tell everything: a type that demands what the package has not, names without their capitals.
  const isTold = stated?.type === type && packageOfPurl(stated).name === name;
  const words = [
    isTold ? undefined : `plimsoll:type=${type}`,
    certainty && `plimsoll:certainty=${certainty}`,
    role && `plimsoll:role=${role}`,
    recovered && `plimsoll:recovered=${recovered}`,
    phantom && 'plimsoll:phantom=true',
    ownedBy && `plimsoll:ownedBy=${ownedBy.type}:${ownedBy.name}`,
  ].filter(Boolean);
  return words.length === 0 ? {} : { comment: words.join(' ') };
}

const reference = (purl: string): Members => ({
  referenceCategory: 'PACKAGE-MANAGER',
  referenceType: 'purl',
  referenceLocator: purl,
});

/** Pages about what is wrong with a package, by purl. A locator is a URI without blanks. */
function advisoriesOf(findings: readonly Finding[]): Map<string, Members[]> {
  const byPurl = new Map<string, Map<string, Members>>();
  for (const finding of findings) {
    const { url } = finding;
    if (!isWebAddress(url)) continue;
    const known = byPurl.get(finding.package.purl) ?? new Map<string, Members>();
    known.set(url, {
      referenceCategory: 'SECURITY',
      referenceType: 'advisory',
      referenceLocator: url,
      comment: `${finding.id}: ${stateInWords(finding)}`,
    });
    byPurl.set(finding.package.purl, known);
  }
  return new Map([...byPurl].map(([purl, entries]) => [purl, [...entries.values()]]));
}

/** What the image holds, each by the role it has there, and what needs what. https://spdx.github.io/spdx-spec/v2.3/relationships-between-SPDX-elements/ */
function* relationships(report: Report, packages: readonly BomPackage[], ids: readonly string[]): Generator<Members> {
  yield { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: IMAGE };
  const isProject = report.subject.source === 'project';
  const idOf = new Map(packages.map(({ pkg }, index) => [pkg, ids[index]!]));
  for (const [index, { pkg }] of packages.entries()) {
    const comment = pkg.role === undefined ? undefined : ROLES[pkg.role];
    yield {
      spdxElementId: IMAGE,
      // What a manifest declares is not in an image, and what a project will be installed with.
      relationshipType: pkg.role !== 'declared' ? 'CONTAINS' : isProject ? 'DEPENDS_ON' : 'OTHER',
      relatedSpdxElement: ids[index],
      ...(comment === undefined ? {} : { comment }),
    };
  }
  for (const [pkg, needed] of relationsOf(report))
    for (const other of needed) {
      const [from, to] = [idOf.get(pkg), idOf.get(other)];
      if (from !== undefined && to !== undefined)
        yield { spdxElementId: from, relationshipType: 'DEPENDS_ON', relatedSpdxElement: to };
    }
}

/** What a package is there for, where it is not installed. */
const ROLES: Readonly<Record<NonNullable<Package['role']>, string | undefined>> = {
  installed: undefined,
  declared: 'declared by a manifest or lock file, not installed',
  vendored: 'a copy inside another package',
  cache: 'in a cache of a package manager, not installed',
  test: 'there for tests',
  nested: 'in a system inside a folder of the image',
};
