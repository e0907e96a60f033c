// Long because it is one protocol: what is asked, what is kept of a broken transfer, and what ends it.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asPlimsollError, PlimsollError, printable } from '../../errors.ts';
import { byteSize } from '../../formats/grouped.ts';
import { makeFolder } from '../../home.ts';
import { LIMITS } from '../../limits.ts';
import type { Allowance } from '../../network/allowance.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import type { Task } from '../../progress.ts';
import { magic } from '../feeds/index.ts';
import { type Location, listing } from '../store/index.ts';
import type { FeedRow, Stamp } from './feed-row.ts';
import {
  discardPart,
  keepSound,
  markOf,
  notedOf,
  noteOf,
  type PartNote,
  PartSums,
  partSize,
  writeNote,
} from './part.ts';

/** What fetching a document came to. */
export type Fetched =
  | { readonly kind: 'unchanged'; readonly stamp: Partial<Stamp> }
  /** There is no such document at this place. */
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'document'; readonly path: string; readonly stamp: Stamp; dispose(): void };

/** What fetching needs of the outside. */
interface FetchContext {
  readonly http: Http;
  /** False: the host is asked once, whatever it answers. */
  readonly retry: boolean;
  /** A folder of our own for what comes over the network. */
  readonly downloads: string;
  /** The most bytes of this document. */
  readonly maxBytes: number;
  /** What all downloads of this update may have together. */
  readonly allowance: Allowance;
  readonly signal?: AbortSignal;
  /** What the database holds of this document and this version of its parser. */
  readonly known?: FeedRow;
  readonly task?: Task;
  /** Told what is worth a line. */
  readonly say?: (line: string) => void;
  /** Milliseconds before a broken download is taken up again. */
  readonly resumeMs?: number;
}

const tooLong = (bytes: number): PlimsollError =>
  new PlimsollError('limit', `it is longer than ${byteSize(bytes)}, which no document of this feed is`);

/** Fetches one document, or finds that it is what it was. Throws `feed` and `network` errors that say what the host did. */
export async function fetchDocument(location: Location, suffix: string, context: FetchContext): Promise<Fetched> {
  if (location.kind === 'file') {
    // A file of the mirror that cannot be read is that feed's trouble, as an address that does not answer is.
    return fromFile(location.path, context).catch((error: unknown) => {
      throw context.signal?.aborted ? error : asPlimsollError(error, 'feed', location.path);
    });
  }
  return suffix === '/' ? fromWebFolder(location.url, context) : fromWeb(location.url, suffix, context);
}

const nowText = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

async function fromFile(path: string, { known, signal }: FetchContext): Promise<Fetched> {
  const place = statSync(path, { throwIfNoEntry: false });
  if (place === undefined) return { kind: 'absent', reason: 'no such file' };
  const files = place.isDirectory()
    ? readdirSync(path)
        .sort()
        .map((name) => join(path, name))
    : [path];
  if (files.length > LIMITS.feedDocuments)
    throw new PlimsollError('limit', `the folder holds more than ${LIMITS.feedDocuments} files`);
  const stats = files.map((file) => ({ file, stat: statSync(file) }));
  // A device has no end, a pipe waits for its writer.
  const strange = stats.find((entry) => !entry.stat.isFile());
  if (strange) throw new PlimsollError('feed', 'this is no file', { where: strange.file });
  const etag = short(stats.map(({ file, stat: { size, mtimeMs } }) => `${file} ${size} ${mtimeMs}`).join('\n'));
  const lastModified = new Date(Math.max(...stats.map((entry) => entry.stat.mtimeMs), 0)).toUTCString();
  if (known?.etag === etag && known.url === path) return { kind: 'unchanged', stamp: {} };
  const hash = createHash('sha256');
  for (const file of files)
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, ...(signal && { signal }) }))
      hash.update(chunk as Buffer);
  const digest = hash.digest('hex');
  const stamp = { url: path, etag, lastModified };
  if (known?.digest === digest) return { kind: 'unchanged', stamp };
  const bytes = stats.reduce((sum, entry) => sum + entry.stat.size, 0);
  return { kind: 'document', path, stamp: { ...stamp, digest, bytes, fetched: nowText() }, dispose() {} };
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

