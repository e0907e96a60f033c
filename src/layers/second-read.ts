import { join } from 'node:path';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { addTo } from '../collections.ts';
import { PlimsollError } from '../errors.ts';
import { hasBytes } from '../formats/path-bytes.ts';
import { LIMITS } from '../limits.ts';
import { type Entry, type Layer, type LayerContent, TIME_OVER } from '../model.ts';
import { isTimeOver, workClock } from '../work.ts';
import { type BodyPool, POOLED_BYTES } from './body-pool.ts';
import { fileSource } from './byte-source.ts';
import { directoryMembers } from './directory-walk.ts';
import { show } from './examine.ts';
import { eachMember, type IndexOptions } from './index-layer.ts';
import { openInside } from './inside-folder.ts';
import { layerEntry } from './layer-entries.ts';
import type { Deferred, LayerFact } from './layer-index.ts';
import { layerMembers } from './layer-members.ts';
import { layerPaths } from './layer-paths.ts';
import { bodyIn } from './stored-body.ts';
import type { Members, TarMember } from './tar.ts';
import { bodyOver } from './whole-body.ts';

/** A file to be read when all layers are known: for which analyzer, and under which name (its own, or that of a link to it). */
export interface SecondRead {
  readonly path: string;
  readonly via: string;
  readonly analyzer: Analyzer;
  /** The hard link whose facts they are, where the file is read for one. */
  readonly link?: string;
  /** Where its body is, in layers that can be sought in. */
  readonly deferred?: Deferred;
}

/** The key of a read in `LayerIndex.extras`. */
export const extraKey = ({ path, via, analyzer }: SecondRead): string => `${path}\0${via}\0${analyzer.name}`;

/**
 * Reads certain files of a layer: those that were put off by seeking to them, others by another pass over the layer.
 * Long because it is one story: what is read, told, and not reached goes into one sum. Errors as `indexLayer`. Every read asked for has a result, empty where the file proves nothing.
 */
export async function readAgain(
  layer: Layer,
  wanted: readonly SecondRead[],
  where: string,
  options: IndexOptions = {},
): Promise<Map<string, readonly LayerFact[]>> {
  const extras = new Map<string, readonly LayerFact[]>(wanted.map((read) => [extraKey(read), []]));
  let factCount = 0;
  let linkedBytes = 0;
  const clock = options.clock ?? workClock(options.signal);
  /** Shows a body once to all who want it under the name that the entry has. */
  const put = async (reads: readonly SecondRead[], entry: Entry, body: TarMember['body']): Promise<void> => {
    // A thousand names for one file are a thousand readings of it.
    if (reads.some(({ via, path }) => via !== path)) linkedBytes += entry.size;
    if (linkedBytes > LIMITS.linkedBytes)
      throw new PlimsollError('limit', `links ask for more than ${LIMITS.linkedBytes} bytes to be read again`, {
        where,
      });
    const facts: LayerFact[] = [];
    const analyzers = reads.map(({ analyzer }) => analyzer);
    await show(entry, body, analyzers, { keep: (fact) => facts.push(fact), clock });
    toldOf(reads, facts);
  };
  const unread: SecondRead[] = [];
  const told = (read: SecondRead, facts: readonly LayerFact[]): void => {
    factCount += facts.length;
    if (factCount > LIMITS.factsPerLayer)
      throw new PlimsollError('limit', `more than ${LIMITS.factsPerLayer} facts behind links`, { where });
    if (facts.some(isUnread)) unread.push(read);
    extras.set(
      extraKey(read),
      facts.filter((fact) => !isUnread(fact)).map((fact) => ({ ...fact, path: read.path })),
    );
  };
  /** Parts what was said of one body. What none of them said, for the thread that read it ended, is said once. */
  const toldOf = (reads: readonly SecondRead[], facts: readonly LayerFact[]): void => {
    const names = new Set(reads.map(({ analyzer }) => analyzer.name));
    for (const [at, read] of reads.entries())
      told(
        read,
        facts.filter(({ analyzer }) => analyzer === read.analyzer.name || (at === 0 && !names.has(analyzer))),
      );
  };
  if (wanted.length === 0) return extras;
  const isLate = (reads: readonly SecondRead[]): boolean => clock.isOver && unread.push(...reads) > 0;
  const content = await layer.open(options.signal);
  const reading = await layerMembers({ ...layer, verify: false }, content, where);
  try {
    // Where a body begins may be remembered from another form of the image, in which the layer could be sought in.
    const canSeek = reading.stored !== undefined;
    const [sought, passing] = [true, false].map((seek) =>
      wanted.filter(({ deferred }) => (canSeek && deferred?.at !== undefined) === seek),
    ) as [SecondRead[], SecondRead[]];
    // Of a folder each file is had by its path: nothing has to be gone through.
    const members =
      content.kind === 'directory'
        ? directoryMembers(content.path, { these: new Set(passing.map(({ path }) => path)) })
        : reading.members;
    if (passing.length > 0) await readPassing(members, passing, { put, isLate }, options);
    if (sought.length > 0) await readSought(content, sought, { put, isLate, toldOf, pool: options.pool });
  } finally {
    reading.close();
  }
  const [first] = unread;
  if (first) told(first, [...(extras.get(extraKey(first)) ?? []), unreadFact(unread, first)]);
  return extras;
}

