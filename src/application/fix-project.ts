import { stat } from 'node:fs/promises';
import { addTo } from '../collections.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { heardThenCutOff } from '../interruption.ts';
import { LIMITS } from '../limits.ts';
import type { Notice, Platform, Report } from '../model.ts';
import { createHttp } from '../network/http.ts';
import { folderOfProject, type ProjectFiles, readProjectFiles } from '../remediate/files/index.ts';
import type { Goal } from '../remediate/goal.ts';
import { installedUnder, type PythonEnvironment } from '../remediate/installed/index.ts';
import { makePlan, type Planning } from '../remediate/plan/index.ts';
import type { Change, Plan } from '../remediate/plan.ts';
import {
  asPipSettings,
  notAskedNotices,
  projectIndexes,
  projectToday,
  withProjectEdits,
} from '../remediate/project/index.ts';
import type { PythonIndex } from '../remediate/python/index.ts';
import { parsePlatform } from '../sources/platform.ts';
import { parseTarget } from '../sources/reference.ts';
import type { FixRequest } from './fix.ts';
import { certified, cutOff, indexesOf } from './fix-indexes.ts';
import { type FixJudging, plannedBy } from './fix-judging.ts';
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
    ...report.packages.flatMap((pkg) =>
      installedUnder(pkg) === undefined ? pkg.evidence.map((proof) => proof.path) : [],
    ),
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
  judging: FixJudging,
  notices: Notice[],
): Promise<PlannedProject> {
  const project = await projectFilesOf(report, path);
  const { environment, progress, signal } = around;
  const totals = { bytes: LIMITS.indexesBytes, ms: LIMITS.indexesMs };
  const http = createHttp({ environment: certified(environment), progress, totals });
  try {
    const asks = report.packages.some(({ type }) => type === pypi.type) || project.files.length > 0;
    const sources = projectIndexes(project.files);
    const { pythonIndex: index } = request.offline
      ? { pythonIndex: undefined }
      : await indexesOf(report, asPipSettings(sources), http, around, notices, {
          python: asks,
          everything: false,
          owner: 'the project',
        });
    const asked = index?.hosts ?? [];
    notices.push(...notAskedNotices(sources, asked));
    progress.say('working out what an installer makes of the project today');
    const plan = await heardThenCutOff(signal, () => planOfFiles(report, project, { ...request, index }, judging));
    for (const problem of index?.problems ?? [])
      notices.push({ level: 'warning', code: 'index-failed', message: `Python index: ${problem}` });
    notices.push(...cutOff(index));
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

/** How often a plan is made anew without what its edits had no place for. */
const ROUNDS = 4;

/**
 * The plan for files that were read, with their edits. What no file has a place for is no part of it: a plan promises what its
 * edits achieve, so it is made anew with these packages left where they are.
 */
export async function planOfFiles(
  report: Report,
  project: ProjectFiles,
  { goal, majors = 'needed', python, platform: named, index }: ProjectAsked,
  judging: FixJudging,
): Promise<Plan> {
  const platform = platformOfProject(named);
  const by = plannedBy(judging, report);
  const today = await projectToday(report, project, by, { index, python, platform });
  const unwritten: Change[] = [];
  const byHand: Change[] = [];
  const toDo = new Set<string>();
  let plan: Plan | undefined;
  for (let round = 0; plan === undefined; round++) {
    const planned = await makePlan({
      ...by,
      report: { ...today.report, subject: { ...today.report.subject, platform } },
      goal,
      base: { layers: 0, by: 'unknown', evidence: [] },
      introduced: new Map(),
      majors,
      environments: withHeld(withHeld(today.environments, unwritten, NO_PLACE), byHand, DIRECT),
      npm: NPM,
      ...(index ? { pythonIndex: index } : {}),
    });
    const edited = await withProjectEdits(planned, project, today, index);
    const own = edited.plan.steps.flatMap(({ changes, byHand: places = [] }) =>
      changes.filter(({ name }) => places.some((place) => place.name === name)),
    );
    for (const { place, what } of edited.plan.steps.flatMap((step) => step.byHand ?? [])) toDo.add(`${place} ${what}`);
    unwritten.push(...edited.unwritten);
    byHand.push(...own);
    if (edited.unwritten.length + own.length === 0 || round === ROUNDS) plan = edited.plan;
  }
  // Where an installer's choice was worked out, nothing is left open.
  const isWhole =
    today.units.length > 0 && today.units.every(({ isWhole, unit }) => isWhole && (unit.locked || !unit.hasDirect));
  const settled = isWhole ? ['not-pinned', 'unreadable'] : [];
  const isOnlyOpen = report.unknowns.every(({ analyzer }) => analyzer === 'declarations');
  return {
    ...plan,
    subject: report.subject,
    notices: [
      ...report.notices.filter(({ level, code }) => level === 'warning' && !(isOnlyOpen && settled.includes(code))),
      ...today.notices,
      ...plan.notices,
      ...unwrittenNotices(unwritten),
      ...[...toDo].map(
        (text): Notice => ({ level: 'info', code: 'unwritten', message: `${text}; until then it is not counted` }),
      ),
    ],
  };
}

/** What holds a package where it is, as planners say it. */
const NO_PLACE = 'files, which have no place for another version';
const DIRECT = 'URL, repository or path that it is taken from';

/** Environments in which some packages stay where they are. */
const withHeld = (
  environments: readonly PythonEnvironment[],
  changes: readonly Change[],
  held: string,
): readonly PythonEnvironment[] =>
  environments.map((environment) => {
    const own = new Set(
      changes.flatMap((change) => (change.environment === environment.id ? [pypi.normalize(change.name)] : [])),
    );
    const members = [...environment.members].map(
      ([name, member]) => [name, own.has(name) ? { ...member, held } : member] as const,
    );
    return own.size === 0 ? environment : { ...environment, members: new Map(members) };
  });

/** What stays where it is, for want of a place to write another version; said once for each environment. */
function unwrittenNotices(unwritten: readonly Change[]): Notice[] {
  const byPlace = new Map<string, string[]>();
  for (const { name, to, environment = '' } of unwritten) addTo(byPlace, environment, `${name}==${to}`);
  return [...byPlace].map(([place, pins]) => ({
    level: 'info',
    code: 'unwritten',
    message: `${place}: no file beside it has a place for ${pins.slice(0, SHOWN).join(', ')}${pins.length > SHOWN ? ` and ${pins.length - SHOWN} more` : ''}, so they are not counted: renew ${place} with what wrote it or by hand`,
  }));
}

const SHOWN = 4;
