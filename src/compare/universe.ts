import type { AdvisoryStore } from '../advisories/store.ts';
import { DEBIAN_RELEASES } from '../ecosystems/debian.ts';
import { ecosystemNamed, namespaceOf } from '../ecosystems/index.ts';
import { judge } from '../matching/judge.ts';
import type { Advisory, Inventory, OperatingSystem, Package, Rating, Vulnerability } from '../model.ts';
import { isOsType } from '../scanners/names.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { publicVersion } from '../versions/pep440.ts';
import { aliasClasses } from './alias-classes.ts';
import { plainVersion } from './package-names.ts';

/** One vulnerability that somebody says concerns one package: what a lens decides about. */
export interface Candidate {
  /** The CVE where there is one. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: Package;
  /** All statements on it, of all publishers, also those that only few scanners read. */
  readonly statements: readonly Advisory[];
  /** What is known of the id whatever the package. */
  readonly ratings: readonly Rating[];
  readonly validity?: 'rejected' | 'disputed' | 'withdrawn';
  /** NVD has not rated it: known, not only unknown to us. */
  readonly unrated?: boolean;
  readonly published?: string;
  readonly title?: string;
  /** True: known only because a report says so; its statements are made of that report's rows. */
  readonly reported: boolean;
}

/** Everything that any scanner could report: more than any one of them looks at. */
export interface Universe {
  readonly os?: OperatingSystem;
  readonly candidates: readonly Candidate[];
  /** The distribution's words for an id, besides those of the package: of its release, or of all releases. */
  words(candidate: Candidate, scope: 'release' | 'all-releases'): readonly Rating[];
  /** True when files of the image prove the packages. */
  readonly proven: boolean;
  /** diffIDs and digests of the image's layers, where it is there. */
  readonly layers?: ReadonlySet<string>;
}

/** What a universe is made of; the more there is, the more is explained. */
export interface Ingredients {
  readonly inventory?: Pick<Inventory, 'packages' | 'os'>;
  readonly store?: AdvisoryStore & Partial<StatementsById>;
  readonly reports?: readonly ScannerReport[];
  readonly layers?: readonly { readonly diffID: string; readonly digest?: string }[];
}

/** A store that can also be asked by id, for rules that look beyond the package. */
export interface StatementsById {
  /** Every publisher's statements on an id, whatever the package and release. */
  statements(id: string): readonly Advisory[];
}

/** Collects every candidate: from packages and advisories, and from what reports claim beyond them. */
export function buildUniverse({ inventory, store, reports = [], layers }: Ingredients): Universe {
  const os = inventory?.os ?? systemOf(reports);
  const known: Candidate[] = [];
  for (const found of inventory?.packages ?? []) {
    if (store !== undefined) known.push(...candidatesOf(found, store, os));
  }
  const claimed = claims(reports, inventory, store, os);
  const seen = new Set(known.map(identity));
  const candidates = [...known, ...claimed.filter((one) => !seen.has(identity(one)))];
  return {
    ...(os !== undefined && { os }),
    candidates,
    words: wordsOf(candidates, store),
    proven: inventory !== undefined,
    ...(layers !== undefined && { layers: new Set(layers.flatMap((one) => [one.diffID, one.digest ?? one.diffID])) }),
  };
}

const identity = (one: Candidate): string =>
  `${one.id} ${one.package.type} ${one.package.name.toLowerCase()} ${plainVersion(one.package.version)}`;

/** All vulnerabilities that any statement on the package, under its source's or its own name, says it may have. */
function candidatesOf(found: Package, store: AdvisoryStore, os: OperatingSystem | undefined): readonly Candidate[] {
  const namespace = found.ecosystem ?? namespaceOf(found.type, os);
  const ecosystem = namespace === undefined ? undefined : ecosystemNamed(namespace);
  if (namespace === undefined || ecosystem === undefined) return [];
  const names = new Set([found.source?.name ?? found.name, found.name].map(ecosystem.normalize));
  const statements = [...names]
    .flatMap((name) => store.advisories(namespace, name))
    .filter((one) => concerns(one, found, ecosystem));
  if (statements.length === 0) return [];
  const classes = aliasClasses(statements, (id) => store.vulnerability(id)?.aliases ?? []);
  const groups = new Map<string, Advisory[]>();
  for (const statement of statements) {
    const id = classes.of(statement);
    const group = groups.get(id) ?? [];
    group.push(statement);
    groups.set(id, group);
  }
  return [...groups].map(([id, group]) => {
    const ids = new Set([id, ...group.flatMap((one) => [one.id, ...one.aliases])]);
    const records = [...ids].flatMap((each) => store.vulnerability(each) ?? []);
    return candidate(id, ids, found, group, records, false);
  });
}

