/** Inventories that nobody would make, and statements in every state on what is in them: for properties over all that the rooms may be asked. */
import fc from 'fast-check';
import { isCve } from '../src/advisories/ids.ts';
import { isSystemType, packageTypes } from '../src/ecosystems/index.ts';
import type { Json } from '../src/formats/text/index.ts';
import { lookupsOf } from '../src/inventory/lookups.ts';
import {
  type OperatingSystem,
  type Package,
  type Rating,
  type Risk,
  SEVERITIES,
  STATEMENT_STATES,
  type Statement,
  type Suppression,
  type Vulnerability,
} from '../src/model.ts';
import { type Exception, readVex } from '../src/policy/exceptions/index.ts';
import { readTrivyignore } from '../src/policy/exceptions/trivyignore.ts';

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
/** Builds of modules, of which two streams are told apart by what they are built from. */
const BUILDS = ['2.0-1.module_el8.8.0+3601+ca64e769', '1.0-3.module_el8.6.0+2881+4d2f1a2e'];

const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 3 });
/** What every third has. */
const sometimes = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 2 }, { arbitrary: value, weight: 1 });
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
      build: seldom(fc.constantFrom(...BUILDS)),
      architecture: optional(fc.constantFrom('amd64', 'x86_64', 'i686', 'aarch64', 'noarch')),
      qualifiers: seldom(
        fc.constantFrom('distro=bookworm', 'repository_url=https:%2F%2Fexample.org%2Fa', 'os=windows'),
      ),
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
          { cpe: 'openssl:openssl' },
          { cpe: 'python:pillow', cpeSoftware: 'python' },
          { modularity: 'nodejs:18:8060020220523160029:ad008a3a' },
          { groups: 'org.x com.y', machine: 'x86_64' },
        ),
      ),
      place: fc.integer({ min: 0, max: 3 }),
    })
    // Maven's names alone have a group before a colon.
    .map((facts) => (facts.type === 'maven' ? facts : { ...facts, name: facts.name.replace(':', '-') }))
    // What stands before a colon is an epoch for packages of systems alone.
    .map((facts) => (isSystemType(facts.type) ? facts : { ...facts, version: facts.version.replace(/^1:/, '') }))
    // Modules are of distributions of rpm packages.
    .map(({ build, ...facts }) => (facts.type === 'rpm' && build ? { ...facts, version: build } : facts))
    .map(({ place, qualifiers, ...facts }): Package => {
      const path = `opt/${place}/lib/python3.9/site-packages/${facts.name}-${facts.version}.dist-info/METADATA`;
      const told = [...(facts.architecture ? [`arch=${facts.architecture}`] : []), ...(qualifiers ? [qualifiers] : [])];
      const purl = `pkg:${facts.type}/${encodeURIComponent(facts.name)}@${encodeURIComponent(facts.version)}`;
      const known = present({ ...facts, purl: told.length > 0 ? `${purl}?${told.sort().join('&')}` : purl });
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

/** Documents of a database: a publisher's own export, and what repeats it. */
const FEEDS = ['debian/tracker', 'debian/DSA', 'osv/PyPI', 'nvd/2024'];

/** By vectors, of publishers that are nobody's own. */
const RATINGS: readonly Rating[] = [
  {
    source: 'nvd',
    severity: 'CRITICAL',
    method: 'CVSS:3.1',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    score: 9.8,
  },
  {
    source: 'ghsa',
    severity: 'LOW',
    method: 'CVSS:4.0',
    vector: 'CVSS:4.0/AV:L/AC:H/AT:P/PR:L/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N',
    score: 1.0,
  },
];

/** Rules that tell of what is no package, each with its category. */
export const DANGERS: readonly (readonly [category: Risk['category'], rule: string])[] = [
  ['model', 'pickle-calls-os-system'],
  ['notebook', 'notebook-runs-shell'],
  ['secret', 'netrc'],
  ['configuration', 'runs-as-root'],
];

/** Statements in every state on what is asked of a package. */
const statementsOn = (packages: readonly Package[]): fc.Arbitrary<readonly Statement[]> => {
  const questions = packages.flatMap((pkg) => lookupsOf(pkg, undefined, pkg.namespace));
  if (questions.length === 0) return fc.constant([]);
  // Two streams of one module need statements that tell them apart.
  const inStreams = packages.some(({ properties }) => properties?.modularity !== undefined);
  const modules = fc.constantFrom<readonly string[]>([], ['nodejs:18'], ['nodejs:20']);
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
      bulletin: seldom(fc.constantFrom('DSA-5343-1', 'GHSA-aaaa-bbbb-cccc', 'RHSA-2024:0001')),
      modules: inStreams ? optional(modules) : seldom(modules),
      platforms: seldom(
        fc.constantFrom<readonly string[]>(
          ['microsoft:windows'],
          ['software:python'],
          ['hardware:arm64', 'hardware:x64'],
        ),
      ),
      imports: seldom(fc.constant([{ path: 'org.x/y', symbols: ['Parse'] }])),
      feed: sometimes(fc.constantFrom(...FEEDS)),
      fixDate: seldom(fc.constantFrom('2023-05-06', '2023-06-07')),
      note: seldom(
        fc.constantFrom('Minor issue', 'last known to be affected: <= 2.0', 'last known to be affected: < 2.0'),
      ),
      severity: fc.constantFrom(...SEVERITIES),
      more: seldom(fc.constantFrom(...RATINGS)),
    })
    .map(
      ({ question, severity, more, ranges, ...facts }): Statement => ({
        ...present(facts),
        aliases: facts.aliases.filter((alias) => alias !== facts.id),
        namespace: question.namespace,
        package: question.name,
        ranges,
        // Whoever takes the first of several for the one that counts is often wrong.
        ratings: [
          ...(more === undefined ? [] : [more]),
          { source: facts.source, severity, method: 'text', original: severity.toLowerCase() },
        ],
      }),
    );
  return fc.array(statement, { minLength: Math.min(2 * questions.length, 20), maxLength: 30 });
};

