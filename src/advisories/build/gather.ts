import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedSetting } from '../../config.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import type { Sources } from '../../formats/python/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Progress, Task } from '../../progress.ts';
import type { RecordedDistribution, RecordedVersion } from '../distribution.ts';
import { type Feed, localDocument, PYTHON_INDEX, pythonIndexFeed } from '../feeds/index.ts';
import type { DocumentResult } from './document-result.ts';
import type { Outcome, Writer } from './writer.ts';

/** Says which versions of a distribution a package index has; undefined: it cannot be asked any more. */
export interface IndexAsker {
  /** Where it is, for `db status`. */
  readonly address: string;
  /** Every version, an empty list where the index does not know the name; undefined where it did not answer. */
  versions(name: string): Promise<readonly RecordedVersion[] | undefined>;
  /**
   * Of each release that has a wheel, by import package, its sources; without those of `known`, and of no more than `most`. Undefined where the
   * index did not answer.
   */
  sources?(name: string, known: ReadonlySet<string>, most: number): Promise<SourcesOfVersions | undefined>;
  close?(): Promise<void>;
}

/** What the wheels of one distribution hold: by version, by import package. */
export type SourcesOfVersions = ReadonlyMap<string, ReadonlyMap<string, Sources>>;

/** What gathering needs of an update. */
export interface GatherOptions {
  readonly home: string;
  readonly settings?: Readonly<Record<string, FeedSetting>>;
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  /** The package index that is asked; absent or undefined: none. */
  readonly pythonIndex?: () => Promise<IndexAsker | undefined>;
}

/**
 * What this machine asks for itself: Python distributions, where no mirror had the document. An index that does not answer is that
 * document's failure. Throws `io` and `interrupted`.
 */
export async function askPackageIndex(
  taken: readonly DocumentResult[],
  writer: Writer,
  options: GatherOptions,
  progress: Progress,
): Promise<DocumentResult[]> {
  const { settings = {}, only, signal } = options;
  const name = PYTHON_INDEX;
  const unwanted =
    settings[name]?.enabled === false ||
    (only !== undefined && !only.includes(name)) ||
    taken.some((result) => result.name === name);
  if (unwanted || taken.every(({ kind }) => kind === 'failed')) return [];
  return askedOfIndex(pythonIndexFeed, writer, options, progress, (asker, task) =>
    gatherDistributions(writer, asker, join(options.home, 'downloads'), task, signal),
  );
}

/** What a question to the package index makes of a document; nothing where no index is configured, or there was nothing to ask. Throws `io` and `interrupted`. */
export async function askedOfIndex(
  feed: Feed,
  writer: Writer,
  { pythonIndex, signal }: GatherOptions,
  progress: Progress,
  gather: (asker: IndexAsker, task: Task) => Promise<Outcome | undefined>,
): Promise<DocumentResult[]> {
  const { name } = feed;
  const asker = await pythonIndex?.();
  if (asker === undefined) return [];
  const started = performance.now();
  const task = progress.task('Asking the Python package index', { unit: 'records' });
  const milliseconds = (): number => Math.round(performance.now() - started);
  try {
    const outcome = await gather(asker, task);
    return outcome === undefined ? [] : [{ name, kind: 'updated', ...outcome, milliseconds: milliseconds() }];
  } catch (error) {
    if (signal?.aborted)
      throw new PlimsollError('interrupted', 'interrupted; the database stays as it was', { cause: error });
    const problem = asPlimsollError(error, 'feed', asker.address);
    if (problem.code === 'io' || problem.code === 'interrupted') throw problem;
    const kept = (writer.feed(name)?.records ?? 0) > 0;
    writer.fail(name, feed, asker.address, problem.message);
    return [{ name, kind: 'failed', reason: problem.message, kept, milliseconds: milliseconds() }];
  } finally {
    task.done();
    await asker.close?.();
  }
}

/** Distributions that are asked about side by side. */
const PARALLEL = 8;
/** So many in a row without an answer, and nobody is asked any more. */
const PATIENCE = 8;

/**
 * Asks a package index about the distributions that the database's advisories call fixed in a version nobody recorded yet, and
 * files what it says. Undefined where there was nothing to ask. Throws `feed` where the index did not answer at all.
 */
async function gatherDistributions(
  writer: Writer,
  asker: IndexAsker,
  downloads: string,
  task: Task,
  signal?: AbortSignal,
): Promise<Outcome | undefined> {
  const today = new Date().toISOString().slice(0, 10);
  const known = writer.distributions();
  const wanted = [...writer.fixedVersions(pypi.name)]
    .filter(([name, versions]) => isOutdated(known.get(name), versions, today))
    .slice(0, LIMITS.gatheredDistributions);
  if (wanted.length === 0) return undefined;
  task.total(wanted.length);
  const ask = async ([name, fixed]: (typeof wanted)[number]): Promise<RecordedDistribution | undefined> => {
    const versions = await asker.versions(name);
    const lowest = [...fixed].sort(pypi.compare)[0] as string;
    return (
      versions && { name, asked: today, versions: versions.filter(({ version }) => pypi.compare(version, lowest) >= 0) }
    );
  };
  const distributions = await askEach(wanted, ask, task, signal);
  if (distributions.length === 0)
    throw new PlimsollError('feed', 'the package index does not answer', { where: asker.address });
  for (const distribution of distributions) known.set(distribution.name, distribution);
  const lines = [...known.keys()].sort().map((name) => `${JSON.stringify(known.get(name))}\n`);
  return fileOwn(writer, pythonIndexFeed, lines, asker.address, downloads);
}

/** Files a document that this program makes itself of what it was told, one line for each thing. */
export async function fileOwn(
  writer: Writer,
  feed: Feed,
  lines: readonly string[],
  url: string,
  downloads: string,
): Promise<Outcome> {
  mkdirSync(downloads, { recursive: true });
  const path = join(downloads, `${feed.name}.jsonl`);
  const text = lines.join('');
  try {
    writeFileSync(path, text);
    const stamp = {
      url,
      digest: createHash('sha256').update(text).digest('hex'),
      bytes: Buffer.byteLength(text),
      fetched: `${new Date().toISOString().slice(0, 19)}Z`,
      own: true,
    };
    return await writer.replace(feed, localDocument(feed.name, path, downloads), stamp, { allowOlder: true });
  } finally {
    rmSync(path, { force: true });
  }
}

/** A fix that the record does not have may have come out since; the same day it has not. */
function isOutdated(known: RecordedDistribution | undefined, fixed: ReadonlySet<string>, today: string): boolean {
  if (known === undefined) return true;
  if (known.asked >= today) return false;
  return [...fixed].some(
    (version) => !known.versions.some((recorded) => pypi.compare(recorded.version, version) === 0),
  );
}

/**
 * Asks about some names side by side; those without an answer are left out, and after so many of these in a row nobody is asked any more.
 * Throws where `signal` says so.
 */
export async function askEach<Question, Answer>(
  questions: readonly Question[],
  ask: (question: Question) => Promise<Answer | undefined>,
  task: Task,
  signal: AbortSignal | undefined,
): Promise<Answer[]> {
  const left = [...questions];
  const answers: Answer[] = [];
  let silent = 0;
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && silent < PATIENCE; next = left.shift()) {
      signal?.throwIfAborted();
      const answer = await ask(next);
      silent = answer === undefined ? silent + 1 : 0;
      task.add(1);
      if (answer !== undefined) answers.push(answer);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return answers;
}
