import { distinctRatings } from '../advisories/ratings/index.ts';
import { namespaceOf } from '../ecosystems/index.ts';
import { type CandidateSource, validityOf } from '../matching/candidates.ts';
import type { Candidate, Inventory, OperatingSystem, Package, Statement } from '../model.ts';
import { isOsType } from '../scanners/names.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { described, naming } from './candidate.ts';
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
    return reportedCandidate(id, findings, said.get(id)!, find(findings[0]!) ?? packageOf(findings[0]!, os), source);
  });
}

function hearsay(findings: readonly ForeignFinding[]): Hearsay {
  const validity = findings.map((one) => one.validity).find((one) => one === 'rejected' || one === 'disputed');
  const published = findings.map((one) => one.published).find((date) => date !== undefined);
  return {
    ratings: distinctRatings(findings.flatMap((one) => one.ratings)),
    ...(validity !== undefined && { validity }),
    ...(published !== undefined && { published }),
  };
}

function reportedCandidate(
  id: string,
  findings: readonly ForeignFinding[],
  said: Hearsay,
  found: Package,
  source: CandidateSource | undefined,
): Candidate {
  const ids = new Set([id, ...findings.flatMap((one) => [one.id, ...one.aliases])]);
  const stated = source?.of(found, naming(ids)).candidates ?? [];
  const records = source?.records(ids) ?? [];
  const considered = stated.flatMap((one) => one.considered);
  const known = described({
    id,
    aliases: [...ids].filter((alias) => alias !== id).sort(),
    package: found,
    ...(stated[0]?.passed !== undefined && { passed: stated[0].passed }),
    considered,
    statements:
      considered.length > 0
        ? considered.map(({ statement }) => statement)
        : findings.map((finding) => statementOf(id, finding, found)),
    records,
    ratings: distinctRatings([...records.flatMap(({ ratings }) => ratings), ...said.ratings]),
    reported: true,
  });
  const validity = validityOf(records, known.statements) ?? said.validity;
  const published = known.published ?? said.published;
  return { ...known, ...(validity !== undefined && { validity }), ...(published !== undefined && { published }) };
}

function push(map: Map<string, ForeignFinding[]>, key: string, finding: ForeignFinding): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [finding]);
  else list.push(finding);
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
