import { type Lens, languagesOf, lens, OS_TYPES } from './lens.ts';
import { noConda, noEmbedded, noSelfBuilt, onlyInstalled } from './package-rules.ts';
import { DISTRIBUTION_WORDS, headlineWords, NOT_FIXED, rowForSource, scored } from './rule-words.ts';

/** Docker Hub's and Docker Scout's closed engine, as its documentation and its results show it. */
export const dockerHubLens: Lens = lens({
  name: 'docker-hub',
  title: 'Docker Hub (Scout)',
  era: 'since 2023',
  leavesOut: [
    noConda('No conda data among the sources', 'docs.docker.com scout/deep-dive/advisory-db-sources'),
    noEmbedded('Libraries inside wheels are no packages', 'docs.docker.com scout/deep-dive/advisory-db-sources'),
    noSelfBuilt(
      'Matching is by package URL; few programs are recognised without a package',
      'docs.docker.com scout/deep-dive/advisory-db-sources',
    ),
    onlyInstalled('Installed packages', 'docs.docker.com scout'),
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's own statements, by package URL",
      cite: 'docs.docker.com scout/deep-dive/advisory-db-sources',
    },
    {
      types: languagesOf('docker-hub'),
      publishers: ['*'],
      says: 'GHSA, GitLab, PyPA, RustSec, Go',
      cite: 'docs.docker.com scout/deep-dive/advisory-db-sources',
    },
  ],
  drops: [
    {
      code: 'record.validity',
      when: { states: ['undetermined', 'not-affected'] },
      says: 'Undetermined statements give no row',
      cite: 'inferred',
    },
    {
      code: 'record.validity',
      when: { validity: ['rejected', 'withdrawn'] },
      says: 'Rejected ids are not shown',
      cite: 'inferred',
    },
  ],
  version: {
    os: 'source',
    pythonLocal: 'ignored',
    pythonPreRelease: 'affected',
    says: 'The package URL names the source package and its version',
    cite: 'docs.docker.com scout (pkg:deb/debian/SOURCE@VERSION)',
  },
  rates: [
    {
      name: "the distribution's judgement",
      take: 'state',
      types: OS_TYPES,
      map: { unimportant: 'LOW', 'no-dsa': 'LOW', ignored: 'LOW', postponed: 'LOW' },
      says: 'What Debian calls unimportant, or plans no advisory for, is LOW whatever its score',
      cite: 'docker-library/haproxy#213',
    },
    {
      name: "the distribution's word",
      take: 'word',
      scope: 'package',
      types: OS_TYPES,
      map: { ...DISTRIBUTION_WORDS, unimportant: 'LOW', negligible: 'LOW' },
      says: "The vendor's severity comes first",
      cite: 'docs.docker.com scout/deep-dive/advisory-db-sources (severity)',
    },
    {
      name: "GitHub's word",
      take: 'rating',
      publishers: ['ghsa'],
      says: 'For languages the advisory comes first',
      cite: 'docs.docker.com scout/deep-dive/advisory-db-sources (severity)',
    },
    {
      name: 'NVD',
      take: 'cvss',
      publishers: ['nvd'],
      versions: scored('4.0', '3.1', '3.0'),
      says: 'Then NIST, CVSS v4 before v3; without one it is unspecified',
      cite: 'docs.docker.com scout/deep-dive/advisory-db-sources (severity)',
    },
  ],
  fix: {
    states: NOT_FIXED,
    says: 'A fixed version or "not fixed"',
    cite: 'docs.docker.com reference/cli/docker/scout/cves',
  },
  hides: [
    {
      code: 'filter.default',
      when: { types: ['deb'], sources: ['linux', 'linux-*'] },
      says: "The kernel's source package is not listed, although linux-libc-dev is installed",
      cite: "inferred: Docker Hub's list for python:3.9.16, sorted by count, has no row for it",
    },
  ],
  unit: rowForSource('docs.docker.com scout/explore/image-details-view'),
  words: headlineWords('unspecified'),
});
