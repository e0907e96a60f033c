/** Build steps, from an image's history or a Dockerfile: the same questions are asked of both. */
import type { DockerInstruction } from '../../formats/text/index.ts';
import { commandsStartedBy, isShell, type ShellCommand, shellCommands, splitWords } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { ImageConfig } from '../../model.ts';
import { type BenchItem, Unreadable } from '../check.ts';
import type { DockerfileFacts } from '../facts.ts';
import type { ImageFacts } from './facts.ts';

/** One instruction that built an image. */
export interface BuildStep {
  /** Upper case. */
  readonly keyword: string;
  /** Arguments; for RUN the shell command without the shell. */
  readonly text: string;
  readonly flags: ReadonlyMap<string, string>;
  /** The words of a Dockerfile's instruction, those of JSON form without their quotes; none for history. */
  readonly words: readonly string[];
  /** The same with variables replaced, where the builder replaces them. */
  readonly values: readonly string[];
  /** Variables that nothing here gives a value. */
  readonly unset: readonly string[];
  /** Bodies of here-documents. */
  readonly documents: readonly string[];
  /** True until the first layer is there: what a base image begins with. */
  readonly first: boolean;
  /** What ONBUILD leaves to the builds that start from this image. */
  readonly deferred?: true;
  /** Evidence that names this step. */
  readonly item: (detail: string) => BenchItem;
}

/** The history of an image as steps. Throws `Unreadable` where nobody told it. */
export function stepsOfImage(image: ImageFacts): BuildStep[] {
  if (image.historyUnread !== undefined) throw new Unreadable('broken', image.historyUnread);
  let layers = 0;
  return image.config.history.slice(0, LIMITS.dockerfileInstructions).map((instruction, index) => {
    const { keyword, text, flags } = parseHistory(instruction.createdBy);
    // buildah counts one layer for all instructions, and gives it to the last.
    const first = layers === 0;
    if (!instruction.emptyLayer) layers++;
    return {
      keyword,
      text,
      flags,
      words: [],
      values: [],
      unset: [],
      documents: [],
      first,
      item: (detail) => ({ subject: image.name, detail: `history ${index + 1}, ${keyword}: ${detail}` }),
    };
  });
}

