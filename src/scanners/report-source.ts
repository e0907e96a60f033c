import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { missingFile } from '../missing-file.ts';

/** A source of bytes that can be read more than once: a report is recognised by its beginning, then read. */
export interface ReportSource {
  readonly where: string;
  open(): AsyncIterable<Uint8Array>;
}

/** A report on this machine, or what comes over standard input (`-`). Throws `not-found` when there is none. */
export async function reportFile(path: string): Promise<ReportSource> {
  if (path === '-') return reportStream(process.stdin);
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) throw missingFile(path, 'report');
  if (!status.isFile()) throw new PlimsollError('usage', 'a report is a file, this is not one', { where: path });
  return { where: path, open: () => createReadStream(path, { highWaterMark: 1 << 18 }) };
}

/**
 * A report from standard input, which can be read once only: what is given on is kept, compressed if it came so.
 * Throws `limit` beyond what may be kept of a report.
 */
async function reportStream(input: AsyncIterable<Uint8Array>): Promise<ReportSource> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > LIMITS.reportKeptBytes)
      throw new PlimsollError('limit', `more than ${LIMITS.reportKeptBytes} bytes`, {
        where: 'standard input',
        hint: 'write the report to a file and compare that',
      });
    parts.push(chunk);
  }
  return {
    where: 'standard input',
    async *open() {
      yield* parts;
    },
  };
}

/** A report in memory. */
export function reportBytes(content: Uint8Array | string, where: string): ReportSource {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    where,
    async *open() {
      yield bytes;
    },
  };
}

/** The first bytes of a report, unpacked and as UTF-8: enough to recognise it by. */
export async function beginning(source: ReportSource, signal?: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decoded(source, signal)) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= LIMITS.reportHeadBytes) break;
  }
  return Buffer.concat(parts);
}

/** XML and text are kept whole: nobody writes them by the hundred megabytes. */
export async function wholeText(source: ReportSource, signal?: AbortSignal): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decoded(source, signal)) {
    size += chunk.length;
    if (size > LIMITS.reportTextBytes)
      throw new PlimsollError(
        'limit',
        `larger than ${LIMITS.reportTextBytes} bytes, the most that is read of a report that is not JSON`,
      );
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The bytes as UTF-8 without a byte order mark, whatever they were wrapped in. */
export async function* decoded(source: ReportSource, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let total = 0;
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let first = true;
  for await (const chunk of unpacked(source)) {
    signal?.throwIfAborted();
    total += chunk.length;
    if (total > LIMITS.reportBytes) throw new PlimsollError('limit', `larger than ${LIMITS.reportBytes} bytes`);
    let bytes = chunk;
    if (first) {
      first = false;
      if (bytes[0] === 0xff && bytes[1] === 0xfe) decoder = new TextDecoder('utf-16le');
      else if (bytes[0] === 0xfe && bytes[1] === 0xff) decoder = new TextDecoder('utf-16be');
      else if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    }
    yield decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
  }
}

async function* unpacked(source: ReportSource): AsyncGenerator<Buffer> {
  const chunks = source.open()[Symbol.asyncIterator]();
  const begun = await chunks.next();
  if (begun.done) return;
  const head = Buffer.from(begun.value);
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield Buffer.from(next.value);
  };
  try {
    if (head[0] !== 0x1f || head[1] !== 0x8b) {
      yield* rest();
      return;
    }
    const { Readable } = await import('node:stream');
    const gunzip = createGunzip();
    const input = Readable.from(rest());
    input.on('error', (error) => gunzip.destroy(error));
    yield* input.pipe(gunzip) as AsyncIterable<Buffer>;
  } finally {
    await chunks.return?.();
  }
}
