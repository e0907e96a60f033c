import { publisherOfFeed } from '../advisories/publishers.ts';
import { distinctRatings } from '../advisories/ratings/index.ts';
import { addTo } from '../collections.ts';
import { distributionOf, isSystemType, namespaceOf } from '../ecosystems/index.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { type CandidateSource, validityOf } from '../matching/candidates.ts';
import type { Candidate, Inventory, OperatingSystem, Package, Statement } from '../model.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { described, naming } from './candidate.ts';
import { UNTYPED } from './lens-tests.ts';
import { plainVersion } from './package-names.ts';
import { vulnerabilityNames } from './vulnerability-names.ts';

/** Packages of an image, as far as they are wanted here. */
type Installed = Pick<Inventory, 'packages'> | undefined;

/** What all reports together say of an id, whatever the package. */
interface Hearsay {
  readonly ratings: Candidate['ratings'];
  readonly validity?: 'rejected' | 'disputed';
  readonly published?: string;
}

/**
 * What reports say, as candidates: a package of the image or as a report names it, with what the database says of that
 * vulnerability in it. Where the database says nothing, its statements are made of the reports' rows.
 */
export function reportedCandidates(
  reports: readonly ScannerReport[],
  inventory: Installed,
  source: CandidateSource | undefined,
  os: OperatingSystem | undefined,
): readonly Candidate[] {
  const all = reports.flatMap((report) => [...report.findings, ...report.suppressed]);
  const classes = vulnerabilityNames(all, source?.aliases);
  const groups = new Map<string, ForeignFinding[]>();
  const byId = new Map<string, ForeignFinding[]>();
  for (const finding of all) {
    const id = classes.of(finding);
    addTo(
      groups,
      `${id} ${finding.type ?? ''} ${finding.package.toLowerCase()} ${plainVersion(finding.version)}`,
      finding,
    );
    addTo(byId, id, finding);
  }
  const said = new Map([...byId].map(([id, findings]) => [id, hearsay(findings)]));
  const find = installedIndex(inventory);
  return [...groups.values()].map((findings) => {
    const id = classes.of(findings[0]!);
    return reportedCandidate(id, findings, said.get(id)!, find(findings[0]!) ?? packageOfRow(findings[0]!, os), source);
  });
}

/**
 * The same for a few findings at a time, of one row of a table: one candidate for each package that they name.
 * What the image and the database hold is looked up once for all.
 */
export function reportedAt(
  inventory: Installed,
  source: CandidateSource | undefined,
): (id: string, findings: readonly ForeignFinding[], os: OperatingSystem | undefined) => readonly Candidate[] {
  const find = installedIndex(inventory);
  return (id, findings, os) => {
    const byPackage = new Map<string, ForeignFinding[]>();
    for (const finding of findings)
      addTo(byPackage, `${finding.package.toLowerCase()} ${plainVersion(finding.version)}`, finding);
    const said = hearsay(findings);
    return [...byPackage.values()].map((same) => {
      const typed = same.find((finding) => finding.type !== undefined) ?? same[0]!;
      return reportedCandidate(id, same, said, find(typed) ?? packageOfRow(typed, os), source);
    });
  };
}

function hearsay(findings: readonly ForeignFinding[]): Hearsay {
  const validity = findings
    .map(({ validity: said }) => said)
    .find((said) => said === 'rejected' || said === 'disputed');
  const published = findings.map((finding) => finding.published).find((date) => date !== undefined);
  return {
    ratings: distinctRatings(findings.flatMap(({ ratings }) => ratings)),
    ...(validity !== undefined && { validity }),
    ...(published !== undefined && { published }),
  };
}