async function fromWeb(url: string, suffix: string, context: FetchContext): Promise<Fetched> {
  makeFolder(context.downloads);
  const path = join(context.downloads, `${short(url)}${suffix}`);
  try {
    return await transfer(url, path, suffix, context);
  } catch (error) {
    // Nobody could go on with it.
    if ((error as Partial<PlimsollError>).code === 'limit' || markOf(noteOf(path)) === undefined) discardPart(path);
    throw error;
  }
}

async function transfer(url: string, path: string, suffix: string, context: FetchContext): Promise<Fetched> {
  const { known } = context;
  const shown: Shown = { bytes: 0, isSaid: false };
  let stalls = 0;
  await keepSound(path);
  const conditions = known?.url === url && known.digest !== undefined ? validators(known) : {};
  for (let attempt = 0; ; attempt += 1) {
    const began = partSize(path);
    const response = await ask(url, path, conditions, context);
    if (response.status === 304) {
      await response.discard();
      const note = partSize(path) > 0 ? noteOf(path) : undefined;
      if (note?.complete) return await complete(url, path, suffix, note, context);
      // Nothing was named that it could be the same as: taken at its word, nothing would pass for something.
      if (Object.keys(conditions).length === 0)
        throw new PlimsollError('feed', 'the host answered 304, not modified, to who has nothing of it yet', {
          where: url,
        });
      return { kind: 'unchanged', stamp: {} };
    }
    if (response.status === 404 || response.status === 410) {
      await response.discard();
      return { kind: 'absent', reason: `HTTP ${response.status}` };
    }
    if (response.status === 416) {
      await response.discard();
      discardPart(path);
      if (attempt < LIMITS.feedResumes) continue;
    }
    if (response.status !== 200 && response.status !== 206) throw await refusal(response, url, context.http);
    try {
      await store(response, path, context, shown);
    } catch (error) {
      const broken = asPlimsollError(error, 'network', url);
      // A host that breaks off is asked for the rest. A connection can be reset before its first byte arrives, and a
      // busy machine can lose what was still on the way: one attempt that brought nothing is not the end.
      // Who has kept silent for a minute, or dripped, is not asked again, unless much had come before.
      const enough = isSilence(broken) ? LIMITS.idleBytes : 0;
      stalls = partSize(path) - began > enough ? 0 : stalls + (isSilence(broken) ? LIMITS.feedStalls + 1 : 1);
      if (broken.code !== 'network' || attempt >= LIMITS.feedResumes || stalls > LIMITS.feedStalls) throw broken;
      await sleep(
        (context.resumeMs ?? 1_000) * Math.min(attempt + 1, 5),
        undefined,
        context.signal ? { signal: context.signal } : {},
      );
      continue;
    }
    return await complete(url, path, suffix, notedOf(response.headers), context);
  }
}

const SILENCE = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/** Whether a failure is that a host said nothing for as long as anybody waits. */
export function isSilence(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return SILENCE.has(String((error as NodeJS.ErrnoException).code)) || isSilence(error.cause);
}

function validators({ etag, lastModified }: { etag?: string; lastModified?: string }): Record<string, string> {
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  };
}

/** The request: for the rest of what is here already, where the host gave it a mark to know it by; else for all of it. */
function ask(
  url: string,
  path: string,
  conditions: Record<string, string>,
  { http, retry, signal }: FetchContext,
): Promise<HttpResponse> {
  const size = partSize(path);
  const mark = size > 0 ? noteOf(path) : undefined;
  const strong = markOf(mark);
  const rest = strong === undefined ? conditions : { range: `bytes=${size}-`, 'if-range': strong };
  const headers = mark?.complete ? validators(mark) : rest;
  return http.request(url, {
    retry,
    headers: { 'accept-encoding': 'identity', ...headers },
    ...(signal && { signal }),
  });
}

