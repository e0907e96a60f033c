import { join } from 'node:path';
import { addTo } from '../../collections.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { nearest } from '../../located-yaml.ts';
import { type Allowance, createAllowance } from '../../network/allowance.ts';
import type { Progress } from '../../progress.ts';
import type { Feed, FeedSource } from '../feeds/index.ts';
import { feeds as allFeeds, localDocument } from '../feeds/index.ts';
import { type FeedPlace, type Location, publishers, SHORT_NAMES, settingLocation, settingOf } from '../store/index.ts';
import type { DocumentResult } from './document-result.ts';
import { type Fetched, fetchDocument, isSilence } from './fetch.ts';
import { hasParts } from './part.ts';
import { schedule } from './schedule.ts';
import type { PartialReading, Result, UpdateOptions, Wanted } from './update.ts';
import type { Writer } from './writer.ts';

/** The documents of all feeds that are wanted, in the order in which they are taken. Throws as the listing of a place does. */
export async function documents(
  place: FeedPlace,
  { settings = {}, only: asked, feeds = allFeeds }: UpdateOptions,
): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = [];
  const names = new Set<string>();
  const only = asked?.map((name) => SHORT_NAMES.get(name) ?? name);
  const meant = await knownOf(feeds, only ?? []);
  const isTold = only?.every((name) => meant.names.has(name));
  for (const feed of isTold ? meant.feeds : feeds) {
    for (const source of await feed.sources(place.listed)) {
      for (const name of namesOf(feed, source)) names.add(name);
      if (only !== undefined && !namesOf(feed, source).some((name) => only.includes(name))) continue;
      const setting = settingOf(settings, feed.name, source);
      if (setting?.setting.enabled === false) continue;
      const isAsked = only !== undefined || setting?.setting.enabled === true || setting?.setting.url !== undefined;
      if (place === publishers && !feed.byDefault && !isAsked) continue;
      const location =
        setting?.setting.url === undefined
          ? place.locate(source)
          : settingLocation(setting.setting.url, setting.exact, feed.name, source);
      if (location !== undefined) wanted.push({ feed, source, location });
    }
  }
  // A document that there is, and that this mirror does not have, is not there to be had: no mistake in its name.
  const strange = only?.find((name) => !names.has(name) && !meant.names.has(name));
  if (strange === undefined) return wanted;
  const near = nearest(strange, [...names]);
  throw new PlimsollError('usage', `no feed or document is called "${strange}"`, {
    hint: `${near === undefined ? '' : `did you mean ${near}? `}the feeds are ${(await wordsOf(feeds)).join(', ')}`,
  });
}

/** By what a document can be asked for: its feed, itself, and what `db status` calls it together with its like (`eol` of `eol/debian`). */
const namesOf = (feed: Feed, { name }: FeedSource): readonly string[] => [feed.name, name, groupOf(name)];
const groupOf = (document: string): string => document.split('/')[0] as string;

/** More documents of a kind than this are told by their kind. */
const FEW = 3;

/** The feeds in the words of `db status`. */
async function wordsOf(feeds: readonly Feed[]): Promise<readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const feed of feeds)
    for (const { name } of await feed.sources(async () => undefined)) addTo(groups, groupOf(name), name);
  return [...groups].flatMap(([group, names]) => (names.length > FEW ? [group] : names));
}

/** What is known of names without asking a mirror what it has: the feeds they mean, and which of them are known. */
async function knownOf(
  feeds: readonly Feed[],
  only: readonly string[],
): Promise<{ readonly feeds: readonly Feed[]; readonly names: ReadonlySet<string> }> {
  const names = new Set<string>();
  const meant: Feed[] = [];
  for (const feed of feeds) {
    const sources = await feed.sources(async () => undefined);
    const told = [feed.name, ...sources.flatMap((source) => namesOf(feed, source))];
    const own = told.filter((name) => only.includes(name));
    if (own.length > 0) meant.push(feed);
    for (const name of own) names.add(name);
  }
  return { feeds: meant, names };
}

