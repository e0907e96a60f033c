import { dirname } from 'node:path';
import { pypi } from '../ecosystems/pypi.ts';
import { PlimsollError, printable } from '../errors.ts';
import { home } from '../home.ts';
import { heardThenCutOff } from '../interruption.ts';
import { LIMITS } from '../limits.ts';
import type { Notice } from '../model.ts';
import { createHttp } from '../network/http.ts';
import { gapsOf } from '../policy/judge.ts';
import { baseImage, introductions } from '../remediate/bases/index.ts';
import { type BuildFiles, type DockerfileMatch, matchDockerfile, readBuildFiles } from '../remediate/files/index.ts';
import { type Goal, parseGoal } from '../remediate/goal.ts';
import { isUnread, makePlan, type Planning } from '../remediate/plan/index.ts';
import type { Plan } from '../remediate/plan.ts';
import {
  askedExtras,
  dockerfileIndexes,
  historyIndexes,
  notAskedNotices,
  projectIndexes,
} from '../remediate/project/index.ts';
import { askedExceptions, type ExceptionsRequest } from './exceptions.ts';
import { comparedBases } from './fix-base-variants.ts';
import { type BaseRequest, basesToday, givenBases } from './fix-bases.ts';
import { buildCalls, layerLines, layerMakers, withEdits, writeEdits } from './fix-edits.ts';
import { certified, cutOff, indexesOf } from './fix-indexes.ts';
import { plannedBy } from './fix-judging.ts';
import { pathOfProject, planProject } from './fix-project.ts';
import { type ReadForFix, readForFix } from './fix-reading.ts';
import { type Freshness, readyMadeFirst } from './fresh-database.ts';
import { boundAccess } from './open-target.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of a plan. */
export interface FixRequest extends BaseRequest, ExceptionsRequest, Pick<Freshness, 'readyMade'> {
  /** What to reach; default `no fixable`: whatever a newer version fixes. */
  readonly goal?: string;
  /** The Dockerfile of the image: its edits are part of the plan. */
  readonly dockerfile?: string;
  /** The stage that makes the image; default: the last. */
  readonly stage?: string;
  readonly buildArguments?: ReadonlyMap<string, string>;
  /** Major version steps of language packages; default `needed`. */
  readonly majors?: Planning['majors'];
  /** Every OS package is upgraded, not only those with findings. */
  readonly upgradeAll?: boolean;
  /** Taking out compilers and headers is part of the plan. */
  readonly removeBuildTools?: boolean;
  /** Taking out what nothing loads is part of the plan. */
  readonly removeUnloaded?: boolean;
  readonly severityFrom?: string;
  /** Of a project: the Python that it is for, `3.11`; default: what its files say. */
  readonly python?: string;
  /** Builds the changed image and holds it against the prediction; `write` then only writes what held. */
  readonly try?: boolean;
  /** What the build is given; default: the Dockerfile's folder. */
  readonly context?: string;
  /** `id=NAME,src=FILE`, for the build that is tried. */
  readonly secrets?: readonly string[];
  /** `docker`, `buildah`, `podman`; default: the first that works here. */
  readonly builder?: string;
  /** Writes the edits: all files or none. */
  readonly write?: boolean;
  /** Writes files with uncommitted changes, and for an image that fits badly. */
  readonly force?: boolean;
}

/** The code of a notice that a place of the Dockerfile is not understood: what is shown is not written then, but by force. */
const DOCKERFILE_SYNTAX = 'dockerfile-syntax';

/** A plan, and the files that were written for it. */
export interface PlannedFix {
  readonly plan: Plan;
  /** What keeps the assessment from being complete that the plan rests on: what was not judged has no findings to plan for. */
  readonly gaps: readonly string[];
  readonly written: readonly string[];
  /** It rests on less than was to be looked at: an image that was not read, a line of the Dockerfile that is not understood, an index that did not answer. */
  readonly isPart: boolean;
}

const isPart = (plan: Plan): boolean =>
  plan.notices.some(({ code }) => code === DOCKERFILE_SYNTAX) || isUnread(plan) || isUnchecked(plan);

/**
 * Whether a package index that was to be asked failed, and the plan rests on what it would have said: a change that nobody verified,
 * no plan at all, or one that was made with what had been told when its time was over. Who asks for no index (`--offline`, none configured) gets what was asked for.
 */
