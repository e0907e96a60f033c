import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { findingOf, ratingOf } from '../matching/finding.ts';
import { passedSentence } from '../matching/interest.ts';
import type { Candidate, Considered, Inventory } from '../model.ts';
import { SEVERITIES, type Severity } from '../model.ts';
import type { AlignedRow } from './align.ts';
import { judged, settles } from './judged.ts';
import { plainVersion } from './package-names.ts';

/** Whether files and advisories bear a row out, in a word and a sentence. */
interface Proof {
  readonly evidence: 'confirmed' | 'contradicted' | 'undecidable';
  readonly says: string;
  readonly severity: Severity;
  readonly severitySource: string;
}

/** Weighs a row of the table: is the package there in that version, does an advisory concern it, whose severity stands. */
export function prove(
  row: AlignedRow,
  candidates: readonly Candidate[],
  by: {
    readonly inventory?: Pick<Inventory, 'packages'>;
    readonly store?: AdvisoryStore;
    readonly scheme?: Scheme;
  },
): Proof {
  return { ...weigh(row, candidates, by.inventory, by.store), ...adopted(row, candidates, by.scheme) };
}

type Weight = Pick<Proof, 'evidence' | 'says'>;

function weigh(
  row: AlignedRow,
  candidates: readonly Candidate[],
  inventory: Pick<Inventory, 'packages'> | undefined,
  store: AdvisoryStore | undefined,
): Weight {
  const invalid = candidates
    .map(({ validity }) => validity)
    .find((validity) => validity === 'rejected' || validity === 'withdrawn');
  const known = candidates.filter(isKnown);
  const affected = known.filter(({ considered }) => considered.some(({ judgement }) => judgement.affected));
  const standing = affected.find(({ passed }) => passed === undefined || passed === 'twin');
  if (standing !== undefined) {
    const file = standing.package.evidence[0]?.path;
    return {
      evidence: 'confirmed',
      says: `${standing.package.name} ${standing.package.version}${file === undefined ? '' : ` by ${file}`}, ${spoken(standing)}${invalid === undefined ? '' : `, though the id was ${invalid}`}`,
    };
  }
  // Who publishes on the package may stand by a flaw whose id was taken back: that is a finding, as in a scan.
  if (invalid !== undefined) return { evidence: 'contradicted', says: `the id was ${invalid}` };
  if (inventory === undefined) return { evidence: 'undecidable', says: 'without the image nothing proves the package' };
  const [other] = affected;
  if (other?.passed !== undefined) {
    const evidence = other.passed === 'owned' ? 'undecidable' : 'contradicted';
    return { evidence, says: passedSentence(other.package, other.passed) };
  }
  const considered = known.flatMap((candidate) => candidate.considered);
  const settled = considered.find(settles);
  if (settled !== undefined) return { evidence: 'contradicted', says: notAffected(settled) };
  if (considered.length > 0)
    return { evidence: 'undecidable', says: `${considered[0]!.statement.source}: ${judged(considered[0]!).judged}` };
  if (!isInstalled(row, inventory))
    return { evidence: 'contradicted', says: `no ${row.package} ${row.version} is in the image` };
  return {
    evidence: 'undecidable',
    says:
      store === undefined
        ? 'no advisory database to ask'
        : 'the package is there, and no advisory in the database speaks of it',
  };
}

/** What the database speaks of in a package of the image, also where only a report names it by this id. */
const isKnown = ({ reported, considered, package: { evidence } }: Candidate): boolean =>
  !reported || (considered.length > 0 && evidence.some(({ layer }) => layer >= 0));

/** Why a statement does not apply, in the words of `explain`; of a version with the version that it names. */
function notAffected(considered: Considered): string {
  const { statement, judgement } = considered;
  if (judgement.affected || judgement.because !== 'version') return `${statement.source}: ${judged(considered).judged}`;
  const fixed = statement.ranges[0]?.fixed;
  return `${statement.source} says that this version is not affected (${statement.state}${fixed === undefined ? '' : `, fixed in ${fixed}`})`;
}

/** What was judged affected speaks first. */
function spoken({ considered, statements }: Candidate): string {
  const first = considered.find(({ judgement }) => judgement.affected)?.statement ?? statements[0];
  return first === undefined ? 'no statement' : `${first.source} ${first.id}: ${first.state}`;
}

function isInstalled(row: AlignedRow, { packages }: Pick<Inventory, 'packages'>): boolean {
  const names = new Set([
    row.package,
    ...row.cells.flatMap((cell) => cell?.findings.map((finding) => finding.package.toLowerCase()) ?? []),
  ]);
  return packages.some(
    (installed) =>
      (names.has(installed.name.toLowerCase()) || names.has(installed.source?.name.toLowerCase() ?? '')) &&
      [installed.version, installed.source?.version ?? ''].some(
        (version) => plainVersion(version) === row.version || version === row.version,
      ),
  );
}

/** One severity: the worst of our own findings where we make some, as a scan rates them (a row can be of one name in two ecosystems), else the worst that a report gives. */
function adopted(
  row: AlignedRow,
  candidates: readonly Candidate[],
  scheme: Scheme | undefined,
): { severity: Severity; severitySource: string } {
  const known = candidates.filter(isKnown);
  const own = worstOf(known.flatMap((candidate) => findingOf(candidate, scheme) ?? []));
  if (own !== undefined) return { severity: own.severity, severitySource: own.severitySource };
  const chosen = known[0] === undefined ? undefined : ratingOf(known[0], scheme).rating;
  if (chosen !== undefined) return { severity: chosen.severity, severitySource: chosen.source };
  const worst = worstOf(row.cells.flatMap((cell) => cell?.findings ?? []));
  return {
    severity: worst?.severity ?? 'UNKNOWN',
    severitySource: worst?.severitySource ?? (worst === undefined ? 'none' : 'the reports'),
  };
}

/** The first of those with the highest severity. */
function worstOf<T extends { readonly severity: Severity }>(rated: readonly T[]): T | undefined {
  return rated.reduce<T | undefined>(
    (worst, other) =>
      worst === undefined || SEVERITIES.indexOf(other.severity) > SEVERITIES.indexOf(worst.severity) ? other : worst,
    undefined,
  );
}
