import { PlimsollError } from '../errors.ts';
import { exposureOf, type ImageExposure } from '../exposure/index.ts';
import { shownSubject } from '../inventory/image-config.ts';
import { takeInventory } from '../inventory/take.ts';
import { withKnownWheels } from '../inventory/wheels-of-code.ts';
import { codeSpool } from '../layers/code-spool.ts';
import type { Subject } from '../model.ts';
import { type LiveRequest, lookAtRunning, startedBy } from './live.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of what an image can load. */
export interface ExposureRequest extends ImageAccess, LiveRequest {
  /** What the container is started with, in place of what the image says. */
  readonly command?: string;
}

/** What a container of a target can load. */
export interface TargetExposure extends ImageExposure {
  readonly subject: Subject;
}

/**
 * Opens a target and tells what a container of it can load, from its start command on. Needs no database. Throws as `openImage` and
 * `takeInventory`, and `usage` for what has no files.
 */
export async function targetExposure(
  target: string,
  { command, live, livePid, ...access }: ExposureRequest,
  around: Surroundings,
): Promise<TargetExposure> {
  const { progress, signal } = around;
  const look = await lookAtRunning(target, { live, livePid }, around);
  return withTarget(look?.target ?? target, access, around, async ({ image, cache }) => {
    const { source } = image.subject;
    if (source === 'project' || source === 'sbom')
      throw new PlimsollError('usage', `${target} is no image: what is loaded is told from files and a start command`);
    const spool = codeSpool();
    try {
      const { inventory, read } = await takeInventory(image, {
        ...(cache && { cache }),
        progress,
        ...(signal && { signal }),
        spool,
        command,
      });
      const exposure = await exposureOf(
        read,
        withKnownWheels(inventory).packages,
        startedBy(look, image.subject.config?.run),
        {
          command,
          state: look?.state,
        },
      );
      return { subject: shownSubject(image.subject, inventory), ...exposure };
    } finally {
      spool.close();
    }
  });
}
