import { npm } from '../../ecosystems/npm.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { pathIn } from '../../formats/paths.ts';
import { parseRequirement } from '../../formats/text/index.ts';
import type { Notice, Platform } from '../../model.ts';
import { makeEdits, type ProjectFiles, renewalCommand } from '../files/index.ts';
import { bringersOf } from '../installed/index.ts';
import type { Planned } from '../plan/index.ts';
import type { Change, Plan } from '../plan.ts';
import type { PythonIndex } from '../python/index.ts';
import type { ProjectToday } from './environments.ts';
import { installed } from './installer.ts';
import { npmRenewal } from './npm-lock.ts';

/** The plan with the edits of the project's files, and what of it no file has a place for. */
export async function withProjectEdits(
  planned: Planned,
  build: ProjectFiles,
  { units, environments, platform }: ProjectToday,
  index: PythonIndex | undefined,
): Promise<{ readonly plan: Plan; readonly unwritten: readonly Change[] }> {
  const { plan } = planned;
  const byId = new Map(units.map((own) => [own.unit.id, own]));
  const along = await comingAlong(plan, byId, index, platform);
  const edits = await makeEdits({
    build,
    steps: plan.steps,
    layersOf: planned.layersOf,
    inherited: () => false,
    pip: planned.pip,
    hashes: async (name, version) => (await index?.hashes(name, version)) ?? [],
    user: undefined,
    concerns: (step, path) =>
      step.changes.some(
        ({ environment = '' }) =>
          byId.get(environment)?.unit.paths.includes(path) ?? path === pathIn(environment, 'package.json'),
      ),
    comesAlong: (change) => along.has(change),
    bringersOf: (change) => bringersOf(environments, change),
  });
  const npmLocks = plan.steps.flatMap((step) => npmRenewal(step, build));
  const locks = [...edits.locks, ...npmLocks.map(({ lock }) => lock)];
  const made: Plan = {
    ...plan,
    steps: plan.steps.map((step) => {
      const byHand = edits.byHand.get(step.id);
      const lock =
        npmLocks.find(({ id }) => id === step.id)?.lock ??
        edits.locks.find(({ file }) => step.changes.some(({ environment }) => environment === file));
      return {
        ...step,
        edits: edits.places.get(step.id) ?? step.edits,
        ...(byHand ? { byHand } : {}),
        // What a lock pins its own program changes, and whoever installs from it.
        ...(lock ? { commands: [renewalCommand(lock)] } : {}),
      };
    }),
    edits: edits.files,
    locks,
    notices: [
      ...plan.notices,
      ...heldByRanges(plan),
      ...[...build.notes, ...edits.notes].map((message): Notice => ({ level: 'info', code: 'build-file', message })),
    ],
  };
  return { plan: made, unwritten: edits.unwritten };
}

/** Versions of npm packages are the advisories': whether who holds one back has a version that does not, its registry knows. */
function heldByRanges({ conflicts }: Plan): Notice[] {
  const held = new Set(conflicts.filter(({ type }) => type === npm.type).map(({ name }) => name));
  if (held.size === 0) return [];
  const names = [...held].slice(0, 4).join(', ');
  const message = `what holds ${names}${held.size > 4 ? ` and ${held.size - 4} more` : ''} back may have newer versions that do not, which npm's registry was not asked: npm audit fix --package-lock-only asks it`;
  return [{ level: 'info', code: 'npm-unasked', message }];
}

/**
 * Changes of what nobody declares that an installer makes by itself once the declarations are changed: worked out as it would, with
 * the new pins.
 */
async function comingAlong(
  plan: Plan,
  units: ReadonlyMap<string, ProjectToday['units'][number]>,
  index: PythonIndex | undefined,
  platform: Platform,
): Promise<ReadonlySet<Change>> {
  const along = new Set<Change>();
  if (index === undefined) return along;
  for (const { applied, changes } of plan.steps) {
    const own = units.get(changes[0]?.environment ?? '');
    if (!applied || own === undefined || !own.isWhole || own.unit.locked) continue;
    // What is declared by a bound is moved by its line, as what is pinned.
    const declared = new Set(own.unit.roots.map((root) => pypi.normalize(parseRequirement(root)?.name ?? '')));
    const brought = new Set(own.brought.map(({ name }) => pypi.normalize(name)).filter((name) => !declared.has(name)));
    const isBrought = ({ name }: Change): boolean => brought.has(pypi.normalize(name));
    const moved = new Map(
      changes.flatMap((change): [string, string][] =>
        change.to === undefined || change.from === undefined || isBrought(change)
          ? []
          : [[pypi.normalize(change.name), change.to]],
      ),
    );
    const pins = new Map(
      own.packages.filter((pkg) => !own.brought.includes(pkg)).map((pkg) => [pypi.normalize(pkg.name), pkg.version]),
    );
    const then = await installed(own.unit, own.python, index, platform, pins, moved);
    if (typeof then === 'string') continue;
    for (const change of changes) {
      const comes = then.get(pypi.normalize(change.name));
      if (change.to === undefined || !isBrought(change)) continue;
      const order = comes === undefined ? 0 : pypi.compare(comes, change.to);
      if (order === 0 || (order > 0 && !change.exact)) along.add(change);
    }
  }
  return along;
}