function candidate(
  id: string,
  ids: ReadonlySet<string>,
  found: Package,
  statements: readonly Advisory[],
  records: readonly Vulnerability[],
  reported: boolean,
): Candidate {
  const validity =
    records.map((one) => one.state).find((state) => state !== undefined) ??
    (statements.every((one) => one.withdrawn !== undefined) && statements.length > 0 ? 'withdrawn' : undefined);
  const published =
    records.map((one) => one.published).find((date) => date !== undefined) ??
    statements.map((one) => one.published).find((date) => date !== undefined);
  const title =
    statements.map((one) => one.title).find((one) => one !== undefined) ??
    records.map((one) => one.title).find((one) => one !== undefined);
  return {
    id,
    aliases: [...ids].filter((alias) => alias !== id).sort(),
    package: found,
    statements,
    ratings: records.flatMap((one) => one.ratings),
    ...(validity !== undefined && { validity }),
    ...(published !== undefined && { published }),
    ...(title !== undefined && { title }),
    reported,
  };
}

/** True when a statement concerns the package under any reading that some scanner has: source or binary version, with or without local part. */
function concerns(statement: Advisory, found: Package, ecosystem: Parameters<typeof judge>[2]): boolean {
  if (statement.state === 'not-affected') return false;
  const versions = new Set([found.source?.version ?? found.version, found.version]);
  if (found.type === 'pypi') versions.add(publicVersion(found.version));
  return [...versions].some((version) => judge(readable(statement), version, ecosystem) !== undefined);
}

/** A statement as `judge` takes it: withdrawn and undetermined ones are for the lens to drop. */
export function readable(statement: Advisory): Advisory {
  const { withdrawn: _, ...rest } = statement;
  return statement.state === 'undetermined' || statement.state === 'withdrawn' ? { ...rest, state: 'open' } : rest;
}

/** What reports claim, as candidates: packages and statements made of their rows, completed from the database. */
function claims(
  reports: readonly ScannerReport[],
  inventory: Ingredients['inventory'],
  store: AdvisoryStore | undefined,
  os: OperatingSystem | undefined,
): readonly Candidate[] {
  const all = reports.flatMap((report) => [...report.findings, ...report.suppressed]);
  const classes = aliasClasses(all, (id) => store?.vulnerability(id)?.aliases ?? []);
  const groups = new Map<string, ForeignFinding[]>();
  const facts = new Map<string, ForeignFinding[]>();
  for (const finding of all) {
    const id = classes.of(finding);
    const place = `${id} ${finding.type ?? ''} ${finding.package.toLowerCase()} ${plainVersion(finding.version)}`;
    for (const [map, key] of [
      [groups, place],
      [facts, id],
    ] as const) {
      const list = map.get(key) ?? [];
      list.push(finding);
      map.set(key, list);
    }
  }
  return [...groups.values()].map((findings) => {
    const first = findings[0]!;
    const id = classes.of(first);
    return claim(id, findings, facts.get(id)!, installed(first, inventory) ?? packageOf(first, os), store, os);
  });
}

function claim(
  id: string,
  findings: readonly ForeignFinding[],
  about: readonly ForeignFinding[],
  found: Package,
  store: AdvisoryStore | undefined,
  os: OperatingSystem | undefined,
): Candidate {
  const ids = new Set([id, ...findings.flatMap((one) => [one.id, ...one.aliases])]);
  const records = [...ids].flatMap((each) => store?.vulnerability(each) ?? []);
  const stated = store === undefined ? [] : databaseStatements(found, ids, store, os);
  const made = findings.map((finding) => statementOf(id, finding, found));
  const whole = candidate(id, ids, found, stated.length > 0 ? stated : made, records, true);
  const validity =
    whole.validity ?? about.map((one) => one.validity).find((one) => one === 'rejected' || one === 'disputed');
  const published = whole.published ?? about.map((one) => one.published).find((date) => date !== undefined);
  return {
    ...whole,
    ...(validity !== undefined && { validity }),
    ...(published !== undefined && { published }),
    ratings: distinct([...whole.ratings, ...about.flatMap((one) => one.ratings)]),
    unrated: about.some((one) => one.validity === 'unanalysed'),
  };
}