const recordsOfIds: fc.Arbitrary<readonly (Vulnerability & Pick<Statement, 'feed'>)[]> = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom(...IDS),
      aliases: fc.subarray(IDS, { maxLength: 2 }),
      state: seldom(fc.constantFrom('rejected', 'disputed', 'withdrawn')),
      description: seldom(
        fc.constantFrom(
          ...IDS.filter(isCve).map((id) => `This candidate is a duplicate of ${id}.`),
          'A flaw in openssl.',
        ),
      ),
      // What stands in a document rates and dates the statements of that document.
      from: sometimes(fc.record({ feed: fc.constantFrom(...FEEDS), rated: optional(fc.constantFrom(...RATINGS)) })),
      rated: seldom(fc.constantFrom(...RATINGS)),
      published: seldom(fc.constantFrom('2024-02-01T00:00:00Z', '2024-02-02T00:00:00Z')),
      exploited: seldom(fc.constant('2024-03-01')),
      epss: seldom(fc.constantFrom(0, 0.97)),
    })
    .map(({ from, rated = from?.rated, ...facts }): Vulnerability & Pick<Statement, 'feed'> => ({
      ...present({ ...facts, feed: from?.feed }),
      ratings: rated === undefined ? [] : [rated],
    })),
  { selector: ({ id }) => id, maxLength: 3 },
);

/** One of them twice, told apart by nothing but the stream, or a qualifier of the purl: what is judged of the one need not be so of the other. */
const withTwin = (packages: readonly Package[]): fc.Arbitrary<readonly Package[]> => {
  const places = [...packages.keys()];
  // Of a module is only what a distribution of rpm packages has.
  const ofModules = places.filter((at) => packages[at]!.type === 'rpm' && packages[at]!.namespace !== undefined);
  return fc.constantFrom(...(ofModules.length > 0 ? ofModules : places)).map((at) => {
    const alike = (distro: string, stream: string): Package => {
      const { purl, ...rest } = packages[at]!;
      const modularity = `${stream}:8060020220523160029:ad008a3a`;
      return {
        ...rest,
        purl: `${purl.replace(/[?].*$/, '')}?distro=${distro}`,
        ...(rest.type === 'rpm' && { properties: { modularity } }),
      };
    };
    return [...packages.toSpliced(at, 1), alike('bookworm', 'nodejs:18'), alike('bullseye', 'nodejs:20')];
  });
};

