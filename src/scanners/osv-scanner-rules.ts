import { type Lens, languagesOf, lens, systemTypesOf } from './lens.ts';
import { noConda, noEmbedded, noSelfBuilt, onlyInstalled, onlyTypes } from './package-rules.ts';
import { NOT_FIXED, scored } from './rule-words.ts';

const LANGUAGES = languagesOf('osv-scanner');

/** OSV-Scanner 2 on images. */
export const osvScannerLens: Lens = lens({
  name: 'osv-scanner',
  title: 'OSV-Scanner',
  era: '2.x',
  leavesOut: [
    noConda(
      'The conda reader of osv-scalibr is not in the preset for images',
      'google/osv-scanner internal/scalibrplugin/presets.go',
    ),
    noEmbedded('Libraries inside wheels are no packages', 'google/osv-scanner internal/scalibrplugin/presets.go'),
    noSelfBuilt(
      'No program is recognised by its content, except Go and Rust binaries',
      'google/osv-scanner internal/scalibrplugin/presets.go',
    ),
    onlyInstalled('Images are read by what is installed', 'google/osv-scanner internal/scalibrplugin/presets.go'),
    onlyTypes(
      [...systemTypesOf('osv-scanner'), ...LANGUAGES, 'generic', 'conda'],
      'Not in the preset for images',
      'google/osv-scanner internal/scalibrplugin/presets.go',
    ),
    {
      code: 'ownership.suppression',
      when: { owned: true, types: ['pypi', 'npm'] },
      says: 'What a package of the distribution brought is annotated as its duplicate',
      cite: 'google/osv-scanner internal/scalibrplugin/presets.go (apk and dpkg annotators)',
    },
  ],
  reads: [{ types: ['*'], publishers: ['*'], says: 'All of osv.dev', cite: 'google/osv-scanner' }],
  drops: [
    {
      code: 'record.validity',
      when: { states: ['undetermined', 'not-affected'] },
      says: 'Not in the OSV export of the Debian tracker',
      cite: 'google/osv.dev',
    },
    {
      code: 'record.validity',
      when: { validity: ['withdrawn', 'rejected'] },
      says: 'Withdrawn records are skipped',
      cite: 'ossf.github.io/osv-schema withdrawn-field',
    },
  ],
  version: {
    os: 'source',
    pythonLocal: 'compared',
    pythonPreRelease: 'affected',
    says: 'Local parts of Python versions are compared too',
    cite: 'google/osv-scanner semantic/version-pypi.go compareLocal',
  },
  rates: [
    {
      name: 'CVSS of the OSV record',
      take: 'cvss',
      publishers: ['*'],
      versions: scored('4.0', '3.1', '3.0'),
      says: 'The highest score among the records of a group; a bulletin has none, so it stays unknown',
      cite: 'google.github.io/osv-scanner/output (max_severity)',
    },
    {
      name: "GitHub's word",
      take: 'rating',
      publishers: ['ghsa'],
      types: LANGUAGES,
      says: 'Without a score the word of its database',
      cite: 'google/osv-scanner internal/output',
    },
  ],
  fix: {
    states: NOT_FIXED,
    says: 'A fixed event, or none',
    cite: 'ossf.github.io/osv-schema affectedrangesevents-fields',
  },
  hides: [
    {
      code: 'filter.default',
      when: { types: ['deb'], states: ['unimportant'] },
      says: "Debian's unimportant ones are hidden unless --all-vulns is given",
      cite: 'google/osv-scanner docs (--all-vulns)',
    },
  ],
  unit: {
    per: 'source',
    copies: 'once',
    aliases: 'merged',
    says: "One row for each group of ids and package, by the source's name for Debian",
    cite: 'google/osv-scanner internal/output (groups)',
  },
});
