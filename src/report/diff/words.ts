import type { BomDiff, Diff, DiffSide, FindingDifference, PackageDifference } from '../../compare/diff/index.ts';
import { fixInWords } from '../../compare/fixes.ts';
import { counted, grouped } from '../../formats/grouped.ts';
import { countsInWords } from '../scan/index.ts';

/** What it comes down to: a word, and a sentence with the counts. */
export function diffVerdict({ fresh, cleared, changed, unchanged, risks }: Diff): {
  readonly word: 'better' | 'worse' | 'mixed' | 'same';
  readonly heading: string;
  readonly text: string;
} {
  const [more, less] = [fresh.length + risks.fresh.length, cleared.length + risks.cleared.length];
  const [word, heading] =
    more > 0 && less > 0
      ? (['mixed', 'NEW AND CLEARED'] as const)
      : more > 0
        ? (['worse', 'NEW FINDINGS'] as const)
        : less > 0
          ? (['better', 'CLEARED'] as const)
          : (['same', changed.length > 0 ? 'CHANGED' : 'NO DIFFERENCE'] as const);
  const risky = [
    ...(risks.fresh.length > 0 ? [counted(risks.fresh.length, 'new risk')] : []),
    ...(risks.cleared.length > 0 ? [`${counted(risks.cleared.length, 'risk')} gone`] : []),
  ];
  const parts = [
    `${grouped(fresh.length)} new${worst(fresh)}`,
    `${grouped(cleared.length)} cleared${worst(cleared)}`,
    `${grouped(changed.length)} changed`,
    `${grouped(unchanged)} as before`,
    ...risky,
  ];
  return { word, heading, text: `${parts.join(', ')}.` };
}

function worst(findings: readonly FindingDifference[]): string {
  const severe = findings.filter(({ before, after }) =>
    ['CRITICAL', 'HIGH'].includes((after ?? before)!.severity),
  ).length;
  return severe > 0 ? ` (${grouped(severe)} HIGH or worse)` : '';
}

/** `812 findings, 40 fixable (3 CRITICAL, ...)`. */
export const sideInWords = ({ total, fixable, severities }: DiffSide): string =>
  `${counted(total, 'finding')}, ${grouped(fixable)} fixable${total === 0 ? '' : ` (${countsInWords(severities)})`}`;

const versions = (all: readonly string[]): string =>
  all.length > 3 ? `${all.slice(0, 3).join(', ')} and ${all.length - 3} more` : all.join(', ');

/** Why a finding is new, gone or another, in a sentence's end; of a new one also what fixes it. */
export function causeInWords({ cause, before, after, elsewhere = [], changed = [] }: FindingDifference): string {
  const here = versions((after ?? before)!.versions);
  if (before && after) {
    const parts = [
      ...(changed.includes('severity') ? [`${before.severity} -> ${after.severity}`] : []),
      ...(changed.includes('fix') ? [`fix: ${versionOf(before)} -> ${versionOf(after)}`] : []),
      ...(changed.includes('exploited')
        ? [after.exploited ? 'now known to be exploited' : 'no longer listed as exploited']
        : []),
    ];
    return parts.join('; ');
  }
  const fixed = after?.fix.version === undefined ? '' : `, ${fixOf(after)}`;
  return `${arrivalInWords(cause, after !== undefined, here, versions(elsewhere))}${fixed}`;
}

function arrivalInWords(cause: FindingDifference['cause'], fresh: boolean, here: string, elsewhere: string): string {
  switch (cause) {
    case 'package':
      return fresh ? `the package is new (${here})` : `the package is gone (${here})`;
    case 'version':
      return fresh ? `${elsewhere} -> ${here} brings it` : `${here} -> ${elsewhere} clears it`;
    case 'advisories':
      return fresh ? `same version (${here}): known only since` : `same version (${here}): no longer said of it`;
    case 'exception':
      return fresh ? 'an exception covered it before' : 'an exception covers it now';
    case 'unknown':
      return `${here}; the other report lists no packages`;
  }
}

const versionOf = ({ fix }: NonNullable<FindingDifference['before']>): string =>
  fix.version === undefined ? fix.state : `${fix.version}${fix.state === 'subscription' ? ' for subscribers' : ''}`;

const fixOf = ({ fix: { state, version } }: NonNullable<FindingDifference['before']>): string =>
  fixInWords({ state, versions: version === undefined ? [] : [version] });

/** `1.1.1n -> 1.1.1w`. */
export const packageMove = ({ before, after }: PackageDifference): string =>
  before.length === 0
    ? versions(after)
    : after.length === 0
      ? versions(before)
      : `${versions(before)} -> ${versions(after)}`;

/** `12 added, 3 removed, 40 upgraded`. */
export function packagesInWords(packages: readonly PackageDifference[]): string {
  const kinds = ['added', 'removed', 'upgraded', 'downgraded', 'changed'] as const;
  const parts = kinds
    .map((kind) => [packages.filter((pkg) => pkg.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${grouped(count)} ${kind}`);
  return parts.length === 0 ? 'the same packages' : parts.join(', ');
}

export const bomVerdict = ({ packages, unchanged }: BomDiff): string =>
  `${packagesInWords(packages)}, ${grouped(unchanged)} as before.`;
