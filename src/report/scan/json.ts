import { mapEach } from '../../collections.ts';
import type { Evidence, Finding, Package, Report, Suppressed } from '../../model.ts';
import { harmlessJson } from '../escape.ts';
import { inJsonWords, withOlderNames } from '../json-words.ts';
import { reportFormat } from '../report-format.ts';
import { summarize } from './summary.ts';

/** Everything known, as `schemas/report.schema.json` describes it field by field. */
export const jsonReport = reportFormat({
  name: 'json',
  extension: 'json',
  mediaType: 'application/json',
  description: 'everything known, documented by schemas/report.schema.json',
  changes: true,
  render: (report) => jsonPieces(jsonDocument(report)),
});

type Members = Iterable<readonly [key: string, value: unknown]>;

/** The members of the document in their order; what is large is made while it is written. */
function* jsonDocument(report: Report): Generator<readonly [string, unknown]> {
  yield ['schemaVersion', report.schemaVersion];
  yield ['tool', report.tool];
  yield ['created', report.created];
  yield ['subject', report.subject];
  yield ['database', { ...report.database, feeds: report.database.feeds.map(withOlderNames) }];
  yield ['needed', report.needed ?? []];
  yield ['os', report.os ?? null];
  yield ['summary', summarize(report)];
  if (report.start !== undefined) yield ['start', report.start];
  if (report.packageSources !== undefined) yield ['packageSources', report.packageSources];
  yield ['packages', mapEach(report.packages, inJsonWords)];
  yield ['coverage', (report.coverage ?? []).map(inJsonWords)];
  yield ['findings', mapEach(report.findings, findingDocument)];
  yield ['risks', report.risks];
  yield ['unknowns', report.unknowns];
  yield ['notices', report.notices];
  if (report.signs !== undefined) yield ['signs', report.signs];
  if (report.assessment !== undefined) yield ['assessment', report.assessment];
  if (report.attestations !== undefined) yield ['attestations', report.attestations];
  if (report.changes !== undefined) yield ['changes', report.changes];
  yield ['filtered', report.filtered];
  if (report.suppressed !== undefined) yield ['suppressed', mapEach(report.suppressed, suppressedDocument)];
  if (report.gate !== undefined) yield ['gate', report.gate];
  yield ['statistics', report.statistics];
}

const suppressedDocument = ({ finding, risk, by }: Suppressed): Record<string, unknown> => ({
  by,
  ...(finding ? { finding: findingDocument(finding) } : {}),
  ...(risk ? { risk } : {}),
});

function findingDocument(finding: Finding): Record<string, unknown> {
  const { id, aliases, package: pkg, statements, reasons, references, description, ...facts } = finding;
  return {
    id,
    aliases,
    package: packageDocument(pkg),
    ...facts,
    ...(description === undefined ? {} : { description }),
    ...(references === undefined ? {} : { references }),
    layer: layerDocument(pkg.evidence[0]),
    locations: pkg.evidence.map(({ path, layer, diffID, analyzer, via }) => ({
      path,
      layer,
      diffID,
      analyzer,
      ...(via === undefined ? {} : { via }),
    })),
    advisories: statements,
    reasons: reasons.map(inJsonWords),
  };
}

/** A package without its evidence, which stands beside it and in `packages`. */
function packageDocument({
  name,
  version,
  purl,
  type,
  source,
  architecture,
  namespace,
  role,
  recovered,
  phantom,
  ownedBy,
  exposure,
}: Package): Record<string, unknown> {
  return {
    name,
    version,
    purl,
    type,
    ...(source === undefined ? {} : { source }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(namespace === undefined ? {} : { ecosystem: namespace }),
    ...(role === undefined ? {} : { role }),
    ...(recovered === undefined ? {} : { recovered }),
    ...(phantom === undefined ? {} : { phantom }),
    ...(ownedBy === undefined ? {} : { ownedBy }),
    // The way to it stands in `packages`.
    ...(exposure === undefined
      ? {}
      : {
          exposure: {
            class: exposure.class,
            ...(exposure.why !== undefined && { why: exposure.why }),
            ...(exposure.seen && { seen: exposure.seen }),
          },
        }),
  };
}

function layerDocument(evidence: Evidence | undefined): Record<string, unknown> | null {
  if (evidence === undefined) return null;
  const { layer, digest, diffID, instruction } = evidence;
  return {
    index: layer,
    ...(digest === undefined ? {} : { digest }),
    diffID,
    ...(instruction === undefined ? {} : { instruction }),
  };
}

/** An object's text, indented by two, in pieces: an array (or any other iterable) is written some elements at a time. */
export function* jsonPieces(members: Members): Generator<string> {
  let separator = '{';
  for (const [key, value] of members) {
    yield `${separator}\n  ${JSON.stringify(key)}: `;
    separator = ',';
    if (isIterable(value)) yield* arrayPieces(value);
    else yield within(1, inJson([value], 2));
  }
  yield separator === '{' ? '{}\n' : '\n}\n';
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

/** Elements that are written at once. */
const AT_ONCE = 8;

function* arrayPieces(values: Iterable<unknown>): Generator<string> {
  let separator = '[';
  let some: unknown[] = [];
  const written = (): string => `${separator}\n    ${within(2, inJson([some], 2))}`;
  for (const value of values) {
    if (some.push(value) < AT_ONCE) continue;
    yield written();
    separator = ',';
    some = [];
  }
  if (some.length > 0) {
    yield written();
    separator = ',';
  }
  yield separator === '[' ? '[]' : '\n  ]';
}

/** What stands in arrays within each other, as it is indented there: JSON.stringify indents quicker than could be done afterwards. */
function within(arrays: 1 | 2, whole: string): string {
  return arrays === 1
    ? whole.slice('[\n  '.length, -'\n]'.length)
    : whole.slice('[\n  [\n    '.length, -'\n  ]\n]'.length);
}

/** Folders and bills of materials have no layers: no diffID stands for an empty one. */
const withoutEmpty = (key: string, value: unknown): unknown => (key === 'diffID' && value === '' ? undefined : value);
/** How an empty diffID is written; within a string its quotation marks would be escaped. */
const EMPTY_DIFF_ID = /"diffID": ?""/;

/** A value as our documents write it: nothing in it that a terminal would obey. */
export function inJson(value: unknown, indent?: number): string {
  // Being asked for every member would take as long again as writing does: only where one has to be left out.
  const whole = JSON.stringify(value, undefined, indent);
  const text = EMPTY_DIFF_ID.test(whole) ? JSON.stringify(value, withoutEmpty, indent) : whole;
  return harmlessJson(text);
}
