import type { AnalyzedFile, Analyzer, BodyReader, Fact } from '../analyzers/analyzer.ts';
import { decodedText } from '../bounded-file.ts';
import { PlimsollError, reasonOf } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Entry } from '../model.ts';
import { tick, type WorkClock } from '../work.ts';
import type { Soon } from './byte-source.ts';
import type { LayerFact } from './layer-index.ts';
import type { ByFirstByte } from './selection.ts';
import type { TarBody } from './tar.ts';

/** Who wants a body, and its first bytes where they were looked at. */
export interface Interest {
  readonly analyzers: readonly Analyzer[];
  /** The source's own: valid until the body is read on. */
  readonly head?: Buffer;
}

/** Asks for whom a body is. Most files are nobody's: a look at their first bytes, and no promise. */
export function interested(
  entry: Entry,
  body: TarBody,
  byPath: readonly Analyzer[],
  byContent: ByFirstByte,
): Soon<Interest> {
  if (byContent.length === 0) return { analyzers: byPath };
  const asked = (first: Buffer): Interest => {
    let head = first;
    let analyzers: Analyzer[] | undefined;
    // An empty body begins with nothing, and nobody is asked.
    for (const analyzer of byContent[head[0] as number] ?? byPath) {
      if (byPath.includes(analyzer) || !asks(analyzer, head, entry)) continue;
      if (analyzer.mayHold !== undefined && entry.size <= LIMITS.askedWholeBytes) {
        const whole = body.whole?.();
        // The source has it in the place of the first bytes.
        if (whole !== undefined) head = whole.subarray(0, head.length);
        if (whole !== undefined && !analyzer.mayHold(whole)) continue;
      }
      analyzers ??= [...byPath];
      analyzers.push(analyzer);
    }
    return { analyzers: analyzers ?? byPath, head };
  };
  const head = takeHead(body, LIMITS.magicBytes);
  return head instanceof Promise ? head.then(asked) : asked(head);
}

/** Shows one file's body to the analyzers that want it: it is read once, by as many as ask, no further than they need. */
export function show(
  entry: Entry,
  body: TarBody,
  analyzers: readonly Analyzer[],
  { keep, head, clock }: Showing,
): Soon<void> {
  if (analyzers.length === 0) return undefined;
  const account = clock.open(entry.size);
  const work: Work = (piece) => clock.run(account, piece);
  const readers = analyzers.map((analyzer) => readerOf(analyzer, entry, work));
  // The bytes at hand are the source's own: it will need their place.
  const begun = head && Buffer.from(head);
  const waiting = analyzers.flatMap(({ prepare }) => (prepare === undefined ? [] : [prepare()]));
  const fed =
    waiting.length === 0
      ? feed(readers, begun, body, clock)
      : Promise.all(waiting).then(() => feed(readers, begun, body, clock));
  // A large file is parsed in one go: signals that have come so far have their turn before.
  const heard = entry.size < LARGE_BYTES ? fed : fed.then(() => clock.breathe());
  return heard.then(() => {
    for (const reader of readers)
      for (const fact of reader.finish()) keep({ path: entry.path, analyzer: reader.analyzer.name, fact });
  });
}

/** From here on parsing a file may take longer than a turn. */
const LARGE_BYTES = 1024 * 1024;

/** Where facts go, the first bytes where they have been read already, and the clock of the image. */
interface Showing {
  readonly keep: (fact: LayerFact) => void;
  readonly head?: Buffer | undefined;
  readonly clock: WorkClock;
}

/** Does a piece of work on the clock of its file. */
type Work = <Result>(piece: () => Result) => Result;

/** One analyzer at work on one body. */
interface ActiveReader {
  readonly analyzer: Analyzer;
  /** Offset of the next byte it needs; `Infinity` when it has enough. */
  next: number;
  /** How many bytes from there on it can use at once. */
  enough?(): number;
  push(chunk: Buffer, offset: number): void;
  finish(): readonly Fact[];
}

function asks(analyzer: Analyzer, head: Buffer, entry: Entry): boolean {
  try {
    return analyzer.magic?.(head, entry) ?? false;
  } catch {
    return false;
  }
}

function readerOf(analyzer: Analyzer, entry: Entry, work: Work): ActiveReader {
  return analyzer.stream
    ? streamReader(analyzer, analyzer.stream.bind(analyzer), entry, work)
    : wholeReader(analyzer, entry, work);
}

function streamReader(
  analyzer: Analyzer,
  stream: (entry: Entry) => BodyReader,
  entry: Entry,
  work: Work,
): ActiveReader {
  const problems: Fact[] = [];
  let reader: BodyReader | undefined;
  const guarded = <Value>(action: () => Value): Value | undefined => {
    try {
      return work(action);
    } catch (error) {
      problems.push({ kind: 'unknown', reason: reasonOf(error) });
      return undefined;
    }
  };
  reader = guarded(() => stream(entry));
  const self: ActiveReader = {
    analyzer,
    next: reader ? 0 : Number.POSITIVE_INFINITY,
    ...(reader?.enough === undefined ? {} : { enough: reader.enough.bind(reader) }),
    push(chunk, offset) {
      const skip = guarded(() => (reader as BodyReader).push(chunk, offset));
      self.next = skip === undefined ? Number.POSITIVE_INFINITY : offset + chunk.length + Math.max(0, skip || 0);
    },
    finish: () => [...(reader ? collect(work, () => (reader as BodyReader).end()) : []), ...problems],
  };
  return self;
}

