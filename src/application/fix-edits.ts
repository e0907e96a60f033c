import { basename, join } from 'node:path';
import { historySteps, mergedLayers } from '../formats/text/index.ts';
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
      // The Dockerfile is about what was built last.
      makersOf(steps, layer === last ? (known?.chain ?? []) : [], known ? build?.files[0]?.path : undefined),
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
