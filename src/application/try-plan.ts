import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { keptHearing } from '../interruption.ts';
import { maskerOf } from '../remediate/files/index.ts';
import { earlierOfPlan, hasFailed, verify } from '../remediate/plan/index.ts';
import type { Plan, Trial } from '../remediate/plan.ts';
import {
  type BuiltImage,
  checkBuilt,
  clearTrials,
  findBuilder,
  layOut,
  renewLocks,
  trialFolderPrefix,
} from '../remediate/trial/index.ts';
import type { FixJudging } from './fix-judging.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import { scanImage } from './scan-image.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of a trial. */
interface TryRequest extends ImageAccess {
  readonly dockerfile?: string;
  /** The folder that the build is given; default: the Dockerfile's. */
  readonly context?: string;
  readonly stage?: string;
  readonly buildArguments?: ReadonlyMap<string, string>;
  /** `id=NAME,src=FILE`, as the builder takes them. */
  readonly secrets?: readonly string[];
  /** `docker`, `buildah`, `podman`; default: the first that works here. */
  readonly builder?: string;
}

/**
 * Builds the image that a plan's edits make, in a folder and a store of its own, scans it and lays what it has beside what was
 * predicted; runs the package managers' own checks and imports what changed. Whatever comes of it, nothing stays behind.
 * Throws `usage` without a Dockerfile, `not-found` where nothing here builds images, `io`, `interrupted`.
 */
export async function tryPlan(
  plan: Plan,
  request: TryRequest,
  around: Surroundings,
  judging: FixJudging,
): Promise<Plan> {
  const { dockerfile } = request;
  if (dockerfile === undefined)
    throw new PlimsollError('usage', '--try needs to know what to build', {
      hint: 'name the Dockerfile with --dockerfile',
    });
  return keptHearing(() => triedPlan(plan, { ...request, dockerfile }, around, judging));
}

async function triedPlan(
  plan: Plan,
  request: TryRequest & { readonly dockerfile: string },
  around: Surroundings,
  judging: FixJudging,
): Promise<Plan> {
  const { dockerfile, context, stage, buildArguments = new Map(), secrets = [], builder: named } = request;
  await clearTrials(tmpdir(), around.environment);
  const folder = mkdtempSync(join(tmpdir(), trialFolderPrefix()));
  const { signal, progress } = around;
  // What a builder that is interrupted leaves among temporary files (buildah its mounts) goes with the folder.
  const temporary = join(folder, 'tmp');
  const environment = { ...around.environment, TMPDIR: temporary };
  try {
    mkdirSync(temporary);
    const builder = await findBuilder({ environment, folder, signal }, named);
    const started = performance.now();
    const mask = maskerOf(textOf(dockerfile), 'dockerfile');
    const done = (rest: Omit<Trial, 'builder' | 'seconds'>): Plan => ({
      ...plan,
      trial: { builder: builder.name, seconds: Math.round((performance.now() - started) / 1_000), ...rest },
    });
    try {
      const laid = layOut(folder, context ?? dirname(dockerfile), dockerfile, plan.edits);
      const locks = await renewLocks(dirname(laid.dockerfile), plan.locks, environment, signal);
      progress.say(`building the changed image with ${builder.name}`);
      const job = { context: laid.context, dockerfile: laid.dockerfile, arguments: buildArguments, secrets };
      const built = await builder.build({ ...job, ...(stage === undefined ? {} : { stage }) });
      if ('failure' in built) return done({ kept: false, failure: mask(built.failure), checks: locks });
      const { verification, checks } = await judged(built, plan, request, around, judging);
      const all = [...locks, ...checks];
      const kept = !hasFailed(verification) && all.every(({ good }) => good !== false);
      return done({ kept, checks: all, verification });
    } finally {
      await builder.remove();
    }
  } finally {
    putAway(folder);
  }
}

/** A Dockerfile that was read before; one that is gone is the builder's to tell. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function putAway(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    throw new PlimsollError('io', 'the folder of the trial could not be removed', {
      where: folder,
      hint: 'unmount what is mounted in it, then remove it',
      cause: error,
    });
  }
}

async function judged(built: BuiltImage, plan: Plan, request: TryRequest, around: Surroundings, judging: FixJudging) {
  const { progress, signal } = around;
  progress.say('scanning what was built');
  const { except, ...by } = judging;
  const scanned = await withTarget(built.reference, { ...request, cache: false }, around, ({ image, cache }) =>
    scanImage(image, { ...by, cache, progress, signal }),
  );
  const report = except?.(scanned) ?? scanned;
  progress.say('checking what was built');
  return { verification: verify(earlierOfPlan(plan), report), checks: await checkBuilt(built, plan) };
}
