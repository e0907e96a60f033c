import { printable } from '../../errors.ts';
import { type DockerInstruction, makesLayer } from '../../formats/text/index.ts';
import type { StepKind } from '../plan.ts';
import type { DockerfileMatch } from './dockerfile-match.ts';

/** Where in a Dockerfile something is to be run. */
export interface InsertionPoint {
  readonly after: DockerInstruction;
  /** The user that runs what stands there, where it is not root. */
  readonly user?: string;
  /** True: not the file says so, but the image's configuration. */
  readonly userOfImage?: true;
  /** True: what SHELL names there does not take a shell's words. */
  readonly shellless?: true;
}

/**
 * A user or number, and a group. An image's configuration may hold any text as its user: a line end in it would be an instruction of its own,
 * a blank or `$` mean something else to the builder. https://docs.docker.com/reference/dockerfile/#user
 */
const USER = /^\w[\w.@+-]{0,127}(?::\w[\w.@+-]{0,127})?$/;

/** Why a RUN of these commands cannot be written: paths and users come from images, and what ends a line would begin an instruction. */
export function unwritable(commands: readonly string[], { user, userOfImage }: InsertionPoint): string | undefined {
  const odd = commands.find((command) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(command));
  if (odd !== undefined) return `a path of the image holds what no line of a Dockerfile can: ${printable(odd, 200)}`;
  if (userOfImage && user !== undefined && !USER.test(user))
    return `the image names a user that USER does not take: "${printable(user, 80)}"`;
  return undefined;
}

/**
 * Behind the last instruction that brought one of the packages, or behind FROM (and the ARG and SHELL that follow it) where the
 * base brought them all; what nobody knows who brought it (npm packages, and all of an image without a history) is changed at the end. `user`: what the image's configuration says, for bases that change it.
 */
export function insertionPoint(
  match: DockerfileMatch,
  layers: readonly number[],
  user: string | undefined,
  kind: StepKind = 'python',
): InsertionPoint {
  const makers = [
    ...layers.flatMap((layer) => match.instructions.get(layer) ?? perhaps(match, layer) ?? []),
    ...(kind === 'os' ? match.chain.filter(namesSources) : []),
  ].filter(makesLayer);
  const last = makers.reduce<DockerInstruction | undefined>(
    (a, b) => (a === undefined || match.chain.indexOf(b) > match.chain.indexOf(a) ? b : a),
    undefined,
  );
  // The folder of an npm tree is there at the end at the latest; behind FROM it need not be. Nor is what a folder or a single layer
  // holds, of which no instruction is known: what is changed before the file installs it would be changed back.
  const isApart = kind === 'npm' || (match.instructions.size === 0 && kind !== 'os');
  const after = last ?? (isApart ? match.chain.filter(makesLayer).at(-1) : undefined) ?? behindFrom(match);
  const upTo = match.chain.slice(0, match.chain.indexOf(after) + 1);
  const users = upTo.filter(({ keyword }) => keyword === 'USER');
  const own = users.at(-1)?.words[0]?.value;
  const any = match.chain.some(({ keyword }) => keyword === 'USER');
  const effective = own ?? (any ? undefined : user);
  const root = effective === undefined || effective === '' || /^(?:root|0)(?::|$)/.test(effective);
  const shell = upTo.filter(({ keyword }) => keyword === 'SHELL').at(-1);
  const isShell = shell === undefined || shell.words.some(({ value }) => isShellName(value));
  const named = own === undefined ? { user: effective, userOfImage: true as const } : { user: own };
  return { after, ...(root ? {} : named), ...(isShell ? {} : { shellless: true as const }) };
}

/**
 * The last instruction that may have made a layer of this file which none is known to have made: of those that are no step of the history, between the ones that made the
 * layers below and above. A RUN that was changed since the image was built installs what it names once more, and would undo what is written before it.
 */
function perhaps({ chain, instructions, firstLayer }: DockerfileMatch, layer: number): DockerInstruction | undefined {
  if (firstLayer === undefined || layer < firstLayer) return undefined;
  const known = [...instructions].map(([at, instruction]) => ({ at, place: chain.indexOf(instruction) }));
  const below = Math.max(-1, ...known.filter(({ at }) => at < layer).map(({ place }) => place));
  const above = Math.min(chain.length, ...known.filter(({ at }) => at > layer).map(({ place }) => place));
  return chain
    .slice(below + 1, above)
    .filter(makesLayer)
    .at(-1);
}

/** A shell by its name, also where something starts it: `conda run -n app /bin/bash -c`. */
const isShellName = (word: string): boolean => /(?:^|[\\/])(?:(?:ba|da|a|z|k)?sh|busybox)(?:\.exe)?$/.test(word);

function behindFrom(match: DockerfileMatch): DockerInstruction {
  let after = match.from;
  for (const instruction of match.chain) {
    if (!['ARG', 'SHELL', 'LABEL'].includes(instruction.keyword)) break;
    if (instruction.stage === match.from.stage) after = instruction;
  }
  return after;
}

/** An upgrade has to come behind what says where packages come from. */
const namesSources = (instruction: DockerInstruction): boolean =>
  /etc\/(?:apt|apk|yum\.repos\.d)\b|add-apt-repository/.test(
    [instruction.argument, ...instruction.heredocs.map(({ body }) => body)].join('\n'),
  );
