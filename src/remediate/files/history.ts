import { withoutEnd } from '../../formats/ends.ts';
import type { DockerInstruction } from '../../formats/text/index.ts';
import type { ImageConfig } from '../../model.ts';

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
}

const KEYWORD =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?:\s+|$)/;
const SHELL = /^(?:\|\d+\s[\s\S]*?)?\/(?:usr\/)?bin\/\w+(?:\s+-\w+(?:\s+pipefail)?)*\s+-\w*c\s+/;

/** The history as Docker, BuildKit and buildah write it, read back. https://github.com/opencontainers/image-spec/blob/main/config.md */
export function historySteps(config: Pick<ImageConfig, 'history'>): HistoryStep[] {
  let layer = 0;
  return config.history.map(({ createdBy, created, emptyLayer }, index) => ({
    index,
    ...instructionOf(createdBy),
    createdBy,
    ...(created === undefined ? {} : { created }),
    ...(emptyLayer ? {} : { layer: layer++ }),
  }));
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

/** Whether a layer is laid to an instruction that brings no file of a package: others made it, whatever the history says. */
export const isHollow = ({ keyword, layer }: HistoryStep): boolean =>
  layer !== undefined && CHANGES_NO_FILE.has(keyword);

/** How well a step of the history fits an instruction: 0 not at all, 1 perhaps, 3 surely. */
export function fit(step: HistoryStep, instruction: DockerInstruction): number {
  if (step.keyword !== instruction.keyword) return 0;
  const { words, pairs, heredocs, argument } = instruction;
  if (step.keyword === 'RUN')
    return runFit(
      step.argument,
      folded(argument),
      heredocs.map(({ body }) => folded(body)),
    );
  if (step.keyword === 'COPY' || step.keyword === 'ADD') {
    const target = words.at(-1)?.value ?? '';
    const classic = /^(?:file|dir|multi):[0-9a-f]+ in (.*)$/.exec(step.argument);
    if (classic) return sameFolder(classic[1] as string, target) ? 2 : 0;
    const written = folded(words.map(({ value }) => value).join(' '));
    if (step.argument === written) return 3;
    return sameFolder(step.argument.split(' ').at(-1) ?? '', target) ? 1 : 0;
  }
  if (pairs.length > 0) return pairs.some(({ name }) => step.argument.startsWith(`${name}=`)) ? 1 : 0;
  return step.argument === folded(words.map(({ value }) => value).join(' ')) || step.argument === folded(argument)
    ? 1
    : 0.5;
}

const sameFolder = (a: string, b: string): boolean => {
  const plain = (path: string): string => withoutEnd(path.replace(/^\.?\//, ''), '/');
  return plain(a) === plain(b) || plain(a).endsWith(`/${plain(b)}`);
};

function runFit(step: string, written: string, bodies: readonly string[]): number {
  const jsonWords = /^\[/.test(written) ? written.replace(/^\[\s*"|"\s*\]$/g, '').replace(/"\s*,\s*"/g, ' ') : written;
  if (step === written || step === jsonWords) return 3;
  if (bodies.some((body) => body !== '' && step.includes(body))) return 3;
  const [short, long] = step.length < written.length ? [step, written] : [written, step];
  if (short.length > 12 && long.includes(short)) return 2;
  // The file may be a few versions ahead of the image.
  return unversioned(step) === unversioned(jsonWords) ? 2 : 0;
}

const unversioned = (command: string): string => command.replace(/\d+(?:\.\d+)*/g, '#');