/** Words by which a builder says what it did: keywords, a shell's command, the root file system of a distribution. */
const TOLD =
  /^(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\s|^(?:\|\d+\s|\S*\/?(?:ba|da|z|k)?sh\s+-)|^#\s*debian\.sh\b|#\(nop\)/;

/** How many layers the history does not account for: it has no entry, or one that says nothing. */
export function untoldLayers({ config }: ImageFacts): number {
  const made = config.history.filter((instruction) => !instruction.emptyLayer);
  const told = made.filter((instruction) => TOLD.test(instruction.createdBy.trim())).length;
  // buildah writes one entry for all instructions of a build.
  return Math.max(0, Math.max(made.length, config.diffIDs.length) - told);
}

/** The instructions of the stages that the last one is built from; `all`: of every stage. */
export function stepsOfDockerfile({ path, file }: DockerfileFacts, which: 'final' | 'all' = 'all'): BuildStep[] {
  const wanted = which === 'all' ? undefined : finalStages(file.stages);
  return file.instructions
    .filter((instruction) => wanted === undefined || wanted.has(instruction.stage))
    .flatMap((instruction) => [
      dockerfileStep(instruction, path),
      ...(instruction.trigger === undefined
        ? []
        : [{ ...dockerfileStep({ ...instruction.trigger, range: instruction.range }, path), deferred: true as const }]),
    ]);
}

function finalStages(stages: DockerfileFacts['file']['stages']): Set<number> {
  const wanted = new Set<number>();
  for (let stage = stages.at(-1); stage !== undefined; ) {
    wanted.add(stage.index);
    const base = stage.base;
    stage = base === undefined || wanted.has(base) ? undefined : stages[base];
  }
  return wanted;
}

function dockerfileStep(instruction: DockerInstruction, path: string): BuildStep {
  const { line } = instruction.range.start;
  const words = instruction.form === 'json' ? instruction.words.map((word) => word.text) : undefined;
  return {
    keyword: instruction.keyword,
    text: words === undefined ? instruction.argument : unshelled(words),
    flags: new Map(instruction.flags.map((flag) => [flag.name, flag.value])),
    words: instruction.words.map((word) => word.text),
    values: instruction.words.map((word) => word.value),
    unset: instruction.unset,
    documents: instruction.heredocs.map((document) => document.body),
    first: false,
    item: (detail) => ({ subject: path, detail: `${instruction.keyword}: ${detail}`, path, line }),
  };
}

const unshelled = (words: readonly string[]): string =>
  /(?:^|\/)(?:ba|da|z|k)?sh$/.test(words[0] ?? '') && /^-\w*c$/.test(words[1] ?? '')
    ? words.slice(2).join(' ')
    : words.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(' ');

const KEYWORD =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\s+/;

/**
 * One `created_by`: the classic builder writes `/bin/sh -c #(nop)  ENV a=b` and `/bin/sh -c command`, with build arguments
 * `|1 a=b /bin/sh -c command`; BuildKit `RUN /bin/sh -c command # buildkit`.
 */
export function parseHistory(createdBy: string): Pick<BuildStep, 'keyword' | 'text' | 'flags'> {
  const text = createdBy
    .slice(0, LIMITS.dockerfileWordBytes)
    .trimEnd()
    .replace(/(?<=\s)# buildkit$/, '')
    .trim();
  const nop = /^\S*sh\s+(?:-\S+\s+(?:pipefail\s+)?)*?-\S*c\s+#\(nop\)\s+([A-Z]+)\s*([\s\S]*)$/.exec(text);
  if (nop !== null) return { keyword: nop[1]!, text: nop[2]!.trim(), flags: new Map() };
  const match = KEYWORD.exec(text);
  const keyword = match?.[1] ?? 'RUN';
  const rest = match === null ? text : text.slice(match[0].length);
  if (keyword === 'RUN')
    return {
      keyword,
      text: rest.replace(/^(?:\|\d+\s[\s\S]*?\s)?\S*\/(?:ba|da|z|k)?sh\s+(?:-\S+\s+(?:pipefail\s+)?)*?-\S*c\s+/, ''),
      flags: new Map(),
    };
  const flags = new Map<string, string>();
  const plain = rest.replace(/^(?:--[a-z-]+(?:=\S*)?\s+)+/, (options) => {
    for (const option of options.trim().split(/\s+/)) {
      const equals = option.indexOf('=');
      flags.set(option.slice(2, equals === -1 ? undefined : equals), equals === -1 ? '' : option.slice(equals + 1));
    }
    return '';
  });
  return { keyword, text: plain, flags };
}

/** Build arguments that a history step shows: `|2 A=b C=d /bin/sh -c ...`. */
export function historyArguments(
  config: ImageConfig,
): { readonly index: number; readonly name: string; readonly value: string }[] {
  return config.history.flatMap((instruction, index) => {
    const match = /^(?:RUN\s+)?\|\d+\s([\s\S]*?)\s\S*\/(?:ba|da|z|k)?sh\s+-/.exec(
      instruction.createdBy.slice(0, LIMITS.dockerfileWordBytes),
    );
    if (match === null) return [];
    return splitWords(match[1]!, '\\').flatMap((word) => {
      const equals = word.text.indexOf('=');
      return equals < 1 ? [] : [{ index, name: word.text.slice(0, equals), value: word.text.slice(equals + 1) }];
    });
  });
}

/** True where a here-document of the step is read by a shell: `RUN <<EOF`, `RUN bash <<EOF`, and not by Python or into a file. */
function readByShell({ text }: BuildStep, document: string): boolean {
  const before = text.slice(0, text.indexOf('<<')).trim();
  const interpreter = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(document);
  if (interpreter !== null)
    return isShell((interpreter[1]!.endsWith('/env') ? (interpreter[2] ?? '') : interpreter[1]!).replace(/^.*\//, ''));
  return before === '' || isShell(shellCommands(before).at(-1)?.program ?? '');
}

/** All commands of a RUN step: those of here-documents that a shell reads, and those that others start. */
export function runCommands(step: BuildStep): ShellCommand[] {
  if (step.keyword !== 'RUN') return [];
  const texts = [step.text, ...step.documents.filter((document) => readByShell(step, document))];
  return texts.flatMap(shellCommands).flatMap((command) => [command, ...commandsStartedBy(command)]);
}
