import { cpe } from '../../ecosystems/cpe.ts';
import { readJson } from '../../formats/json-values.ts';
import { jsonMembers, splitCpe } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { AffectedRange, Rating } from '../../model.ts';
import { raterInNvd } from '../publishers.ts';
import { severityOfScore } from '../ratings/index.ts';
import { date, finiteNumber, identifier, listMember, listWithin, member, textMember, textsWithin } from '../values.ts';
import { type FeedItem, feed, type VulnerabilityRecord } from './feed.ts';
import { isOfPackagesOnly } from './nvd-packaging.ts';

const FIRST_YEAR = 2002;

/**
 * The National Vulnerability Database: descriptions, CVSS 2 to 4 by NVD, CNAs and CISA, weaknesses, states, and CPE
 * configurations. One document a year. https://nvd.nist.gov/vuln/data-feeds
 */
export const nvd = feed({
  name: 'nvd',
  version: 5,
  title: 'National Vulnerability Database, JSON 2.0',
  licence: 'public domain (NIST)',
  byDefault: true,
  maxBytes: LIMITS.feedYearBytes,
  async sources() {
    const years = Array.from(
      { length: new Date().getUTCFullYear() - FIRST_YEAR + 1 },
      (_, index) => FIRST_YEAR + index,
    );
    return years.map((year) => ({
      name: `nvd/${year}`,
      path: `nvd/nvdcve-2.0-${year}.json.gz`,
      url: `https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-${year}.json.gz`,
    }));
  },
  async *parse(document, only) {
    let timestamp: unknown;
    const members = jsonMembers(document.chunks(), 'vulnerabilities.*', (rest) => {
      timestamp = rest.timestamp;
    });
    for await (const { text } of members) {
      const id = only === undefined ? undefined : ID_AHEAD.exec(text.toString('latin1', 0, 80))?.[1];
      if (only === undefined || id === undefined) yield* readMember(text);
      else if (only.has(id)) yield* readMember(text, true);
      else yield { kind: 'counted' };
    }
    const published = date(typeof timestamp === 'string' && timestamp.replace(/^(.{16})Z?$/, '$1:00Z'));
    if (published !== undefined) yield { kind: 'published', date: published };
  },
});

