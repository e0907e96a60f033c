import { CVSS2, CVSS3, type Lens, languagesOf, lens, OS_TYPES } from './lens.ts';
import { noConda, noEmbedded, notOwned, noVendorLists, onlyInstalled } from './package-rules.ts';
import { DISTRIBUTION_WORDS } from './rule-words.ts';
import { SYFT_CLASSIFIED } from './syft-classifiers.ts';

const LANGUAGES = languagesOf('grype');

/** Grype since kernel headers are ignored by default (0.75, April 2024). */
export const grypeAfter2024: Lens = lens({
  name: 'grype',
  title: 'Grype',
  era: 'since 0.75 (April 2024)',
  since: { version: '0.75', date: '2024-04-11' },
  view: 'last',
  leavesOut: [
    noConda(
      'The conda cataloger is not active on images, and there is no feed for it',
      'anchore/syft internal/task/package_tasks.go',
    ),
    {
      ...noEmbedded(
        'Libraries inside wheels are no packages, but for files that are called as the programs and libraries that its classifiers know',
        'anchore/syft syft/pkg/cataloger/binary/classifiers.go',
      ),
      unless: { types: ['generic'], someFile: SYFT_CLASSIFIED },
    },
    {
      code: 'inventory.source-built',
      when: { types: ['generic'], certainties: ['content', 'name'] },
      unless: { someFile: SYFT_CLASSIFIED },
      says: 'Programs and libraries are recognised in files that are called as the classifiers expect',
      cite: 'anchore/syft syft/pkg/cataloger/binary/classifiers.go; seen with 1.57',
    },
    {
      code: 'inventory.source-built',
      when: { types: ['generic'], names: ['python'], paths: ['*libpython*.so*'], texts: ['*/*'] },
      says: 'The version of CPython has to stand as a text of its own in its library, not at the end of a path',
      cite: 'anchore/syft syft/pkg/cataloger/binary/classifiers.go:16 pythonVersionTemplate',
    },
    noVendorLists(
      'Lists of vendored libraries are not read, only their metadata',
      'anchore/syft syft/pkg/cataloger/python; seen with 0.121',
    ),
    {
      code: 'inventory.source-built',
      when: { types: ['generic'], names: ['cuda*', 'cudnn*', 'nccl', 'tensorrt', 'dcgm', 'triton*'] },
      says: "The classifiers that recognise programs know none of NVIDIA's libraries",
      cite: 'anchore/syft syft/pkg/cataloger/binary/classifier; seen with 0.121 on conda packages',
    },
    onlyInstalled('Image scans look at what is installed', 'anchore/syft internal/task/package_tasks.go'),
    {
      ...notOwned(
        'A language package whose files belong to a package of a distribution with complete statements is dropped when the versions share a prefix',
        'anchore/grype grype/pkg/package.go:230 removePackagesByOverlap',
      ),
      when: {
        owned: true,
        exceptTypes: OS_TYPES,
        systems: ['arch', 'azurelinux', 'debian', 'mariner', 'rhel', 'centos', 'ubuntu'],
      },
    },
    {
      code: 'ownership.suppression',
      when: { owned: true, types: ['generic'] },
      says: 'A program found by its content is dropped when a package owns the file',
      cite: 'anchore/grype grype/pkg/package.go:230 removePackagesByOverlap',
    },
  ],
  inFolders: [
    {
      code: 'inventory.lang-gate',
      when: { types: ['npm', 'composer', 'conan', 'bitnami'] },
      says: 'In a folder lock files are read, and what npm and Composer installed is not: that is read in images only',
      cite: 'anchore/syft internal/task/package_tasks.go; seen with Grype 0.121 on the root of an image',
    },
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's statements; for Alpine NVD by CPE besides",
      cite: 'anchore/grype grype/matcher/dpkg/matcher.go, grype/matcher/apk/matcher.go',
    },
    {
      types: ['generic', 'bitnami'],
      publishers: ['*'],
      says: 'Programs found by their content are matched with NVD by CPE',
      cite: 'anchore/grype grype/matcher/stock/matcher.go',
    },
    {
      types: LANGUAGES,
      publishers: ['ghsa', 'ghsa:malware'],
      says: "GitHub's advisories, those on malicious packages too; CPE matching is off for languages",
      cite: 'anchore/grype cmd/grype/cli/options/match.go, anchore/grype#1556',
    },
    {
      types: ['cran', 'julia'],
      publishers: [],
      says: 'Listed, with no feed to match',
      cite: 'anchore/vunnel src/vunnel/providers',
    },
  ],
  drops: [
    {
      code: 'feed.coverage',
      when: { types: ['apk'], exceptIds: ['CVE-*'] },
      says: "Of Alpine's database only CVEs are read",
      cite: 'anchore/vunnel src/vunnel/providers/alpine/parser.py',
    },
    {
      code: 'record.validity',
      when: { states: ['undetermined', 'not-affected'] },
      says: 'Undetermined statements are skipped',
      cite: 'anchore/vunnel src/vunnel/providers/debian/parser.py',
    },
    {
      code: 'record.validity',
      when: { types: ['deb'], ids: ['TEMP-*'] },
      says: 'Temporary ids of the Debian tracker are skipped',
      cite: 'anchore/vunnel src/vunnel/providers/debian/parser.py',
    },
    {
      code: 'record.validity',
      when: { validity: ['withdrawn'] },
      says: 'Withdrawn records are dropped when the database is built; what NVD rejected stays where Alpine or GitHub speaks of it',
      cite: 'anchore/grype grype/db; seen with 0.121 on Alpine 3.7 and on CVE-2021-3142',
    },
    {
      code: 'record.validity',
      when: { types: ['generic', 'bitnami', 'deb', 'rpm'], validity: ['rejected'] },
      says: "What was rejected has nothing in NVD's record to match, and Debian's tracker takes it out",
      cite: 'anchore/grype grype/db; CVE-2023-0634, which Grype 0.63 does not report on Debian 12',
    },
  ],
  version: {
    os: 'source',
    pythonLocal: 'ignored',
    pythonPreRelease: 'affected',
    comingFix: 'compared',
    lastKnown: 'counts',
    says: 'The source version is compared for the indirect match; for Python the public part in plain order; of an open entry that names a version that version is the fix',
    cite: 'anchore/grype grype/matcher/dpkg/matcher.go matchUpstreamPackages, grype/version/pep440_version.go; anchore/vunnel src/vunnel/providers/debian/parser.py (fixed_version)',
  },
  rates: [
    {
      name: "the distribution's worst word for the release",
      take: 'word',
      scope: 'release',
      types: OS_TYPES,
      map: { ...DISTRIBUTION_WORDS, unimportant: 'NEGLIGIBLE' },
      says: 'The worst urgency over all packages of the release that the vulnerability concerns; `unimportant` is Negligible',
      cite: 'anchore/vunnel src/vunnel/providers/debian/parser.py:356-376',
    },
    {
      name: "GitHub's word",
      take: 'rating',
      types: LANGUAGES,
      publishers: ['ghsa'],
      malware: { severity: 'CRITICAL', because: 'critical in the one report that was seen, which is assumed of all' },
      says: "GitHub's severity for what GitHub lists, in packages of languages",
      cite: 'anchore/grype grype/db/v6/build/transformers/github/transform.go:231 getSeverities; anchore/vunnel src/vunnel/providers/github/parser.py:390 (GENERAL, MALWARE); umpirsky/country-list#117 (GHSA-hj79-42mx-m4gr)',
    },

    {
      name: 'NVD',
      take: 'cvss',
      // Whoever rated it in NVD's record: the first of its entries counts.
      publishers: ['nvd', 'cisa-adp', 'cna:*'],
      versions: [
        { method: 'CVSS:3.1', scale: CVSS3 },
        { method: 'CVSS:3.0', scale: CVSS3 },
        { method: 'CVSS:2.0', scale: CVSS2 },
        // Of records that hold nothing else: seen with 0.121 on CVE-2024-8088.
        { method: 'CVSS:4.0', scale: CVSS3 },
      ],
      says: "Where the distribution says nothing, the first rating of NVD's record fills in, whoever gave it (NVD, CISA, who assigned the CVE)",
      cite: 'anchore/grype grype/db/v6/build/writer.go:288 fillInMissingSeverity',
    },
  ],
  fix: {
    states: {
      open: 'not-fixed',
      unimportant: 'not-fixed',
      'no-dsa': 'wont-fix',
      ignored: 'wont-fix',
      postponed: 'wont-fix',
      'end-of-life': 'not-fixed',
      undetermined: 'unknown',
      'will-not-fix': 'wont-fix',
      deferred: 'not-fixed',
    },
    noted: { unimportant: 'wont-fix', 'end-of-life': 'wont-fix' },
    branches: { types: ['generic'] },
    says: 'Whatever the tracker files under "no DSA" (also ignored, postponed and unimportant) is wont-fix',
    cite: 'anchore/vunnel src/vunnel/providers/debian/parser.py (nodsa)',
  },
  hides: [
    {
      code: 'filter.default',
      when: {
        types: ['deb', 'rpm'],
        names: ['linux-libc-dev', 'linux-*-headers-*', 'linux-headers-*', 'linux-kbuild-*', 'kernel-headers'],
      },
      says: "Kernel headers are ignored by default: the kernel that runs is the host's",
      cite: 'anchore/grype cmd/grype/cli/commands/root.go:113 ignoreLinuxKernelHeaders (#1809)',
    },
  ],
  unit: {
    per: 'binary',
    copies: 'each',
    merged: ['generic'],
    aliases: 'github',
    says: "One row for each vulnerability of each binary package, of languages for each of GitHub's records; a package is its name, version, type and places",
    cite: 'anchore/grype grype/match/fingerprint.go',
  },
});

/** Grype before April 2024: kernel headers count. */
export const grypeBefore2024: Lens = {
  ...grypeAfter2024,
  name: 'grype-2023',
  title: 'Grype (before April 2024)',
  era: 'before 0.75 (April 2024)',
  since: {},
  hides: [],
};