async function refusal(response: HttpResponse, url: string, http: Http): Promise<PlimsollError> {
  const body = await http.bytes(response, LIMITS.errorBodyBytes).catch(() => Buffer.alloc(0));
  const said = printable(
    body
      .toString('utf8')
      .replace(/<[^>]{0,500}>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
    120,
  );
  return new PlimsollError('feed', `the host answered ${response.status}${said === '' ? '' : `: ${said}`}`, {
    where: url,
  });
}

/** What was told of a transfer. */
interface Shown {
  bytes: number;
  isSaid: boolean;
}

/** Writes the body behind the part that is here, or in place of it. */
async function store(response: HttpResponse, path: string, context: FetchContext, shown: Shown): Promise<void> {
  const { task, maxBytes, allowance } = context;
  const range = contentRange(response);
  const goesOn = response.status === 206 && range?.start === partSize(path) && isSame(response, noteOf(path));
  const offset = goesOn ? partSize(path) : 0;
  if (response.status === 206 && !goesOn) {
    await response.discard();
    discardPart(path);
    throw new PlimsollError('network', 'the host sent another part than the one asked for', { where: response.url });
  }
  const { 'content-length': length } = response.headers;
  if (!goesOn) writeNote(path, notedOf(response.headers));
  const expected = goesOn ? range?.total : length === undefined ? undefined : Number(length);
  if ((expected ?? 0) > maxBytes) {
    await response.discard();
    throw tooLong(maxBytes);
  }
  if (expected !== undefined) task?.total(expected);
  task?.add(offset - shown.bytes);
  shown.bytes = offset;
  // What this run itself lost is nobody's concern.
  if (offset > 0 && !shown.isSaid) context.say?.(`${byteSize(offset)} of it are here already: the rest is asked for`);
  shown.isSaid = true;
  let size = offset;
  const sums = new PartSums(path, goesOn);
  const file = await open(`${path}.part`, goesOn ? 'a' : 'w');
  try {
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLong(maxBytes);
      allowance.charge(chunk.length, response.url);
      await file.writeFile(chunk);
      sums.add(chunk);
      task?.add(chunk.length);
      shown.bytes += chunk.length;
    }
  } catch (error) {
    throw fileError(error, path);
  } finally {
    await file.close();
    sums.end();
  }
  if (goesOn && expected !== undefined && size > expected) {
    discardPart(path);
    throw new PlimsollError('network', `the host sent more than the ${expected} bytes that it told`, {
      where: response.url,
    });
  }
  if (expected !== undefined && size < expected) {
    throw new PlimsollError('network', `the connection ended after ${size} of ${expected} bytes`, {
      where: response.url,
    });
  }
}

/** A full disk is the user's to know; anything else about a download is the network's. */
function fileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG' && code !== 'EIO') return error;
  return new PlimsollError('io', 'no room on the disk for the download', {
    where: path,
    cause: error,
    hint: 'free some space, or set PLIMSOLL_HOME to another disk',
  });
}

/** What a 206 says of the part in it: where it begins, and how long all of it is (else where the part ends). https://www.rfc-editor.org/rfc/rfc9110#section-14.4 */
function contentRange({ headers }: HttpResponse): { readonly start: number; readonly total: number } | undefined {
  const [, start, end, total] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), total: total === '*' ? Number(end) + 1 : Number(total) };
}

/** Whether a part is of the document that the note is of: parts with other marks are not put together, whatever was asked. https://www.rfc-editor.org/rfc/rfc9110#section-15.3.7.3 */
function isSame({ headers }: HttpResponse, note: PartNote | undefined): boolean {
  const { etag, lastModified } = notedOf(headers);
  const differs = (ours: string | undefined, theirs: string | undefined): boolean =>
    ours !== undefined && theirs !== undefined && ours !== theirs;
  return !differs(note?.etag, etag) && !differs(note?.lastModified, lastModified);
}

