/**
 * Why two scanners differ: a closed list of stable codes, each with one sentence for a person.
 * A difference carries the code of the rule that made it; what no rule predicts is `unexplained`.
 */
export const CAUSES = {
  'unit.binary-vs-source':
    'One counts every installed binary package, the other the source package (or the vulnerability) once',
  'unit.location-copy': 'The same package in several places is counted once for each place by one of them',
  'id.alias':
    'One vulnerability under several names (CVE, GHSA, PYSEC, DSA, TEMP) is counted once for each by one of them',
  'severity.source-order': 'They ask different sources for the severity, or the same ones in another order',
  'severity.vendor-map': 'They translate the same word of the distribution into different severities',
  'severity.scope': 'One rates the package, the other takes the worst rating of any package or release',
  'severity.cvss-version': 'They read different CVSS versions, or cut the scale at other scores',
  'fix.status-semantics':
    'They read "no advisory planned", "ignored", "postponed" or "end of life" as different fix states',
  'record.validity': 'One drops what is rejected, disputed, withdrawn, undetermined or has only a temporary id',
  'filter.default': 'A rule that is on by default, or a flag, hides it in one of them',
  'inventory.source-built': 'The program was not installed by a package manager, and only one of them recognises it',
  'inventory.conda': 'Conda packages are listed and not matched with vulnerabilities',
  'inventory.lang-gate': 'One of them reads no packages of this language in images, or only under a condition',
  'inventory.embedded': 'It is inside another package: vendored, bundled or linked in',
  'ownership.suppression': 'It belongs to a package of the distribution, and one of them counts only that one',
  'ownership.third-party':
    'The package does not come from the distribution: one matches it as if it did, the other leaves it out',
  'match.method': 'One matches by distribution advisory, the other by package URL or CPE',
  'match.version-input':
    'They compare different versions: source or binary, with or without local part, pre-release or epoch',
  'feed.coverage': 'One of them has no statement on it: its sources do not cover it',
  'feed.age': 'It became known, or changed, after the database of one of them was built',
  'layer.model': 'One looks at the final file system, the other at each layer',
  'os.identification': 'They did not agree on the distribution',
  'subject.identity': 'The reports are not about the same image',
  'suppression.vex': 'A VEX statement or an ignore rule holds it back in one of them',
  'report.parse': 'The report itself is cut: a severity list, a summary, or a format that cannot say more',
  limits: 'A time or size limit made one of them stop early',
} as const;

/** A cause that a rule names. */
export type CauseCode = keyof typeof CAUSES;

/** A cause, or the honest lack of one. */
export type Cause = CauseCode | 'unexplained';

/** The sentence of a code. */
export function causeSentence(code: Cause): string {
  return code === 'unexplained' ? 'No rule we know predicts it' : CAUSES[code];
}
