import { installsType } from '../../ecosystems/installers.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import type { DockerInstruction } from '../../formats/text/index.ts';
import type { ImageConfig, Package } from '../../model.ts';
import { type HistoryStep, historySteps, makesLayer } from './history.ts';

/** An instruction that may have brought what a layer of several instructions holds. */
export interface Maker {
  readonly keyword: string;
  /** What it runs or copies, here-documents included. */
  readonly text: string;
  /** For COPY and ADD: where to, without slashes at its ends. */
  readonly target?: string;
  /** `Dockerfile:12`, where a Dockerfile was given. */
  readonly line?: string;
}

/**
 * Layers that hold more than one instruction: some builders make one layer of all (buildah without `--layers`, kaniko with one
 * snapshot, squashed images), and say of it that the last instruction made it, a CMD as often as not. By layer, the steps in it.
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
    // A step that makes a layer and says that it made none shares that of a later one.
    if (makers.length > (makesLayer(step) ? 1 : 0)) merged.set(step.layer, makers);
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
  if (file !== undefined && chain.some(makesLayer))
    return chain.filter(makesLayer).map((instruction) => ({
      keyword: instruction.keyword,
      text: [instruction.argument, ...instruction.heredocs.map(({ body }) => body)].join('\n'),
      line: `${file}:${instruction.range.start.line}`,
      ...(instruction.keyword === 'RUN' ? {} : targetOf(instruction.words.at(-1)?.value)),
    }));
  return steps.map(({ keyword, argument }) => ({
    keyword,
    text: argument,
    ...(keyword === 'RUN' ? {} : targetOf(argument.trim().split(/\s+/).at(-1))),
  }));
}

const targetOf = (path: string | undefined): { target: string } => ({
  target: (path ?? '').replace(/^[./]+|\/+$/g, ''),
});

/**
 * Which of the instructions in a merged layer brought a package: the one that copied to where it lies, the one that installs it by
 * name or from a file that lists it, else the only one that installs such packages. Undefined where that is not told.
 * `listed`: names that a requirements file lists, by the name of the file.
 */
export function makerOf(
  pkg: Package,
  makers: readonly Maker[],
  listed: ReadonlyMap<string, ReadonlySet<string>>,
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
  return installers.length === 0 ? copied : undefined;
}
