import { clairV2Lens } from './clair-rules.ts';
import { LANGUAGE_TYPES, type Lens, languagesOf, lens, OS_TYPES, systemTypesOf } from './lens.ts';
import { noConda, noEmbedded, noSelfBuilt, onlyDistribution, onlyInstalled } from './package-rules.ts';
import {
  DISTRIBUTION_WORDS,
  headlineWords,
  NOT_FIXED,
  rowForSource,
  scored,
  UNDETERMINED_DROPPED,
} from './rule-words.ts';

const ECR_WORDS = headlineWords('undefined', 'informational');

const NO_FIX: Lens['fix'] = {
  states: {
    fixed: 'unknown',
    open: 'unknown',
    unimportant: 'unknown',
    'no-dsa': 'unknown',
    ignored: 'unknown',
    postponed: 'unknown',
    'end-of-life': 'unknown',
    undetermined: 'unknown',
    'will-not-fix': 'unknown',
    deferred: 'unknown',
  },
  says: 'Basic findings say nothing of fixes',
  cite: 'aws/containers-roadmap#1454',
};

/** ECR basic scanning as it was until AWS replaced the engine: Clair 2 under other words. */
export const ecrBasicClair: Lens = {
  ...clairV2Lens,
  name: 'ecr-basic-2023',
  title: 'AWS ECR basic (2023, Clair v2)',
  era: 'until 2024 (BASIC_SCAN_TYPE_VERSION=CLAIR)',
  since: {},
  fix: NO_FIX,
  words: ECR_WORDS,
};

/** ECR basic scanning with AWS's own engine. */
export const ecrBasicNative: Lens = lens({
  name: 'ecr-basic',
  title: 'AWS ECR basic (AWS_NATIVE)',
  era: 'since 2024 (BASIC_SCAN_TYPE_VERSION=AWS_NATIVE)',
  since: { date: '2024-08-01' },
  leavesOut: [
    ...onlyDistribution('Only packages of the distribution', 'docs.aws.amazon.com AmazonECR image-scanning-basic'),
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's own statements",
      cite: 'docs.aws.amazon.com AmazonECR image-scanning-basic',
    },
  ],
  drops: [UNDETERMINED_DROPPED],
  version: {
    os: 'source',
    pythonLocal: 'compared',
    pythonPreRelease: 'affected',
    says: "The source package's version is compared",
    cite: 'inferred from findings that name source packages',
  },
  rates: [
    {
      name: "the distribution's word",
      take: 'word',
      scope: 'package',
      map: { ...DISTRIBUTION_WORDS, unimportant: 'NEGLIGIBLE' },
      says: "The upstream distribution's severity where there is one",
      cite: 'docs.aws.amazon.com AmazonECR image-scanning-basic',
    },
    {
      name: 'CVSS',
      take: 'cvss',
      publishers: ['nvd'],
      versions: scored('3.1', '3.0', '2.0'),
      says: 'Where the distribution has no word, the CVSS score',
      cite: 'docs.aws.amazon.com AmazonECR image-scanning-basic',
    },
  ],
  fix: NO_FIX,
  hides: [],
  unit: rowForSource('docs.aws.amazon.com AmazonECR API_ImageScanFinding (package_name)'),
  words: ECR_WORDS,
});

const LANGUAGES = languagesOf('ecr-enhanced');
const MATCHED = [...systemTypesOf('ecr-enhanced'), ...LANGUAGES];

/** ECR enhanced scanning: Amazon Inspector. */
export const ecrEnhancedLens: Lens = lens({
  name: 'ecr-enhanced',
  title: 'AWS ECR enhanced (Inspector)',
  era: 'Inspector v2',
  leavesOut: [
    noConda('Conda is not among the supported package managers', 'docs.aws.amazon.com inspector supported'),
    noEmbedded('Libraries inside wheels are no packages', 'docs.aws.amazon.com inspector supported'),
    noSelfBuilt('Programs without a package are not found', 'docs.aws.amazon.com inspector supported'),
    onlyInstalled('Installed packages', 'docs.aws.amazon.com inspector supported'),
    {
      code: 'inventory.lang-gate',
      when: { types: [...OS_TYPES, ...LANGUAGE_TYPES].filter((type) => !MATCHED.includes(type)) },
      says: 'Not among the supported languages',
      cite: 'docs.aws.amazon.com inspector supported',
    },
  ],
  reads: [
    {
      types: OS_TYPES,
      publishers: ['vendor'],
      says: "The distribution's own statements",
      cite: 'docs.aws.amazon.com inspector supported (DEBIAN_CVE and its like as source)',
    },
    {
      types: LANGUAGES,
      publishers: ['*'],
      says: 'Several databases, not named one by one',
      cite: 'docs.aws.amazon.com inspector supported',
    },
  ],
  drops: [UNDETERMINED_DROPPED],
  version: {
    os: 'source',
    pythonLocal: 'ignored',
    pythonPreRelease: 'affected',
    says: "The source package's version is compared",
    cite: 'inferred from findings that name source packages (linux 4.19.118-2)',
  },
  rates: [
    {
      name: "the distribution's word",
      take: 'word',
      scope: 'package',
      systems: ['amzn', 'rhel', 'ubuntu', 'ol', 'sles', 'almalinux', 'rocky'],
      map: DISTRIBUTION_WORDS,
      says: 'The score or severity of the vendor where it gives one; Debian gives none, and its urgency is not used',
      cite: 'docs.aws.amazon.com inspector findings-understanding-severity; a finding of CVE-2021-3744 with the vendor severity "unimportant" is MEDIUM by NVD 5.5',
    },
    {
      name: 'NVD CVSS v3',
      take: 'cvss',
      publishers: ['nvd'],
      versions: scored('3.1', '3.0'),
      says: 'Then NVD with CVSS v3; without one the finding is untriaged',
      cite: 'docs.aws.amazon.com inspector findings-understanding-severity',
    },
    {
      name: "GitHub's word",
      take: 'rating',
      types: LANGUAGES,
      publishers: ['ghsa'],
      says: "For languages GitHub's severity",
      cite: 'inferred',
    },
  ],
  fix: {
    states: NOT_FIXED,
    says: 'fixAvailable is YES, NO or PARTIAL',
    cite: 'docs.aws.amazon.com inspector API_Finding',
  },
  hides: [],
  unit: {
    per: 'source',
    copies: 'once',
    aliases: 'merged',
    says: 'One finding for each vulnerability, with the packages it concerns',
    cite: 'docs.aws.amazon.com inspector API_PackageVulnerabilityDetails',
  },
  words: headlineWords('untriaged', 'informational'),
});