function wholeReader(analyzer: Analyzer, entry: Entry, work: Work): ActiveReader {
  const limit = analyzer.maxBytes ?? LIMITS.fileBytes;
  const tooLarge = entry.size > limit;
  /** What was copied once need not be put together. */
  let body: Buffer | undefined;
  let have = 0;
  const self: ActiveReader = {
    analyzer,
    next: tooLarge ? Number.POSITIVE_INFINITY : 0,
    push(chunk, offset) {
      body ??= Buffer.allocUnsafe(entry.size);
      have += chunk.copy(body, have);
      self.next = offset + chunk.length;
    },
    finish() {
      if (tooLarge) return [{ kind: 'unknown', reason: `larger than ${limit} bytes` }];
      const bytes = body === undefined ? NOTHING : body.subarray(0, have);
      const file: AnalyzedFile = { path: entry.path, entry, bytes, text: () => decodedText(bytes) };
      return collect(work, () => analyzer.read?.(file) ?? []);
    },
  };
  return self;
}

const NOTHING = Buffer.alloc(0);

const TOO_LONG = `a name or version of more than ${LIMITS.factTextLength} characters: it is no package's`;

/** Patterns are tried on names and versions in many rooms, some in time that grows with the square of their length. */
function isReadable(fact: Fact): boolean {
  const short = (text: string | undefined): boolean => text === undefined || text.length <= LIMITS.factTextLength;
  if (fact.kind === 'os') return [fact.id, fact.versionId, fact.codename, fact.name].every(short);
  if (fact.kind === 'package-source') return [fact.label, fact.address].every(short);
  if (fact.kind !== undefined && fact.kind !== 'package') return true;
  return short(fact.name) && short(fact.version) && short(fact.source?.name) && short(fact.source?.version);
}

/** What an analyzer yields, within its budget; what it throws becomes an Unknown behind what it had said before. */
function collect(work: Work, facts: () => Iterable<Fact>): readonly Fact[] {
  const out: Fact[] = [];
  try {
    work(() => {
      for (const fact of facts()) {
        tick();
        if (out.length >= LIMITS.factsPerFile) {
          out.push({ kind: 'unknown', reason: `more than ${LIMITS.factsPerFile} entries; the rest was not read` });
          break;
        }
        out.push(isReadable(fact) ? fact : { kind: 'unknown', reason: TOO_LONG });
      }
    });
  } catch (error) {
    out.push({ kind: 'unknown', reason: reasonOf(error) });
  }
  return out;
}

/** The first bytes; valid until the body is read on. */
function takeHead(body: TarBody, bytes: number): Soon<Buffer> {
  const wanted = Math.min(bytes, body.remaining);
  const first = body.chunk(bytes);
  if (!(first instanceof Promise) && first.length === wanted) return first;
  return gatherHead(first instanceof Promise ? first : Buffer.from(first), body, wanted);
}

async function gatherHead(first: Soon<Buffer>, body: TarBody, wanted: number): Promise<Buffer> {
  const parts: Buffer[] = [Buffer.from(await first)];
  let have = (parts[0] as Buffer).length;
  while (have < wanted && body.remaining > 0) {
    const chunk = Buffer.from(await body.chunk(wanted - have));
    parts.push(chunk);
    have += chunk.length;
    // A file that has shrunk since its size was read.
    if (chunk.length === 0) break;
  }
  return Buffer.concat(parts);
}

/** How much is read at once: what those can use that want the next bytes. */
function atOnce(readers: readonly ActiveReader[], offset: number): number {
  let most = 1;
  for (const { next, enough } of readers)
    if (next <= offset) most = Math.max(most, enough?.() ?? LIMITS.readChunkBytes);
  return Math.min(most, LIMITS.readChunkBytes);
}

async function feed(
  readers: readonly ActiveReader[],
  head: Buffer | undefined,
  body: TarBody,
  clock: WorkClock,
): Promise<void> {
  let offset = 0;
  if (head && head.length > 0) {
    offset = head.length;
    for (const reader of readers) if (reader.next < offset) reader.push(head, 0);
  }
  while (body.remaining > 0) {
    const next = Math.min(...readers.map((reader) => reader.next));
    if (next === Number.POSITIVE_INFINITY) return;
    if (next > offset) {
      const gap = Math.min(next - offset, body.remaining);
      await body.skip(gap);
      offset += gap;
      continue;
    }
    await clock.breathe();
    const chunk = await body.chunk(atOnce(readers, offset));
    if (chunk.length === 0) throw new PlimsollError('io', 'the file became shorter while it was read');
    for (const reader of readers) {
      // A reader that skips into the middle of this chunk gets the part it asked for.
      const from = Math.max(0, reader.next - offset);
      if (from < chunk.length) reader.push(chunk.subarray(from), offset + from);
    }
    offset += chunk.length;
  }
}
