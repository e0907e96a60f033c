// Long because it is one record, whose fields decide over each other.

import { cpe } from '../../ecosystems/cpe.ts';
import { debian } from '../../ecosystems/debian.ts';
import type { Ecosystem } from '../../ecosystems/ecosystem.ts';
import { go } from '../../ecosystems/go.ts';
import { ecosystemNamed, ecosystems } from '../../ecosystems/index.ts';
import { parsePurl } from '../../ecosystems/purl.ts';
import { LIMITS } from '../../limits.ts';
import type { AffectedImport, AffectedRange, Rating, StatementState } from '../../model.ts';
import { canonicalId, isCve } from '../ids.ts';
import { LAST_KNOWN, lastKnownEnd, publisherOf } from '../publishers.ts';
import { vectorRating, wordRating } from '../ratings/index.ts';
import { date, identifier, listMember, listWithin, member, textMember, textsWithin } from '../values.ts';
import { speaksOfFlaw } from './bulletins.ts';
import { eachRecord } from './each-record.ts';
import { type FeedItem, type FeedStatement, feed, type VulnerabilityRecord } from './feed.ts';
import { withCustomRanges } from './go-custom-ranges.ts';
import { type OsvVersions, osvRanges } from './osv-ranges.ts';

/** OSV's exports that serve the inventory, by the folder they are in: languages first. https://google.github.io/osv.dev/data/ */
const EXPORTS: readonly string[] = [...ecosystems]
  .sort((a, b) => Number(a.system !== undefined) - Number(b.system !== undefined))
  .flatMap(({ osv }) => osv ?? []);

/** Exports of data that another feed has from its publisher and in more detail: only read where a mirror has nothing else. */
const ELSEWHERE: readonly string[] = [debian.name];

/** PSF's advisories on CPython are a repository of their own, outside OSV's exports by ecosystem: its files have the same shape. */
const ARCHIVES: ReadonlyMap<string, string> = new Map([
  ['PSF', 'https://github.com/psf/advisory-database/archive/refs/heads/main.zip'],
]);

/** A record made of a CVE that was rejected (Bitnami's) keeps its ranges and says so in its text alone. */
const REJECTED = /^\s*(?:\*\* ?REJECT ?\*\*|Rejected reason:)/i;

/**
 * OSV's exports: one zip archive of JSON records for each ecosystem, with every publisher's own ids.
 * https://ossf.github.io/osv-schema/
 */
export const osv = feed({
  name: 'osv',
  version: 9,
  title: 'OSV exports',
  licence: "each publisher's: CC-BY 4.0 (GitHub, PyPA, Go, Ubuntu...), CC0, Apache-2.0, MIT",
  byDefault: true,
  maxBytes: LIMITS.feedArchiveBytes,
  async sources(listed) {
    const inMirror = (await listed('osv')) ?? [];
    const extra = inMirror.filter((name) => !EXPORTS.includes(name) && /^[\w .-]{1,60}$/.test(name));
    const names = [...EXPORTS, ...new Set([...ELSEWHERE, ...extra])];
    return names.map((name) => ({
      name: `osv/${name}`,
      path: `osv/${name}/all.zip`,
      ...(!ELSEWHERE.includes(name) && {
        url:
          ARCHIVES.get(name) ??
          `https://osv-vulnerabilities.storage.googleapis.com/${encodeURIComponent(name)}/all.zip`,
      }),
    }));
  },
  parse: (document) => eachRecord(document, readRecord),
});

/** Distributions' bulletins speak of several vulnerabilities at once; other records are one vulnerability. */
const BULLETINS = new Set([
  'debian',
  'ubuntu',
  'almalinux',
  'rocky',
  'redhat',
  'suse',
  'opensuse',
  'openeuler',
  'mageia',
  'azurelinux',
]);

/** What of a record concerns all its packages. */
interface Head {
  readonly id: string;
  readonly source: string;
  readonly bulletin?: string;
  readonly vulnerabilities?: readonly string[];
  /** The streams of modules that it names: `nodejs:18`. */
  readonly streams: readonly string[];
  readonly published?: string;
  readonly withdrawn?: string;
}

