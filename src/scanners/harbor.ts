import { withoutUndefined } from '../collections.ts';
import { isObject, type Json, type JsonObject, number, object, text, texts } from '../formats/text/index.ts';
import { ratings, scoreRating, trivyRatingsOf } from './ratings.ts';
import { type FindingFact, jsonFormat, scanner } from './scanner.ts';

/** The report is keyed by its media type, or stands bare. */
function body(root: Json): JsonObject {
  const keyed = Object.entries(object(root)).find(([key]) => /vuln(?:erability)?\.report/.test(key))?.[1];
  return isObject(keyed) ? keyed : object(root);
}

const isReport = (root: JsonObject): boolean => root.generated_at !== undefined && isObject(root.scanner);

/**
 * Harbor's vulnerability report: what its scanner (mostly Trivy) said, in Harbor's words.
 * https://github.com/goharbor/pluggable-scanner-spec
 */
const report = jsonFormat({
  name: 'Harbor vulnerability report',
  recognise: (head) => isReport(body(head)),
  rows: { '*.vulnerabilities.*': cut, 'vulnerabilities.*': cut },
  read(document) {
    const root = body(document.root);
    const tool = object(root.scanner);
    const rows = [...document.rows('*.vulnerabilities.*'), ...document.rows('vulnerabilities.*')].map(
      ({ value }) => value,
    );
    const name = text(tool.name) ?? 'Harbor';
    return {
      ...withoutUndefined({
        scanner: /trivy/i.test(name) ? 'trivy' : /clair/i.test(name) ? 'clair-v2' : undefined,
        title: `Harbor (${name})`,
        version: text(tool.version),
        created: text(root.generated_at),
      }),
      subject: withoutUndefined({ digest: text(object(root.artifact).digest) ?? texts(rows[0]?.artifact_digests)[0] }),
      findings: rows.map(fact),
    };
  },
});

function cut(row: JsonObject): JsonObject {
  return { ...row, description: null };
}

function fact(row: JsonObject): FindingFact {
  const fixed = text(row.fix_version);
  const preferred = object(row.preferred_cvss);
  const vendor = object(row.vendor_attributes);
  return {
    id: text(row.id),
    package: text(row.package),
    kind: 'unknown',
    ...withoutUndefined({
      version: text(row.version),
      severity: text(row.severity),
      status: text(row.status),
      url: texts(row.links)[0],
    }),
    ratings: [
      ...trivyRatingsOf(vendor.CVSS),
      ...ratings(
        scoreRating('preferred', number(preferred.score_v3), text(preferred.vector_v3), '3.1'),
        scoreRating('preferred', number(preferred.score_v2), text(preferred.vector_v2), '2.0'),
      ),
    ],
    fix: {
      state: fixed === undefined ? 'not-fixed' : 'fixed',
      versions: fixed === undefined ? [] : fixed.split(/,\s*/),
    },
  };
}

export const harbor = scanner({ name: 'harbor', title: 'Harbor', formats: [report], lenses: [] });
