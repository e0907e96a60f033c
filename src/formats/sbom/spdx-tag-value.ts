import type { UnknownRecord } from '../json-values.ts';

/** Tags of a package, and what the JSON of the same document calls them. */
const PACKAGE: ReadonlyMap<string, string> = new Map([
  ['SPDXID', 'SPDXID'],
  ['PackageVersion', 'versionInfo'],
  ['PackageSupplier', 'supplier'],
  ['PackageOriginator', 'originator'],
  ['PackageSourceInfo', 'sourceInfo'],
  ['PackageComment', 'comment'],
  ['PrimaryPackagePurpose', 'primaryPackagePurpose'],
]);

/** Tags that begin something that is no package. */
const OTHER = /^(?:FileName|SnippetSPDXID|LicenseID|Annotator|Reviewer)$/;

/**
 * An SPDX 2 document in its tag-value form, as the JSON of the same document has it. Undefined for another text.
 * https://spdx.github.io/spdx-spec/v2.3/conformance/#44-standard-data-format-requirements
 */
export function spdxOfTagValue(text: string): UnknownRecord | undefined {
  const document: Record<string, unknown> = {};
  const creation: { created?: string; creators: string[] } = { creators: [] };
  const packages: Record<string, unknown>[] = [];
  const relationships: Record<string, unknown>[] = [];
  let relation: Record<string, unknown> | undefined;
  let current: Record<string, unknown> | undefined;
  for (const [tag, value] of tags(text)) {
    if (tag === 'SPDXVersion') document.spdxVersion = value;
    else if (tag === 'DocumentName') document.name = value;
    else if (tag === 'Relationship') {
      describes(value, document);
      const [spdxElementId, relationshipType, relatedSpdxElement] = value.split(/\s+/, 3);
      relation = { spdxElementId, relationshipType, relatedSpdxElement };
    } else if (tag === 'RelationshipComment') relationships.push({ ...relation, comment: value });
    else if (tag === 'Created') creation.created = value;
    else if (tag === 'Creator') creation.creators.push(value);
    else if (tag === 'PackageName') {
      current = { name: value, externalRefs: [] };
      packages.push(current);
    } else if (OTHER.test(tag)) current = undefined;
    else if (current !== undefined && tag === 'ExternalRef') {
      const [referenceCategory, referenceType, referenceLocator] = value.split(/\s+/);
      (current.externalRefs as unknown[]).push({ referenceCategory, referenceType, referenceLocator });
    } else if (current !== undefined && PACKAGE.has(tag)) current[PACKAGE.get(tag)!] = value;
  }
  return document.spdxVersion === undefined
    ? undefined
    : { ...document, creationInfo: creation, packages, relationships };
}

/** `SPDXRef-DOCUMENT DESCRIBES SPDXRef-image`: what the document is about. */
function describes(value: string, document: Record<string, unknown>): void {
  const [from, type, to] = value.split(/\s+/, 3);
  if (from === 'SPDXRef-DOCUMENT' && type === 'DESCRIBES') document.documentDescribes ??= [to];
}

/** `Tag: value`, where a value in `<text>` may go over several lines. */
function* tags(text: string): Generator<readonly [tag: string, value: string]> {
  let open: { tag: string; lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (open !== undefined) {
      const end = line.indexOf('</text>');
      open.lines.push(end < 0 ? line : line.slice(0, end));
      if (end < 0) continue;
      yield [open.tag, open.lines.join('\n')];
      open = undefined;
      continue;
    }
    const match = /^([A-Za-z]+):[ \t]*(.*)$/.exec(line.startsWith('\ufeff') ? line.slice(1) : line);
    if (match === null) continue;
    const [, tag = '', value = ''] = match;
    if (!value.startsWith('<text>')) yield [tag, value.trim()];
    else if (value.includes('</text>')) yield [tag, value.slice(6, value.indexOf('</text>'))];
    else open = { tag, lines: [value.slice(6)] };
  }
}
