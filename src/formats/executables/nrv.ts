import { tick } from '../../work.ts';

/** Which of UCL's codings: they part in how lengths are written, and in whether an offset's last bit is part of the length. */
export type NrvCoding = 'b' | 'd' | 'e';
/** How bits lie among the bytes: eight of a byte, or 16 or 32 of a little-endian word, the highest first. */
export type NrvWord = 8 | 16 | 32;

/** Bytes decoded between two looks at the clock. */
const PORTION = 1 << 16;

/**
 * Decodes what UCL's NRV2B, NRV2D or NRV2E made of `size` bytes; undefined where that is not what it is: it ends too early, or refers to what is
 * not there. Writes `size` bytes at most, whatever the stream says.
 * https://www.oberhumer.com/opensource/ucl/
 * Long because it is one bit stream: its three codings share every variable.
 */
export function nrv(source: Buffer, size: number, coding: NrvCoding, word: NrvWord): Buffer | undefined {
  const out = Buffer.allocUnsafe(size);
  const bytes = word / 8;
  let at = 0;
  let written = 0;
  let bits = 0;
  let left = 0;
  let short = false;

  const byte = (): number => {
    if (at >= source.length) short = true;
    at += 1;
    return source[at - 1] ?? 0;
  };
  const bit = (): number => {
    if (left === 0) {
      if (at + bytes > source.length) {
        short = true;
        return 1; // so that every number ends
      }
      bits = bytes === 4 ? source.readUInt32LE(at) : bytes === 2 ? source.readUInt16LE(at) : (source[at] as number);
      at += bytes;
      left = word;
    }
    left -= 1;
    return (bits >>> left) & 1;
  };
  /** A number whose bits are followed by whether it ends. */
  const number = (from: number): number => {
    let value = from;
    do value = value * 2 + bit();
    while (bit() === 0 && value < 0x1000000);
    return value;
  };
  const offsetStart = (): number => {
    if (coding === 'b') return number(1);
    let value = 1;
    while (value < 0x1000000) {
      value = value * 2 + bit();
      if (bit() === 1) break;
      value = (value - 1) * 2 + bit();
    }
    return value;
  };
  const lengthOf = (low: number): number => {
    if (coding === 'e') {
      if (low === 1) return 1 + bit();
      return bit() === 1 ? 3 + bit() : number(1) + 3;
    }
    const length = low * 2 + bit();
    return length === 0 ? number(1) + 2 : length;
  };
  const FAR = coding === 'b' ? 0xd00 : 0x500;

  let last = 1;
  let next = PORTION;
  while (!short) {
    while (bit() === 1 && !short) {
      if (written >= size) return undefined;
      out[written] = byte();
      written += 1;
    }
    if (short) break;
    if (written >= next) {
      tick();
      next = written + PORTION;
    }
    const start = offsetStart();
    let low: number;
    if (start === 2) low = bit();
    else {
      const value = (start - 3) * 256 + byte();
      if (value === 0xffffffff) return written === size && !short ? out : undefined;
      // NRV2B's offset is whole; the others' last bit, turned round, begins the length.
      low = coding === 'b' ? bit() : (value & 1) ^ 1;
      last = (coding === 'b' ? value : Math.floor(value / 2)) + 1;
    }
    const count = lengthOf(low) + (last > FAR ? 1 : 0) + 1;
    if (short || last > written || written + count > size) return undefined;
    for (let index = 0; index < count; index += 1, written += 1) out[written] = out[written - last] as number;
  }
  return undefined;
}
