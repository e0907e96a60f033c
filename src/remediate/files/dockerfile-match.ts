import { PlimsollError } from '../../errors.ts';
import {
  type Dockerfile,
  type DockerInstruction,
  folded,
  type HistoryStep,
  historySteps,
  isHollow,
  isUnnamed,
  makesLayer,
  mergedLayers,
  type Stage,
} from '../../formats/text/index.ts';
import type { ImageConfig } from '../../model.ts';
import { fit } from './history.ts';

/** How a Dockerfile and an image go together. */
export interface DockerfileMatch {
  /** The stage that makes the image. */
  readonly stage: Stage;
  /** Its instructions and those of the stages of the same file that it builds on, in order. */
  readonly chain: readonly DockerInstruction[];
  /** FROM of the lowest of these stages, and what it names. */
  readonly from: DockerInstruction;
  readonly base: string;
  /** By layer. */
  readonly instructions: ReadonlyMap<number, DockerInstruction>;
  /** Where in the chain the instruction of a step of the history stands, by the step's index. */
  readonly places: ReadonlyMap<number, number>;
  /** The lowest layer that this file made; undefined where none could be told. */
  readonly firstLayer?: number;
  readonly belongs: boolean;
  /** Why so, in sentences. */
  readonly evidence: readonly string[];
}

/** What of a Dockerfile a builder would refuse, in sentences; the rest is read all the same. */
export function misunderstood({ problems }: Dockerfile, path: string): string[] {
  const said = problems
    .slice(0, SHOWN)
    .map(({ message, at }) => `${path}:${at.line}:${at.column} is not understood: ${message}`);
  return problems.length > SHOWN ? [...said, `${path}: and ${problems.length - SHOWN} more places`] : said;
}

const SHOWN = 5;

/** The stage that is built: the named one, else the last. Throws `usage`. */
function targetStage(dockerfile: Dockerfile, target: string | undefined): Stage {
  const stage =
    target === undefined
      ? dockerfile.stages.at(-1)
      : dockerfile.stages.find(
          ({ name, index }) => name === target.toLowerCase() || name === target || String(index) === target,
        );
  if (stage) return stage;
  throw new PlimsollError('usage', `the Dockerfile has no stage "${target}"`, {
    hint: `it has ${dockerfile.stages.map(({ name, index }) => name ?? index).join(', ')}`,
  });
}

/** Lays the instructions of a Dockerfile beside the history of an image. */
export function matchDockerfile(
  dockerfile: Dockerfile,
  config: ImageConfig | undefined,
  target?: string,
): DockerfileMatch {
  const stage = targetStage(dockerfile, target);
  const chain = chainOf(dockerfile, stage);
  const root = rootOf(dockerfile, stage);
  const steps = config ? historySteps(config) : [];
  const pairs = align(steps, chain);
  const instructions = new Map<number, DockerInstruction>();
  for (const { step, instruction } of pairs) if (step.layer !== undefined) instructions.set(step.layer, instruction);
  // Of a layer of several instructions the last that changes files stands for it, never a CMD.
  for (const [layer, within] of mergedLayers(config)) {
    const indexes = new Set(within.map(({ index }) => index));
    const last = pairs.filter(({ step, instruction }) => indexes.has(step.index) && makesLayer(instruction)).at(-1);
    if (last) instructions.set(layer, last.instruction);
    else instructions.delete(layer);
  }
  const [first] = pairs;
  const firstLayer = first && steps.slice(first.step.index).find(({ layer }) => layer !== undefined)?.layer;
  const verdict = belongs(steps, chain, pairs);
  return {
    stage,
    chain,
    from: root.from,
    base: root.image,
    instructions,
    places: new Map(pairs.map(({ step, instruction }) => [step.index, chain.indexOf(instruction)])),
    ...(firstLayer === undefined ? {} : { firstLayer }),
    ...verdict,
  };
}

function rootOf(dockerfile: Dockerfile, stage: Stage): Stage {
  let root = stage;
  // A stage builds on earlier ones only, so this ends.
  while (root.base !== undefined && root.base < root.index) root = dockerfile.stages[root.base] as Stage;
  return root;
}

function chainOf(dockerfile: Dockerfile, stage: Stage): DockerInstruction[] {
  const stages = [stage];
  for (let own = stage; own.base !== undefined && own.base < own.index; stages.unshift(own))
    own = dockerfile.stages[own.base] as Stage;
  return stages.flatMap(({ instructions }) => instructions);
}

interface Pair {
  readonly step: HistoryStep;
  readonly instruction: DockerInstruction;
}

/** Cells of the table that alignment fills; beyond, only the end of the history is looked at. */
const CELLS = 4_000_000;

/** The heaviest common sequence, as late in the history as it can be: what a Dockerfile makes comes last. */
function align(all: readonly HistoryStep[], chain: readonly DockerInstruction[]): Pair[] {
  const steps = all.slice(-Math.max(1, Math.floor(CELLS / (chain.length + 1))));
  const width = chain.length + 1;
  const best = new Float64Array((steps.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] as number;
  for (let i = steps.length - 1; i >= 0; i--)
    for (let j = chain.length - 1; j >= 0; j--) {
      const weight = fit(steps[i]!, chain[j]!);
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), weight > 0 ? weight + at(i + 1, j + 1) : 0);
    }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < steps.length && j < chain.length; ) {
    if (at(i + 1, j) === at(i, j)) i++;
    else if (at(i, j + 1) === at(i, j)) j++;
    else pairs.push({ step: steps[i++]!, instruction: chain[j++]! });
  }
  return pairs;
}

function belongs(
  steps: readonly HistoryStep[],
  chain: readonly DockerInstruction[],
  pairs: readonly Pair[],
): { belongs: boolean; evidence: string[] } {
  const layers = steps.filter(({ layer }) => layer !== undefined);
  if (layers.length > 0 && layers.every(isUnnamed))
    return {
      belongs: true,
      evidence: [
        'the history of the image names no instruction to compare the Dockerfile with (imported, or committed)',
      ],
    };
  if (steps.length === 0)
    return { belongs: true, evidence: ['the image has no history to compare the Dockerfile with'] };
  const making = chain.filter(makesLayer);
  if (making.length === 0) return { belongs: true, evidence: ['the Dockerfile makes no layer of its own'] };
  const instructions = new Set(pairs.map(({ instruction }) => instruction));
  const missing = making.filter((instruction) => !instructions.has(instruction));
  // One snapshot of all (kaniko): of a whole Dockerfile the history has the last instruction alone.
  const only = pairs.findLast(({ step }) => step.layer !== undefined);
  const isWhole =
    only?.step.isOnlyOfKaniko === true
      ? missing.length > 0 && missing.length >= making.length - 1
      : missing.length === making.length && only !== undefined && isHollow(only.step);
  if (isWhole && only && only.instruction === chain.at(-1) && fit(only.step, only.instruction) >= 1)
    return {
      belongs: true,
      evidence: [
        `one layer was made of the whole Dockerfile; the history names its last instruction, ${only.instruction.keyword}`,
      ],
    };
  const evidence = [
    `${making.length - missing.length} of its ${making.length} RUN, COPY and ADD instructions are steps of the image's history`,
    ...missing
      .slice(0, 3)
      .map(
        (instruction) =>
          `line ${instruction.range.start.line} is not: ${instruction.keyword} ${folded(instruction.argument).slice(0, 80)}`,
      ),
  ];
  return { belongs: missing.length * 2 <= making.length, evidence };
}
