import { asPlimsollError, PlimsollError } from '../errors.ts';
import type { Notice, Subject } from '../model.ts';
import { type NewerBase, newerBase, slimVariant, type TriedBase } from '../remediate/plan/index.ts';
import type { BaseImage } from '../remediate/plan.ts';
import { registryOf } from '../sources/open.ts';
import { parseReference } from '../sources/reference.ts';
import { type ImageAccess, openTarget, withTarget } from './open-target.ts';
import { type ScanOptions, scanImage } from './scan-image.ts';
import type { Surroundings } from './surroundings.ts';

/** Bases that were named, and how images are reached. */
export interface BaseRequest extends ImageAccess {
  /** Images that this one may be built on. */
  readonly bases?: readonly string[];
  /** Images that are scanned to say what each would clear as base. */
  readonly tryBases?: readonly string[];
  /** No package index and no registry is asked for more than was named. */
  readonly offline?: boolean;
}

/** Images that were named as bases: only their configuration is fetched. What cannot be opened is a notice. */
export async function givenBases(request: BaseRequest, around: Surroundings, notices: Notice[]): Promise<Subject[]> {
  const found: Subject[] = [];
  for (const reference of request.bases ?? []) {
    const subject = await subjectOf(reference, request, around, (problem) => {
      notices.push({
        level: 'warning',
        code: 'base-unread',
        message: `the base image could not be opened: ${problem}`,
      });
    });
    if (subject) found.push(subject);
  }
  return found;
}

/** Asks the registry for the tag that the image was built on, and for its slim variant. Failures are notices. */
export async function basesToday(
  subject: Subject,
  base: BaseImage,
  request: BaseRequest,
  around: Surroundings,
  notices: Notice[],
): Promise<{ newerBase?: NewerBase; slimBase?: string }> {
  if (request.offline || base.name === undefined || base.layers === 0 || !isAskable(base)) return {};
  around.progress.say(`asking the registry for ${base.name}`);
  const platform = subject.platform ?? subject.config?.platform;
  // What the user gave is for the image's own registry, and so is the leave to do without encryption.
  const { insecure, ...rest } = request;
  const sameRegistry = (await registryOf([`registry:${base.name}`])) === request.credentialsFor;
  const own: BaseRequest = {
    ...rest,
    ...(insecure && (sameRegistry || base.by === 'given') ? { insecure } : {}),
    namedBy: base.by === 'given' || sameRegistry ? 'user' : base.by === 'dockerfile' ? 'project' : 'content',
    ...(platform ? { platform: [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/') } : {}),
  };
  let reached = true;
  const today = await subjectOf(`registry:${base.name}`, own, around, (problem) => {
    reached = false;
    notices.push({
      level: 'info',
      code: 'base-unasked',
      message: `whether ${base.name} was rebuilt is not known: ${problem}`,
    });
  });
  const slim = reached ? slimVariant(base) : undefined;
  const there = slim === undefined ? undefined : await subjectOf(`registry:${slim}`, own, around, () => {});
  return {
    ...(today ? { newerBase: newerBase(subject, base, today) } : {}),
    ...(slim !== undefined && there ? { slimBase: slim } : {}),
  };
}

/** A name that leads to a tag: what a digest names stays what it is. */
function isAskable({ name = '' }: BaseImage): boolean {
  if (name.includes('@')) return false;
  try {
    parseReference(name);
    return true;
  } catch {
    return false;
  }
}

/** Scans the images that are to be tried as bases. What cannot be scanned is a notice. */
export async function triedBases(
  request: BaseRequest,
  around: Surroundings,
  scan: Pick<ScanOptions, 'store' | 'scheme'>,
  notices: Notice[],
): Promise<TriedBase[]> {
  const tried: TriedBase[] = [];
  for (const reference of request.tryBases ?? []) {
    try {
      tried.push(
        await withTarget(reference, request, around, async ({ image, cache }) => {
          const { progress, signal } = around;
          const { findings, subject } = await scanImage(image, { ...scan, cache, progress, signal });
          return { name: reference, findings, ...(subject.created ? { created: subject.created } : {}) };
        }),
      );
    } catch (error) {
      const message = `${reference} could not be tried as base: ${said(error, reference)}`;
      notices.push({ level: 'warning', code: 'base-unread', message });
    }
  }
  return tried;
}

async function subjectOf(
  reference: string,
  request: BaseRequest,
  around: Surroundings,
  failed: (problem: string) => void,
): Promise<Subject | undefined> {
  try {
    const { image, close } = await openTarget(reference, { ...request, cache: false }, around);
    await close();
    return image.subject;
  } catch (error) {
    failed(said(error, reference));
    return undefined;
  }
}

function said(error: unknown, reference: string): string {
  const problem = asPlimsollError(error, 'io', reference);
  if (problem instanceof PlimsollError && problem.code === 'interrupted') throw problem;
  return problem.line;
}
