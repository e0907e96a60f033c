import { chooseRating } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import { judge } from '../matching/judge.ts';
import type { Inventory } from '../model.ts';
import { SEVERITIES, type Severity } from '../model.ts';
import type { AlignedRow } from './align.ts';
import { plainVersion } from './package-names.ts';
import type { Candidate } from './universe.ts';

/** Whether files and advisories bear a row out, in a word and a sentence. */
export interface Proof {
  readonly evidence: 'confirmed' | 'contradicted' | 'undecidable';
  readonly says: string;
  readonly severity: Severity;
  readonly severitySource: string;
}

/** Weighs a row of the table: is the package there in that version, does an advisory concern it, whose severity stands. */
export function prove(
  row: AlignedRow,
  candidates: readonly Candidate[],
  inventory: Pick<Inventory, 'packages'> | undefined,
  store: AdvisoryStore | undefined,
): Proof {
  const rating = adopted(row, candidates);
  const invalid = candidates
    .map((one) => one.validity)
    .find((validity) => validity === 'rejected' || validity === 'withdrawn');
  if (invalid !== undefined) return { evidence: 'contradicted', says: `the id was ${invalid}`, ...rating };
  if (inventory === undefined)
    return { evidence: 'undecidable', says: 'without the image nothing proves the package', ...rating };
  const known = candidates.filter((one) => !one.reported);
  const hit = known.find((one) => concerned(one));
  if (hit !== undefined) {
    const file = hit.package.evidence[0]?.path;
    return {
      evidence: 'confirmed',
      says: `${hit.package.name} ${hit.package.version}${file === undefined ? '' : ` by ${file}`}, ${statement(hit)}`,
      ...rating,
    };
  }
  if (known.length > 0)
    return {
      evidence: 'contradicted',
      says: `the installed version of ${known[0]!.package.name} is not affected: ${statement(known[0]!)}`,
      ...rating,
    };
  if (!isInstalled(row, inventory))
    return { evidence: 'contradicted', says: `no ${row.package} ${row.version} is in the image`, ...rating };
  const said = candidates
    .flatMap((one) => one.statements)
    .find((one) => one.ranges.length > 0 || one.state === 'not-affected');
  if (said !== undefined)
    return {
      evidence: 'contradicted',
      says: `${said.source} says that this version is not affected (${said.state}${said.ranges[0]?.fixed === undefined ? '' : `, fixed in ${said.ranges[0].fixed}`})`,
      ...rating,
    };
  return {
    evidence: 'undecidable',
    says:
      store === undefined
        ? 'no advisory database to ask'
        : 'the package is there, and no advisory in the database speaks of it',
    ...rating,
  };
}

/** By the plain reading: the source's version, with a statement that stands. */
function concerned({ package: found, statements }: Candidate): boolean {
  return statements.some((one) => {
    const ecosystem = ecosystemNamed(one.ecosystem);
    return (
      ecosystem !== undefined &&
      one.withdrawn === undefined &&
      judge(one, found.source?.version ?? found.version, ecosystem).affected
    );
  });
}

function statement({ statements }: Candidate): string {
  const [first] = statements;
  return first === undefined ? 'no statement' : `${first.source} ${first.id}: ${first.state}`;
}

function isInstalled(row: AlignedRow, { packages }: Pick<Inventory, 'packages'>): boolean {
  const names = new Set([
    row.package,
    ...row.cells.flatMap((cell) => cell?.findings.map((one) => one.package.toLowerCase()) ?? []),
  ]);
  return packages.some(
    (one) =>
      (names.has(one.name.toLowerCase()) || names.has(one.source?.name.toLowerCase() ?? '')) &&
      [one.version, one.source?.version ?? ''].some(
        (version) => plainVersion(version) === row.version || version === row.version,
      ),
  );
}

/** One severity: our own choice among all ratings where there are any, else the worst that a report gives. */
function adopted(row: AlignedRow, candidates: readonly Candidate[]): { severity: Severity; severitySource: string } {
  const one = candidates.find((candidate) => !candidate.reported) ?? candidates[0];
  const publisher = one === undefined ? undefined : ecosystemNamed(one.package.ecosystem ?? '')?.purlNamespace;
  const ratings = one === undefined ? [] : [...one.statements.flatMap((each) => each.ratings), ...one.ratings];
  const chosen =
    one?.reported === false
      ? chooseRating(ratings, undefined, {
          ...(publisher !== undefined && { publisher }),
          sources: one.statements.map((each) => each.source),
        })
      : undefined;
  if (chosen !== undefined) return { severity: chosen.severity, severitySource: chosen.source };
  const findings = row.cells.flatMap((cell) => cell?.findings ?? []);
  const worst = findings.reduce<(typeof findings)[number] | undefined>(
    (a, b) => (a === undefined || SEVERITIES.indexOf(b.severity) > SEVERITIES.indexOf(a.severity) ? b : a),
    undefined,
  );
  return {
    severity: worst?.severity ?? 'UNKNOWN',
    severitySource: worst?.severitySource ?? (worst === undefined ? 'none' : 'the reports'),
  };
}
