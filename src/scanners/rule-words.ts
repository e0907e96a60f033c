import type { Severity } from '../model.ts';
import { CVSS2, CVSS3, type FixRule, type Lens, type Scale, type StatementRule, type UnitRule } from './lens.ts';

/** Distributions' words of severity as most scanners take them; what they do otherwise stands in their lens. */
export const DISTRIBUTION_WORDS: Readonly<Record<string, Severity>> = {
  negligible: 'NEGLIGIBLE',
  low: 'LOW',
  minor: 'LOW',
  medium: 'MEDIUM',
  moderate: 'MEDIUM',
  high: 'HIGH',
  important: 'HIGH',
  critical: 'CRITICAL',
};

/** Versions of CVSS in order of preference, each on its own scale: `2.0` knows no critical. */
export const scored = (...versions: readonly ('4.0' | '3.1' | '3.0' | '2.0')[]): { method: string; scale: Scale }[] =>
  versions.map((version) => ({ method: `CVSS:${version}`, scale: version === '2.0' ? CVSS2 : CVSS3 }));

/** Whatever a publisher says of why there is no fix: `not fixed`. */
export const NOT_FIXED: FixRule['states'] = {
  open: 'not-fixed',
  unimportant: 'not-fixed',
  'no-dsa': 'not-fixed',
  ignored: 'not-fixed',
  postponed: 'not-fixed',
  'end-of-life': 'not-fixed',
  'will-not-fix': 'not-fixed',
  deferred: 'not-fixed',
};

/** What nobody says for sure that it is there is no finding; inferred from reports. */
export const UNDETERMINED_DROPPED: StatementRule = {
  code: 'record.validity',
  when: { states: ['undetermined', 'not-affected'] },
  says: 'Undetermined statements give no finding',
  cite: 'inferred',
};

/** One row for each vulnerability of each source package, wherever it lies; the citation says who counts so. */
export const rowForSource = (cite: string): UnitRule => ({
  per: 'source',
  copies: 'once',
  aliases: 'merged',
  says: 'One row for each vulnerability of each source package',
  cite,
});

/** A scanner's headline that has our words, but for what is negligible (absent: it has none) and unknown. */
export const headlineWords = (unknown: string, negligible?: string): Lens['words'] => [
  ['CRITICAL', 'critical'],
  ['HIGH', 'high'],
  ['MEDIUM', 'medium'],
  ['LOW', 'low'],
  ...(negligible === undefined ? [] : ([['NEGLIGIBLE', negligible]] as const)),
  ['UNKNOWN', unknown],
];
