import { sourceOf } from '../../ecosystems/source-package.ts';
import type { Package } from '../../model.ts';
import { installationsBegan, type Maker, makerOf } from '../files/index.ts';
import type { Attribution, InstructionShare, LayerShare, PlannedFinding } from '../plan.ts';
import type { Planning } from './make-plan.ts';

/** Who brought the findings: the base or what was built upon it, by layer and by instruction. */
export function attributed(planning: Planning, today: readonly PlannedFinding[]): Attribution {
  const { base, report, lines, introduced } = planning;
  const layers = report.subject.layers.map(({ index, diffID, instruction }): LayerShare => {
    const own = today.filter(({ layer }) => layer === index);
    const makers = planning.makers?.get(index);
    const line = makers ? undefined : lines?.get(index);
    const said = makers ? saidOf(makers, own.length > 0, instruction) : instruction;
    return {
      index,
      diffID,
      ...(said === undefined ? {} : { instruction: said }),
      inherited: index < base.layers,
      ...(line === undefined ? {} : { line }),
      findings: own.length,
      fixable: own.filter(({ fix }) => fix.state === 'fixed').length,
      ...(makers ? { within: shares(planning, index, makers) } : {}),
    };
  });
  const inherited = today.filter((finding) => finding.inherited).length;
  return { base, inherited, added: today.length - inherited, layers: introduced.size === 0 ? [] : layers };
}

/** What is shown for a layer of several instructions. An empty one is what its instruction made. */
function saidOf(makers: readonly Maker[], holds: boolean, instruction: string | undefined): string | undefined {
  if (makers.length > 0) return makers.length === 1 ? '1 instruction' : `${makers.length} instructions in one layer`;
  return holds ? 'instructions that the history does not name' : instruction;
}

/** Who of the instructions of a layer brought how many of its findings, the most first. */
function shares(
  { report, introduced, listed = new Map(), written }: Planning,
  layer: number,
  makers: readonly Maker[],
): InstructionShare[] {
  const known = new Map<Package, Maker | undefined>();
  const began =
    written &&
    installationsBegan(
      [...written.keys()].filter((pkg) => introduced.get(pkg) === layer),
      makers,
      listed,
      written,
    );
  const rows = new Map<Maker, Map<string, boolean>>();
  for (const { package: pkg, id, fix } of report.findings) {
    if (introduced.get(pkg) !== layer) continue;
    if (!known.has(pkg)) known.set(pkg, makerOf(pkg, makers, listed, written?.get(pkg), began));
    const maker = known.get(pkg);
    if (maker === undefined) continue;
    const own = rows.get(maker) ?? new Map<string, boolean>();
    own.set(`${sourceOf(pkg).name}\0${sourceOf(pkg).version}\0${id}`, fix.state === 'fixed');
    rows.set(maker, own);
  }
  return [...rows]
    .map(([{ keyword, text, line }, own]) => ({
      instruction: `${keyword} ${text}`,
      ...(line === undefined ? {} : { line }),
      findings: own.size,
      fixable: [...own.values()].filter(Boolean).length,
    }))
    .sort((a, b) => b.findings - a.findings);
}
