import { LIMITS } from '../../limits.ts';
import type { Steps } from '../cursor.ts';
import { type Hdf5Layout, type Hdf5Reach, readWord } from './hdf5-reach.ts';

/** An attribute message taken apart. */
export interface RawAttribute {
  readonly name: string;
  readonly datatype: Buffer;
  readonly dataspace: Buffer;
  readonly data: Buffer;
}

/** Takes an attribute message (type 0x0C) of any version apart; a sentence where that cannot be done. Throws RangeError on damage. */
export function parseAttribute(body: Buffer): RawAttribute | string {
  const version = body[0] as number;
  if (version < 1 || version > 3) return `an attribute of version ${version}`;
  if (version > 1 && ((body[1] as number) & 3) !== 0) return 'an attribute whose type is stored elsewhere';
  const sizes = [body.readUInt16LE(2), body.readUInt16LE(4), body.readUInt16LE(6)] as const;
  let at = version === 3 ? 9 : 8;
  const parts: Buffer[] = [];
  for (const size of sizes) {
    if (at + size > body.length) return 'an attribute is cut short';
    parts.push(body.subarray(at, at + size));
    at += version === 1 ? Math.ceil(size / 8) * 8 : size;
  }
  const [name, datatype, dataspace] = parts as [Buffer, Buffer, Buffer];
  const nul = name.indexOf(0);
  return {
    name: name.toString('utf8', 0, nul < 0 ? name.length : nul),
    datatype,
    dataspace,
    data: body.subarray(Math.min(at, body.length)),
  };
}

const FIXED_STRING = 3;
const VARIABLE = 9;

/** An attribute's text where it is a single string of fixed or variable length; undefined where it is something else. */
export function* attributeText(
  file: Hdf5Reach,
  attribute: RawAttribute,
  layout: Hdf5Layout,
  problems: string[],
): Steps<string | undefined> {
  const { datatype, data } = attribute;
  const kind = (datatype[0] as number) & 15;
  const rank = attribute.dataspace[1] ?? 0;
  if (rank > 0) return undefined;
  if (kind === FIXED_STRING) {
    const size = datatype.readUInt32LE(4);
    return cut(data.subarray(0, size));
  }
  if (kind !== VARIABLE || ((datatype[1] as number) & 15) !== 1) return undefined;
  const length = data.readUInt32LE(0);
  const address = readWord(data, 4, layout.offsetBytes);
  const index = data.readUInt32LE(4 + layout.offsetBytes);
  const object = yield* heapObject(file, address + layout.base, index, layout);
  if (object) return cut(object.subarray(0, length));
  problems.push(`the text of ${attribute.name} is not where the attribute says`);
  return undefined;
}

function cut(bytes: Buffer): string {
  const nul = bytes.indexOf(0);
  return bytes.toString('utf8', 0, nul < 0 ? bytes.length : nul);
}

/** An object of a global heap collection. https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html#GlobalHeap */
function* heapObject(file: Hdf5Reach, address: number, index: number, layout: Hdf5Layout): Steps<Buffer | undefined> {
  const head = yield* file.read(address, 8 + layout.lengthBytes);
  if (head.toString('latin1', 0, 4) !== 'GCOL') return undefined;
  const size = readWord(head, 8, layout.lengthBytes);
  if (size > LIMITS.hdf5MessageBytes) return undefined;
  const heap = yield* file.read(address, size);
  for (let at = 8 + layout.lengthBytes; at + 8 + layout.lengthBytes <= heap.length; ) {
    const number = heap.readUInt16LE(at);
    const length = readWord(heap, at + 8, layout.lengthBytes);
    const from = at + 8 + layout.lengthBytes;
    if (number === 0) return undefined;
    if (number === index) return heap.subarray(from, from + length);
    at = from + Math.ceil(length / 8) * 8;
  }
  return undefined;
}
