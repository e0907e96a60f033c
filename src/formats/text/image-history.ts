import { posix } from 'node:path';
import type { ImageConfig } from '../../model.ts';
import type { DockerInstruction } from './dockerfile.ts';

/** A step of an image's history in the words of a Dockerfile. */
export interface HistoryStep {
  /** Index in the history. */
  readonly index: number;
  /** Upper case; empty where the step is none of a Dockerfile. */
  readonly keyword: string;
  /** White space folded, the builder's own additions taken off. */
  readonly argument: string;
  /** Index of the layer it made; absent: none. */
  readonly layer?: number;
  readonly created?: string;
  readonly createdBy: string;
  /** True: kaniko made it, and no other step. */
  readonly isOnlyOfKaniko?: true;
  /** Where its relative paths lead, without slashes at its ends (`srv/app`); absent where a variable of the build says so. */
  readonly folder?: string;
}

const KEYWORD =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?:\s+|$)/;
const SHELL = /^(?:\|\d+\s[\s\S]*?)?\/(?:usr\/)?bin\/\w+(?:\s+-\w+(?:\s+pipefail)?)*\s+-\w*c\s+/;

/** The history as Docker, BuildKit and buildah write it, read back. https://github.com/opencontainers/image-spec/blob/main/config.md */
export function historySteps(config: Pick<ImageConfig, 'history'>): HistoryStep[] {
  let layer = 0;
  let folder: string | undefined = '';
  const byKaniko = config.history.filter(({ author }) => author === 'kaniko').length;
  return config.history.map(({ createdBy, created, emptyLayer, author }, index) => {
    const said = instructionOf(createdBy);
    if (said.keyword === 'WORKDIR') folder = targetPath(folder, said.argument);
    return {
      index,
      ...said,
      createdBy,
      ...(created === undefined ? {} : { created }),
      ...(byKaniko === 1 && author === 'kaniko' ? { isOnlyOfKaniko: true as const } : {}),
      ...(emptyLayer ? {} : { layer: layer++ }),
      ...(folder === undefined ? {} : { folder }),
    };
  });
}

/** A path as an instruction writes it, seen from the folder that it works in: without slashes at its ends, undefined where that is not told. */
export function targetPath(folder: string | undefined, path: string): string | undefined {
  if (path.includes('$') || (folder === undefined && !path.startsWith('/'))) return undefined;
  return posix.resolve('/', folder ?? '', path).slice(1);
}

/** What a `created_by` says: classic builders write the shell they ran, or `#(nop)` for what ran nothing. */
function instructionOf(createdBy: string): { keyword: string; argument: string } {
  const text = createdBy.trim().replace(/(?<!\s)\s+# buildkit$/, '');
  const nop = /^(?:\|\d+\s[\s\S]*?)?\/bin\/sh -c #\(nop\)\s*/.exec(text);
  if (nop) return worded(text.slice(nop[0].length));
  const run = SHELL.exec(text);
  if (run) return { keyword: 'RUN', argument: folded(text.slice(run[0].length)) };
  return worded(text);
}

function worded(text: string): { keyword: string; argument: string } {
  const [head, keyword = ''] = KEYWORD.exec(text) ?? [];
  const rest = text.slice(head?.length ?? 0);
  const shell = keyword === 'RUN' ? SHELL.exec(rest) : null;
  return { keyword, argument: folded(shell ? rest.slice(shell[0].length) : rest) };
}

/** Runs of white space, and line continuations that some builders keep, become one space. */
export const folded = (text: string): string =>
  text
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const MAKES_LAYER = new Set(['RUN', 'COPY', 'ADD']);

/** Whether a Dockerfile instruction changes files. */
export const makesLayer = ({ keyword }: Pick<DockerInstruction, 'keyword'>): boolean => MAKES_LAYER.has(keyword);

const CHANGES_NO_FILE = new Set(
  'ARG CMD ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL MAINTAINER ONBUILD SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

/** Whether the history says nothing of who made a layer: `docker import` leaves that empty, `podman commit` and `buildah commit` name the shell alone. */
export const isUnnamed = ({ createdBy, layer }: HistoryStep): boolean =>
  layer !== undefined && /^(?:(?:\/usr)?\/bin\/)?(?:[abd]a?sh|sh)?$/.test(createdBy.trim());

/** Whether a layer is laid to an instruction that brings no file of a package, or to none: others made it, whatever the history says. */
export const isHollow = (step: HistoryStep): boolean =>
  isUnnamed(step) || (step.layer !== undefined && CHANGES_NO_FILE.has(step.keyword));

/**
 * Layers that hold more than one instruction: some builders make one layer of all (buildah without `--layers`, kaniko with one
 * snapshot, squashed images), and say of it that the last instruction made it, a CMD as often as not. By layer, the steps in it: none where
 * the history names no other, as kaniko's does.
 */
export function mergedLayers(
  config: Pick<ImageConfig, 'history'> | undefined,
): ReadonlyMap<number, readonly HistoryStep[]> {
  const merged = new Map<number, readonly HistoryStep[]>();
  if (config === undefined) return merged;
  let open: HistoryStep[] = [];
  for (const step of historySteps(config)) {
    open.push(step);
    if (step.layer === undefined) continue;
    const makers = open.filter(makesLayer);
    // A step that makes a layer and says that it made none shares that of a later one; one that changes no file made none of its own.
    // Of one snapshot of a whole Dockerfile kaniko names the last instruction, whichever that is.
    if (makers.length > (makesLayer(step) ? 1 : 0) || isHollow(step) || step.isOnlyOfKaniko)
      merged.set(step.layer, makers);
    open = [];
  }
  return merged;
}

/**
 * What is said to have made each layer, lowest first: the step of the history, and of a layer that several made these together, never
 * the `CMD` that a builder happened to end with. Undefined where nothing that changes files is named.
 */
export function layerInstructions(config: Pick<ImageConfig, 'history'>): (string | undefined)[] {
  const merged = mergedLayers(config);
  return historySteps(config).flatMap((step) => {
    if (step.layer === undefined) return [];
    const within = merged.get(step.layer);
    if (within === undefined) return [step.createdBy];
    const [only] = within;
    if (within.length < 2) return [only?.createdBy ?? (step.keyword === 'WORKDIR' ? step.createdBy : undefined)];
    const said = within.map(({ keyword, argument }) => `${keyword} ${argument}`);
    return [`${within.length} instructions in one layer: ${said.join('; ')}`];
  });
}