function reportedCandidate(
  id: string,
  findings: readonly ForeignFinding[],
  said: Hearsay,
  installed: Package,
  source: CandidateSource | undefined,
): Candidate {
  const ids = new Set([id, ...findings.flatMap((finding) => [finding.id, ...finding.aliases])]);
  const stated = source?.of(installed, naming(ids)).candidates ?? [];
  const records = source?.records(ids) ?? [];
  const considered = stated.flatMap((candidate) => candidate.considered);
  const known = described({
    id,
    aliases: [...ids].filter((alias) => alias !== id).sort(),
    package: installed,
    ...(stated[0]?.passed !== undefined && { passed: stated[0].passed }),
    considered,
    statements:
      considered.length > 0
        ? considered.map(({ statement }) => statement)
        : findings.map((finding) => statementOf(id, finding, installed)),
    records,
    ratings: distinctRatings([...records.flatMap(({ ratings }) => ratings), ...said.ratings]),
    reported: true,
  });
  const validity = validityOf(ids, records, known.statements) ?? said.validity;
  const published = known.published ?? said.published;
  return { ...known, ...(validity !== undefined && { validity }), ...(published !== undefined && { published }) };
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
  'cisa-adp',
]);

/** The publisher of a statement that a report passes on without saying whose it is. */
export const UNNAMED = 'reported';

/**
 * Whose statement a row passes on, as the report says: `debian` of a data source or namespace, GitHub where the record
 * goes by GitHub's id. Nobody is named where the report names nobody.
 */
function publisherOf(id: string, { feed, id: own, aliases }: ForeignFinding): string {
  if (feed === undefined) return [id, own, ...aliases].some((name) => name.startsWith('GHSA-')) ? 'ghsa' : UNNAMED;
  return publisherOfFeed(feed);
}

function statementOf(id: string, finding: ForeignFinding, installed: Package): Statement {
  const vendor = isSystemType(installed.type);
  const publisher = publisherOf(id, finding);
  const words = finding.ratings.filter((rating) => rating.method === 'text' && !NO_DISTRIBUTION.has(rating.source));
  // Its own word, where the report passes it on. A severity is none: several words become the same one.
  if (finding.vendorWord !== undefined)
    words.push({
      source: publisher,
      severity: 'UNKNOWN',
      method: 'text',
      original: finding.vendorWord.toLowerCase(),
    });
  return {
    id: finding.id,
    source: publisher,
    namespace: installed.namespace ?? '',
    package: sourceOf(installed).name,
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
  for (const installed of inventory?.packages ?? []) {
    for (const version of new Set([installed.version, sourceOf(installed).version].map(plainVersion))) {
      const key = `${installed.name.toLowerCase()} ${version}`;
      if (!own.has(key)) own.set(key, installed);
      const sourceKey = `${installed.source?.name.toLowerCase() ?? ''} ${version}`;
      if (!sources.has(sourceKey)) sources.set(sourceKey, installed);
    }
  }
  return (finding) => {
    const key = `${finding.package.toLowerCase()} ${plainVersion(finding.version)}`;
    return own.get(key) ?? (finding.kind === 'source' ? sources.get(key) : undefined);
  };
}

/** Files that say what is wanted, not what is installed. */
const LOCK_FILE =
  /(?:^|\/)(?:composer\.lock|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Pipfile\.lock|poetry\.lock|uv\.lock|requirements[^/]*\.txt|Gemfile\.lock|Cargo\.lock|go\.(?:mod|sum)|pom\.xml|gradle\.lockfile|packages\.lock\.json|mix\.lock|pubspec\.lock)$/;

const isLockFile = ({ locations }: ForeignFinding): boolean =>
  locations.length > 0 && locations.every((path) => LOCK_FILE.test(path));

/** Records on packages of languages: what a report calls so without a type is none of the distribution's. */
const OF_LANGUAGES = /^(?:GHSA|PYSEC|GO|RUSTSEC)-/i;

/** The package that a row of a report names, as far as it tells. */
export function packageOfRow(finding: ForeignFinding, os: OperatingSystem | undefined): Package {
  const isLanguages = [finding.id, ...finding.aliases].some((id) => OF_LANGUAGES.test(id));
  const type = finding.type ?? (os === undefined || isLanguages ? UNTYPED : (distributionOf(os)?.type ?? UNTYPED));
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
    ...(namespace !== undefined && { namespace: namespace }),
    purl: finding.purl ?? '',
    ...(source !== undefined && { source }),
    ...(isLockFile(finding) && { role: 'declared' as const }),
    evidence: finding.locations.map((path) => ({ path, layer: -1, diffID: finding.layer ?? '', analyzer: 'report' })),
  };
}