function* readRecord(record: unknown, file: string): Generator<FeedItem> {
  const id = identifier(member(record, 'id'));
  if (id === undefined) throw new Error('no id');
  // An archive names a record by its id: one that says another would pass for somebody else's.
  const stated = file.slice(file.lastIndexOf('/') + 1, -'.json'.length);
  if (stated !== id) throw new Error(`the file is of ${stated}, the record in it calls itself ${id}`);
  const head = headOf(id, record);
  yield { kind: 'record', record: recordOf(head, record) };
  if (head.vulnerabilities === undefined && !speaksOfFlaw(id, textMember(record, 'summary', 500))) return;
  const all = listMember(record, 'affected', LIMITS.feedStatements).flatMap((affected) => [
    ...statementsOn(head, affected),
  ]);
  yield* head.bulletin === undefined ? all : withoutRebuilds(all);
}

/** `UBUNTU-CVE-2021-28707` is Ubuntu's word on CVE-2021-28707. */
const CONVERTED = /^[A-Za-z]+-(CVE-\d{4}-\d{4,})$/;

function headOf(id: string, record: unknown): Head {
  const source = publisherOf(id);
  const converted = CONVERTED.exec(id)?.[1];
  const named = (key: string, most: number): readonly string[] =>
    textsWithin(member(record, key), most)
      .map(canonicalId)
      .map((other) => CONVERTED.exec(other)?.[1] ?? other)
      .filter(isCve);
  const aliases = named('aliases', LIMITS.feedAliases);
  const others = [...named('upstream', LIMITS.feedStatements), ...named('related', LIMITS.feedStatements)];
  const isBulletin = converted === undefined && BULLETINS.has(source);
  // A copy of a flaw in another package has a record of its own, which names the CVE in its text only.
  const text = textMember(record, 'details', 20_000) ?? '';
  const carried = aliases.length === 0 && !isCve(converted ?? id) ? others.filter((cve) => text.includes(cve)) : [];
  const several = isBulletin ? [...aliases, ...others] : aliases.length > 1 ? aliases : carried;
  const published = date(member(record, 'published'));
  const withdrawn =
    date(member(record, 'withdrawn')) ??
    (REJECTED.test(text) ? (date(member(record, 'modified')) ?? published) : undefined);
  return {
    id: converted ?? id,
    source,
    streams: isBulletin ? streamsNamed(textMember(record, 'summary', 500) ?? '') : [],
    ...(several.length > 0 && { vulnerabilities: [...new Set(several)] }),
    ...((isBulletin || carried.length > 0) && { bulletin: id }),
    ...(published !== undefined && { published }),
    ...(withdrawn !== undefined && { withdrawn }),
  };
}

function recordOf(head: Head, record: unknown): VulnerabilityRecord {
  const title = textMember(record, 'summary', 500);
  const description = textMember(record, 'details', 8_000);
  const cwes = textsWithin(member(member(record, 'database_specific'), 'cwe_ids'), 100).filter((cwe) =>
    /^CWE-\d+$/.test(cwe),
  );
  const references = listMember(record, 'references', 500).flatMap(
    (reference) => textMember(reference, 'url', 2_000) ?? [],
  );
  const modified = date(member(record, 'modified'));
  const aliases =
    head.bulletin === undefined
      ? textsWithin(member(record, 'aliases'), LIMITS.feedAliases)
          .map(canonicalId)
          .filter((alias) => identifier(alias) !== undefined)
      : [];
  return {
    id: head.id,
    ...(title !== undefined && { title }),
    ...(description !== undefined && description !== title && { description }),
    ratings: ratings(head, record),
    ...(cwes.length > 0 && { cwes }),
    ...(references.length > 0 && { references: [...new Set(references)] }),
    ...(head.published !== undefined && { published: head.published }),
    ...(modified !== undefined && { modified }),
    ...(head.withdrawn !== undefined && { state: 'withdrawn' as const }),
    ...(aliases.length > 0 && { aliases }),
  };
}

/**
 * Vectors of a distribution's converted records are copies of NVD's: they are filed under `osv`, so that they do not
 * pass for the distribution's own judgement.
 */
