import { lazily } from '../collections.ts';
import { takeInventory } from '../inventory/take.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { ImageConfig, Notice, Subject } from '../model.ts';
import {
  type BaseVariant,
  baseVariants,
  bytesOf,
  type Call,
  callsOf,
  type LinkedTo,
  linkedTo,
  missingLibraries,
  missingPrograms,
  programsCalled,
} from '../remediate/bases/index.ts';
import { slimVariant, type TriedBase } from '../remediate/plan/index.ts';
import type { BaseImage } from '../remediate/plan.ts';
import { registryTags } from '../sources/open.ts';
import { parseReference } from '../sources/reference.ts';
import { baseProblem } from './base-problem.ts';
import type { FixJudging } from './fix-judging.ts';
import { remembered } from './fix-reading.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import { scanImage } from './scan-image.ts';
import type { Surroundings } from './surroundings.ts';

/** An image that may stand in the base's place, and how it is reached. */
export interface BaseCandidate {
  readonly reference: string;
  readonly kind: TriedBase['kind'];
  readonly access: ImageAccess;
}

/** The image whose base is to be replaced, as far as it was read. */
interface BuiltOnBase {
  readonly target: string;
  readonly access: ImageAccess;
  readonly subject: Subject;
  readonly config: ImageConfig | undefined;
  readonly read: ReadImage;
  readonly base: BaseImage;
  /** What is called while it is built. */
  readonly calls: readonly Call[];
}

/** Other tags of the base's repository that may stand in its place: what the registry lists, else the name that official images would use. */
export async function variantsOf(
  base: BaseImage,
  access: ImageAccess,
  around: Surroundings,
  notices: Notice[],
): Promise<BaseVariant[]> {
  const name = base.name ?? '';
  const { tag } = parseReference(name);
  if (tag === undefined) return [];
  const repository = name.endsWith(`:${tag}`) ? name.slice(0, -tag.length - 1) : name;
  const { environment, progress, signal } = around;
  const { credentialsFor, username, password, registryToken, namedBy, insecure } = access;
  try {
    const given =
      credentialsFor === undefined
        ? {}
        : { credentials: { registry: credentialsFor, username, password, token: registryToken } };
    const { tags, isCut } = await registryTags(name, {
      ...{ environment, progress, signal },
      ...given,
      ...(namedBy === undefined ? {} : { namedBy }),
      ...(insecure ? { insecure } : {}),
    });
    if (isCut)
      notices.push({
        level: 'info',
        code: 'tags-cut',
        message: `${repository} has more tags than were looked at: there may be other variants`,
      });
    return baseVariants(repository, tag, tags);
  } catch (error) {
    const said = baseProblem(error, name);
    notices.push({
      level: 'info',
      code: 'tags-unlisted',
      message: `other tags of ${repository} were not looked at: ${said}`,
    });
    const slim = slimVariant(base);
    return slim === undefined ? [] : [{ name: slim, kind: 'slim' }];
  }
}

/** Scans what may stand in the base's place, and says what it lacks that the image uses. What cannot be scanned is a notice. */
export async function comparedBases(
  candidates: readonly BaseCandidate[],
  built: BuiltOnBase,
  around: Surroundings,
  judging: FixJudging,
  notices: Notice[],
): Promise<TriedBase[]> {
  const linked = lazily(() =>
    withTarget(built.target, built.access, around, ({ image }) =>
      linkedTo(image, built.read.files, built.base.layers, around.signal),
    ),
  );
  const tried: TriedBase[] = [];
  let left = LIMITS.basesBytes;
  for (const { reference, kind, access } of candidates) {
    try {
      const base = await withTarget(reference, access, around, async ({ image, cache }): Promise<TriedBase> => {
        const { created, size } = image.subject;
        const about = {
          name: reference.replace(/^registry:/, ''),
          kind,
          ...(created ? { created } : {}),
          ...(size === undefined ? {} : { stored: size }),
        };
        // What nobody named is fetched where it is small; else it is said what fetching it would cost.
        if (kind !== 'named' && ((size ?? 0) > LIMITS.baseBytes || (size ?? 0) > left)) return about;
        if (kind !== 'named') left -= size ?? 0;
        around.progress.say(`scanning ${about.name}`);
        const options = { cache: remembered(cache), progress: around.progress, signal: around.signal };
        const { except, ...by } = judging;
        const scanned = await scanImage(image, { ...by, ...options });
        const { findings } = except?.(scanned) ?? scanned;
        const { read } = await takeInventory(image, options);
        return { ...about, findings, comparison: compared(built, await linked(), read, image.subject) };
      });
      tried.push(base);
    } catch (error) {
      const message = `${reference.replace(/^registry:/, '')} could not be tried as base: ${baseProblem(error, reference)}`;
      notices.push({ level: kind === 'named' ? 'warning' : 'info', code: 'base-unread', message });
    }
  }
  return tried;
}

function compared(
  { read, config, base, calls, subject }: BuiltOnBase,
  linked: LinkedTo,
  other: ReadImage,
  { config: otherConfig, size: stored }: Subject,
): TriedBase['comparison'] {
  const today = { files: read.files, config, baseLayers: base.layers };
  const isBase = (layer: number): boolean => layer < base.layers;
  const sizes = subject.layers.filter(({ index }) => isBase(index)).map(({ size }) => size);
  const before = sizes.every((size) => size !== undefined)
    ? sizes.reduce((sum, size) => sum + (size ?? 0), 0)
    : undefined;
  // Archives hold layers as they are unpacked: only a registry's sizes are those that are sent.
  const isSent = subject.source === 'registry' && before !== undefined && stored !== undefined;
  return {
    missingLibraries: missingLibraries(linked, today, other.files),
    missingPrograms: missingPrograms(programsCalled([...calls, ...callsOf(config)]), today, {
      files: other.files,
      config: otherConfig,
    }),
    ...(linked.isCut ? { isCut: true as const } : {}),
    unpacked: { before: bytesOf(read.files, isBase), after: bytesOf(other.files) },
    ...(isSent ? { sent: { before, after: stored } } : {}),
  };
}
