import { isObject, type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import type { Once } from './once.ts';
import { type FindingFact, type JsonDocument, type JsonFormat, jsonFormat, type ReportBody } from './scanner.ts';

/** Keys and values in turn: half a million maps would not fit. */
type Pairs = readonly string[];

/** What is kept of a rule. */
interface SarifRule {
  readonly id: string;
  readonly name?: string;
  readonly short?: string;
  readonly full?: string;
  readonly helpUri?: string;
  /** `Key: value` lines of the help text. */
  readonly fields: Pairs;
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
  /** Where it is asked for. */
  readonly message?: string;
  /** The version that its message names, where a format says how. */
  readonly version?: string;
  /** The type of package and the severity that its message names, where a format says how. */
  readonly type?: string;
  readonly severity?: string;
  /** `Key: value` lines of the message. */
  readonly fields: Pairs;
  readonly locations: readonly { readonly uri?: string; readonly names: readonly string[] }[];
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

/** A result with its rule. */
class RuledResult {
  readonly result: SarifResult;
  readonly rule: SarifRule | undefined;

  constructor(result: SarifResult, rule: SarifRule | undefined) {
    this.result = result;
    this.rule = rule;
  }
  get fields(): { get(key: string): string | undefined } {
    return { get: (key) => pairValue(this.result.fields, key) ?? pairValue(this.rule?.fields ?? NONE, key) };
  }
}

function pairValue(pairs: Pairs, key: string): string | undefined {
  for (let index = 0; index < pairs.length; index += 2) if (pairs[index] === key) return pairs[index + 1];
  return undefined;
}

/** What a format asks of results beyond the usual: the message whole, or the `version`, `type` and `severity` that groups of a pattern find in it. */
interface SarifWants {
  readonly message?: true;
  readonly told?: RegExp;
}

/** Characters kept of a rule's texts: what is asked of them stands in their beginning. */
const KEPT = 700;
const RULES = 'runs.*.tool.driver.rules.*';
const RESULTS = 'runs.*.results.*';

/**
 * SARIF 2.1.0 of one tool. Rules and results pass by one at a time and only a few hundred bytes of each are kept.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifFormat(
  name: string,
  tool: RegExp,
  read: (run: SarifRun) => ReportBody,
  wants: SarifWants = {},
): JsonFormat {
  return jsonFormat({
    name,
    recognise: (head) =>
      list(object(head).runs).some((run) => tool.test(text(object(object(object(run).tool).driver).name) ?? '')),
    rows: { [RULES]: cutRule, [RESULTS]: (row, once) => cutResult(row, once, wants) },
    quick: true,
    skip: ['runs.*.artifacts', 'runs.*.invocations'],
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
  const rules = all.get(run) ?? new Map<string, SarifRule>();
  all.set(run, rules);
  return rules;
}

function cutRule(row: JsonObject, once: Once): JsonObject {
  const help = object(row.help);
  const words = text(help.text) ?? '';
  const markdown = text(help.markdown) ?? '';
  const properties = object(row.properties);
  const tags = texts(properties.tags);
  const score = number(properties['security-severity']);
  const rule: SarifRule = {
    id: once.text(text(row.id) ?? ''),
    ...kept(once, 'name', text(row.name)),
    ...kept(once, 'short', text(object(row.shortDescription).text)),
    ...kept(once, 'full', text(object(row.fullDescription).text)),
    ...kept(once, 'helpUri', text(row.helpUri)),
    fields: fieldsOf(words, once),
    ...kept(once, 'help', markdown || words),
    ...kept(once, 'remediation', /## Remediation\s*\n([^\n]{0,300})/.exec(markdown)?.[1]),
    ...(score !== undefined && { score }),
    ...kept(
      once,
      'severityTag',
      tags.find((tag) => /^(critical|high|medium|low|unknown|negligible|unspecified)$/i.test(tag)),
    ),
    tags: tags.length === 0 ? NONE : once.thing(`tags ${tags.join('\n')}`, () => tags),
    properties: propertiesOf(properties),
  };
  return rule as unknown as JsonObject;
}

/** What a rule says of itself beyond what everybody says. */
function propertiesOf(properties: JsonObject): JsonObject {
  const own = Object.entries(properties).filter(([key]) => key !== 'tags' && key !== '__proto__');
  return own.every(([key]) => USUAL.has(key)) ? EMPTY : (Object.fromEntries(own) as JsonObject);
}

/** Read above, or of no interest. */
const USUAL: ReadonlySet<string> = new Set(['security-severity', 'precision']);
const EMPTY: JsonObject = Object.freeze(Object.create(null));

function cutResult(row: JsonObject, once: Once, { message, told }: SarifWants): JsonObject {
  const suppression = list(row.suppressions)[0];
  const said = text(object(row.message).text);
  const parts = told?.exec((said ?? '').slice(0, KEPT))?.groups;
  const result: SarifResult & { ruleIndex?: number } = {
    ...kept(once, 'ruleId', text(row.ruleId) ?? text(object(row.rule).id)),
    ...(number(row.ruleIndex) !== undefined && { ruleIndex: number(row.ruleIndex)! }),
    ...kept(once, 'level', text(row.level)),
    ...(message && kept(once, 'message', said)),
    ...(parts !== undefined && {
      ...kept(once, 'version', parts.version),
      ...kept(once, 'type', parts.type),
      ...kept(once, 'severity', parts.severity),
    }),
    fields: fieldsOf(said, once),
    locations: cutLocations(list(row.locations), once),
    properties: cutProperties(object(row.properties)),
    ...(isObject(suppression) && {
      suppressed: text(suppression.justification) ?? text(suppression.kind) ?? 'suppressed',
    }),
  };
  return result as unknown as JsonObject;
}

/** Lists longer than this name more packages than one finding has. */
const LISTED = 500;
const UNSAID: SarifResult['properties'] = Object.freeze(Object.create(null));

function cutProperties(properties: JsonObject): SarifResult['properties'] {
  const entries = Object.entries(properties);
  if (entries.length === 0) return UNSAID;
  const kept: Record<string, readonly string[]> = Object.create(null);
  for (const [key, value] of entries) {
    const values = texts(value)
      .slice(0, LISTED)
      .filter((tag) => tag.length <= KEPT);
    if (values.length > 0) kept[key] = values;
  }
  return kept;
}

const NONE: readonly string[] = Object.freeze([]);

function cutLocations(all: readonly Json[], once: Once): SarifResult['locations'] {
  const places = all.slice(0, 8).map((value) => {
    const location = object(value);
    const names = list(location.logicalLocations)
      .slice(0, 16)
      .flatMap((place) => text(object(place).fullyQualifiedName) ?? []);
    return { uri: text(object(object(location.physicalLocation).artifactLocation).uri)?.slice(0, KEPT), names };
  });
  const name = places.map(({ uri, names }) => [uri, ...names].join('\n')).join('\n\n');
  return once.thing(`places ${name}`, () =>
    places.map(({ uri, names }) => ({
      ...(uri !== undefined && { uri: once.text(uri) }),
      names: names.length === 0 ? NONE : names.map((name) => once.text(name)),
    })),
  );
}

/** The beginning of a text under a key. */
function kept<K extends string>(once: Once, key: K, value: string | undefined): { readonly [P in K]?: string } {
  if (value === undefined || value === '') return {};
  return { [key]: once.text(value.slice(0, KEPT)) } as { readonly [P in K]?: string };
}

/** `Key: value` lines, also padded ones (`Key             : value`), of the first lines of a text. */
function fieldsOf(source: string | undefined, once: Once): Pairs {
  if (source === undefined) return NONE;
  const pairs: string[] = [];
  for (const line of source.slice(0, 4 * KEPT).split('\n', 24)) {
    const match = /^\s*([A-Z][A-Za-z ]{1,24}?)\s*:(?:\s+(.*))?$/.exec(line) ?? /^(Vulnerability) (\S+)$/.exec(line);
    if (match === null || pairValue(pairs, match[1]!) !== undefined) continue;
    pairs.push(once.text(match[1]!), once.text((match[2] ?? '').trim()));
  }
  return pairs;
}
