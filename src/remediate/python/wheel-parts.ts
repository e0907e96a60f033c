import { inflateMember, zipMembers } from '../../formats/archives/index.ts';
import { LIMITS } from '../../limits.ts';
import type { HttpResponse } from '../../network/http.ts';

/** Asks the server of a wheel for a part of it, by its `Range`. Throws what the network does. */
type PartAsker = (range: string) => Promise<HttpResponse>;
/** Reads an answer whole, within a budget. */
type BodyReader = (response: HttpResponse, most: number) => Promise<Buffer>;

/** A text of a wheel's metadata folder. */
interface TextOfWheel {
  readonly named: RegExp;
  readonly most: number;
  /** How much of the wheel's end is fetched at first. */
  readonly end: number;
}

const TAIL_BYTES = 256 * 1024;
/** What the distribution says of itself. */
export const METADATA: TextOfWheel = { named: /^[^/]+\.dist-info\/METADATA$/, most: LIMITS.fileBytes, end: TAIL_BYTES };
/** Local headers repeat the name and have fields of their own. */
const HEADER_BYTES = 30 + 1024;

/** Of the end of a wheel so much is fetched for its list of files: many wheels are smaller than what METADATA is looked for in. */
const LIST_TAIL_BYTES = 64 * 1024;
/** What the wheel lists as its files. */
export const RECORD: TextOfWheel = {
  named: /^[^/]+\.dist-info\/RECORD$/,
  most: LIMITS.recordBytes,
  end: LIST_TAIL_BYTES,
};

/** A text of a wheel's metadata folder. Only the end of the wheel is fetched: its directory, and that folder, which stands last in most; of others that part alone. */
export async function withinWheel(
  ask: PartAsker,
  read: BodyReader,
  { named, most, end: fetched }: TextOfWheel,
): Promise<string | undefined> {
  const rangeOf = (range: string): ReturnType<typeof partOf> => partOf(ask, read, range);
  let tail = await rangeOf(`bytes=-${fetched}`);
  const wanted = tail && directoryBytes(tail.bytes);
  // Wheels of ten thousand files have directories of megabytes.
  if (tail && wanted !== undefined && wanted > tail.bytes.length)
    tail = wanted > LIMITS.wheelTailBytes ? undefined : await rangeOf(`bytes=-${wanted + fetched}`);
  if (tail === undefined) return undefined;
  for (const member of zipMembers(tail.bytes)) {
    if (!named.test(member.name)) continue;
    const start = tail.start + member.offset;
    const end = start + HEADER_BYTES + member.compressedSize;
    if (member.compressedSize > most || start < 0) return undefined;
    const near =
      member.offset >= 0 ? tail.bytes.subarray(member.offset) : (await rangeOf(`bytes=${start}-${end - 1}`))?.bytes;
    if (near === undefined || near.length < 30) return undefined;
    const begin = 30 + near.readUInt16LE(26) + near.readUInt16LE(28);
    const body = near.subarray(begin, begin + member.compressedSize);
    return inflateMember(member.name, member.method, body, most).toString('utf8');
  }
  return undefined;
}

/** How many bytes of the end hold the directory, as the end record says; undefined where there is none. */
function directoryBytes(tail: Buffer): number | undefined {
  const at = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  return at < 0 || at + 22 > tail.length ? undefined : tail.readUInt32LE(at + 12) + (tail.length - at);
}

/** A part of a file and where it begins; undefined where the server does not give parts. */
async function partOf(
  ask: PartAsker,
  read: BodyReader,
  range: string,
): Promise<{ readonly bytes: Buffer; readonly start: number } | undefined> {
  const response = await ask(range);
  if (response.status !== 206) {
    await response.discard();
    return undefined;
  }
  const bytes = await read(response, LIMITS.wheelTailBytes + 2 * TAIL_BYTES);
  const start = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1];
  return { bytes, start: Number(start ?? 0) };
}
