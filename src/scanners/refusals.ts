import { PlimsollError, printable } from '../errors.ts';
import { isObject, type Json, type JsonObject, list, object, text, type XmlElement } from '../formats/text/index.ts';

/*
 * What scanners and their templates write besides reports: each is refused in one line that says what to give instead.
 */

const SAME_SCAN = 'the JSON of the same scan can be compared';

/** Throws `unsupported` for a web page, which may be no XML at all. */
export function refuseMarkup(markup: string): void {
  if (/^\s*<!doctype html|^\s*<html/i.test(markup.slice(0, 1_000)))
    throw new PlimsollError('unsupported', 'a web page, not a report', { hint: SAME_SCAN });
}

/** Of an XML document that is no report. */
export function unknownXml({ name }: XmlElement, expected: string): PlimsollError {
  if (/^testsuites?$/.test(name))
    return new PlimsollError('unsupported', 'test results (JUnit), which hold no packages', { hint: SAME_SCAN });
  return new PlimsollError('unsupported', `an XML document <${printable(name, 60)}>, which is no report known here`, {
    hint: expected,
  });
}

/** Of text that is no report. */
export function unknownText(content: string, expected: string): PlimsollError {
  if (/^SPDXVersion:/m.test(content.slice(0, 2_000))) return inventory('an SPDX inventory without vulnerabilities');
  if (isTable(content.slice(0, 20_000)))
    return new PlimsollError('unsupported', 'a table for people, not a report', {
      hint: `${SAME_SCAN}: trivy -f json, grype -o json, docker scout cves --format sarif`,
    });
  return new PlimsollError('unsupported', 'not a report known here: it begins with text', {
    hint: /^[ \t]*[{[]/m.test(content)
      ? "the JSON begins further down: the scanner's log was written into the report, send it elsewhere (2>/dev/null)"
      : expected,
  });
}

/** Drawn with lines, as Trivy and Docker Scout do, or with headings in capitals over columns, as Grype and OSV-Scanner do. */
const isTable = (head: string): boolean =>
  /[┌├╭]─|^\+-{3,}/m.test(head) || /^ *(?:[A-Z][A-Z-]{2,}(?: [A-Z][A-Z-]+)? {2,}){3,}/m.test(head);

const inventory = (what: string): PlimsollError =>
  new PlimsollError('unsupported', what, { hint: 'scan it instead: plimsoll scan sbom:FILE' });

/** Of a JSON document that is no report: what it is, as far as its keys tell, and what to give instead. */
export function unknownJson(sketch: Json | undefined, expected: string): PlimsollError {
  const shown = isObject(sketch) ? sketch : list(sketch)[0];
  const keys = isObject(shown as Json | undefined) ? Object.keys(shown as JsonObject) : [];
  if (keys.includes('dockerbenchsecurity')) {
    return new PlimsollError(
      'unsupported',
      'a Docker Bench for Security report: it holds configuration checks, no vulnerabilities',
      { hint: 'plimsoll bench reads the same checks' },
    );
  }
  const tools = list(isObject(shown as Json | undefined) ? (shown as JsonObject).runs : undefined)
    .map((run) => text(object(object(object(run).tool).driver).name))
    .filter((name) => name !== undefined);
  if (tools.length > 0)
    return new PlimsollError(
      'unsupported',
      `SARIF of ${tools.map((name) => `"${printable(name, 60)}"`).join(', ')}, which is no scanner of images known here`,
      { hint: expected },
    );
  if (keys.includes('spdxVersion') || keys.includes('spdxId'))
    return inventory('an SPDX inventory without vulnerabilities');
  if (keys.includes('detector') && keys.includes('manifests'))
    return inventory("an inventory for GitHub's dependency graph, without vulnerabilities");
  if (keys.includes('check_name') && keys.includes('fingerprint'))
    return new PlimsollError('unsupported', 'a code quality report of GitLab, which holds no packages', {
      hint: SAME_SCAN,
    });
  const kind = text(object(isObject(shown as Json | undefined) ? (shown as JsonObject).scan : undefined).type);
  if (kind !== undefined && keys.includes('vulnerabilities'))
    return new PlimsollError(
      'unsupported',
      `a report of GitLab on ${printable(kind.replaceAll('_', ' '), 40)}, not on container scanning`,
      { hint: 'the report of the job container_scanning can be compared: gl-container-scanning-report.json' },
    );
  const with_ =
    keys.length === 0
      ? ''
      : ` with the keys ${keys
          .slice(0, 8)
          .map((key) => printable(key, 40))
          .join(', ')}`;
  return new PlimsollError('unsupported', `a JSON document${with_}, which is no report known here`, {
    hint: expected,
  });
}