async function complete(
  url: string,
  path: string,
  suffix: string,
  note: PartNote,
  context: FetchContext,
): Promise<Fetched> {
  const part = `${path}.part`;
  try {
    checkKind(part, suffix);
  } catch (error) {
    discardPart(path);
    throw error;
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(part, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  const digest = hash.digest('hex');
  const { complete: _, ...marks } = note;
  const stamp = { url, ...marks };
  writeNote(path, { ...marks, complete: true });
  const dispose = () => discardPart(path);
  if (context.known?.digest === digest) {
    dispose();
    return { kind: 'unchanged', stamp };
  }
  return {
    kind: 'document',
    path: part,
    stamp: { ...stamp, digest, bytes: statSync(part).size, fetched: nowText() },
    dispose,
  };
}

const KINDS: readonly (readonly [string, RegExp, string])[] = [
  ['.zip', /^PK/, 'a zip archive'],
  ['.gz', /^\x1f\x8b/, 'gzip'],
  ['.json', /^(?:\xef\xbb\xbf)?\s*[{[]|^\x1f\x8b/, 'JSON'],
];

/** Captive portals, login pages and error pages come with status 200. */
function checkKind(path: string, suffix: string): void {
  const head = magic(path, 512).toString('latin1');
  // Other scanners' databases come packed or plain, whatever they are called.
  const wanted = suffix.startsWith('.tar') ? undefined : KINDS.find(([end]) => suffix.endsWith(end));
  if (wanted === undefined ? !/^\s*<(?:!doctype|html)/i.test(head) : wanted[1].test(head)) return;
  const what = /^\s*</.test(head) ? 'a web page' : head === '' ? 'nothing' : 'something else';
  throw new PlimsollError(
    'feed',
    `the host answered with ${what} where ${wanted?.[2] ?? 'text'} was expected (it begins: ${printable(head.slice(0, 40))})`,
  );
}

/** A folder of files on a web server: listed, and all taken again when any of them changed. */
async function fromWebFolder(url: string, context: FetchContext): Promise<Fetched> {
  const { http, retry, downloads, known, signal } = context;
  const names = (await listing(http, url))?.filter((name) => /^[\w.-]{1,200}\.json$/.test(name)).sort();
  if (names === undefined || names.length === 0) return { kind: 'absent', reason: 'the host lists no files there' };
  if (names.length > LIMITS.feedDocuments)
    throw new PlimsollError('limit', `the folder lists more than ${LIMITS.feedDocuments} files`, { where: url });
  const marks: string[] = [];
  for (const name of names) {
    const response = await http.request(url + encodeURIComponent(name), {
      method: 'HEAD',
      retry,
      ...(signal && { signal }),
    });
    await response.discard();
    const { etag, 'last-modified': lastModified, 'content-length': length } = response.headers;
    marks.push(`${name} ${etag ?? ''} ${lastModified ?? ''} ${length ?? ''}`);
  }
  const etag = short(marks.join('\n'));
  if (known?.etag === etag && known.url === url) return { kind: 'unchanged', stamp: {} };
  const folder = join(downloads, `${short(url)}.folder`);
  rmSync(folder, { recursive: true, force: true });
  makeFolder(folder);
  const hash = createHash('sha256');
  let bytes = 0;
  for (const name of names) {
    const response = await http.request(url + encodeURIComponent(name), { retry, ...(signal && { signal }) });
    if (response.status !== 200) throw await refusal(response, url + name, http);
    const body = await http.bytes(response, LIMITS.feedRecordBytes);
    hash.update(body);
    bytes += body.length;
    if (bytes > context.maxBytes) throw tooLong(context.maxBytes);
    context.allowance.charge(body.length, url);
    context.task?.add(body.length);
    writeFileSync(join(folder, name), body);
  }
  const digest = hash.digest('hex');
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  if (known?.digest === digest) {
    dispose();
    return { kind: 'unchanged', stamp: { url, etag } };
  }
  return { kind: 'document', path: folder, stamp: { url, etag, digest, bytes, fetched: nowText() }, dispose };
}
