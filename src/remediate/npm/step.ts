import type { Package, Report } from '../../model.ts';
import { partsByTree } from '../installed/index.ts';
import type { StepDraft } from '../plan/index.ts';
import type { Rewriting } from '../rewriting.ts';
import type { NpmPlan } from './plan.ts';

/** The step that a plan for a tree stands for, and what it does to the packages; none where nothing changes. */
export function npmStep({
  tree,
  where,
  kind,
  changes,
  copies,
  commands,
  warnings,
  applied,
}: NpmPlan): (StepDraft & { readonly rewriting: Rewriting })[] {
  if (changes.length === 0) return [];
  const majors = changes.filter(({ jump }) => jump === 'major').map(({ name }) => name);
  const packages = `${changes.length} npm package${changes.length === 1 ? '' : 's'}`;
  return [
    {
      id: `npm-${tree.replaceAll('/', '-') || 'root'}`,
      kind: 'npm',
      title: applied
        ? `upgrade ${packages} ${kind === 'global' ? 'installed globally' : 'in'}${kind === 'global' ? '' : ` ${where}`}`
        : `install a newer npm, which brings copies of ${packages} with it`,
      commands,
      changes,
      risk: {
        level: majors.length > 0 || !applied ? 'medium' : 'low',
        why: [
          ...(majors.length > 0 ? [`a major step for ${majors.join(', ')}`] : []),
          ...(applied
            ? [
                "the versions are the advisory's: no registry was asked whether it has them, or what else they need",
                'keeps the ranges of everything installed that finds these copies',
              ]
            : []),
          ...warnings,
        ],
      },
      applied,
      rewriting: { replacements: new Map(), copies },
    },
  ];
}

/** The advice to move what ranges hold back, by `overrides`; none where nothing is held back so. */
export function overrideStep({ tree, where, forced }: NpmPlan): (StepDraft & { readonly rewriting: Rewriting })[] {
  if (forced === undefined) return [];
  const { changes, copies, commands } = forced;
  const what = changes.length === 1 ? changes[0]?.name : `${changes.length} npm packages`;
  return [
    {
      id: `npm-overrides-${tree.replaceAll('/', '-') || 'root'}`,
      kind: 'npm',
      title: `force ${what} in ${where} past the ranges that hold ${changes.length === 1 ? 'it' : 'them'} back`,
      commands,
      changes,
      risk: {
        level: 'medium',
        why: ['who asks for the older version is given one that it does not allow: test, or upgrade who asks'],
      },
      applied: false,
      rewriting: { replacements: new Map(), copies },
    },
  ];
}

interface Parted {
  readonly report: Report;
  /** The layer that brought each package. */
  readonly introduced: ReadonlyMap<Package, number>;
}

/** One npm tree may be put right while another is not: what lies in several is as many packages to a plan. */
export function partedByTree(report: Report, introduced: ReadonlyMap<Package, number>): Parted {
  const parts = new Map(report.packages.map((pkg) => [pkg, partsByTree(pkg)]));
  if ([...parts.values()].every(({ length }) => length === 1)) return { report, introduced };
  const layers = new Map(introduced);
  for (const [pkg, own] of parts) {
    const layer = introduced.get(pkg);
    if (layer !== undefined && own.length > 1) for (const part of own) layers.set(part, layer);
  }
  return {
    introduced: layers,
    report: {
      ...report,
      packages: [...parts.values()].flat(),
      findings: report.findings.flatMap((finding) =>
        (parts.get(finding.package) ?? [finding.package]).map((pkg) => ({ ...finding, package: pkg })),
      ),
    },
  };
}
