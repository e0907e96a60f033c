import { basename, join } from 'node:path';
import { type DockerInstruction, type HistoryStep, historySteps, mergedLayers } from '../formats/text/index.ts';
import type { ImageConfig } from '../model.ts';
import type { Call } from '../remediate/bases/index.ts';
import {
  type BuildFiles,
  type DockerfileMatch,
  makeEdits,
  makersOf,
  readRequirements,
  writeFiles,
} from '../remediate/files/index.ts';
import { bringersOf } from '../remediate/installed/index.ts';
import type { Planned, Planning } from '../remediate/plan/index.ts';
import type { Plan } from '../remediate/plan.ts';
import type { PythonIndex } from '../remediate/python/index.ts';

/** `Dockerfile:12` for each layer that an instruction of it made. */
export function layerLines(match: DockerfileMatch, build: BuildFiles, path: string): ReadonlyMap<number, string> {
  const name = build.files[0]?.path ?? basename(path);
  return new Map([...match.instructions].map(([layer, { range }]) => [layer, `${name}:${range.start.line}`]));
}

/**
 * The instructions of a Dockerfile that may have made a layer of several steps: those between what made the layers below and above, since builders that merge steps
 * make one layer of each stage. Of a layer without a step that is one of its instructions, none, but the last: the Dockerfile is about what was built last.
 */
function ownPart(
  { chain, places }: DockerfileMatch,
  steps: readonly HistoryStep[],
  isLast: boolean,
): DockerInstruction[] {
  const own = new Set(steps.map(({ index }) => index));
  // The history may name none of them (kaniko's single snapshot).
  if (own.size === 0) return isLast ? [...chain] : [];
  if (!isLast && ![...places.keys()].some((index) => own.has(index))) return [];
  const [first, last] = [Math.min(...own), Math.max(...own)];
  const below = Math.max(-1, ...[...places].filter(([index]) => index < first).map(([, place]) => place));
  const above = Math.min(chain.length, ...[...places].filter(([index]) => index > last).map(([, place]) => place));
  return chain.slice(below + 1, above);
}

/** Of layers that several instructions made, which these are, and what the requirements files that they install from list. */
export function layerMakers(
  config: ImageConfig | undefined,
  match: DockerfileMatch | undefined,
  build: BuildFiles | undefined,
): Pick<Planning, 'makers' | 'listed'> {
  const merged = mergedLayers(config);
  if (merged.size === 0) return {};
  const known = match?.belongs ? match : undefined;
  const last = [...merged.keys()].at(-1);
  const makers = new Map(
    [...merged].map(([layer, steps]) => [
      layer,
      makersOf(steps, known ? ownPart(known, steps, layer === last) : [], known ? build?.files[0]?.path : undefined),
    ]),
  );
  const listed = new Map(
    (build?.files ?? [])
      .filter(({ kind }) => kind === 'requirements')
      .map(({ path, text }) => [basename(path), new Set(readRequirements(text).requirements.map(({ name }) => name))]),
  );
  return { makers, listed };
}

/** What is called while an image is built on its base: by the Dockerfile's RUN where that is known, else by the history's. */
export function buildCalls(
  config: ImageConfig | undefined,
  match: DockerfileMatch | undefined,
  file: string | undefined,
  baseLayers: number,
): Call[] {
  if (match?.belongs)
    return match.chain
      .filter(({ keyword }) => keyword === 'RUN')
      .map(({ form, argument, words, heredocs, range }) => ({
        by: `${file ?? 'Dockerfile'}:${range.start.line}`,
        ...(form === 'json'
          ? { words: words.map(({ value }) => value) }
          : { shell: [argument, ...heredocs.map(({ body }) => body)].join('\n') }),
      }));
  const steps = config === undefined ? [] : historySteps(config);
  const first = steps.findIndex(({ layer }) => layer !== undefined && layer >= baseLayers);
  if (first < 0) return [];
  return steps
    .slice(first)
    .filter(({ keyword }) => keyword === 'RUN')
    .map(({ argument }) => ({ by: 'RUN', shell: argument }));
}

/** The plan with the edits of its build files. */
export async function withEdits(
  planned: Planned,
  build: BuildFiles,
  match: DockerfileMatch,
  index: PythonIndex | undefined,
): Promise<Plan> {
  const { plan } = planned;
  const edits = await makeEdits({
    build,
    match,
    steps: plan.steps,
    layersOf: planned.layersOf,
    inherited: planned.inherited,
    pip: planned.pip,
    bringersOf: (change) => bringersOf(planned.environments, change),
    hashes: async (name, version) => (await index?.hashes(name, version)) ?? [],
    user: plan.subject.config?.run.User,
  });
  return {
    ...plan,
    steps: plan.steps.map((step) => {
      const byHand = edits.byHand.get(step.id);
      return { ...step, edits: edits.places.get(step.id) ?? step.edits, ...(byHand ? { byHand } : {}) };
    }),
    edits: edits.files,
    locks: edits.locks,
    notices: [
      ...plan.notices,
      ...[...build.notes, ...edits.notes].map((message) => ({
        level: 'info' as const,
        code: 'build-file',
        message,
      })),
    ],
  };
}

/** Writes the edits of a plan into the folder that they are of, all files or none; returns their paths. Throws as `writeFiles`. */
export async function writeEdits({ edits }: Plan, folder: string, force: boolean): Promise<readonly string[]> {
  const writes = edits.map(({ path, before, after }) => ({ path: join(folder, path), before, after }));
  if (writes.length > 0) await writeFiles(writes, force);
  return writes.map(({ path }) => path);
}
