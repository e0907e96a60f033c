import { isObject, type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import { type FindingFact, type JsonDocument, type JsonFormat, jsonFormat, type ReportBody } from './scanner.ts';

/** What is kept of a rule. */
interface SarifRule {
  readonly id: string;
  readonly name?: string;
  readonly short?: string;
  readonly full?: string;
  readonly helpUri?: string;
  /** `Key: value` lines of the help text. */
  readonly fields: ReadonlyMap<string, string>;
  /** First words of the help, and what it says under "Remediation". */
  readonly help?: string;
  readonly remediation?: string;
  /** `security-severity`. */
  readonly score?: number;
  /** A severity among the tags. */
  readonly severityTag?: string;
  readonly tags: readonly string[];
  readonly properties: JsonObject;
}

/** What is kept of a result. */
export interface SarifResult {
  readonly ruleId?: string;
  readonly level?: string;
  readonly message?: string;
  readonly locations: readonly {
    readonly uri?: string;
    readonly names: readonly string[];
    readonly message?: string;
  }[];
  readonly suppressed?: string;
  /** Its texts and lists of texts. */
  readonly properties: Readonly<Record<string, readonly string[]>>;
}

/** One run of one tool. `fields` joins what the rule's help and the result's message say, the message first. */
export interface SarifRun {
  readonly driver: JsonObject;
  readonly version?: string;
  readonly properties: JsonObject;
  readonly results: readonly RuledResult[];
}

/** A result with its rule. Fields are read when they are asked for: half a million maps would not fit. */
class RuledResult {
  readonly result: SarifResult;
  readonly rule: SarifRule | undefined;

  constructor(result: SarifResult, rule: SarifRule | undefined) {
    this.result = result;
    this.rule = rule;
  }
  get fields(): ReadonlyMap<string, string> {
    return new Map([...(this.rule?.fields ?? []), ...fieldsOf(this.result.message)]);
  }
}

/** Characters kept of a rule's texts: what is asked of them stands in their beginning. */
const KEPT = 700;
const RULES = 'runs.*.tool.driver.rules.*';
const RESULTS = 'runs.*.results.*';

/**
 * SARIF 2.1.0 of one tool. Rules and results pass by one at a time and only a few hundred bytes of each are kept.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifFormat(name: string, tool: RegExp, read: (run: SarifRun) => ReportBody): JsonFormat {
  return jsonFormat({
    name,
    recognise: (head) =>
      list(object(head).runs).some((run) => tool.test(text(object(object(object(run).tool).driver).name) ?? '')),
    rows: { [RULES]: cutRule, [RESULTS]: cutResult },
    skip: ['runs.*.results.*.codeFlows', 'runs.*.artifacts', 'runs.*.invocations'],
    read: (document) => merge(runs(document).map(read)),
  });
}

/** Several runs of one file are one report: Snyk writes one for the system and one for each application. */
function merge(bodies: readonly ReportBody[]): ReportBody {
  const first =
    bodies.find((body) => [...Object.values(body.subject)].some((value) => value !== undefined && value !== '')) ??
    bodies[0];
  if (first === undefined) return { subject: {}, findings: [] };
  const versions = bodies.map((body) => body.version).filter((version) => version !== undefined);
  return {
    ...first,
    ...(versions[0] !== undefined && { version: versions[0] }),
    findings: factsOf(bodies),
    notes: bodies.flatMap((body) => body.notes ?? []),
  };
}

/** One after the other, as they are asked for. */
function* factsOf(bodies: readonly ReportBody[]): Generator<FindingFact> {
  for (const [run, body] of bodies.entries())
    for (const fact of body.findings) yield fact.row === undefined ? fact : { ...fact, row: `${run}/${fact.row}` };
}

function runs(document: JsonDocument): readonly SarifRun[] {
  const rules = new Map<number, Map<string, SarifRule>>();
  const ordered = new Map<number, SarifRule[]>();
  for (const { at, value } of document.rows(RULES)) {
    const run = Number(at[1]);
    const rule = value as unknown as SarifRule;
    group(rules, run).set(rule.id, rule);
    const inOrder = ordered.get(run) ?? [];
    if (inOrder.length === 0) ordered.set(run, inOrder);
    inOrder[Number(at[5])] = rule;
  }
  const results = new Map<number, SarifRun['results'][number][]>();
  for (const { at, value } of document.rows(RESULTS)) {
    const run = Number(at[1]);
    const result = value as unknown as SarifResult & { readonly ruleIndex?: number };
    const rule = rules.get(run)?.get(result.ruleId ?? '') ?? ordered.get(run)?.[result.ruleIndex ?? -1];
    const kept = results.get(run) ?? [];
    if (kept.length === 0) results.set(run, kept);
    kept.push(new RuledResult(result, rule));
  }
  return list(object(document.root).runs).map((run, index) => {
    const driver = object(object(object(run).tool).driver);
    const version = text(driver.semanticVersion) ?? text(driver.version);
    return {
      driver,
      ...(version !== undefined && { version }),
      properties: object(object(run).properties),
      results: results.get(index) ?? [],
    };
  });
}

function group(all: Map<number, Map<string, SarifRule>>, run: number): Map<string, SarifRule> {
  const found = all.get(run) ?? new Map<string, SarifRule>();
  all.set(run, found);
  return found;
}

function cutRule(row: JsonObject): JsonObject {
  const help = object(row.help);
  const words = text(help.text) ?? '';
  const markdown = text(help.markdown) ?? '';
  const properties = object(row.properties);
  const tags = texts(properties.tags);
  const rule: SarifRule = {
    id: text(row.id) ?? '',
    ...kept('name', text(row.name)),
    ...kept('short', text(object(row.shortDescription).text)),
    ...kept('full', text(object(row.fullDescription).text)),
    ...kept('helpUri', text(row.helpUri)),
    fields: fieldsOf(words),
    ...kept('help', markdown || words),
    ...kept('remediation', /## Remediation\s*\n([^\n]{0,300})/.exec(markdown)?.[1]),
    ...(number(properties['security-severity']) !== undefined && { score: number(properties['security-severity'])! }),
    ...kept(
      'severityTag',
      tags.find((tag) => /^(critical|high|medium|low|unknown|negligible|unspecified)$/i.test(tag)),
    ),
    tags,
    properties: Object.fromEntries(
      Object.entries(properties).filter(([key]) => key !== 'tags' && key !== '__proto__'),
    ) as JsonObject,
  };
  return rule as unknown as JsonObject;
}

function cutResult(row: JsonObject): JsonObject {
  const suppression = object(list(row.suppressions)[0]);
  const result: SarifResult & { ruleIndex?: number } = {
    ...kept('ruleId', text(row.ruleId) ?? text(object(row.rule).id)),
    ...(number(row.ruleIndex) !== undefined && { ruleIndex: number(row.ruleIndex)! }),
    ...kept('level', text(row.level)),
    ...kept('message', text(object(row.message).text)),
    locations: list(row.locations).slice(0, 8).map(cutLocation),
    properties: cutProperties(object(row.properties)),
    ...(isObject(list(row.suppressions)[0]) && {
      suppressed: text(suppression.justification) ?? text(suppression.kind) ?? 'suppressed',
    }),
  };
  return result as unknown as JsonObject;
}

/** Lists longer than this name more packages than one finding has. */
const LISTED = 500;

function cutProperties(properties: JsonObject): SarifResult['properties'] {
  const kept: Record<string, readonly string[]> = Object.create(null);
  for (const [key, value] of Object.entries(properties)) {
    const found = texts(value)
      .slice(0, LISTED)
      .filter((one) => one.length <= KEPT);
    if (found.length > 0) kept[key] = found;
  }
  return kept;
}

const NONE: readonly string[] = [];

function namesOf(places: Json | undefined): readonly string[] {
  const names = list(places)
    .slice(0, 16)
    .flatMap((value) => text(object(value).fullyQualifiedName) ?? []);
  return names.length === 0 ? NONE : names;
}

function cutLocation(value: Json): SarifResult['locations'][number] {
  const location = object(value);
  return {
    ...kept('uri', text(object(object(location.physicalLocation).artifactLocation).uri)),
    ...kept('message', text(object(location.message).text)),
    names: namesOf(location.logicalLocations),
  };
}

/** A copy: what is cut out of a text, by a slice or a pattern, keeps all of it alive. */
const copied = (value: string): string => Buffer.from(value).toString();

/** A short copy under a key. */
function kept<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  if (value === undefined || value === '') return {};
  return { [key]: copied(value.slice(0, KEPT)) } as { readonly [P in K]?: string };
}

/** `Key: value` lines, also padded ones (`Key             : value`), of the first lines of a text. */
function fieldsOf(source: string | undefined): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of (source ?? '').slice(0, 4 * KEPT).split('\n', 24)) {
    const match = /^\s*([A-Z][A-Za-z ]{1,24}?)\s*:(?:\s+(.*))?$/.exec(line) ?? /^(Vulnerability) (\S+)$/.exec(line);
    if (match !== null && !fields.has(match[1]!)) fields.set(copied(match[1]!), copied((match[2] ?? '').trim()));
  }
  return fields;
}
