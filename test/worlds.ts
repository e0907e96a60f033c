/** Inventories that nobody would make, and statements in every state on what is in them: for properties over all that the rooms may be asked. */
import fc from 'fast-check';
import { isSystemType, packageTypes } from '../src/ecosystems/index.ts';
import { lookupsOf } from '../src/inventory/lookups.ts';
import {
  type OperatingSystem,
  type Package,
  SEVERITIES,
  STATEMENT_STATES,
  type Statement,
  type Vulnerability,
} from '../src/model.ts';

/** Systems of every kind of distribution that there is. */
export const SYSTEMS: readonly OperatingSystem[] = [
  { id: 'debian', versionId: '11', name: 'Debian 11' },
  { id: 'ubuntu', versionId: '22.04', name: 'Ubuntu 22.04' },
  { id: 'alpine', versionId: '3.18.4', name: 'Alpine 3.18' },
  { id: 'wolfi', versionId: '20230201', name: 'Wolfi' },
  { id: 'almalinux', versionId: '8.10', name: 'AlmaLinux 8.10' },
  { id: 'rocky', versionId: '9.3', name: 'Rocky Linux 9.3' },
  { id: 'rhel', versionId: '8.10', name: 'Red Hat Enterprise Linux 8.10' },
  { id: 'sles', versionId: '15.5', name: 'SLES 15 SP5' },
];
const TYPES: readonly string[] = [...packageTypes.map(({ type }) => type)];
/** Names that mean something: to conda, to NVD, to NVIDIA, and to nobody. */
const NAMES = [
  'openssl',
  'pillow',
  'brotli-python',
  'python',
  'cuda-cudart',
  'libcudnn8',
  'Brotli',
  'left-pad',
  'org.x:y',
];
const VERSIONS = ['1.0', '1.1.1k', '2.0', '2.0+cu118', '1:3.0-1', ''];

const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 3 });
/** What most have not, or nothing would be found in most worlds. */
const seldom = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 5 }, { arbitrary: value, weight: 1 });
/** Without members that are not there. */
const present = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;

const packageOn = (os: OperatingSystem): fc.Arbitrary<Package> =>
  fc
    .record({
      type: fc.oneof(fc.constantFrom(...TYPES), fc.constantFrom('deb', 'rpm', 'apk', 'pypi', 'npm', 'conda')),
      name: fc.constantFrom(...NAMES),
      version: fc.constantFrom(...VERSIONS),
      source: optional(
        fc.record({ name: fc.constantFrom('openssl', 'python3'), version: fc.constantFrom(...VERSIONS) }),
      ),
      ownedBy: seldom(fc.record({ type: fc.constantFrom('deb', 'conda'), name: fc.constant('owner') })),
      role: seldom(fc.constantFrom('installed', 'declared', 'vendored', 'cache')),
      certainty: seldom(fc.constantFrom('exact', 'content', 'name')),
      properties: optional(
        fc.constantFrom<Record<string, string>>(
          { dists: 'Brotli==1.0' },
          { depends: 'python >=3.9' },
          { build: 'py39_0' },
        ),
      ),
      place: fc.integer({ min: 0, max: 3 }),
    })
    // Maven's names alone have a group before a colon.
    .map((facts) => (facts.type === 'maven' ? facts : { ...facts, name: facts.name.replace(':', '-') }))
    // What stands before a colon is an epoch for packages of systems alone.
    .map((facts) => (isSystemType(facts.type) ? facts : { ...facts, version: facts.version.replace(/^1:/, '') }))
    .map(({ place, ...facts }): Package => {
      const path = `opt/${place}/lib/python3.9/site-packages/${facts.name}-${facts.version}.dist-info/METADATA`;
      const known = present({ ...facts, purl: `pkg:${facts.type}/${encodeURIComponent(facts.name)}@${facts.version}` });
      const namespace = lookupsOf(known, os)[0]?.namespace;
      const evidence = [{ path, layer: 0, diffID: `sha256:${'1a'.repeat(32)}`, analyzer: 'x' }];
      return { ...known, evidence, ...(namespace !== undefined && { namespace }) } as Package;
    });

/** Names of vulnerabilities that the statements are about. */
export const IDS = [
  'CVE-2024-10001',
  'CVE-2024-10002',
  'GHSA-aaaa-bbbb-cccc',
  'PYSEC-2024-1',
  'DSA-5343-1',
  'SNYK-X-1',
];

/** Statements in every state on what is asked of a package. */
const statementsOn = (packages: readonly Package[]): fc.Arbitrary<readonly Statement[]> => {
  const questions = packages.flatMap((pkg) => lookupsOf(pkg, undefined, pkg.namespace));
  if (questions.length === 0) return fc.constant([]);
  const bound = fc.constantFrom(...VERSIONS.filter((version) => version !== ''));
  const range = fc
    .record({ introduced: optional(bound), fixed: optional(bound), lastAffected: optional(bound) })
    .map((range) => present(range) as Statement['ranges'][number]);
  const statement = fc
    .record({
      question: fc.constantFrom(...questions),
      id: fc.constantFrom(...IDS),
      source: fc.constantFrom('debian', 'ghsa', 'nvd'),
      aliases: fc.subarray(IDS, { maxLength: 2 }),
      state: fc.oneof(fc.constantFrom('open', 'fixed'), fc.constantFrom(...STATEMENT_STATES)),
      ranges: fc.oneof(fc.constantFrom<Statement['ranges']>([], [{ fixed: '9' }]), fc.array(range, { maxLength: 2 })),
      versions: seldom(fc.array(bound, { maxLength: 2 })),
      withdrawn: seldom(fc.constant('2024-01-01T00:00:00Z')),
      severity: fc.constantFrom(...SEVERITIES),
    })
    .map(
      ({ question, severity, ranges, ...facts }): Statement => ({
        ...present(facts),
        aliases: facts.aliases.filter((alias) => alias !== facts.id),
        namespace: question.namespace,
        package: question.name,
        ranges,
        ratings: [{ source: facts.source, severity, method: 'text', original: severity.toLowerCase() }],
      }),
    );
  return fc.array(statement, { minLength: Math.min(2 * questions.length, 20), maxLength: 30 });
};

const recordsOfIds: fc.Arbitrary<readonly Vulnerability[]> = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom(...IDS),
      aliases: fc.subarray(IDS, { maxLength: 2 }),
      state: seldom(fc.constantFrom('rejected', 'disputed', 'withdrawn')),
    })
    .map((facts): Vulnerability => ({ ...present(facts), ratings: [] })),
  { selector: ({ id }) => id, maxLength: 3 },
);

/** An inventory with packages of every type, and statements on them. */
export const worlds = fc.constantFrom(...SYSTEMS).chain((os) =>
  fc.array(packageOn(os), { minLength: 1, maxLength: 8 }).chain((packages) =>
    fc.record({
      os: fc.constant(os),
      packages: fc.constant(packages),
      statements: statementsOn(packages),
      vulnerabilities: recordsOfIds,
    }),
  ),
);
