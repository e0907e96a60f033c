import { expect, it } from 'vitest';
import { zstdFrames } from './zstd-frames.ts';

const little = (value: number, bytes: number): Buffer => {
  const out = Buffer.alloc(8);
  out.writeUInt32LE(value);
  return out.subarray(0, bytes);
};
const block = (type: number, size: number, content: number, last: boolean): Buffer =>
  Buffer.concat([little(Number(last) | (type << 1) | (size << 3), 3), Buffer.alloc(content, 0x28)]);

/** A frame with the fields that its descriptor promises; contents are made of the first byte of a frame's magic. https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1.1 */
function frame(descriptor: number, fields: number): Buffer {
  const blocks = [
    block(0, 70_000, 70_000, false),
    block(1, 9_000, 1, false),
    block(2, 40, 40, false),
    block(0, 0, 0, true),
  ];
  const checksum = Buffer.alloc(descriptor & 4 ? 4 : 0, 0x28);
  return Buffer.concat([
    little(0xfd2fb528, 4),
    Buffer.from([descriptor]),
    Buffer.alloc(fields, 0x28),
    ...blocks,
    checksum,
  ]);
}

/** Every shape of a header: with and without a window, a checksum, a dictionary, a size. */
const FRAMES = [
  frame(0x00, 1),
  frame(0x20, 1),
  frame(0x24, 1),
  frame(0x04, 1),
  frame(0x40, 3),
  frame(0x60, 2),
  frame(0xa3, 8),
  frame(0xc1, 10),
  frame(0xe2, 10),
  Buffer.concat([little(0x184d2a5f, 4), little(1_000, 4), Buffer.alloc(1_000)]),
  Buffer.concat([little(0x184d2a50, 4), little(0, 4)]),
];

it.each([1, 7, 64, 65_536])('a stream in pieces of %d bytes is whole where a frame ends, and nowhere else', (size) => {
  const stream = Buffer.concat(FRAMES);
  const ends = new Set<number>([0]);
  for (const { length } of FRAMES) ends.add(Math.max(...ends) + length);
  const frames = zstdFrames();
  const wrong: number[] = [];
  for (let at = 0; at < stream.length; at += size) {
    const end = Math.min(stream.length, at + size);
    frames.take(stream.subarray(at, end));
    if (frames.isWhole !== ends.has(end)) wrong.push(end);
  }
  expect(wrong).toEqual([]);
  expect(frames.isWhole).toBe(true);
});