/** The id where NVD writes it: known without reading the entry. Where it stands elsewhere the entry is read. */
const ID_AHEAD = /^\s{0,20}\{\s{0,20}"cve"\s{0,9}:\s{0,9}\{\s{0,20}"id"\s{0,9}:\s{0,9}"(CVE-\d{4}-\d{4,12})"/;

/** `rated`: only what is known of the vulnerability itself is wanted, not the products it is in. */
function* readMember(text: Buffer, rated = false): Generator<FeedItem> {
  let parsed: unknown;
  try {
    parsed = readJson(text.toString('utf8'));
  } catch (error) {
    yield { kind: 'rejected', id: text.toString('utf8', 0, 60), reason: `not JSON: ${(error as Error).message}` };
    return;
  }
  yield { kind: 'counted' };
  const cve = member(parsed, 'cve');
  const id = identifier(member(cve, 'id'));
  if (id === undefined) {
    yield { kind: 'rejected', id: '?', reason: 'no CVE id' };
    return;
  }
  const record = cveRecord(id, cve);
  yield { kind: 'record', record };
  if (record.state !== 'rejected' && !rated) yield* configurations(id, cve, record);
}

function cveRecord(id: string, cve: unknown): VulnerabilityRecord {
  const description = english(member(cve, 'descriptions'));
  const state = cveState(cve, description);
  const cwes = listMember(cve, 'weaknesses').flatMap((weakness) =>
    textsWithin(listWithin(member(weakness, 'description')).map((entry) => member(entry, 'value'))),
  );
  const references = listMember(cve, 'references', 500).flatMap(
    (reference) => textMember(reference, 'url', 2_000) ?? [],
  );
  const published = date(member(cve, 'published'));
  const modified = date(member(cve, 'lastModified'));
  return {
    id,
    ...(description !== undefined && { description }),
    ratings: ratings(member(cve, 'metrics')),
    ...(cwes.length > 0 && { cwes: [...new Set(cwes.filter((cwe) => /^CWE-\d+$/.test(cwe)))] }),
    ...(references.length > 0 && { references: [...new Set(references)] }),
    ...(published !== undefined && { published }),
    ...(modified !== undefined && { modified }),
    ...(state !== undefined && { state }),
  };
}

function english(descriptions: unknown): string | undefined {
  const description = listWithin(descriptions).find((entry) => textMember(entry, 'lang')?.startsWith('en'));
  return textMember(description ?? listWithin(descriptions)[0], 'value', 20_000);
}

function cveState(cve: unknown, description: string | undefined): VulnerabilityRecord['state'] {
  if (textMember(cve, 'vulnStatus') === 'Rejected' || description?.startsWith('** REJECT **')) return 'rejected';
  const tags = listMember(cve, 'cveTags').flatMap((entry) => textsWithin(member(entry, 'tags')));
  return tags.includes('disputed') || description?.includes('** DISPUTED **') ? 'disputed' : undefined;
}

const METRICS = ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2'];

function ratings(metrics: unknown): readonly Rating[] {
  return METRICS.flatMap((key) => listMember(metrics, key, 50)).flatMap((metric) => {
    const data = member(metric, 'cvssData');
    const score = finiteNumber(member(data, 'baseScore'));
    const version = textMember(data, 'version', 5);
    const vector = textMember(data, 'vectorString', 400);
    if (score === undefined || version === undefined) return [];
    const method = `CVSS:${version}`;
    const severity = severityOfScore(method, score);
    return [
      {
        source: raterInNvd(textMember(metric, 'source', 100) ?? ''),
        severity,
        method,
        score,
        ...(vector !== undefined && { vector }),
      },
    ];
  });
}

/** Versions of one program on certain platforms. */
interface Affected {
  readonly name: string;
  readonly platforms?: readonly string[];
  readonly ranges: AffectedRange[];
  readonly versions: Set<string>;
}

/** Among the platforms of a statement: it is on a distribution's packages of the program. */
const OF_PACKAGES = 'packaging:distribution';

/** The programs a CVE names, as statements in the namespace `CPE`: one for each vendor and product, and for each condition it holds under. */
function* configurations(id: string, cve: unknown, record: VulnerabilityRecord): Generator<FeedItem> {
  const products = new Map<string, Affected>();
  for (const configuration of listMember(cve, 'configurations', 2_000)) {
    const nodes = listMember(configuration, 'nodes', 2_000);
    const isAll = textMember(configuration, 'operator', 10) === 'AND';
    const systems = nodes.map(systemsOf);
    for (const [index, node] of nodes.entries()) {
      const beside = isAll ? systems.filter((_, other) => other !== index) : [];
      const own = textMember(node, 'operator', 10) === 'AND' ? [systems[index]] : [];
      const said = [...beside, ...own].find((group) => group !== undefined);
      const isPacked = isOfPackagesOnly(record.description ?? '', said);
      const runsOn = isPacked ? said?.map((system) => `${OF_PACKAGES} & ${system}`) : said;
      for (const match of listMember(node, 'cpeMatch', 50_000)) addMatch(match, runsOn, products);
    }
  }
  for (const { name, platforms, ranges, versions } of products.values()) {
    if (ranges.length === 0 && versions.size === 0) continue;
    yield {
      kind: 'statement',
      statement: {
        id,
        source: 'nvd',
        namespace: cpe.name,
        package: name,
        state: ranges.some(({ fixed }) => fixed !== undefined) ? 'fixed' : 'open',
        ranges,
        ...(versions.size > 0 && { versions: [...versions] }),
        ...(platforms !== undefined && { platforms }),
        ...(record.published !== undefined && { published: record.published }),
      },
    };
  }
}

/**
 * The operating systems of which a node says that the program runs on one of them; undefined where it names anything else too. A part of
 * a configuration that is not vulnerable itself is a condition. https://nvd.nist.gov/developers/vulnerabilities-2.0
 */
function systemsOf(node: unknown): readonly string[] | undefined {
  const names = new Set<string>();
  for (const match of listMember(node, 'cpeMatch', 50_000)) {
    if (member(match, 'vulnerable') === true) continue;
    const cpe = splitCpe(textMember(match, 'criteria') ?? '');
    if (cpe?.part !== 'o') return undefined;
    names.add(`${cpe.vendor}:${cpe.product}`);
  }
  return names.size === 0 ? undefined : [...names].sort();
}

function addMatch(match: unknown, runsOn: readonly string[] | undefined, products: Map<string, Affected>): void {
  const cpe = member(match, 'vulnerable') === true ? splitCpe(textMember(match, 'criteria') ?? '') : undefined;
  if (cpe?.part !== 'a') return;
  const { software, hardware } = cpe;
  const target = [
    ...(software === undefined ? [] : [`software:${software}`]),
    ...(hardware === undefined ? [] : [`hardware:${hardware}`]),
  ].join(' & ');
  // What it is written for and what it runs on: both have to hold.
  const platforms = target === '' ? runsOn : (runsOn?.map((system) => `${target} & ${system}`) ?? [target]);
  const name = `${cpe.vendor}:${cpe.product}`;
  const key = [name, ...(platforms ?? [])].join(' ');
  const product = products.get(key) ?? {
    name,
    ranges: [],
    versions: new Set<string>(),
    ...(platforms !== undefined && { platforms }),
  };
  products.set(key, product);
  const range = rangeOf(match);
  if (range) product.ranges.push(range);
  else if (cpe.version === '*') product.ranges.push({});
  else if (cpe.version !== '-') product.versions.add(cpe.version);
}

/** NVD's four bounds. */
function rangeOf(match: unknown): AffectedRange | undefined {
  const from = textMember(match, 'versionStartIncluding', 200);
  const after = textMember(match, 'versionStartExcluding', 200);
  const introduced = from ?? after;
  const fixed = textMember(match, 'versionEndExcluding', 200);
  const lastAffected = textMember(match, 'versionEndIncluding', 200);
  if (introduced === undefined && fixed === undefined && lastAffected === undefined) return undefined;
  return {
    ...(introduced !== undefined && { introduced }),
    ...(from === undefined && after !== undefined && { isAfter: true as const }),
    ...(fixed !== undefined && { fixed }),
    ...(lastAffected !== undefined && { lastAffected }),
  };
}