/**
 * Downloads run ahead side by side, reading goes one after the other in a fixed order: the result depends on nothing else. What follows
 * from what was read is put at the end of the list as soon as it is known, so that the line never waits for the reading.
 */
export async function takeAll(
  first: readonly Wanted[],
  writer: Writer,
  place: FeedPlace,
  options: UpdateOptions,
  progress: Progress,
): Promise<readonly DocumentResult[]> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const overall = progress.task('Advisory feeds', { total: first.length });
  const wanted = [...first];
  let { rating } = options;
  let isOwed = false;
  const allowance = createAllowance({ bytes: options.maxBytes ?? LIMITS.feedsBytes, ms: Number.POSITIVE_INFINITY });
  const pending = schedule(
    wanted,
    ({ location }) => hostOf(location),
    patiently((item, retry) => fetchOne(item, { writer, progress, allowance, retry }, { ...options, signal })),
  ); // prettier-ignore
  const results: DocumentResult[] = [];
  try {
    for (let index = 0; index < wanted.length; index += 1) {
      const started = performance.now();
      const item = wanted[index]!;
      const fetched = await pending.result(index);
      const result = await takeOne(item, fetched, writer, { ...options, ...(rating && { rating }) }, progress);
      if (result !== undefined) results.push({ ...result, milliseconds: Math.round(performance.now() - started) });
      overall.add(1);
      options.signal?.throwIfAborted();
      isOwed ||= index < first.length && isNews(result);
      // What has come already is read first: it may make more necessary.
      const isNext = index + 1 < first.length && pending.isHere(index + 1);
      if (options.follow === undefined || !isOwed || isNext) continue;
      isOwed = false;
      const following = await options.follow(writer.store());
      const known = new Set(wanted.map(({ source }) => source.name));
      const only = following.only.filter((name) => !known.has(name));
      if (only.length > 0) wanted.push(...(await documents(place, { ...options, only })));
      rating = joinedReading(rating, following.rating);
      overall.total(wanted.length);
    }
    return results;
  } catch (error) {
    if (options.signal?.aborted)
      throw new PlimsollError('interrupted', 'interrupted; the database stays as it was', {
        cause: error,
        ...(hasParts(join(options.home, 'downloads')) && { hint: 'the next update goes on with what had come' }),
      });
    throw error;
  } finally {
    stop.abort();
    await pending.settled();
    overall.done(place.name);
  }
}

/**
 * Whoever has kept silent until nobody waited any longer is not waited for again, for each document that it has. Whoever failed in
 * another way, however often it was asked, is asked once for the next: a scan waits for the mirror before it answers.
 */
function patiently(
  fetch: (item: Wanted, retry: boolean) => Promise<Fetched | Error>,
): (item: Wanted) => Promise<Fetched | Error> {
  const silent = new Map<string, Error>();
  const failing = new Set<string>();
  return async (item) => {
    const host = hostOf(item.location);
    const before = silent.get(host);
    if (before !== undefined) return before;
    const fetched = await fetch(item, !failing.has(host));
    if (fetched instanceof Error) failing.add(host);
    else failing.delete(host);
    if (fetched instanceof Error && isSilence(fetched)) silent.set(host, fetched);
    return silent.has(host) && fetched instanceof Error ? silent.get(host)! : fetched;
  };
}

/** What is read in part stays so, for whatever was asked last. */
const joinedReading = (
  before: PartialReading | undefined,
  now: PartialReading | undefined,
): PartialReading | undefined =>
  before === undefined || now === undefined
    ? (now ?? before)
    : { documents: new Set([...before.documents, ...now.documents]), ids: now.ids };

/** Whether anything was said of packages that was not said before. */
const isNews = (result: Result<DocumentResult> | undefined): boolean =>
  result?.kind === 'updated' && result.statements > 0;