function ratings({ id, source, bulletin }: Head, record: unknown): readonly Rating[] {
  const copied = isCve(id) || (bulletin !== undefined && BULLETINS.has(source));
  const ratings = severities(member(record, 'severity'), source, copied ? 'osv' : source);
  const word = textMember(member(record, 'database_specific'), 'severity', 30) ?? wordInTitle(bulletin, record);
  return word === undefined ? ratings : [...ratings, wordRating(source, 'text', word)];
}

/** `Important: kernel security update`, as the rebuilds of Red Hat's distribution begin. */
function wordInTitle(bulletin: string | undefined, record: unknown): string | undefined {
  return bulletin === undefined
    ? undefined
    : /^(critical|important|moderate|low): /i.exec(textMember(record, 'summary', 50) ?? '')?.[1];
}

function severities(value: unknown, wordSource: string, vectorSource: string): readonly Rating[] {
  return listWithin(value, 20).flatMap((severity) => {
    const type = textMember(severity, 'type', 20);
    const score = textMember(severity, 'score', 400);
    if (type === undefined || score === undefined) return [];
    if (type.startsWith('CVSS')) return vectorRating(vectorSource, score) ?? [];
    return [wordRating(wordSource, type === 'Ubuntu' ? 'priority' : 'text', score)];
  });
}

/**
 * Red Hat's and SUSE's records name products where others name releases: those that make up a release are that release here,
 * extended and special streams stay what they are.
 */
function plainNamespace(namespace: string | undefined): string | undefined {
  const redhat = /^Red Hat:enterprise_linux:(\d+)(?:[.:]|$)/.exec(namespace ?? '')?.[1];
  if (redhat !== undefined) return `Red Hat:${redhat}`;
  const extended = /^Red Hat:rhel_els:(\d+)/.exec(namespace ?? '')?.[1];
  if (extended !== undefined) return `Red Hat:rhel_els:${extended}`;
  const suse = /^SUSE:Linux Enterprise Module for .+ (\d+ SP\d)$/.exec(namespace ?? '')?.[1];
  return suse === undefined ? namespace : `SUSE:Linux Enterprise Server ${suse}`;
}

/** `Important: nodejs:18 security update`, `idm:DL1 and idm:client bug fix`: the streams of modules that a bulletin is about. */
function streamsNamed(summary: string): readonly string[] {
  const plain = summary.replace(/^[A-Z]{4}-\d{4}:\d+:? */, '').replace(/^(?:critical|important|moderate|low): */i, '');
  return [...new Set([...plain.matchAll(/(?<![\w.+-])([\w.+-]+:[\w.+-]*\w)/g)].map(([, stream]) => stream!))];
}

/**
 * A bulletin may name several builds of one package, each of which has the fix (the same source built for each minor release): what
 * is no older than the oldest of them is fixed.
 */
function* withoutRebuilds(items: readonly FeedItem[]): Generator<FeedItem> {
  const kept = new Map<string, FeedItem & { readonly kind: 'statement' }>();
  for (const item of items) {
    const only = item.kind === 'statement' && item.statement.ranges.length === 1 ? item.statement.ranges[0] : undefined;
    if (item.kind !== 'statement' || only?.fixed === undefined || only.introduced !== undefined) {
      yield item;
      continue;
    }
    const { namespace, package: name } = item.statement;
    const world = ecosystemNamed(namespace);
    const compare = world?.severalBuilds ? world.compare : undefined;
    const key = compare === undefined ? `${kept.size}` : `${namespace} ${name}`;
    const known = kept.get(key)?.statement.ranges[0]?.fixed;
    if (known === undefined || compare === undefined || compare(only.fixed, known) < 0) kept.set(key, item);
  }
  yield* kept.values();
}