/** An inventory with packages of every type, and statements on them. */
export const worlds = fc.constantFrom(...SYSTEMS).chain((os) =>
  fc
    .array(packageOn(os), { minLength: 1, maxLength: 7 })
    .chain(
      (packages): fc.Arbitrary<readonly Package[]> =>
        fc.oneof({ arbitrary: fc.constant(packages), weight: 2 }, { arbitrary: withTwin(packages), weight: 1 }),
    )
    .chain((packages) =>
      fc.record({
        os: fc.constant(os),
        packages: fc.constant(packages),
        statements: statementsOn(packages),
        vulnerabilities: recordsOfIds,
      }),
    ),
);

/** A statement of a VEX document on one of these packages, or on all of the image, by one of the ids of a vulnerability. */
const vexStatement = (packages: readonly Package[]): fc.Arbitrary<Json> =>
  fc
    .record({
      ids: fc.subarray(IDS, { minLength: 1, maxLength: 2 }),
      product: fc.constantFrom<string | undefined>(undefined, ...packages.map(({ purl }) => purl)),
      part: seldom(fc.constantFrom(...packages.map(({ purl }) => purl.replace(/[?].*$/, '')))),
      status: fc.constantFrom('not_affected', 'not_affected', 'fixed', 'affected', 'under_investigation'),
      day: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ ids: [name, ...aliases], product, part, status, day }) => ({
      vulnerability: { name: name!, aliases },
      products: [{ '@id': product ?? IMAGE, ...(part !== undefined && { subcomponents: [{ '@id': part }] }) }],
      status,
      timestamp: `2024-01-0${day}T00:00:00Z`,
      ...(status === 'not_affected' && { justification: 'vulnerable_code_not_present' }),
    }));
/** What `report` of the tests is of. */
const IMAGE = 'pkg:oci/python';

/** What takes findings out of the count, as it is read from files: own exceptions, lines of `.trivyignore`, and VEX of two authors who need not agree. */
export const exceptionsOn = (packages: readonly Package[]): fc.Arbitrary<readonly Exception[]> => {
  const own = fc
    .record({
      ids: fc.subarray([...IDS, ...DANGERS.map(([, rule]) => rule)], { minLength: 1, maxLength: 2 }),
      packages: optional(fc.constantFrom<readonly string[]>(['openssl'], ['python*'], ['*'])),
      until: optional(fc.constantFrom('2020-01-01', '2999-12-31')),
      status: fc.constantFrom<Suppression['status']>('accepted', 'not_affected', 'fixed', 'false_positive'),
    })
    .map(
      ({ status, ...rule }): Exception => ({
        ...(present(rule) as Pick<Exception, 'ids'>),
        by: {
          source: 'policy',
          where: 'plimsoll.yaml:3:5',
          status,
          reason: 'because',
          ...(rule.until && { until: rule.until }),
        },
      }),
    );
  const line = fc.constantFrom(...IDS.flatMap((id) => [id, `${id} exp:2020-01-01`, `${id} # not for us`]));
  const vex = (author: string): fc.Arbitrary<readonly Exception[]> =>
    fc
      .array(vexStatement(packages), { maxLength: 4 })
      .map((statements) =>
        readVex({ '@context': 'https://openvex.dev/ns/v0.2.0', author, statements }, `${author}.json`),
      );
  return fc
    .tuple(
      fc.array(own, { maxLength: 2 }),
      fc.array(line, { maxLength: 2 }).map((lines) => readTrivyignore(lines.join('\n'), '.trivyignore')),
      vex('a distributor'),
      vex('a supplier'),
    )
    .map((rules) => rules.flat());
};

/** What is dangerous in an image and no vulnerable package: models that run code, keys, settings. */
export const dangers: fc.Arbitrary<readonly Risk[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom(...DANGERS),
      severity: fc.constantFrom(...SEVERITIES),
      path: fc.constantFrom('opt/models/a.pkl', 'opt/models/b.pkl', 'home/user/.netrc', ''),
      at: seldom(fc.constantFrom('byte 2', 'line 3')),
    })
    .map(({ kind: [category, rule], path, ...facts }): Risk => {
      const evidence = { path, layer: 0, diffID: `sha256:${'1a'.repeat(32)}`, analyzer: 'x' };
      return {
        ...(present(facts) as Pick<Risk, 'severity'>),
        category,
        rule,
        title: rule.replaceAll('-', ' '),
        evidence,
      };
    }),
  { maxLength: 4 },
);