function isUnchecked({ notices, steps }: Plan): boolean {
  if (notices.some(({ code }) => code === 'index-cut-off')) return true;
  if (!notices.some(({ code }) => code === 'index-failed')) return false;
  const changes = steps.filter(({ applied }) => applied).flatMap((step) => step.changes);
  return changes.length === 0 || changes.some(({ verified }) => verified !== 'index');
}

/**
 * The smallest change of a target that reaches the goal, proved, with the edits of its Dockerfile where one is named.
 * Throws what opening, scanning, reading and writing throw, `usage` for a goal or scheme that is none.
 */
export async function planFix(target: string, asked: FixRequest, around: Surroundings): Promise<PlannedFix> {
  const request = await boundAccess(asked, [target, ...(asked.bases ?? []), ...(asked.tryBases ?? [])]);
  const { dockerfile } = request;
  const path = dockerfile === undefined ? await pathOfProject(target) : undefined;
  if (request.write && dockerfile === undefined && path === undefined) throw unnamedFile();
  const goal = parseGoal(request.goal ?? 'no fixable');
  const [{ openStore, databasePath }, { schemeNamed }] = await Promise.all([
    import('../advisories/store/sqlite-store.ts'),
    import('../advisories/ratings/severity.ts'),
  ]);
  const scheme = request.severityFrom === undefined ? undefined : schemeNamed(request.severityFrom);
  // What a scan with these exceptions counts is what a plan is made for.
  const exceptions = await askedExceptions(request);
  const build = dockerfile === undefined ? undefined : await readBuildFiles(dockerfile, request.buildArguments);
  const notices: Notice[] = [...(await readyMadeFirst(request, around))];
  const store = openStore(databasePath(home(around.environment)));
  try {
    const by = { store, ...(scheme ? { scheme } : {}), ...(exceptions ? { exceptions } : {}) };
    const read = await readForFix(target, request, around, by, notices);
    if (read.report.subject.source === 'project')
      return await fixedProject(read, path, { ...request, goal }, around, notices);
    if (request.write && dockerfile === undefined) throw unnamedFile();
    const made = await planRead(read, { ...request, goal }, around, { target, build, notices });
    const plan = request.try
      ? await (await import('./try-plan.ts')).tryPlan(made, request, around, read.judging)
      : made;
    const holds = plan.trial?.kept !== false || request.force === true;
    const whole = request.force === true || !build?.misunderstood.length;
    const written =
      request.write && holds && whole && dockerfile !== undefined
        ? await writeEdits(plan, dirname(dockerfile), request.force ?? false)
        : [];
    return { plan, written, gaps: gapsOf(read.report), isPart: isPart(plan) };
  } finally {
    store.close();
  }
}

const unnamedFile = (): PlimsollError =>
  new PlimsollError('usage', '--write needs to know what to write', { hint: 'name the Dockerfile with --dockerfile' });

/** The plan for a project, written where that is asked for. Throws `usage` for what goes with an image alone. */
async function fixedProject(
  { report, judging }: ReadForFix,
  path: string | undefined,
  request: Omit<FixRequest, 'goal'> & { readonly goal: Goal },
  around: Surroundings,
  notices: Notice[],
): Promise<PlannedFix> {
  if (path === undefined)
    throw new PlimsollError('usage', '--dockerfile goes with an image, and this is a project', {
      where: report.subject.reference,
      hint: 'build the image and name it, or leave --dockerfile out: then what the project declares is changed',
    });
  if (request.try)
    throw new PlimsollError('usage', '--try builds an image, and this is a project', {
      where: report.subject.reference,
      hint: 'leave --try out, or name the image and its Dockerfile',
    });
  if (request.python !== undefined && !/^3\.\d{1,2}(?:\.\d{1,3})?$/.test(request.python))
    throw new PlimsollError('usage', `--python ${printable(request.python, 40)} is no version of Python`, {
      hint: 'write it as 3.11',
    });
  const { plan, folder } = await planProject(report, path, request, around, judging, notices);
  const written = request.write ? await writeEdits(plan, folder, request.force ?? false) : [];
  return { plan, written, gaps: gapsOf(report), isPart: isPart(plan) };
}

/** What was read besides the image. */
interface Besides {
  /** As the user named it. */
  readonly target: string;
  readonly build?: BuildFiles | undefined;
  /** What was to be said before planning; planning adds to it. */
  readonly notices: Notice[];
}

