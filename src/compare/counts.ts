import type { ForeignFinding } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { CauseFound } from './comparison.ts';
import { packageMatches } from './lens-tests.ts';
import { seenRows } from './reduction.ts';
import type { Side } from './side.ts';

/** Why one has more rows at a key: packages that the other left out by a rule, else what each counts. */
export function countCauses(row: AlignedRow, more: Side, less: Side): readonly CauseFound[] {
  const lacking = lackingAt(row, more, less);
  if (lacking.length > 0) return lacking;
  const findings = row.cells[more.index]!.findings;
  const seen = seenRows();
  const rows = new Set<number>();
  const codes = new Set<CauseFound['code']>();
  for (const finding of findings) {
    if (rows.size > 0 && !rows.has(finding.row)) codes.add(seen.cause(finding));
    rows.add(finding.row);
    seen.add(finding);
  }
  return [...codes].map((code) => ({
    code,
    proof: 'stated',
    says: `${more.name} has ${rowsInWords(code, findings)}`,
    evidence: more.lens === undefined ? [] : [{ kind: 'rule', text: more.lens.unit.says, cite: more.lens.unit.cite }],
  }));
}

/** What the rows at a key are: by what of them they are several. */
function rowsInWords(code: CauseFound['code'], findings: readonly ForeignFinding[]): string {
  const packages = distinct(findings.map((finding) => finding.package));
  const ids = distinct(findings.map((finding) => finding.id));
  if (code === 'id.alias' && ids.length > 1) return `a row for each of the ids ${listed(ids)} of ${listed(packages)}`;
  if (code === 'unit.location-copy') return `a row for each place where it found ${listed(packages)}`;
  if (code === 'report.parse') return `the same row several times for ${listed(packages)}`;
  if (packages.length > 1) return `a row for each of ${listed(packages)}`;
  const versions = distinct(findings.map((finding) => finding.version));
  return `several rows for ${listed(packages)}${versions.length > 1 ? `, one for each of the versions ${listed(versions)}` : ''}`;
}

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)];

const listed = (names: readonly string[]): string =>
  `${names.slice(0, 6).join(', ')}${names.length > 6 ? ', ...' : ''}`;

/** Packages that both would count and only one has at a row, each with the rule that took it out of the other. */
export function lackingAt(row: AlignedRow, more: Side, less: Side): readonly CauseFound[] {
  const ofTypes = typesLacking(row, more, less);
  if (ofTypes.length > 0) return ofTypes;
  if (more.lens?.unit.per !== 'binary' || less.lens?.unit.per !== 'binary') return [];
  const names = (side: Side): readonly string[] => [
    ...new Set(row.cells[side.index]?.findings.map((finding) => finding.package.toLowerCase()) ?? []),
  ];
  // One that names the source there does not count packages, whatever its rules say.
  if (row.cells[less.index]?.findings.every((finding) => finding.kind === 'source')) return [];
  const there = new Set(names(less));
  return names(more)
    .filter((name) => !there.has(name))
    .map((name): CauseFound => lacking(row, name, more, less));
}

/** Rows of one name on packages of a type that the other leaves out: a conda package beside the Python distribution in it. */
function typesLacking(row: AlignedRow, more: Side, less: Side): readonly CauseFound[] {
  const there = row.cells[less.index]?.findings ?? [];
  if (there.length === 0 || there.some(({ type }) => type === undefined)) return [];
  const types = new Set(there.map(({ type }) => type));
  const rows = new Map(
    (row.cells[more.index]?.findings ?? []).flatMap(({ row: at, type }) =>
      type === undefined || types.has(type) ? [] : [[at, type] as const],
    ),
  );
  return [...rows.values()].flatMap((type): readonly CauseFound[] => {
    const rule = less.lens?.leavesOut.find(
      ({ when, unless }) => unless === undefined && Object.keys(when).join() === 'types' && when.types!.includes(type),
    );
    if (rule === undefined || (!less.isLens && less.facts.against(rule, type) !== undefined)) return [];
    return [
      {
        code: rule.code,
        proof: 'inferred',
        says: rule.says,
        evidence: [
          { kind: 'rule', text: `${less.name}: ${rule.says}`, cite: rule.cite },
          { kind: 'report', text: `${more.name} has a row on the ${type} package besides` },
        ],
      },
    ];
  });
}

function lacking(row: AlignedRow, name: string, more: Side, less: Side): CauseFound {
  const held = less.heldBack(row, name);
  const verdict = less.verdictOf(row, name);
  if (held !== undefined) {
    const rule =
      verdict === undefined
        ? undefined
        : less.lens?.hides.find((hide) => packageMatches(hide.when, verdict.candidate.package, undefined));
    return {
      code: rule?.code ?? 'suppression.vex',
      proof: 'stated',
      says: rule?.says ?? `${less.name} holds ${name} back: ${held}`,
      evidence: [{ kind: 'report', text: `${less.name} lists ${row.id} in ${name} as held back: ${held}` }],
    };
  }
  const dropped = verdict?.dropped;
  const type = verdict?.candidate.package.type ?? '';
  const contradicted =
    !less.isLens && dropped?.packages !== undefined && less.facts.against(dropped.packages, type) !== undefined;
  // A rule on statements or versions takes out all packages of a source or, by our data only, one of them.
  const known = dropped !== undefined && (dropped.packages !== undefined || verdict!.candidate.considered.length > 0);
  if (dropped === undefined || contradicted || !known)
    return { code: 'unexplained', proof: 'none', says: `${less.name} counts packages and lacks ${name}`, evidence: [] };
  return {
    code: dropped.code,
    proof:
      verdict!.candidate.considered.length > 0 && more.verdictOf(row, name)?.shown === true ? 'replayed' : 'inferred',
    says: dropped.says,
    evidence: [
      { kind: 'rule', text: `${less.name}: ${dropped.says}`, cite: dropped.cite },
      ...(dropped.on === undefined ? [] : [{ kind: 'record' as const, text: dropped.on }]),
    ],
  };
}
