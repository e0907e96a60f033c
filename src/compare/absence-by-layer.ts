import { type AbsenceQuestion, rows } from './absence-question.ts';
import type { CauseEvidence, CauseFound } from './comparison.ts';
import { plainVersion } from './package-names.ts';
import type { Side } from './side.ts';

/** It is in a lower layer of the image, and no longer in its final file system. */
export function byLayer(question: AbsenceQuestion): CauseFound | undefined {
  const { row, has, lacks, universe } = question;
  const says = `${row.package} ${row.version} is in a layer and not in the final file system, which is what ${lacks.name} looks at`;
  const candidate = lacks.verdict(row)?.candidate ?? has.verdict(row)?.candidate;
  if (universe.proven && universe.layers !== undefined && candidate?.reported === true && !looksAtTheLast(has)) {
    if (candidate.package.evidence.some((evidence) => evidence.layer >= 0)) return undefined;
    const layer = rows(question).find(
      (finding) => finding.layer !== undefined && universe.layers!.has(finding.layer),
    )?.layer;
    if (layer !== undefined)
      return { code: 'layer.model', proof: 'replayed', says, evidence: [{ kind: 'file', text: layer }] };
  }
  if (has.report.settings?.scope !== 'all-layers' || lacks.report.settings?.scope === 'all-layers') return undefined;
  const scope: CauseEvidence = { kind: 'report', text: `${has.name} looked at each layer, by its own word` };
  const others = versionsBeside(question, lacks);
  if (others.length > 0)
    return {
      code: 'layer.model',
      proof: 'stated',
      says,
      evidence: [scope, { kind: 'report', text: `${lacks.name} names it in ${others.join(', ')} only` }],
    };
  // It names that very version too: then it looked where the other found it.
  if (
    [row.package, ...rows(question).map((finding) => finding.package)].some((name) =>
      lacks.facts.versions(name).has(plainVersion(row.version)),
    )
  )
    return undefined;
  const own = versionsBeside(question, has);
  return own.length === 0
    ? undefined
    : {
        code: 'layer.model',
        proof: 'inferred',
        says,
        evidence: [scope, { kind: 'report', text: `${has.name} names it in ${own.join(', ')} too` }],
      };
}

/** What it reports is in the final file system: by its own word, or by its rules where its report does not say. */
function looksAtTheLast({ report, lens }: Side): boolean {
  return report.settings?.scope === undefined ? lens?.view === 'last' : report.settings.scope !== 'all-layers';
}

/** Versions other than the row's in which a report names its packages. None where it names that version as well. */
function versionsBeside({ row, has }: AbsenceQuestion, side: Side): readonly string[] {
  const names = [row.package, ...(row.cells[has.index]?.findings ?? []).map((finding) => finding.package)];
  const all = [...new Set(names.flatMap((name) => [...side.facts.versions(name)]))];
  return side !== has && all.includes(plainVersion(row.version))
    ? []
    : all.filter((version) => version !== plainVersion(row.version));
}
