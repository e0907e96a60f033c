import { installsType } from '../../ecosystems/installers.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { withoutEnd, withoutStart } from '../../formats/ends.ts';
import type { DockerInstruction } from '../../formats/text/index.ts';
import type { ImageConfig, Package } from '../../model.ts';
import { fit, type HistoryStep, historySteps, isHollow, makesLayer } from './history.ts';

/** An instruction that may have brought what a layer of several instructions holds. */
export interface Maker {
  readonly keyword: string;
  /** What it runs or copies, here-documents included. */
  readonly text: string;
  /** For COPY and ADD: where to, without slashes at its ends. */
  readonly target?: string;
  /** `Dockerfile:12`, where a Dockerfile was given. */
  readonly line?: string;
  /** When it was done, in milliseconds since 1970, as the history says. */
  readonly done?: number;
}

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
    if (makers.length > (makesLayer(step) ? 1 : 0) || isHollow(step)) merged.set(step.layer, makers);
    open = [];
  }
  return merged;
}

/** The makers in a merged layer: the Dockerfile's instructions where it is known, else the steps of the history. */
export function makersOf(
  steps: readonly HistoryStep[],
  chain: readonly DockerInstruction[],
  file: string | undefined,
): Maker[] {
  if (file !== undefined && chain.some(makesLayer)) {
    const left = [...steps];
    return chain.filter(makesLayer).map((instruction) => ({
      ...doneAt(taken(left, instruction)),
      keyword: instruction.keyword,
      text: [instruction.argument, ...instruction.heredocs.map(({ body }) => body)].join('\n'),
      line: `${file}:${instruction.range.start.line}`,
      ...(instruction.keyword === 'RUN' ? {} : targetOf(instruction.words.at(-1)?.value)),
    }));
  }
  return steps.map((step) => ({
    ...doneAt(step),
    keyword: step.keyword,
    text: step.argument,
    ...(step.keyword === 'RUN' ? {} : targetOf(step.argument.trim().split(/\s+/).at(-1))),
  }));
}

/** The step of the history that is this instruction; steps before it are used up. */
function taken(left: HistoryStep[], instruction: DockerInstruction): HistoryStep | undefined {
  const at = left.findIndex((step) => fit(step, instruction) > 0);
  return at < 0 ? undefined : left.splice(0, at + 1).at(-1);
}

function doneAt(step: HistoryStep | undefined): { done?: number } {
  const done = Date.parse(step?.created ?? '');
  return Number.isNaN(done) ? {} : { done };
}

const targetOf = (path: string | undefined): { target: string } => ({
  target: withoutStart(withoutEnd(path ?? '', '/'), './'),
});

/**
 * Which of the instructions in a merged layer brought a package: the one that copied to where it lies, the one that installs it by
 * name or from a file that lists it, else the only one that installs such packages, else the one that was at work when its files
 * were written. Undefined where that is not told.
 * `listed`: names that a requirements file lists, by the name of the file; `written`: when its files were, in milliseconds since 1970.
 */
export function makerOf(
  pkg: Package,
  makers: readonly Maker[],
  listed: ReadonlyMap<string, ReadonlySet<string>>,
  written?: number,
): Maker | undefined {
  const paths = pkg.evidence.map(({ path }) => path);
  const installers = makers.filter(({ keyword, text }) => keyword === 'RUN' && installsType(pkg.type, text));
  const name = pkg.type === pypi.type ? pypi.normalize(pkg.name) : pkg.name.toLowerCase();
  const names = (text: string): boolean =>
    text.split(/[\s'"]+/).some((word) => {
      const [, head = ''] = /^([A-Za-z0-9][\w.+-]*?)(?:\[[^\]]*\])?(?:[=<>!~:@].*)?$/.exec(word) ?? [];
      return head !== '' && (pkg.type === pypi.type ? pypi.normalize(head) : head.toLowerCase()) === name;
    });
  const lists = (text: string): boolean => [...listed].some(([file, own]) => own.has(name) && text.includes(file));
  const direct =
    installers.filter(({ text }) => names(text)).at(-1) ?? installers.filter(({ text }) => lists(text)).at(-1);
  if (direct) return direct;
  const copied = makers
    .filter(
      ({ target }) =>
        target !== undefined && paths.some((path) => target === '' || path === target || path.startsWith(`${target}/`)),
    )
    .sort((a, b) => (b.target?.length ?? 0) - (a.target?.length ?? 0))[0];
  // A copy of a whole root file system is the least telling of all.
  if (copied && copied.target !== '') return copied;
  if (installers.length === 1) return installers[0];
  return installers.length === 0 ? copied : atWork(makers, installers, written);
}

/** Files keep the second in which they were written, and a step is noted in the history when it is through. */
const SECOND = 1_000;
/** No step takes longer: what is older was written elsewhere. */
const STEP_MS = 6 * 3_600_000;

/** The first step that ended after a moment, if it is one of those that install: times are only told where the steps differ in theirs. */
function atWork(
  makers: readonly Maker[],
  installers: readonly Maker[],
  written: number | undefined,
): Maker | undefined {
  if (written === undefined || new Set(makers.map(({ done }) => done)).size < 2) return undefined;
  const first = makers.find(({ done }) => done !== undefined && done + SECOND > written);
  if (first?.done === undefined || first.done - written > STEP_MS) return undefined;
  return installers.includes(first) ? first : undefined;
}
