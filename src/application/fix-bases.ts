import { LIMITS } from '../limits.ts';
import type { Notice, Subject } from '../model.ts';
import { type NewerBase, newerBase } from '../remediate/plan/index.ts';
import type { BaseImage } from '../remediate/plan.ts';
import { registryOf } from '../sources/open.ts';
import { parseReference } from '../sources/reference.ts';
import { baseProblem } from './base-problem.ts';
import { type BaseCandidate, variantsOf } from './fix-base-variants.ts';
import { type ImageAccess, openTarget } from './open-target.ts';
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
  const subjects: Subject[] = [];
  for (const reference of request.bases ?? []) {
    const subject = await subjectOf(reference, request, around, (problem) => {
      notices.push({
        level: 'warning',
        code: 'base-unread',
        message: `the base image could not be opened: ${problem}`,
      });
    });
    if (subject) subjects.push(subject);
  }
  return subjects;
}

/** What the registry has in the base's place, and how it is asked. */
interface BasesToday {
  readonly newerBase?: NewerBase;
  readonly candidates: readonly BaseCandidate[];
}

/** Asks the registry for the tag that the image was built on, and for what else may stand in its place. Failures are notices. */
export async function basesToday(
  subject: Subject,
  base: BaseImage,
  request: BaseRequest,
  around: Surroundings,
  notices: Notice[],
): Promise<BasesToday> {
  const named = (request.tryBases ?? []).map(
    (reference): BaseCandidate => ({ reference, kind: 'named', access: request }),
  );
  if (base.name === undefined || base.layers === 0 || !isAskable(base)) return { candidates: named };
  if (request.offline) {
    notices.push({
      level: 'info',
      code: 'base-unasked',
      message: `whether ${base.name} was rebuilt, and what slim or hardened variants of it would clear, was not looked at: no registry is asked (--offline)`,
    });
    return { candidates: named };
  }
  around.progress.say(`asking the registry for ${base.name}`);
  const own = await accessOfBase(subject, base, request);
  let reached = true;
  const today = await subjectOf(`registry:${base.name}`, own, around, (problem) => {
    reached = false;
    notices.push({
      level: 'info',
      code: 'base-unasked',
      message: `whether ${base.name} was rebuilt, and what slim or hardened variants of it would clear, was not looked at: ${problem}`,
    });
  });
  if (!reached || today === undefined) return { candidates: named };
  const newer = newerBase(subject, base, today);
  const variants = await variantsOf(base, own, around, notices);
  // What the user named is not tried a second time because the registry lists it too.
  const isNamed = new Set(named.map(({ reference }) => reference.replace(/^registry:/, '')));
  const asked = [...(newer.rebuilt ? [{ name: base.name, kind: 'rebuilt' as const }] : []), ...variants]
    .filter(({ name }) => !isNamed.has(name))
    .slice(0, LIMITS.baseVariants);
  return {
    newerBase: newer,
    candidates: [...named, ...asked.map(({ name, kind }) => ({ reference: `registry:${name}`, kind, access: own }))],
  };
}

/** What the user gave is for the image's own registry, and so is the leave to do without encryption. */
async function accessOfBase(subject: Subject, base: BaseImage, request: BaseRequest): Promise<ImageAccess> {
  const platform = subject.platform ?? subject.config?.platform;
  const { insecure, bases: _, tryBases: __, offline: ___, ...rest } = request;
  const sameRegistry = (await registryOf([`registry:${base.name}`])) === request.credentialsFor;
  return {
    ...rest,
    ...(insecure && (sameRegistry || base.by === 'given') ? { insecure } : {}),
    namedBy: base.by === 'given' || sameRegistry ? 'user' : base.by === 'dockerfile' ? 'project' : 'content',
    ...(platform ? { platform: [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/') } : {}),
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
    failed(baseProblem(error, reference));
    return undefined;
  }
}
