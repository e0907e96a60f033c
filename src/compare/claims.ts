import { type AdvisoryStore, aliasesIn, recordsOf } from '../advisories/store/index.ts';
import { ecosystemNamed, namespaceOf } from '../ecosystems/index.ts';
import type { Inventory, OperatingSystem, Package, Statement } from '../model.ts';
import { isOsType } from '../scanners/names.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { aliasClasses } from './alias-classes.ts';
import { type Candidate, candidate, distinct } from './candidate.ts';
import { plainVersion } from './package-names.ts';

/** Packages of an image, as far as they are wanted here. */
type Installed = Pick<Inventory, 'packages'> | undefined;

/** What all reports together say of an id, whatever the package. */
interface Hearsay {
  readonly ratings: Candidate['ratings'];
  readonly validity?: 'rejected' | 'disputed';
  readonly published?: string;
  readonly unrated: boolean;
}

/** What reports claim, as candidates: packages and statements made of their rows, completed from the database. */
export function claims(
  reports: readonly ScannerReport[],
  inventory: Installed,
  store: AdvisoryStore | undefined,
  os: OperatingSystem | undefined,
): readonly Candidate[] {
  const all = reports.flatMap((report) => [...report.findings, ...report.suppressed]);
  const classes = aliasClasses(all, (id) => aliasesIn(store, id));
  const groups = new Map<string, ForeignFinding[]>();
  const byId = new Map<string, ForeignFinding[]>();
  for (const finding of all) {
    const id = classes.of(finding);
    push(
      groups,
      `${id} ${finding.type ?? ''} ${finding.package.toLowerCase()} ${plainVersion(finding.version)}`,
      finding,
    );
    push(byId, id, finding);
  }
  const said = new Map([...byId].map(([id, findings]) => [id, hearsay(findings)]));
  const find = installedIndex(inventory);
  return [...groups.values()].map((findings) => {
    const id = classes.of(findings[0]!);
    return claim(id, findings, said.get(id)!, find(findings[0]!) ?? packageOf(findings[0]!, os), store, os);
  });
}

function hearsay(findings: readonly ForeignFinding[]): Hearsay {
  const validity = findings.map((one) => one.validity).find((one) => one === 'rejected' || one === 'disputed');
  const published = findings.map((one) => one.published).find((date) => date !== undefined);
  return {
    ratings: distinct(findings.flatMap((one) => one.ratings)),
    ...(validity !== undefined && { validity }),
    ...(published !== undefined && { published }),
    unrated: findings.some((one) => one.validity === 'unanalysed'),
  };
}

function claim(
  id: string,
  findings: readonly ForeignFinding[],
  said: Hearsay,
  found: Package,
  store: AdvisoryStore | undefined,
  os: OperatingSystem | undefined,
): Candidate {
  const ids = new Set([id, ...findings.flatMap((one) => [one.id, ...one.aliases])]);
  const records = recordsOf(ids, (each) => store?.vulnerability(each));
  const stated = store === undefined ? [] : databaseStatements(found, ids, store, os);
  const made = findings.map((finding) => statementOf(id, finding, found));
  const whole = candidate(id, ids, found, stated.length > 0 ? stated : made, records, true);
  const validity = whole.validity ?? said.validity;
  const published = whole.published ?? said.published;
  return {
    ...whole,
    ...(validity !== undefined && { validity }),
    ...(published !== undefined && { published }),
    ratings: distinct([...whole.ratings, ...said.ratings]),
    unrated: said.unrated,
  };
}

function push(map: Map<string, ForeignFinding[]>, key: string, finding: ForeignFinding): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [finding]);
  else list.push(finding);
}

/** What the database says of this id in this package, whether or not it concerns the version. */
function databaseStatements(
  found: Package,
  ids: ReadonlySet<string>,
  store: AdvisoryStore,
  os: OperatingSystem | undefined,
): readonly Statement[] {
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

function statementOf(id: string, finding: ForeignFinding, found: Package): Statement {
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
function stateOf(finding: ForeignFinding): Statement['state'] {
  const words: Readonly<Record<string, Statement['state']>> = {
    will_not_fix: 'ignored',
    fix_deferred: 'postponed',
    end_of_life: 'end-of-life',
    'wont-fix': 'no-dsa',
    'minor issue': 'no-dsa',
  };
  return words[finding.status?.toLowerCase() ?? ''] ?? 'open';
}

/** Finds the installed package that a finding names: by its own name, or by its source's where the scanner files it so. */
function installedIndex(inventory: Installed): (finding: ForeignFinding) => Package | undefined {
  const own = new Map<string, Package>();
  const sources = new Map<string, Package>();
  for (const one of inventory?.packages ?? []) {
    for (const version of new Set([one.version, one.source?.version ?? one.version].map(plainVersion))) {
      const key = `${one.name.toLowerCase()} ${version}`;
      if (!own.has(key)) own.set(key, one);
      const sourceKey = `${one.source?.name.toLowerCase() ?? ''} ${version}`;
      if (!sources.has(sourceKey)) sources.set(sourceKey, one);
    }
  }
  return (finding) => {
    const key = `${finding.package.toLowerCase()} ${plainVersion(finding.version)}`;
    return own.get(key) ?? (finding.kind === 'source' ? sources.get(key) : undefined);
  };
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
