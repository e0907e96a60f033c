import { readFile, stat } from 'node:fs/promises';
import { pypi } from '../ecosystems/pypi.ts';
import { PlimsollError } from '../errors.ts';
import { type Dockerfile, parseDockerfile, type Stage } from '../formats/text/index.ts';
import { inventoryOf } from '../inventory/kept.ts';
import { projectKey } from '../inventory/project.ts';
import { withKnownWheels } from '../inventory/wheels-of-code.ts';
import { LIMITS } from '../limits.ts';
import { missingFile } from '../missing-file.ts';
import type { Inventory, Notice, Package, Platform } from '../model.ts';
import { hostPlatform, parsePlatform, platformText } from '../sources/platform.ts';
import { parseReference } from '../sources/reference.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import type { Surroundings } from './surroundings.ts';

/** A project as it will be on its base image. */
export interface OnBase {
  readonly inventory: Inventory;
  readonly notices: readonly Notice[];
  readonly base?: { readonly name: string; readonly said: string };
}

/** What is asked of a Dockerfile: where it is, and the arguments of the build. */
export interface DockerfileRequest {
  readonly dockerfile?: string;
  readonly buildArguments?: ReadonlyMap<string, string>;
}

/**
 * Adds the base image that a Dockerfile names to what a project declares. A Python package that both have is there as the project
 * declares it. Throws `not-found`, `usage` for a Dockerfile that no builder takes or that leaves the base open, and as `openImage`.
 */
export async function withBase(
  project: Inventory,
  { dockerfile, buildArguments = new Map() }: DockerfileRequest & { readonly dockerfile: string },
  access: ImageAccess,
  around: Surroundings,
): Promise<OnBase> {
  const { stage, name } = baseOf(
    await read(dockerfile, new Map([...platformArguments(access.platform), ...buildArguments])),
    dockerfile,
  );
  const said = `${dockerfile}:${stage.from.range.start.line}`;
  const steps: Notice = {
    level: 'info',
    code: 'steps-unknown',
    message: 'what the other instructions of the Dockerfile install or remove is not known before the build',
  };
  if (name === 'scratch') return { inventory: project, notices: [steps] };
  const { progress, signal } = around;
  progress.say(`the base image of ${said} is ${name}`);
  const { platform = stage.platform, cache: cached } = access;
  // A Dockerfile may be somebody else's: it chooses neither a file of this machine, nor who gets the user's password.
  const reach: ImageAccess = {
    namedBy: 'project',
    ...(cached === undefined ? {} : { cache: cached }),
    ...(platform === undefined || platform.includes('$') ? {} : { platform }),
  };
  return withTarget(parseReference(name).name, reach, around, async ({ image, cache }) => {
    const base = withKnownWheels((await inventoryOf(image, { cache, progress, signal })).inventory);
    const digest = image.subject.digest === undefined ? '' : ` (${image.subject.digest})`;
    const judged: Notice = {
      level: 'info',
      code: 'base-image',
      message: `the base image ${name}${digest} of ${said} is judged with it`,
    };
    return {
      inventory: merged(project, base),
      notices: [...(image.notices ?? []), judged, steps],
      base: { name, said: `${said}: FROM ${name}` },
    };
  });
}

/** What a builder sets by itself, for FROM too. https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function platformArguments(wanted: string | undefined): readonly (readonly [string, string])[] {
  const told = (role: string, platform: Platform): readonly (readonly [string, string])[] => [
    [`${role}PLATFORM`, platformText(platform)],
    [`${role}OS`, platform.os],
    [`${role}ARCH`, platform.architecture],
    [`${role}VARIANT`, platform.variant ?? ''],
  ];
  const host = hostPlatform();
  return [...told('BUILD', host), ...told('TARGET', wanted === undefined ? host : parsePlatform(wanted))];
}

async function read(path: string, buildArguments: ReadonlyMap<string, string>): Promise<Dockerfile> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile()) throw missingFile(path, 'Dockerfile');
  if (status.size > LIMITS.dockerfileBytes)
    throw new PlimsollError('limit', `larger than ${LIMITS.dockerfileBytes} bytes: no Dockerfile`, { where: path });
  return parseDockerfile(await readFile(path, 'utf8'), buildArguments);
}

/** The image under the last stage, which is the one that is built. */
function baseOf(file: Dockerfile, path: string): { readonly stage: Stage; readonly name: string } {
  const at = (line: number | undefined): string => (line === undefined ? path : `${path}:${line}`);
  let stage = file.stages.at(-1);
  const problem = file.problems[0];
  if (!stage)
    throw new PlimsollError('usage', problem?.message ?? 'the Dockerfile has no FROM', {
      where: at(problem?.at.line),
    });
  while (stage.base !== undefined && stage.base < stage.index) stage = file.stages[stage.base] as Stage;
  const { image, from } = stage;
  const what = from.argument.includes('$') ? 'base image' : 'platform of the base image';
  if (image === '' || image.includes('$') || from.unset.length > 0)
    throw new PlimsollError('usage', `the ${what} is left open: FROM ${from.argument}`, {
      where: at(from.range.start.line),
      hint: `say it with --build-arg ${from.unset[0] ?? 'NAME'}=...`,
    });
  return { stage, name: image };
}

function merged(project: Inventory, base: Inventory): Inventory {
  const declared = new Set(project.packages.map(projectKey));
  const isKept = (pkg: Package): boolean =>
    pkg.type !== pypi.type || pkg.ownedBy !== undefined || !declared.has(projectKey(pkg));
  return {
    ...project,
    ...(base.os ? { os: base.os } : {}),
    packages: [...base.packages.filter(isKept), ...project.packages],
    risks: [...base.risks, ...project.risks],
    unknowns: [...base.unknowns, ...project.unknowns],
    remarks: [...(base.remarks ?? []), ...(project.remarks ?? [])],
    files: base.files + project.files,
  };
}
