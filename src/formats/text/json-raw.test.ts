import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonMembers } from './json-stream.ts';

/** Splits a text given in pieces of `size` bytes. */
async function split(text: string | Buffer, pattern = '*', size = 3) {
  const bytes = Buffer.from(text);
  async function* chunks() {
    // One buffer for all pieces, as a stream may do it.
    const chunk = Buffer.alloc(size);
    for (let at = 0; at < bytes.length; at += size) yield chunk.subarray(0, bytes.copy(chunk, 0, at, at + size));
  }
  const members: [string | number, unknown][] = [];
  let rest: unknown;
  const parts = jsonMembers(chunks(), pattern, (document) => {
    rest = document;
  });
  for await (const { key, text: part } of parts) members.push([key, JSON.parse(part.toString('utf8'))]);
  return { members, rest };
}

describe('a JSON document in pieces', () => {
  it('is split into the members of its root', async () => {
    expect((await split('{"a": {"x": [1, 2]}, "b\\"c": "]}", "d": 1.5}')).members).toEqual([
      ['a', { x: [1, 2] }],
      ['b"c', ']}'],
      ['d', 1.5],
    ]);
    expect((await split('[1, "a" ,{}\n]')).members).toEqual([
      [0, 1],
      [1, 'a'],
      [2, {}],
    ]);
    expect((await split('[]')).members).toEqual([]);
    expect((await split(' {} ')).members).toEqual([]);
  });

  it('is split into the members of a container inside, what stands beside it is kept', async () => {
    const { members, rest } = await split(
      '{"n": 3, "skip": {"vulnerabilities": [9]}, "vulnerabilities": [{"a": "\\\\"}, [], null], "t": "2021"}',
      'vulnerabilities.*',
    );
    expect(members).toEqual([
      [0, { a: '\\' }],
      [1, []],
      [2, null],
    ]);
    expect(rest).toMatchObject({ n: 3, t: '2021' });
  });

  it('goes down a path of several keys', async () => {
    expect((await split('{"a":{"z":1,"b":{"c":[1,2]}},"b":{"c":[3]}}', 'a.b.c.*')).members).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('may begin with a byte order mark', async () => {
    expect((await split(Buffer.from('\ufeff{"a":1}'), '*', 64)).members).toEqual([['a', 1]]);
  });

  it('gives what JSON.parse gives, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (value, size, pretty) => {
          const text = JSON.stringify(value, undefined, pretty ? 2 : undefined);
          const { members } = await split(text, '*', size);
          expect(JSON.stringify(members)).toBe(JSON.stringify(Object.entries(JSON.parse(text))));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(['{"a": 1', '{"a": [', '', '{"a": {"b": "c', '[1, 2'])('%s is not complete', (text) =>
    expect(split(text)).rejects.toThrow(/in the middle|is empty/),
  );
  it.each(['{} {}', '}', 'x', '"text"', '{"a" 1}', '{a: 1}', '[1,]', '{"a": }'])('%s is no such document', (text) =>
    expect(split(text)).rejects.toThrow(/not valid JSON|no object/),
  );
  it('leaves a member that is no JSON to its reader, and goes on behind it', async () => {
    const read: string[] = [];
    async function* chunks() {
      yield Buffer.from('{"a": {bad}, "b": [1]}');
    }
    for await (const { key, text } of jsonMembers(chunks(), '*')) read.push(`${key} ${text.toString()}`);
    expect(read).toEqual(['a {bad}', 'b [1]']);
  });

  it('nested without end is refused at its budget', () =>
    expect(split('['.repeat(100_000), '*', 4_096)).rejects.toThrow(/nested deeper/));
});
