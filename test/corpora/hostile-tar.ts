/**
 * Tar headers written by hand, to lie in any field. Good archives are `tar()`'s business (test/image.ts).
 * https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */

const BLOCK = 512;

/** Every field may lie; a Buffer is written as it is, a number in octal. */
export interface RawHeader {
  readonly name?: string | Buffer;
  readonly mode?: number;
  readonly size?: number | Buffer;
  readonly type?: string;
  readonly link?: string | Buffer;
  /** Default `ustar\0` `00`; GNU is `ustar  \0`. */
  readonly magic?: string;
  readonly prefix?: string;
  /** Bytes put over the finished header at an offset, before the checksum is made. */
  readonly patch?: readonly (readonly [offset: number, bytes: Buffer | string])[];
  /** Written in place of the true sum. */
  readonly checksum?: string;
}

/** One header block. */
export function header(raw: RawHeader = {}): Buffer {
  const block = Buffer.alloc(BLOCK);
  put(block, 0, raw.name ?? 'file');
  block.write((raw.mode ?? 0o644).toString(8).padStart(7, '0'), 100);
  block.write('0000000', 108);
  block.write('0000000', 116);
  if (Buffer.isBuffer(raw.size)) raw.size.copy(block, 124);
  else block.write((raw.size ?? 0).toString(8).padStart(11, '0'), 124);
  block.write('00000000000', 136);
  block.write(raw.type ?? '0', 156, 'latin1');
  put(block, 157, raw.link ?? '');
  block.write(raw.magic ?? 'ustar\x0000', 257, 'latin1');
  if (raw.prefix) block.write(raw.prefix, 345);
  for (const [offset, bytes] of raw.patch ?? []) put(block, offset, bytes);
  block.write('        ', 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(raw.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function put(block: Buffer, offset: number, bytes: string | Buffer): void {
  (typeof bytes === 'string' ? Buffer.from(bytes) : bytes).copy(block, offset);
}

/** Header, body and padding. The header's size is the body's unless it says otherwise. */
export function member(raw: RawHeader, body: string | Buffer = ''): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return Buffer.concat([header({ size: bytes.length, ...raw }), bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** A PAX header for the next member; records as pairs, or a body written as it is. */
export function pax(records: Readonly<Record<string, string>> | Buffer, type: 'x' | 'g' = 'x'): Buffer {
  const body = Buffer.isBuffer(records)
    ? records
    : Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)));
  return member({ name: 'PaxHeaders/x', type }, body);
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** GNU long name (`L`) or long link (`K`). */
export const gnuLong = (type: 'L' | 'K', name: string | Buffer): Buffer =>
  member({ name: '././@LongLink', type, magic: 'ustar  \0' }, Buffer.concat([Buffer.from(name), Buffer.alloc(1)]));

/** A size in base-256, as GNU and star write what does not fit into octal. Negative ones too. */
export function base256(value: bigint): Buffer {
  const field = Buffer.alloc(12);
  let rest = BigInt.asUintN(96, value);
  for (let at = 11; at >= 0; at -= 1) {
    field[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  field[0]! |= 0x80;
  return field;
}

/** The two zero blocks. */
export const end: Buffer = Buffer.alloc(2 * BLOCK);

/** An archive of these pieces. */
export const archive = (...pieces: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat([...pieces.map((piece) => Buffer.from(piece)), end]);

/** A zstd frame of RLE blocks, 4 bytes for every 128 KiB of `byte`. https://www.rfc-editor.org/rfc/rfc8878#name-blocks */
export function zstdRle(blocks: number, byte: number, windowLog = 17): Buffer {
  const frame = Buffer.alloc(6 + 4 * blocks);
  frame.writeUInt32LE(0xfd2fb528, 0);
  frame[4] = 0; // no checksum, no dictionary, no content size, a window descriptor
  frame[5] = (windowLog - 10) << 3;
  for (let at = 0; at < blocks; at += 1) {
    const last = at === blocks - 1 ? 1 : 0;
    frame.writeUIntLE((131_072 << 3) | (1 << 1) | last, 6 + 4 * at, 3);
    frame[6 + 4 * at + 3] = byte;
  }
  return frame;
}

/** A zstd frame of one raw (stored) block of at most 128 KiB. */
export function zstdRaw(bytes: Buffer, windowLog = 17): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, 0, 0, 0]);
  head.writeUIntLE((bytes.length << 3) | 1, 6, 3);
  return Buffer.concat([head, bytes]);
}
