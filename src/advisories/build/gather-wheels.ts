import { join } from 'node:path';
import { wellKnownModules } from '../../analyzers/well-known-modules.ts';
import { addTo } from '../../collections.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { PlimsollError } from '../../errors.ts';
import { eachWheel } from '../../formats/python/index.ts';
import { importedFrom } from '../../hiding/python-names.ts';
import { LIMITS } from '../../limits.ts';
import type { Progress, Task } from '../../progress.ts';
import { PYTHON_WHEELS, pythonWheelsFeed, recordedLine, recordedWheels } from '../feeds/index.ts';
import type { RecordedWheels } from '../wheels.ts';
import type { DocumentResult } from './document-result.ts';
import {
  askEach,
  askedOfIndex,
  fileOwn,
  type GatherOptions,
  type IndexAsker,
  type SourcesOfVersions,
} from './gather.ts';
import type { Outcome, Writer } from './writer.ts';

/** Whether somebody wants the lists of files of wheels to be asked of the package index: thousands of small questions, and nobody else's data. */
export const wantsWheels = ({ settings = {}, only }: Pick<GatherOptions, 'settings' | 'only'>): boolean =>
  settings[PYTHON_WHEELS]?.enabled !== false &&
  settings[PYTHON_WHEELS]?.url === undefined &&
  (only === undefined ? settings[PYTHON_WHEELS]?.enabled === true : only.includes(PYTHON_WHEELS));

/** Asks the package index for what wheels hold, where somebody wants it and no folder had it. Throws `io` and `interrupted`. */
export async function askForWheels(
  taken: readonly DocumentResult[],
  writer: Writer,
  options: GatherOptions,
  progress: Progress,
): Promise<DocumentResult[]> {
  if (!wantsWheels(options) || taken.some(({ name }) => name === PYTHON_WHEELS)) return [];
  const started = performance.now();
  const asked = await askedOfIndex(pythonWheelsFeed, writer, options, progress, (asker, task) =>
    gatherWheels(writer, asker, join(options.home, 'downloads'), task, options.signal),
  );
  if (asked.length > 0 || (writer.feed(PYTHON_WHEELS)?.records ?? 0) === 0) return asked;
  return [{ name: PYTHON_WHEELS, kind: 'unchanged', milliseconds: Math.round(performance.now() - started) }];
}

/**
 * Of the well-known distributions that advisories speak of, what the wheel of each release holds. A wheel never changes: of what is known nothing is asked
 * again. Undefined where there was nothing to add. Throws `feed` where the index did not answer at all.
 */
async function gatherWheels(
  writer: Writer,
  asker: IndexAsker,
  downloads: string,
  task: Task,
  signal: AbortSignal | undefined,
): Promise<Outcome | undefined> {
  const { sources } = asker;
  const fixed = writer.fixedVersions(pypi.name);
  const wanted = [...new Set(wellKnownModules().map(importedFrom))].filter((name) => fixed.has(name)).sort();
  if (wanted.length === 0 || sources === undefined) return undefined;
  const known = new Map<string, RecordedWheels[]>();
  for (const wheels of writer.wheels()) addTo(known, wheels.name, wheels);
  task.total(wanted.length);
  let left: number = LIMITS.gatheredWheels;
  const ask = async (name: string): Promise<{ name: string; told: SourcesOfVersions } | undefined> => {
    if (left <= 0) return { name, told: new Map() };
    const versions = new Set((known.get(name) ?? []).flatMap((wheels) => wheels.versions));
    const told = await sources(name, versions, Math.min(left, LIMITS.knownWheels));
    left -= told?.size ?? 0;
    return told && { name, told };
  };
  const answers = await askEach(wanted, ask, task, signal);
  if (answers.length === 0)
    throw new PlimsollError('feed', 'the package index does not answer', { where: asker.address });
  const news = answers.filter(({ told }) => told.size > 0);
  if (news.length === 0) return undefined;
  for (const { name, told } of news) known.set(name, withLearned(name, known.get(name) ?? [], told));
  const lines = [...known.keys()]
    .sort()
    .flatMap((name) => (known.get(name) ?? []).map((wheels) => `${recordedLine(wheels)}\n`));
  return fileOwn(writer, pythonWheelsFeed, lines, asker.address, downloads);
}

/** What was known of a distribution, and what is new. */
function withLearned(name: string, known: readonly RecordedWheels[], told: SourcesOfVersions): RecordedWheels[] {
  const byVersion = new Map([...told].map(([version, modules]) => [version, new Map(modules)] as const));
  for (const wheels of known)
    for (const [version, sources] of eachWheel(wheels)) {
      const modules = byVersion.get(version) ?? new Map();
      byVersion.set(version, modules.set(wheels.module, sources));
    }
  return recordedWheels(name, byVersion);
}