function* statementsOn(head: Head, affected: unknown): Generator<FeedItem> {
  const { source } = head;
  const named = member(affected, 'package');
  const namespace = plainNamespace(textMember(named, 'ecosystem', 100));
  const name = textMember(named, 'name', 500);
  if (namespace === undefined || name === undefined) {
    yield* cpython(head, affected);
    return;
  }
  if (NO_FLAW.test(textMember(member(affected, 'database_specific'), 'informational', 30) ?? '')) return;
  const read = untilLastKnown(osvRanges(affected, ecosystemNamed(namespace)), affected, ecosystemNamed(namespace));
  const { versions, unordered } = read;
  const ranges = namespace === go.name ? withCustomRanges(read.ranges, affected) : read.ranges;
  for (const reason of unordered) yield { kind: 'rejected', id: head.id, reason };
  if (ranges.length === 0 && versions.length === 0) return;
  const moduleBuild = ecosystemNamed(namespace)?.moduleBuild;
  const isModular = ranges.some(({ fixed }) => fixed !== undefined && moduleBuild?.(fixed) !== undefined);
  const statement = {
    ...(isModular && { modules: head.streams }),
    ranges,
    ...(versions.length > 0 && { versions }),
    state: stateOf(head, affected, ranges),
    namespace,
    package: name,
  };
  const conditions = { ...machineOf(named), ...details(source, affected) };
  yield { kind: 'statement', statement: { ...statement, ...about(head), ...conditions } };
}

/** What RustSec says of crates besides flaws: `cargo audit` warns of these, and counts them apart. https://github.com/rustsec/advisory-db#advisory-format */
const NO_FLAW = /^(?:unmaintained|notice)$/;

/** Words that name no machine. */
const NO_MACHINE = /^(?:source|src|all|noarch)$/;

/** The machine that a package is for: Chainguard says of each apart what is fixed, in the package URL. */
function machineOf(named: unknown): Pick<FeedStatement, 'platforms'> {
  const machine = parsePurl(textMember(named, 'purl', 1_000) ?? '')?.qualifiers.get('arch');
  return machine === undefined || NO_MACHINE.test(machine) ? {} : { platforms: [`hardware:${machine}`] };
}

function about({ id, source, bulletin, vulnerabilities, published, withdrawn }: Head) {
  return {
    id,
    source,
    ...(vulnerabilities !== undefined && { vulnerabilities }),
    // The day a bulletin came out is the day its fixes did.
    ...(bulletin !== undefined && { bulletin }),
    ...(bulletin !== undefined && BULLETINS.has(source) && published !== undefined && { fixDate: published }),
    ...(published !== undefined && { published }),
    ...(withdrawn !== undefined && { withdrawn }),
  };
}

const UBUNTU_STATES: ReadonlyMap<string, StatementState> = new Map([
  ['deferred', 'deferred'],
  ['ignored', 'ignored'],
  ['not-affected', 'not-affected'],
  ['DNE', 'not-affected'],
]);

function stateOf({ withdrawn }: Head, affected: unknown, ranges: FeedStatement['ranges']): StatementState {
  if (withdrawn !== undefined) return 'withdrawn';
  const specific = member(affected, 'ecosystem_specific');
  const state = UBUNTU_STATES.get(textMember(specific, 'ubuntu_status', 30) ?? '');
  if (state !== undefined) return state;
  if (textMember(specific, 'urgency', 30) === 'unimportant' && ranges.every(({ fixed }) => fixed === undefined))
    return 'unimportant';
  if (textMember(specific, 'urgency', 30) === 'end-of-life') return 'end-of-life';
  return ranges.some(({ fixed }) => fixed !== undefined) ? 'fixed' : 'open';
}

/** What only concerns this package: its own vectors (Bitnami), Debian's urgency, Ubuntu's status. */
function details(source: string, affected: unknown): Partial<FeedStatement> {
  const specific = member(affected, 'ecosystem_specific');
  const urgency = textMember(specific, 'urgency', 30);
  const note = textMember(specific, 'ubuntu_status', 30) ?? lastKnown(affected);
  const ratings = [
    ...severities(member(affected, 'severity'), source, source),
    ...(urgency === undefined ? [] : [wordRating(source, 'urgency', urgency)]),
  ];
  return {
    ...(ratings.length > 0 && { ratings: ratings }),
    ...(note !== undefined && { note }),
    ...namedCode(specific),
  };
}

/**
 * Up to which version GitHub knows that a range without an end goes, in its own words. https://github.com/github/advisory-database/issues/470
 */
