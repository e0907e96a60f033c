import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { type Json, type JsonObject, list, number, object, text } from '../formats/text/index.ts';
import { ratings, scoreRating } from './ratings.ts';
import { type FindingFact, type JsonDocument, jsonFormat, type ReportBody, scanner } from './scanner.ts';

/** Anchore writes the word for what is missing. */
const said = (value: JsonObject[string]): string | undefined => (text(value) === 'None' ? undefined : text(value));

/** `packageVersion`, as anchorectl writes it, is the `package_version` of the service and of anchore-cli. */
function snakeKeys(row: JsonObject): JsonObject {
  const keys: Record<string, Json> = Object.create(null);
  for (const [key, value] of Object.entries(row))
    if (value !== undefined) keys[key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  return keys;
}

/**
 * `anchore-cli --json image vuln IMAGE all`, Anchore Engine and Enterprise, and `anchorectl image vulnerabilities -o json`,
 * which writes the same rows as a bare list with its keys in another spelling.
 */
const imageVuln = jsonFormat({
  name: 'Anchore JSON',
  recognise(head) {
    const root = snakeKeys(object(head));
    return (
      isRow(list(root.vulnerabilities)[0]) ||
      (root.vulnerability_type !== undefined && root.vulnerabilities !== undefined)
    );
  },
  rows: { 'vulnerabilities.*': snakeKeys },
  read: (document) => read(document, 'vulnerabilities.*'),
});

const anchorectl = jsonFormat({
  name: 'Anchore JSON (anchorectl list)',
  recognise: (head) => isRow(list(head)[0]),
  rows: { '*': snakeKeys },
  read: (document) => read(document, '*'),
});

function isRow(value: Json | undefined): boolean {
  const row = snakeKeys(object(value));
  return row.vuln !== undefined && row.package_version !== undefined;
}

function read(document: JsonDocument, pattern: string): ReportBody {
  const root = snakeKeys(object(document.root));
  const rows = document.rows(pattern).map(({ value }) => value);
  const group = rows
    .map((row) => text(row.feed_group))
    .find((type) => type !== undefined && isSystemType(typeInWords(type)));
  return {
    subject: withoutUndefined({ digest: text(root.image_digest), os: group }),
    findings: rows.map(fact),
  };
}

function fact(row: JsonObject): FindingFact {
  const type = typeInWords(text(row.package_type));
  const fixed = said(row.fix);
  return {
    id: text(row.vuln),
    aliases: list(row.nvd_data).map((value) => text(object(value).id)),
    package: text(row.package_name),
    kind: isSystemType(type) ? 'binary' : 'unknown',
    ...withoutUndefined({
      version: text(row.package_version),
      type,
      severity: text(row.severity),
      feed: text(row.feed_group),
      url: text(row.url),
    }),
    ratings: ratings(
      ...list(row.nvd_data).flatMap((value) => {
        const { cvss_v2, cvss_v3 } = object(value);
        return [
          scoreRating('nvd', number(object(cvss_v2).base_score), undefined, '2.0'),
          scoreRating('nvd', number(object(cvss_v3).base_score), undefined, '3.1'),
        ];
      }),
    ),
    fix: { state: fixed === undefined ? 'not-fixed' : 'fixed', versions: fixed === undefined ? [] : [fixed] },
    locations: [said(row.package_path) === 'pkgdb' ? undefined : said(row.package_path)],
    ...(row.will_not_fix === true && { status: 'wont-fix' }),
  };
}

export const anchore = scanner({ name: 'anchore', title: 'Anchore', formats: [imageVuln, anchorectl], lenses: [] });
