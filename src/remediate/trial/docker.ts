import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../limits.ts';
import { printedText } from '../../programs/run.ts';
import { ENGINE_IMAGE } from './left-over.ts';
import {
  type BuilderKind,
  buildOptions,
  closing,
  failureOf,
  starter,
  succeeded,
  TRIAL_IMAGE,
  type Workshop,
} from './workbench.ts';

/**
 * The Engine builds into its own store: the image has a random name, which is taken back, and so is what the builder without BuildKit
 * leaves besides: the image of each step, what it pulled for `FROM`, the container of a step that failed. What was there before stays.
 */
export const docker: BuilderKind = {
  name: 'docker',
  isThere: async (workshop) =>
    succeeded(await starter('docker', workshop)(['version', '--format', '{{.Server.Version}}'], LIMITS.toolMs)),
  async open(workshop) {
    const start = starter('docker', workshop);
    const name = `${TRIAL_IMAGE}-${randomBytes(6).toString('hex')}`;
    const buildx = succeeded(await start(['buildx', 'version'], LIMITS.toolMs));
    const before = buildx ? [] : [...(await listed('image', workshop)), ...(await listed('container', workshop))];
    let said = '';
    return {
      name: buildx ? 'docker buildx' : 'docker',
      async build(job) {
        // For the next trial, where this one is killed.
        writeFileSync(join(workshop.folder, ENGINE_IMAGE), name);
        const verb = buildx ? ['buildx', 'build', '--load'] : ['build', '--force-rm'];
        const args = [...verb, ...buildOptions(job), '--tag', name, job.context];
        const built = await start(args, LIMITS.buildMs, (chunk) => {
          said += chunk.toString('latin1');
        });
        if (!succeeded(built)) return { failure: failureOf(built) };
        return {
          reference: `docker:${name}`,
          execute: ([program = '', ...args]) =>
            start(['run', '--rm', '--network', 'none', '--entrypoint', program, name, ...args], LIMITS.trialRunMs),
        };
      },
      async remove() {
        const last = starter('docker', closing(workshop));
        const quietly = async (...args: string[]): Promise<void> => {
          await last(args, LIMITS.toolMs).catch(() => {});
        };
        // What a step prints stands among what the builder says, and could name what is the user's: that was there before.
        const { containers, images } = stepsOf(said, before);
        if (!buildx && containers.length > 0) await quietly('container', 'rm', '--force', ...containers);
        await quietly('image', 'rm', '--force', '--no-prune', name);
        if (buildx) return;
        // The last ones stand on the first ones.
        for (const id of [...images].reverse()) await quietly('image', 'rm', '--no-prune', id);
      },
    };
  },
};

/** The id of every image or container of the Engine, in full. */
async function listed(kind: 'image' | 'container', workshop: Workshop): Promise<string[]> {
  const asked = await starter('docker', workshop)([kind, 'ls', '--all', '--quiet', '--no-trunc'], LIMITS.toolMs);
  return printedText(asked)
    .split('\n')
    .map((line) => line.trim().replace(/^sha256:/, ''))
    .filter((line) => line !== '');
}

/** Images and containers that a build without BuildKit says that it has to do with: ` ---> 0f175ae35901`, ` ---> Running in 361bf4fa4058`; not those that were there before, in full. */
function stepsOf(
  said: string,
  before: readonly string[],
): { readonly images: readonly string[]; readonly containers: readonly string[] } {
  const stepsLike = (pattern: RegExp): string[] =>
    [...new Set([...said.matchAll(pattern)].map(([, id = '']) => id))].filter(
      (id) => !before.some((known) => known.startsWith(id)),
    );
  return {
    images: stepsLike(/^ ---> ([0-9a-f]{12})\s*$/gm),
    containers: stepsLike(/^ ---> (?:\[Warning\].*)?Running in ([0-9a-f]{12})\s*$/gm),
  };
}