/**
 * The plan for what was read: base, indexes, steps, edits. Throws `usage` where edits are to be written into a stranger's Dockerfile.
 * Long because it lays out a plan: every line asks the function that makes one part.
 */
async function planRead(
  { report, read, texts, provenance, written, judging }: ReadForFix,
  request: Omit<FixRequest, 'goal'> & { readonly goal: Goal },
  around: Surroundings,
  { target, build, notices }: Besides,
): Promise<Plan> {
  // Of a file without a single FROM there is nothing to lay beside the image.
  const match = build?.dockerfile.stages.length
    ? matchDockerfile(build.dockerfile, report.subject.config, request.stage)
    : undefined;
  for (const message of build?.misunderstood ?? [])
    notices.push({ level: 'warning', code: DOCKERFILE_SYNTAX, message });
  if (match && !match.belongs) notices.push(stranger(request, match));
  const given = await givenBases(request, around, notices);
  const base = baseImage({
    subject: report.subject,
    ...(report.os ? { os: report.os } : {}),
    ...(match ? { dockerfile: match } : {}),
    ...(given.length > 0 ? { given } : {}),
    ...(provenance ? { provenance } : {}),
  });
  const { newerBase, candidates } = await basesToday(report.subject, base, request, around, notices);
  const config = report.subject.config;
  const calls = buildCalls(config, match, build?.files[0]?.path, base.layers);
  const tried = await comparedBases(
    candidates,
    { target, access: request, subject: report.subject, config, read, base, calls },
    around,
    judging,
    notices,
  );
  const { environment, progress } = around;
  const totals = { bytes: LIMITS.indexesBytes, ms: LIMITS.indexesMs };
  const http = createHttp({ environment: certified(environment), progress, totals });
  try {
    const asked = request.offline
      ? {}
      : await indexesOf(report, texts, http, around, notices, { everything: request.upgradeAll ?? false });
    const planned = await heardThenCutOff(around.signal, () =>
      makePlan({
        ...plannedBy(judging, report),
        report,
        goal: request.goal,
        base,
        introduced: introductions(report.packages, read.indexes),
        majors: request.majors ?? 'needed',
        notices,
        ...asked,
        ...(newerBase ? { newerBase } : {}),
        triedBases: tried,
        ...(match ? { fromLine: `${build?.files[0]?.path ?? ''}:${match.from.range.start.line}` } : {}),
        ...(request.upgradeAll ? { upgradeAll: true } : {}),
        ...(request.removeBuildTools ? { removeBuildTools: true } : {}),
        ...(request.removeUnloaded ? { removeUnloaded: true } : {}),
        ...(match && build ? { lines: layerLines(match, build, request.dockerfile ?? '') } : {}),
        ...layerMakers(report.subject.config, match, build),
        asked: askedExtras(match?.belongs ? build : undefined, config),
        written,
      }),
    );
    for (const problem of asked.pythonIndex?.problems ?? [])
      notices.push({ level: 'warning', code: 'index-failed', message: `Python index: ${problem}` });
    notices.push(...cutOff(asked.pythonIndex));
    if (report.findings.some(({ fix, package: pkg }) => fix.state === 'fixed' && pkg.type === pypi.type)) {
      const named = build
        ? [...dockerfileIndexes(build.dockerfile, build.files[0]?.path ?? ''), ...projectIndexes(build.files)]
        : historyIndexes(config);
      notices.push(...notAskedNotices(named, asked.pythonIndex?.hosts ?? []));
    }
    const plan = {
      ...planned.plan,
      notices: [
        ...report.notices.filter(({ level }) => level === 'warning'),
        ...planned.plan.notices,
        ...notices.filter((notice) => !planned.plan.notices.includes(notice)),
      ],
    };
    return build && match ? await withEdits({ ...planned, plan }, build, match, asked.pythonIndex) : plan;
  } finally {
    await http.close();
  }
}

function stranger({ dockerfile, write, force }: Omit<FixRequest, 'goal'>, match: DockerfileMatch): Notice {
  const message = `${dockerfile} does not seem to belong to this image: ${match.evidence.join('; ')}`;
  if (write && !force)
    throw new PlimsollError('usage', message, { hint: 'name the Dockerfile that made it, or write --force' });
  return { level: 'warning', code: 'dockerfile-differs', message };
}