/** One word for all files that the time did not reach, at the first of them. */
function unreadFact(unread: readonly SecondRead[], { path }: SecondRead): LayerFact {
  const files = new Set(unread.map((read) => read.path)).size;
  const besides = files > 1 ? `, nor ${files - 1} others` : '';
  const reason = `the time for reading this image is over: this file was not read${besides}`;
  return { path, analyzer: TIME_OVER, fact: { kind: 'unknown', reason } };
}

const isUnread = ({ fact }: LayerFact): boolean => fact.kind === 'unknown' && isTimeOver(fact.reason);

type Put = (reads: readonly SecondRead[], entry: Entry, body: TarMember['body']) => Promise<void>;

interface Showing {
  readonly put: Put;
  /** Whether the time is over: then these are not read, and counted. */
  isLate(reads: readonly SecondRead[]): boolean;
}

async function readPassing(
  members: Members,
  wanted: readonly SecondRead[],
  { put, isLate }: Showing,
  options: IndexOptions,
): Promise<void> {
  const byPath = new Map<string, SecondRead[]>();
  for (const read of wanted) {
    addTo(byPath, read.path, read);
  }
  const placeOf = layerPaths();
  await eachMember(members, options, async (member) => {
    const placed = placeOf(member);
    const reads = placed?.type === 'file' ? byPath.get(placed.path) : undefined;
    const [first] = reads ?? [];
    if (!reads || !first || isLate(reads)) return;
    if (reads.every(({ via }) => via === first.via))
      return put(reads, layerEntry(member, first.via, 'file'), member.body);
    const limit = Math.max(...reads.map(({ analyzer }) => analyzer.maxBytes ?? LIMITS.fileBytes));
    const body = await wholeBody(member, limit);
    for (const read of reads) await put([read], layerEntry(member, read.via, 'file'), body());
  });
}

interface Reading extends Showing {
  toldOf(reads: readonly SecondRead[], facts: readonly LayerFact[]): void;
  readonly pool: BodyPool | undefined;
}

async function readSought(
  content: LayerContent,
  wanted: readonly SecondRead[],
  { put, isLate, toldOf, pool }: Reading,
): Promise<void> {
  if (content.kind === 'stream') return;
  // In a folder of this machine: gone or forbidden since it was listed.
  const unreadable = (reads: readonly SecondRead[], error: unknown): void => {
    if (content.kind !== 'directory') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    toldOf(
      reads,
      reads.map(({ path, analyzer }) => ({ path, analyzer: analyzer.name, fact: { kind: 'unknown', reason } })),
    );
  };
  // A program is read once for all that want it: two thirds of a gigabyte of libraries were read twice otherwise.
  const bodies = new Map<string, SecondRead[]>();
  for (const read of wanted) addTo(bodies, `${read.path}\0${read.via}\0${read.link ?? ''}`, read);
  const pending: Promise<void>[] = [];
  const window = Buffer.allocUnsafeSlow(POOLED_BYTES);
  for (const reads of bodies.values()) {
    if (isLate(reads)) continue;
    const [{ path, via, deferred }] = reads as [SecondRead];
    const { at = 0, size } = deferred as Deferred;
    const entry: Entry = { path: via, type: 'file', mode: 0, uid: 0, gid: 0, size, mtime: 0 };
    const [file, offset] =
      content.kind === 'file' ? [content.path, content.offset + at] : [join(content.path, path), 0];
    const analyzers = reads.map(({ analyzer }) => analyzer);
    // A thread is told a path as text.
    const isHere = size < POOLED_BYTES || (content.kind === 'directory' && hasBytes(path));
    const remote = isHere ? undefined : pool?.offer({ file, offset, entry, analyzers });
    if (remote) {
      pending.push(
        remote.then(
          (facts) => toldOf(reads, facts),
          (error) => unreadable(reads, error),
        ),
      );
      // Failures are waited for below; until then they must not end the process.
      pending.at(-1)?.catch(() => {});
      continue;
    }
    try {
      const opened = content.kind === 'directory' ? openInside(content.path, path) : file;
      const source = fileSource(opened, offset, size, window);
      try {
        await put(reads, entry, bodyIn(source, size));
      } finally {
        source.close();
      }
    } catch (error) {
      unreadable(reads, error);
    }
  }
  await pool?.help();
  await Promise.all(pending);
}

/** A body that several reads can pass over; beyond `limit` bytes nothing is kept and the analyzers see only the size. */
async function wholeBody(member: TarMember, limit: number): Promise<() => TarMember['body']> {
  const parts: Buffer[] = [];
  if (member.size <= limit) {
    while (member.body.remaining > 0) parts.push(Buffer.from(await member.body.chunk(LIMITS.readChunkBytes)));
  }
  const bytes = Buffer.concat(parts);
  return () => bodyOver(bytes);
}
