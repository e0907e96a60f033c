import { type Lens, languagesOf, lens, OS_TYPES, systemTypesOf } from './lens.ts';
import {
  noConda,
  noEmbedded,
  noSelfBuilt,
  notOwned,
  noVendorLists,
  onlyInstalled,
  onlyTypes,
} from './package-rules.ts';
import { DISTRIBUTION_WORDS, scored } from './rule-words.ts';

const LANGUAGES = languagesOf('trivy');

/** Trivy, as its source of 2026-08 has it; what matters here was the same in 0.41 of May 2023 unless it says otherwise. */
export const trivyLens: Lens = lens({
  name: 'trivy',
  title: 'Trivy',
  era: 'since 0.69',
  since: { version: '0.69' },
  view: 'last',
  leavesOut: [
    noConda(
      'Conda packages go into the inventory and are not matched',
      'aquasecurity/trivy pkg/detector/library/driver.go',
    ),
    noEmbedded(
      'Only metadata files make a package, not libraries inside a wheel',
      'aquasecurity/trivy pkg/fanal/analyzer/language/python/packaging',
    ),
    noSelfBuilt('No program is recognised by its content', 'aquasecurity/trivy docs/guide/coverage/language/index.md'),
    noVendorLists(
      'Lists of vendored libraries are not read, only their metadata',
      'aquasecurity/trivy pkg/fanal/analyzer/language/python/packaging; seen with 0.74',
    ),
    onlyInstalled('Lock files are not read in images', 'aquasecurity/trivy docs/guide/coverage/language/index.md'),
    notOwned(
      'A language package in a file that dpkg, rpm or apk owns is left to the distribution',
      'aquasecurity/trivy pkg/fanal/handler/sysfile/filter.go',
    ),
    {
      code: 'ownership.third-party',
      when: { types: ['deb'], maintainers: ['*@nvidia.com*'] },
      says: "Packages of other maintainers than the distribution's are listed and not matched",
      cite: 'aquasecurity/trivy pkg/fanal/analyzer/pkg/dpkg/dpkg.go:62, pkg/detector/ospkg/driver/driver.go DropThirdPartyPackages',
    },
    onlyTypes(
      [...systemTypesOf('trivy'), ...LANGUAGES, 'generic', 'conda'],
      'R, Arch and Gentoo packages are not read',
      'aquasecurity/trivy docs/guide/coverage',
    ),
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's own statements, and nobody else's",
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/vulnsrc.go',
    },
    {
      types: LANGUAGES,
      ofSeveral: 'last',
      publishers: ['ghsa', 'julia', 'go:stdlib', 'go:golang.org/x/*', 'gitlab'],
      says: "GitHub's reviewed advisories, none on malicious packages, and the language's own only for Julia and for Go's standard library and golang.org/x; of several records of GitHub on one CVE the last overwrites the others",
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/vulnsrc.go, pkg/vulnsrc/ghsa/ghsa.go (github-reviewed), pkg/vulnsrc/osv/osv.go commit (seen with 0.74 on CVE-2019-14853), #573',
    },
  ],
  drops: [
    {
      code: 'feed.coverage',
      when: { types: ['apk'], exceptIds: ['CVE-*', 'GHSA-*'] },
      says: "Of Alpine's database only lines that name a CVE or an advisory of GitHub are read",
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/alpine/alpine.go saveSecFixes',
    },
    {
      code: 'record.validity',
      when: { states: ['undetermined', 'not-affected'] },
      says: 'Undetermined and not affected statements are skipped',
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/debian/debian.go skipStatuses',
    },
    {
      code: 'record.validity',
      when: { validity: ['rejected', 'withdrawn'] },
      says: 'What NVD rejected is dropped when the database is built; what is disputed stays',
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/nvd',
    },
    {
      code: 'feed.coverage',
      when: { types: ['apk'], unfixed: true },
      says: "Alpine's database lists fixed vulnerabilities only",
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/alpine',
    },
  ],
  version: {
    os: 'source',
    pythonLocal: 'ignored',
    pythonPreRelease: 'affected-without-local',
    pythonBounds: 'plain',
    lastKnown: 'counts',
    keepsOneFix: {
      types: ['apk'],
      says: 'Of several fixed versions of one vulnerability the one that was written last is kept, and they are written in no order',
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/alpine/alpine.go saveSecFixes',
    },
    says: "The source package's version is compared; for Python the local part is ignored, a pre-release of the fixed version with a local part does not count as older than it, and a bound with a local part or with `beta1` spelt out matches nothing; a fix that is not in the distribution's archive yet counts as none, whatever is installed",
    cite: 'aquasecurity/trivy pkg/detector/ospkg/debian/debian.go FormatSrcVersion; aquasecurity/go-pep440-version specifierLessThan, stripLocal, specifierRegexp (seen with 0.74 on torch, paddlepaddle and Django); aquasecurity/trivy-db pkg/vulnsrc/debian/debian.go parseCVE',
  },
  rates: [
    {
      name: "the distribution's word for the package",
      take: 'word',
      scope: 'package',
      types: OS_TYPES,
      map: { ...DISTRIBUTION_WORDS, unimportant: 'LOW', negligible: 'LOW' },
      says: 'The urgency of this package counts first, `unimportant` as LOW; `not yet assigned` says nothing',
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/debian/debian.go severityFromUrgency',
    },
    {
      name: "GitHub's word",
      take: 'rating',
      types: LANGUAGES,
      publishers: ['ghsa'],
      exceptNames: ['golang.org/x/*', 'stdlib'],
      says: "GitHub's severity for what GitHub lists, but for what is read from the Go database instead",
      cite: 'aquasecurity/trivy pkg/vulnerability/vulnerability.go:152 autoDetectSeverity',
    },
    {
      name: 'NVD',
      take: 'cvss',
      publishers: ['nvd'],
      versions: scored('4.0', '3.1', '3.0', '2.0'),
      says: 'Then NVD: CVSS v4 before v3 before v2',
      cite: 'aquasecurity/trivy pkg/vulnerability/vulnerability.go:152 autoDetectSeverity',
    },
    {
      name: 'any other source',
      take: 'rating',
      publishers: [
        'redhat',
        'debian',
        'ubuntu',
        'alpine',
        'amazon',
        'oracle',
        'suse',
        'photon',
        'arch',
        'almalinux',
        'rocky',
        'azurelinux',
        'any',
      ],
      map: { NEGLIGIBLE: 'LOW' },
      says: 'Then the other vendors it has data of, in this order; its scale has nothing below LOW',
      cite: 'aquasecurity/trivy pkg/vulnerability/vulnerability.go:152 autoDetectSeverity',
    },
    {
      name: "GitHub's word, last",
      take: 'rating',
      types: OS_TYPES,
      publishers: ['ghsa'],
      says: "For a distribution's package GitHub's severity comes after all others",
      cite: 'aquasecurity/trivy-db pkg/vulnsrc/vulnerability/const.go AllSourceIDs; seen with 0.74 on CVE-2023-49083',
    },
  ],
  fix: {
    states: {
      open: 'not-fixed',
      unimportant: 'not-fixed',
      'no-dsa': 'not-fixed',
      ignored: 'wont-fix',
      postponed: 'deferred',
      'end-of-life': 'wont-fix',
      undetermined: 'unknown',
      'will-not-fix': 'wont-fix',
      deferred: 'deferred',
    },
    ofSystem: { ubuntu: { deferred: 'not-fixed' } },
    branches: 'all',
    says: '"No advisory planned" is `affected`, ignored is `will_not_fix`, postponed is `fix_deferred`; of Ubuntu only what is released is told apart; of several branches all fixed versions are listed',
    cite: 'aquasecurity/trivy-db pkg/vulnsrc/debian/debian.go newStatus, pkg/vulnsrc/ubuntu/ubuntu.go; aquasecurity/trivy pkg/detector/library/driver.go createFixedVersions',
  },
  hides: [],
  unit: {
    per: 'binary',
    copies: 'each',
    aliases: 'merged',
    says: 'One row for each vulnerability of each installed binary package and path',
    cite: 'aquasecurity/trivy pkg/detector/ospkg/debian/debian.go, pkg/result/filter.go:107',
  },
});

/** Before it left out packages of other maintainers, and before a local part cost a pre-release its place. */
export const trivy2023Lens: Lens = {
  ...trivyLens,
  name: 'trivy-2023',
  title: 'Trivy (2023)',
  era: 'before 0.69',
  since: {},
  version: { ...trivyLens.version, pythonPreRelease: 'affected' },
  leavesOut: trivyLens.leavesOut.filter((rule) => rule.code !== 'ownership.third-party'),
};
