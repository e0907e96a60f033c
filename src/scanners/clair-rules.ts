import { CVSS3, type Lens, languagesOf, lens, OS_TYPES, type Scale, systemTypesOf } from './lens.ts';
import {
  noConda,
  noEmbedded,
  noSelfBuilt,
  notOwned,
  onlyDistribution,
  onlyInstalled,
  onlyTypes,
} from './package-rules.ts';
import { DISTRIBUTION_WORDS, NOT_FIXED, rowForSource } from './rule-words.ts';

/** Clair 2 cuts CVSS v2 a tenth below NVD, and knows a critical. */
const CLAIR_V2_SCALE: Scale = [
  [1, 'NEGLIGIBLE'],
  [3.9, 'LOW'],
  [6.9, 'MEDIUM'],
  [8.9, 'HIGH'],
  [11, 'CRITICAL'],
];

/** Clair 2.1.8, which was also the engine of ECR basic scanning in 2023. */
export const clairV2Lens: Lens = lens({
  name: 'clair-v2',
  title: 'Clair v2',
  era: '2.1.8',
  leavesOut: [
    ...onlyDistribution('Only packages of the distribution are features', 'quay/clair v2.1.8 ext/featurefmt'),
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's own tracker",
      cite: 'quay/clair v2.1.8 ext/vulnsrc',
    },
  ],
  drops: [
    {
      code: 'record.validity',
      when: { types: ['deb'], ids: ['!CVE-*'] },
      says: 'Only ids that begin with CVE- are read from the Debian tracker',
      cite: 'quay/clair v2.1.8 ext/vulnsrc/debian/debian.go:154',
    },
    {
      code: 'record.validity',
      when: { states: ['undetermined', 'not-affected'] },
      says: 'Undetermined statements are skipped',
      cite: 'quay/clair v2.1.8 ext/vulnsrc/debian/debian.go:154',
    },
  ],
  version: {
    os: 'source',
    pythonLocal: 'compared',
    pythonPreRelease: 'affected',
    says: 'The feature is the source package with its version; an open vulnerability concerns every version',
    cite: 'quay/clair v2.1.8 ext/featurefmt/dpkg/dpkg.go, ext/vulnsrc/debian/debian.go',
  },
  rates: [
    {
      name: "the distribution's worst word over all releases",
      take: 'word',
      scope: 'all-releases',
      map: { ...DISTRIBUTION_WORDS, unimportant: 'NEGLIGIBLE', 'end-of-life': 'NEGLIGIBLE' },
      says: 'The worst urgency over all packages and all releases; unimportant and end-of-life are Negligible, `not yet assigned` is Unknown',
      cite: 'quay/clair v2.1.8 ext/vulnsrc/debian/debian.go:154-176 SeverityFromUrgency',
    },
    {
      name: 'state',
      take: 'state',
      map: { unimportant: 'NEGLIGIBLE', 'end-of-life': 'NEGLIGIBLE' },
      says: 'End of life is Negligible',
      cite: 'quay/clair v2.1.8 ext/vulnsrc/debian/debian.go:176',
    },
    {
      name: 'NVD CVSS v2',
      take: 'cvss',
      publishers: ['nvd'],
      versions: [{ method: 'CVSS:2.0', scale: CLAIR_V2_SCALE }],
      says: 'Only where that leaves Unknown, NVD, and of NVD only CVSS v2: what has none (mostly since mid-2022) stays Unknown',
      cite: 'quay/clair v2.1.8 ext/vulnmdsrc/nvd/nvd.go, json.go:99; updater.go:357',
    },
  ],
  fix: {
    states: { ...NOT_FIXED, undetermined: 'unknown' },
    says: 'There is a fixed version or there is none',
    cite: 'quay/clair v2.1.8 ext/vulnsrc/debian/debian.go',
  },
  hides: [],
  unit: rowForSource('quay/clair v2.1.8 ext/featurefmt/dpkg/dpkg.go (unique on name#version)'),
});

const LANGUAGES = languagesOf('clair-v4');
const READ = [...systemTypesOf('clair-v4'), ...LANGUAGES];