/** What the database says of this id in this package, whether or not it concerns the version. */
function databaseStatements(
  found: Package,
  ids: ReadonlySet<string>,
  store: AdvisoryStore,
  os: OperatingSystem | undefined,
): readonly Advisory[] {
  const namespace = found.ecosystem ?? namespaceOf(found.type, os);
  if (namespace === undefined) return [];
  const normalize = ecosystemNamed(namespace)?.normalize ?? ((name: string) => name);
  const names = new Set([found.source?.name ?? found.name, found.name].map(normalize));
  return [...names]
    .flatMap((name) => store.advisories(namespace, name))
    .filter((one) => ids.has(one.id) || one.aliases.some((alias) => ids.has(alias)));
}

/** Who rates besides distributions. */
const NO_DISTRIBUTION: ReadonlySet<string> = new Set([
  'nvd',
  'ghsa',
  'any',
  'gcp',
  'gcp-effective',
  'preferred',
  'grype',
  'snyk',
  'osv',
  'none',
]);

function statementOf(id: string, finding: ForeignFinding, found: Package): Advisory {
  const vendor = isOsType(found.type);
  const words = finding.ratings.filter((rating) => rating.method === 'text' && !NO_DISTRIBUTION.has(rating.source));
  // A report that names the distribution as the source of its severity passes on the distribution's word.
  const named = finding.severitySource?.toLowerCase();
  if (words.length === 0 && named !== undefined && !NO_DISTRIBUTION.has(named)) {
    words.push({
      source: named,
      severity: finding.severity,
      method: 'text',
      original: (finding.severityOriginal ?? finding.severity).toLowerCase(),
    });
  }
  return {
    id: finding.id,
    source: vendor
      ? 'vendor'
      : finding.aliases.concat(finding.id, id).some((one) => one.startsWith('GHSA-') || one.startsWith('CVE-'))
        ? 'ghsa'
        : finding.id.split('-', 1)[0]!.toLowerCase(),
    ecosystem: found.ecosystem ?? '',
    package: found.source?.name ?? found.name,
    aliases: finding.aliases,
    state: finding.fix.state === 'fixed' ? 'fixed' : stateOf(finding),
    ranges: [],
    versions: [finding.version],
    ratings: vendor ? words : finding.ratings.filter((rating) => rating.source === 'ghsa'),
    ...(finding.title !== undefined && { title: finding.title }),
  };
}

/** The tracker's state behind a scanner's word for it. */
function stateOf(finding: ForeignFinding): Advisory['state'] {
  const words: Readonly<Record<string, Advisory['state']>> = {
    will_not_fix: 'ignored',
    fix_deferred: 'postponed',
    end_of_life: 'end-of-life',
    'wont-fix': 'no-dsa',
    'minor issue': 'no-dsa',
  };
  return words[finding.status?.toLowerCase() ?? ''] ?? 'open';
}

function installed(finding: ForeignFinding, inventory: Ingredients['inventory']): Package | undefined {
  const name = finding.package.toLowerCase();
  return inventory?.packages.find(
    (one) =>
      (one.name.toLowerCase() === name || (finding.kind === 'source' && one.source?.name.toLowerCase() === name)) &&
      [one.version, one.source?.version ?? ''].some(
        (version) => plainVersion(version) === plainVersion(finding.version),
      ),
  );
}