function lastKnown(affected: unknown): string | undefined {
  const range = textMember(member(affected, 'database_specific'), 'last_known_affected_version_range', 100);
  return range === undefined ? undefined : `${LAST_KNOWN}${range}`;
}

/**
 * GitHub's own range, where it ends and no version is known to be the fix: OSV's event `fixed` would call it one, so that the record has an end
 * beside the range, and among the versions also those behind it (commonmarker 2.0.1 for `< 0.23.4`). Behind it nobody says that it is affected.
 */
function untilLastKnown(read: OsvVersions, affected: unknown, ecosystem: Ecosystem | undefined): OsvVersions {
  const end = lastKnownEnd(lastKnown(affected));
  const bound = end && (end.limit ?? end.lastAffected);
  if (end === undefined || bound === undefined || ecosystem?.isVersion(bound) !== true) return read;
  const isOpen = ({ introduced, fixed, lastAffected, limit }: AffectedRange): boolean =>
    (fixed ?? lastAffected ?? limit) === undefined &&
    (introduced === undefined || ecosystem.compare(introduced, bound) < 0);
  const ranges = read.ranges.map((range) => (isOpen(range) ? { ...range, ...end } : range));
  return { ...read, ranges };
}

/** Systems as Go calls them, where they have another name among platforms. https://go.dev/src/internal/syslist/syslist.go */
const SYSTEMS: ReadonlyMap<string, string> = new Map([['darwin', 'macos']]);

/**
 * The code that the vulnerability is in: packages of Go with their functions (https://go.dev/doc/security/vuln/database), functions of a crate
 * (RustSec's `affects`). Code that is built for other systems alone is a matter of platforms.
 */
function namedCode(specific: unknown): Pick<FeedStatement, 'imports' | 'platforms'> {
  const named = listMember(specific, 'imports', LIMITS.feedImports).flatMap((item) => {
    const path = textMember(item, 'path', 500);
    if (path === undefined || /\s/.test(path)) return [];
    return [{ path, symbols: symbolsWithin(member(item, 'symbols')), systems: textsWithin(member(item, 'goos'), 100) }];
  });
  const imports = named.filter(({ systems }) => systems.length === 0 || systems.includes('linux'));
  if (named.length > 0 && imports.length === 0)
    return {
      platforms: [...new Set(named.flatMap(({ systems }) => systems))].map(
        (name) => `software:${SYSTEMS.get(name) ?? name}`,
      ),
    };
  const all = [...imports.map(({ path, symbols }) => ({ path, symbols })), ...crateFunctions(specific)];
  return all.length > 0 ? { imports: all } : {};
}

/** `smallvec::SmallVec::insert_many` by the module before the function. https://github.com/rustsec/advisory-db#advisory-format */
function crateFunctions(specific: unknown): readonly AffectedImport[] {
  const byPath = new Map<string, string[]>();
  for (const name of symbolsWithin(member(member(specific, 'affects'), 'functions'))) {
    const at = name.lastIndexOf('::');
    if (at > 0) byPath.set(name.slice(0, at), [...(byPath.get(name.slice(0, at)) ?? []), name.slice(at + 2)]);
  }
  return [...byPath].map(([path, symbols]) => ({ path, symbols }));
}

const symbolsWithin = (value: unknown): readonly string[] =>
  textsWithin(value, LIMITS.feedSymbols).filter((name) => name.length <= 500 && /^\S+$/.test(name));

/**
 * PSF's advisories name CPython only by its repository: where they list release tags, these are the versions of the
 * program that NVD calls python:python.
 */
function* cpython(head: Head, affected: unknown): Generator<FeedItem> {
  const repository = listMember(affected, 'ranges').some((range) =>
    /^https:\/\/github\.com\/python\/cpython(\.git)?$/.test(textMember(range, 'repo', 200) ?? ''),
  );
  const versions = textsWithin(member(affected, 'versions'), LIMITS.feedVersions).map((tag) =>
    tag.replace(/^v(?=\d)/, ''),
  );
  if (!repository || versions.length === 0) return;
  const state = head.withdrawn === undefined ? 'open' : 'withdrawn';
  yield {
    kind: 'statement',
    statement: { ...about(head), namespace: cpe.name, package: 'python:python', state, ranges: [], versions },
  };
}