/** Clair 4 with claircore, as its source of 2026-08 has it. */
export const clairV4Lens: Lens = lens({
  name: 'clair-v4',
  title: 'Clair v4',
  era: '4.x',
  leavesOut: [
    noConda('No indexer for conda', 'quay/claircore indexer/ecosystem'),
    noEmbedded('Only metadata files make a package', 'quay/claircore python/packagescanner.go'),
    noSelfBuilt('No program is recognised by its content, except Go binaries', 'quay/claircore gobin'),
    onlyInstalled('Only what is installed', 'quay/claircore python/packagescanner.go'),
    notOwned(
      "In a layer that holds dpkg or rpm data the system's Python folders are skipped, and so is what says it was installed by them",
      'quay/claircore python/packagescanner.go findDeliciousEgg, :219',
    ),
    onlyTypes(
      [...READ, 'generic', 'conda'],
      'Node, Rust, PHP, .NET and R packages have no matcher',
      'quay/claircore libvuln',
    ),
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's own statements",
      cite: 'quay/claircore updater/defaults',
    },
    {
      types: LANGUAGES,
      publishers: ['*'],
      says: 'All of OSV for the language',
      cite: 'quay/claircore updater/osv',
    },
  ],
  drops: [
    {
      code: 'record.validity',
      when: { states: ['not-affected'] },
      says: 'A fixed version of "0" means not affected; the status is not read otherwise',
      cite: 'quay/claircore debian/parser.go, debian/matcher.go:48-71',
    },
    {
      code: 'record.validity',
      when: { validity: ['withdrawn'] },
      says: 'Withdrawn OSV records are skipped',
      cite: 'quay/claircore updater/osv/osv.go',
    },
    {
      code: 'feed.coverage',
      when: { types: ['apk'], unfixed: true },
      says: "Alpine's database lists fixed vulnerabilities only",
      cite: 'quay/claircore alpine',
    },
  ],
  version: {
    os: 'binary',
    pythonLocal: 'ignored',
    pythonPreRelease: 'affected',
    comingFix: 'compared',
    says: "The binary's version is compared with a fixed version of the source, wrongly where the two are numbered apart; an entry's status is not read, so that the version which an open one names is its fix; local parts of Python versions are discarded",
    cite: 'quay/claircore debian/parser.go, debian/matcher.go:48-71, pkg/pep440/version.go:33',
  },
  rates: [
    {
      name: "Debian's word, one step up",
      take: 'word',
      scope: 'package',
      types: ['deb'],
      systems: ['debian'],
      map: { unimportant: 'LOW', low: 'MEDIUM', medium: 'HIGH', high: 'CRITICAL' },
      says: 'unimportant is Low, low is Medium, medium is High, high is Critical: one step above every other tool',
      cite: 'quay/claircore debian/severity.go',
    },
    {
      name: "the distribution's word",
      take: 'word',
      scope: 'package',
      types: ['deb', 'rpm'],
      systems: ['ubuntu', 'rhel', 'centos', 'amzn', 'ol', 'photon', 'sles', 'almalinux', 'rocky'],
      map: DISTRIBUTION_WORDS,
      says: "Other distributions' words as they are, negligible included",
      cite: 'quay/claircore ubuntu/severity.go, rhel/severity.go',
    },
    {
      name: 'CVSS of the OSV record',
      take: 'cvss',
      types: LANGUAGES,
      publishers: ['*'],
      versions: [
        { method: 'CVSS:3.1', scale: CVSS3 },
        { method: 'CVSS:3.0', scale: CVSS3 },
        { method: 'CVSS:2.0', scale: CVSS3 },
        { method: 'CVSS:4.0', scale: CVSS3 },
      ],
      says: 'For languages the CVSS vector of the OSV record',
      cite: 'quay/claircore updater/osv/osv.go',
    },
    {
      name: 'word of the OSV record',
      take: 'rating',
      types: LANGUAGES,
      publishers: ['ghsa'],
      says: 'Without a vector the word in its database_specific',
      cite: 'quay/claircore updater/osv/osv.go',
    },
  ],
  fix: {
    states: { ...NOT_FIXED, undetermined: 'not-fixed' },
    says: 'There is a fixed version or there is none',
    cite: 'quay/claircore debian/parser.go',
  },
  hides: [],
  unit: {
    per: 'binary',
    copies: 'each',
    aliases: 'separate',
    says: 'One row for each package and each record: GHSA and PYSEC of the same vulnerability are two',
    cite: 'quay/claircore vulnerabilityreport.go (package_vulnerabilities)',
  },
});