function packageOf(finding: ForeignFinding, os: OperatingSystem | undefined): Package {
  const type = finding.type ?? (os === undefined ? 'unknown' : (OS_PACKAGES.get(os.id) ?? 'unknown'));
  const namespace = namespaceOf(type, os);
  const source =
    finding.kind === 'source'
      ? { name: finding.package, version: finding.version }
      : finding.source === undefined
        ? undefined
        : { name: finding.source.name, version: finding.source.version ?? finding.version };
  return {
    type,
    name: finding.package,
    version: finding.version,
    ...(namespace !== undefined && { ecosystem: namespace }),
    purl: finding.purl ?? '',
    ...(source !== undefined && { source }),
    evidence: finding.locations.map((path) => ({ path, layer: -1, diffID: finding.layer ?? '', analyzer: 'report' })),
  };
}

/** Which packages a distribution has, by its os-release id. */
const OS_PACKAGES: ReadonlyMap<string, string> = new Map([
  ['debian', 'deb'],
  ['ubuntu', 'deb'],
  ['alpine', 'apk'],
  ['wolfi', 'apk'],
  ['centos', 'rpm'],
  ['rhel', 'rpm'],
  ['redhat', 'rpm'],
  ['amzn', 'rpm'],
  ['rocky', 'rpm'],
  ['almalinux', 'rpm'],
]);

/** `debian:12` of the first report that says it. */
function systemOf(reports: readonly ScannerReport[]): OperatingSystem | undefined {
  const said = reports.map((report) => report.subject.os).find((os) => os !== undefined && os !== '');
  if (said === undefined) return undefined;
  const [id = '', versionId = ''] = said.split(':');
  return { id, name: said, ...(versionId !== '' && { versionId }) };
}

function wordsOf(
  candidates: readonly Candidate[],
  store: (AdvisoryStore & Partial<StatementsById>) | undefined,
): Universe['words'] {
  const byId = new Map<string, Candidate[]>();
  const releases = store === undefined ? undefined : releasesOf(store);
  for (const one of candidates) {
    const others = byId.get(one.id);
    if (others === undefined) byId.set(one.id, [one]);
    else others.push(one);
  }
  return (one, scope) => {
    const namespace = one.package.ecosystem ?? one.statements[0]?.ecosystem ?? '';
    const family = namespace.split(':', 1)[0]!;
    const inScope = (statement: Advisory): boolean =>
      scope === 'release' ? statement.ecosystem === namespace : statement.ecosystem.split(':', 1)[0] === family;
    const name = (one.package.source?.name ?? one.package.name).toLowerCase();
    const beyond =
      store?.statements?.(one.id) ??
      (scope === 'all-releases' && family === 'Debian' ? (releases?.(name).get(one.id) ?? []) : []);
    const all = [
      ...one.statements,
      ...(byId.get(one.id) ?? []).flatMap((other) => other.statements),
      ...beyond.filter(inScope),
    ];
    return distinct(all.flatMap(vendorWords));
  };
}

/** Without a way to ask by id: what the other releases say of the same package, by id. */
function releasesOf(store: AdvisoryStore): (name: string) => ReadonlyMap<string, readonly Advisory[]> {
  const known = new Map<string, Map<string, Advisory[]>>();
  return (name) => {
    const done = known.get(name);
    if (done !== undefined) return done;
    const byId = new Map<string, Advisory[]>();
    for (const statement of [...DEBIAN_RELEASES.values(), 'sid'].flatMap((release) =>
      store.advisories(`Debian:${release}`, name),
    )) {
      for (const id of [statement.id, ...statement.aliases]) byId.set(id, [...(byId.get(id) ?? []), statement]);
    }
    known.set(name, byId);
    return byId;
  };
}

/** A distribution's own words in a statement; `unimportant` is a state and an urgency at once. */
export function vendorWords(statement: Advisory): readonly Rating[] {
  const words = statement.ratings.filter(
    (rating) => rating.method === 'urgency' || rating.method === 'priority' || rating.method === 'text',
  );
  if (statement.state === 'unimportant' && !words.some((rating) => rating.original === 'unimportant')) {
    return [...words, { source: statement.source, severity: 'NEGLIGIBLE', method: 'urgency', original: 'unimportant' }];
  }
  return words;
}

function distinct(ratings: readonly Rating[]): readonly Rating[] {
  const seen = new Map(
    ratings.map((rating) => [
      [rating.source, rating.method, rating.original, rating.vector, rating.score].join('|'),
      rating,
    ]),
  );
  return [...seen.values()];
}
