import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonSplitter } from './json-members.ts';

/** Splits a text given in pieces of `size` bytes. */
function split(text: string, path: readonly string[] = [], size = 3) {
  const splitter = jsonSplitter(path);
  const bytes = Buffer.from(text);
  const members: [string | number, unknown][] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const { key, text: part } of splitter.write(bytes.subarray(at, at + size)))
      members.push([key, JSON.parse(part.toString('utf8'))]);
  }
  splitter.end();
  return { members, scalars: Object.fromEntries(splitter.scalars) };
}

describe('a JSON document in pieces', () => {
  it('is split into the members of its root', () => {
    expect(split('{"a": {"x": [1, 2]}, "b\\"c": "]}", "d": 1.5}').members).toEqual([
      ['a', { x: [1, 2] }],
      ['b"c', ']}'],
      ['d', 1.5],
    ]);
    expect(split('[]').members).toEqual([]);
    expect(split(' {} ').members).toEqual([]);
  });

  it('is split into the members of a container inside, the scalars beside it kept', () => {
    const { members, scalars } = split(
      '{"n": 3, "skip": {"vulnerabilities": [9]}, "vulnerabilities": [{"a": "\\\\"}, [], null], "t": "2021"}',
      ['vulnerabilities'],
    );
    expect(members).toEqual([
      [0, { a: '\\' }],
      [1, []],
      [2, null],
    ]);
    expect(scalars).toMatchObject({ n: '3', t: '"2021"' });
  });

  it('goes down a path of several keys', () => {
    expect(split('{"a":{"z":1,"b":{"c":[1,2]}},"b":{"c":[3]}}', ['a', 'b', 'c']).members).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('gives what JSON.parse gives, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (value, size, pretty) => {
          const text = JSON.stringify(value, undefined, pretty ? 2 : undefined);
          const { members } = split(text, [], size);
          const entries = members.map(([key, member]) => ({ key, member }));
          expect(JSON.stringify(entries)).toBe(
            JSON.stringify(Object.entries(JSON.parse(text)).map(([key, member]) => ({ key, member }))),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(['{"a": 1', '{"a": [}', '', '{"a": {"b": "c', '[1, 2'])('%s is not complete', (text) =>
    expect(() => split(text)).toThrow(),
  );
  it.each(['{} {}', '}', 'x', '"text"', '{"a" 1}', '{a: 1}'])('%s is no such document', (text) =>
    expect(() => split(text)).toThrow(/not the JSON|is not valid/),
  );

  it('nested without end is refused at its budget', () =>
    expect(() => split('['.repeat(100_000), [], 4_096)).toThrow(/nested deeper/));
});
