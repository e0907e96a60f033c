import { type Lens, languagesOf, lens, OS_TYPES, systemTypesOf } from './lens.ts';
import { noConda, noEmbedded, noSelfBuilt, onlyInstalled, onlyTypes } from './package-rules.ts';
import { DISTRIBUTION_WORDS, headlineWords, NOT_FIXED, scored } from './rule-words.ts';

const LANGUAGES = languagesOf('snyk');

/** Snyk Container: its plug-in by source, its database by its results. */
export const snykLens: Lens = lens({
  name: 'snyk',
  title: 'Snyk Container',
  era: 'since 2023',
  leavesOut: [
    noConda('No conda reader', 'snyk/snyk-docker-plugin lib/analyzer'),
    noEmbedded('Libraries inside wheels are no packages', 'snyk/snyk-docker-plugin lib/analyzer'),
    noSelfBuilt(
      'Only node and openjdk are recognised, by the digest of the whole file',
      'snyk/snyk-docker-plugin lib/inputs/binaries',
    ),
    onlyInstalled(
      'Python is read where a requirements.txt is in the image',
      'snyk/snyk-docker-plugin lib/analyzer/applications/python/pip.ts',
    ),
    {
      code: 'inventory.lang-gate',
      when: { types: ['pypi'] },
      says: 'Python packages count only when a requirements.txt in the image names them',
      cite: 'snyk/snyk-docker-plugin lib/analyzer/applications/python/pip.ts',
    },
    onlyTypes(
      [...systemTypesOf('snyk'), ...LANGUAGES, 'pypi', 'generic', 'conda'],
      'No reader for this language',
      'snyk/snyk-docker-plugin lib/analyzer/applications',
    ),
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's own statements under Snyk's ids",
      cite: 'snyk SNYK-DEBIAN12-* issues',
    },
    { types: LANGUAGES, publishers: ['*'], says: "Snyk's own database", cite: 'docs.snyk.io' },
  ],
  drops: [
    {
      code: 'record.validity',
      when: { states: ['undetermined', 'not-affected'] },
      says: 'Undetermined statements give no issue; rejected ids stay',
      cite: 'inferred; SNYK-DEBIAN12-SHADOW-3310897 is the rejected CVE-2023-0634',
    },
  ],
  version: {
    os: 'source',
    pythonLocal: 'ignored',
    pythonPreRelease: 'affected',
    says: "The source package's version is compared",
    cite: 'inferred (packageName is the source)',
  },
  rates: [
    {
      name: "the distribution's relative importance",
      take: 'word',
      scope: 'package',
      types: OS_TYPES,
      map: { ...DISTRIBUTION_WORDS, unimportant: 'LOW', negligible: 'LOW', 'minor issue': 'LOW' },
      says: "The distribution's relative importance comes before any score; `not yet assigned` is none",
      cite: 'docs.snyk.io snyk-container (severity levels of Linux vulnerabilities)',
    },
    {
      name: 'state',
      take: 'state',
      types: OS_TYPES,
      map: { unimportant: 'LOW', 'no-dsa': 'LOW', ignored: 'LOW', postponed: 'LOW' },
      says: 'A "minor issue" is low',
      cite: 'SNYK-DEBIAN11-GCC10-5901313 (relativeImportance "minor issue", nvdSeverity medium, severity low)',
    },
    {
      name: 'NVD',
      take: 'cvss',
      publishers: ['nvd', 'snyk'],
      versions: scored('3.1', '3.0'),
      says: 'Then the CVSS score',
      cite: 'docs.snyk.io snyk-container (severity levels of Linux vulnerabilities)',
    },
    {
      name: "GitHub's word",
      take: 'rating',
      types: LANGUAGES,
      publishers: ['ghsa'],
      says: 'For languages the advisory',
      cite: 'inferred',
    },
  ],
  fix: {
    states: NOT_FIXED,
    says: 'fixedIn, or none',
    cite: 'docs.snyk.io',
  },
  hides: [],
  unit: {
    per: 'source',
    copies: 'once',
    aliases: 'merged',
    says: 'One issue for each id and source package; paths to it are listed beside',
    cite: 'docs.snyk.io snyk-cli test --group-issues',
  },
  words: headlineWords('unknown'),
});
