import { type Lens, languagesOf, lens, OS_TYPES, systemTypesOf } from './lens.ts';
import { noConda, noEmbedded, noSelfBuilt, onlyInstalled, onlyTypes } from './package-rules.ts';
import { DISTRIBUTION_WORDS, headlineWords, NOT_FIXED, scored } from './rule-words.ts';

const LANGUAGES = languagesOf('gcp');

/** Google's Artifact Analysis (Container Scanning API). */
export const gcpLens: Lens = lens({
  name: 'gcp',
  title: 'GCP Artifact Analysis',
  era: 'since 2023',
  leavesOut: [
    noConda(
      'Conda is not among the supported package types',
      'cloud.google.com artifact-analysis docs/container-scanning-overview',
    ),
    noEmbedded(
      'Libraries inside wheels are no packages',
      'cloud.google.com artifact-analysis docs/container-scanning-overview',
    ),
    noSelfBuilt(
      'Programs without a package are not found, except Go binaries',
      'cloud.google.com artifact-analysis docs/container-scanning-overview',
    ),
    onlyInstalled('Installed packages', 'cloud.google.com artifact-analysis docs/container-scanning-overview'),
    onlyTypes(
      [...systemTypesOf('gcp'), ...LANGUAGES, 'generic', 'conda'],
      'Not among the supported package types',
      'cloud.google.com artifact-analysis docs/container-scanning-overview',
    ),
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's own tracker",
      cite: 'cloud.google.com artifact-analysis docs/container-scanning-overview (vulnerability sources)',
    },
    {
      types: LANGUAGES,
      publishers: ['ghsa'],
      says: "GitHub's advisories",
      cite: 'cloud.google.com artifact-analysis docs/container-scanning-overview (vulnerability sources)',
    },
  ],
  drops: [
    {
      code: 'record.validity',
      when: { states: ['undetermined', 'not-affected'] },
      says: 'Undetermined statements give no occurrence',
      cite: 'inferred',
    },
  ],
  version: {
    os: 'source',
    pythonLocal: 'ignored',
    pythonPreRelease: 'affected',
    says: "The source package's version is compared",
    cite: 'inferred',
  },
  rates: [
    {
      name: "the distribution's word",
      take: 'word',
      scope: 'package',
      types: OS_TYPES,
      map: { ...DISTRIBUTION_WORDS, unimportant: 'NEGLIGIBLE' },
      says: "The effective severity is the distribution's where it has one; unimportant is MINIMAL",
      cite: 'cloud.google.com artifact-analysis docs/container-scanning-overview (severity); an occurrence of CVE-2018-6829 in libgcrypt20 is MINIMAL with CVSS 7.5',
    },
    {
      name: "GitHub's word",
      take: 'rating',
      types: LANGUAGES,
      publishers: ['ghsa'],
      says: "For languages GitHub's severity",
      cite: 'cloud.google.com artifact-analysis docs/container-scanning-overview',
    },
    {
      name: 'NVD CVSS v2, then v3',
      take: 'cvss',
      publishers: ['nvd'],
      versions: scored('2.0', '3.1', '3.0'),
      says: 'Then NVD, and there CVSS v2 before v3: the other way round than everyone else',
      cite: 'cloud.google.com artifact-analysis docs/container-scanning-overview (severity)',
    },
  ],
  fix: {
    states: NOT_FIXED,
    says: 'A fixed version, or the kind MAXIMUM for none',
    cite: 'grafeas.io VersionKind',
  },
  hides: [],
  unit: {
    per: 'vulnerability',
    copies: 'once',
    aliases: 'merged',
    says: 'One occurrence for each vulnerability of the image, however many packages it concerns',
    cite: 'cloud.google.com artifact-analysis reference projects.occurrences (packageIssue[])',
  },
  words: headlineWords('unspecified', 'minimal'),
});