const hostOf = (location: Location): string => (location.kind === 'url' ? new URL(location.url).host : '');

/** The end of a document's name, by which its kind is checked: `.json.gz`, `.zip`, or `/` for a folder. */
function suffixOf({ path }: FeedSource): string {
  return path.endsWith('/') ? '/' : (/(?:\.json|\.csv|\.txt|\.tar)?\.[a-z0-9]+$/.exec(path)?.[0] ?? '');
}

async function fetchOne(
  { feed, source, location }: Wanted,
  {
    writer,
    progress,
    allowance,
    retry,
  }: Readonly<{ writer: Writer; progress: Progress; allowance: Allowance; retry: boolean }>,
  options: UpdateOptions,
): Promise<Fetched | Error> {
  const row = writer.feed(source.name);
  // What another version of the parser read is read again, changed or not.
  const known = row?.version === feed.version && row.plugin === feed.name ? row : undefined;
  const task = location.kind === 'url' ? progress.task(`Fetching ${source.name}`, { unit: 'bytes' }) : undefined;
  try {
    return await fetchDocument(location, suffixOf(source), {
      http: options.http,
      retry,
      downloads: join(options.home, 'downloads'),
      maxBytes: feed.maxBytes,
      allowance,
      say: (line) => progress.say(`${source.name}: ${line}`),
      ...(options.signal && { signal: options.signal }),
      ...(known && { known }),
      ...(task && { task }),
      ...(options.resumeMs !== undefined && { resumeMs: options.resumeMs }),
    });
  } catch (error) {
    return error as Error;
  } finally {
    task?.done();
  }
}

/** Undefined: the place does not have it, and we do not either. */
async function takeOne(
  item: Wanted,
  fetched: Fetched | Error,
  writer: Writer,
  options: UpdateOptions,
  progress: Progress,
): Promise<Result<DocumentResult> | undefined> {
  const { feed, source, location } = item;
  const { name } = source;
  const url = location.kind === 'url' ? location.url : location.path;
  const own = url === source.url;
  const failed = (reason: string): Result<DocumentResult> => {
    const kept = (writer.feed(name)?.records ?? 0) > 0;
    writer.fail(name, feed, url, reason);
    return { name, kind: 'failed', reason, kept };
  };
  if (fetched instanceof Error) {
    // A full disk or an interruption ends the whole update; what a host does only concerns its own feed.
    const error = asPlimsollError(fetched, 'internal');
    if (options.signal?.aborted || error.code === 'io' || error.code === 'interrupted' || error.code === 'internal')
      throw error;
    return failed(error.line);
  }
  if (fetched.kind === 'absent')
    return writer.feed(name) === undefined || feed.gathered
      ? undefined
      : failed(`it is not there any more: ${fetched.reason}`);
  if (fetched.kind === 'unchanged') {
    writer.confirm(name, `${new Date().toISOString().slice(0, 19)}Z`, { ...fetched.stamp, own });
    return { name, kind: 'unchanged' };
  }
  const task = progress.task(`Reading ${name}`, { unit: 'records' });
  try {
    const document = localDocument(name, fetched.path, join(options.home, 'downloads'));
    const stamp = { ...fetched.stamp, own };
    const { rating } = options;
    const outcome = await writer.replace(feed, document, stamp, {
      allowOlder: options.allowOlder ?? false,
      ...(rating?.documents.has(name) && { ids: rating.ids }),
      progress: (records) => task.add(records),
    });
    return { name, kind: 'updated', ...outcome };
  } catch (error) {
    if (!(error instanceof PlimsollError) && !(error instanceof SyntaxError)) throw error;
    if (error instanceof PlimsollError && (error.code === 'io' || error.code === 'interrupted')) throw error;
    return failed(asPlimsollError(error, 'feed').line);
  } finally {
    fetched.dispose();
    task.done();
  }
}
