import { stat } from 'node:fs/promises';
import { npm } from '../ecosystems/npm.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { pathIn } from '../formats/paths.ts';
import { heardThenCutOff } from '../interruption.ts';
import { LIMITS } from '../limits.ts';
import type { Notice, Platform, Report } from '../model.ts';
import { createHttp } from '../network/http.ts';
import {
  folderOfProject,
  makeEdits,
  type ProjectFiles,
  readProjectFiles,
  renewalCommand,
} from '../remediate/files/index.ts';
import type { Goal } from '../remediate/goal.ts';
import { makePlan, type Planned, type Planning } from '../remediate/plan/index.ts';
import type { Change, LockRenewal, Plan, PlanStep } from '../remediate/plan.ts';
import { installed, type ProjectToday, projectToday } from '../remediate/project/index.ts';
import type { PythonIndex } from '../remediate/python/index.ts';
import { parsePlatform } from '../sources/platform.ts';
import { parseTarget } from '../sources/reference.ts';
import type { FixRequest } from './fix.ts';
import { certified, indexesOf } from './fix-indexes.ts';
import type { ScanOptions } from './scan-image.ts';
import type { Surroundings } from './surroundings.ts';

/** The path of a target that may be a project; undefined: it is none in any case. */
export async function pathOfProject(target: string): Promise<string | undefined> {
  const { source, target: path } = parseTarget(target);
  if (source !== undefined && source !== 'project') return undefined;
  return (await stat(path).catch(() => undefined)) === undefined ? undefined : path;
}

/** The files of a project that its report was made of. */
export async function projectFilesOf(report: Report, path: string): Promise<ProjectFiles> {
  const places = [
    ...report.packages.flatMap(({ evidence }) => evidence.map((proof) => proof.path)),
    ...report.unknowns.flatMap(({ analyzer, path: place }) => (analyzer === 'declarations' ? [place] : [])),
  ];
  return readProjectFiles(await folderOfProject(path), places);
}

/** The npm that is taken to change a lock: any that writes locks of today can what is asked of it. */
const NPM = '10.0.0';

/** What a project is installed on where nobody says otherwise: Linux, and the processor of this machine. */
const platformOfProject = (named: string | undefined): Platform =>
  named === undefined
    ? { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch }
    : parsePlatform(named);

/** A plan for a project, and the folder that its edits are of. */
interface PlannedProject {
  readonly plan: Plan;
  readonly folder: string;
}

/**
 * The smallest change of what a project declares that reaches the goal, by the planner of images: what an installer makes of the
 * declarations today is the environment that is planned for. Throws what reading its files throws.
 */
export async function planProject(
  report: Report,
  path: string,
  request: Omit<FixRequest, 'goal'> & { readonly goal: Goal },
  around: Surroundings,
  judging: Pick<ScanOptions, 'store' | 'scheme'>,
  notices: Notice[],
): Promise<PlannedProject> {
  const project = await projectFilesOf(report, path);
  const { environment, progress, signal } = around;
  const totals = { bytes: LIMITS.indexesBytes, ms: LIMITS.indexesMs };
  const http = createHttp({ environment: certified(environment), progress, totals });
  try {
    const asks = report.packages.some(({ type }) => type === pypi.type) || project.files.length > 0;
    const { pythonIndex: index } = request.offline
      ? { pythonIndex: undefined }
      : await indexesOf(report, new Map(), http, around, notices, { python: asks, everything: false });
    progress.say('working out what an installer makes of the project today');
    const plan = await heardThenCutOff(signal, () => planOfFiles(report, project, { ...request, index }, judging));
    for (const problem of index?.problems ?? [])
      notices.push({ level: 'warning', code: 'index-failed', message: `Python index: ${problem}` });
    return { folder: project.folder, plan: { ...plan, notices: [...plan.notices, ...notices] } };
  } finally {
    await http.close();
  }
}

/** What a plan for a project is made with, besides its files. */
interface ProjectAsked {
  readonly goal: Goal;
  readonly majors?: Planning['majors'];
  readonly python?: string;
  readonly platform?: string;
  readonly index?: PythonIndex | undefined;
}

/** The plan for files that were read, with their edits. */
export async function planOfFiles(
  report: Report,
  project: ProjectFiles,
  { goal, majors = 'needed', python, platform: named, index }: ProjectAsked,
  judging: Pick<ScanOptions, 'store' | 'scheme'>,
): Promise<Plan> {
  const platform = platformOfProject(named);
  const today = await projectToday(report, project, judging, { index, python, platform });
  const planned = await makePlan({
    ...judging,
    report: { ...today.report, subject: { ...today.report.subject, platform } },
    goal,
    base: { layers: 0, by: 'unknown', evidence: [] },
    introduced: new Map(),
    majors,
    environments: today.environments,
    npm: NPM,
    ...(index ? { pythonIndex: index } : {}),
  });
  const plan = await withProjectEdits(planned, project, today, index);
  // Where an installer's choice was worked out, nothing is left open.
  const isWhole = today.units.length > 0 && today.units.every((unit) => unit.isWhole);
  const settled = isWhole ? ['not-pinned', 'unreadable'] : [];
  const isOnlyOpen = report.unknowns.every(({ analyzer }) => analyzer === 'declarations');
  return {
    ...plan,
    subject: report.subject,
    notices: [
      ...report.notices.filter(({ level, code }) => level === 'warning' && !(isOnlyOpen && settled.includes(code))),
      ...today.notices,
      ...plan.notices,
    ],
  };
}

/** The plan with the edits of the project's files. */
async function withProjectEdits(
  planned: Planned,
  build: ProjectFiles,
  { units, platform }: ProjectToday,
  index: PythonIndex | undefined,
): Promise<Plan> {
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
  });
  const npmLocks = plan.steps.flatMap((step) => npmRenewal(step, build));
  const locks = [...edits.locks, ...npmLocks.map(({ lock }) => lock)];
  return {
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
}

/** Versions of npm packages are the advisories': whether who holds one back has a version that does not, its registry knows. */
function heldByRanges({ conflicts }: Plan): Notice[] {
  const held = new Set(conflicts.filter(({ type }) => type === npm.type).map(({ name }) => name));
  if (held.size === 0) return [];
  const names = [...held].slice(0, 4).join(', ');
  const message = `what holds ${names}${held.size > 4 ? ` and ${held.size - 4} more` : ''} back may have newer versions that do not, which npm's registry was not asked: npm audit fix --package-lock-only asks it`;
  return [{ level: 'info', code: 'npm-unasked', message }];
}

/** npm moves its lock to what package.json allows of these names. https://docs.npmjs.com/cli/commands/npm-update */
function npmRenewal(
  { id, kind, applied, changes }: PlanStep,
  { npmLocks }: ProjectFiles,
): { readonly id: string; readonly lock: LockRenewal }[] {
  const folder = changes[0]?.environment ?? '';
  const own = npmLocks.find((lock) => lock.folder === folder);
  if (kind !== 'npm' || !applied || own === undefined) return [];
  const names = [...new Set(changes.map(({ name }) => name))].sort();
  const lock = {
    file: pathIn(folder, own.file),
    program: 'npm',
    args: ['update', '--package-lock-only', ...names],
    ...(folder === '' ? {} : { folder }),
  };
  return [{ id, lock }];
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
    const brought = new Set(own.brought.map(({ name }) => name));
    const isBrought = ({ name }: Change): boolean => brought.has(pypi.normalize(name)) || brought.has(name);
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
