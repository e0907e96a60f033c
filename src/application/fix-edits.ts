import { basename, dirname, join } from 'node:path';
import { type BuildFiles, type DockerfileMatch, makeEdits, writeFiles } from '../remediate/files/index.ts';
import type { Planned } from '../remediate/plan/index.ts';
import type { Plan } from '../remediate/plan.ts';
import type { PythonIndex } from '../remediate/python/index.ts';

/** `Dockerfile:12` for each layer that an instruction of it made. */
export function layerLines(match: DockerfileMatch, build: BuildFiles, path: string): ReadonlyMap<number, string> {
  const name = build.files[0]?.path ?? basename(path);
  return new Map([...match.instructions].map(([layer, { range }]) => [layer, `${name}:${range.start.line}`]));
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
    hashes: async (name, version) => (await index?.hashes(name, version)) ?? [],
    user: plan.subject.config?.run.User,
  });
  return {
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, edits: edits.places.get(step.id) ?? step.edits })),
    edits: edits.files,
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

/** Writes the edits of a plan beside its Dockerfile, all files or none; returns their paths. Throws as `writeFiles`. */
export async function writeEdits({ edits }: Plan, dockerfile: string, force: boolean): Promise<readonly string[]> {
  const folder = dirname(dockerfile);
  const writes = edits.map(({ path, before, after }) => ({ path: join(folder, path), before, after }));
  if (writes.length > 0) await writeFiles(writes, force);
  return writes.map(({ path }) => path);
}
