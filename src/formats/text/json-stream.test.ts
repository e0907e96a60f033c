import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlimsollError } from '../../errors.ts';
import { type JsonPlan, jsonReader } from './json-stream.ts';

/** Reads a text in chunks of the given size. */
function read(text: string | Buffer, plan: JsonPlan = {}, size = Number.POSITIVE_INFINITY): unknown {
  const bytes = Buffer.from(text);
  const reader = jsonReader(plan);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  return reader.end();
}

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof PlimsollError ? `${error.code}: ${error.message}` : String(error);
  }
  return 'no error';
};

describe('reading JSON in pieces', () => {
  it('gives what JSON.parse gives, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 9 }), fc.boolean(), (value, size, spaced) => {
        const text = JSON.stringify(value, null, spaced ? 2 : 0);
        expect(JSON.parse(JSON.stringify(read(text, {}, size)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('accepts and refuses exactly what JSON.parse does', () => {
    const alphabet = fc.constantFrom(...'{}[]:,"\\ntrue0-.eE+19 \nfalsu', '\u0001', 'é', '\\u0041');
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(code(() => read(text, {}, 3))).toMatch(/^corrupt/);
          return;
        }
        expect(JSON.parse(JSON.stringify(read(text, {}, 3)))).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
      { numRuns: 3_000 },
    );
  });

  it('hands over the rows of a pattern one at a time and keeps none of them', () => {
    const rows: unknown[] = [];
    const rest = read('{"runs":[{"results":[{"id":1},{"id":2}],"name":"a"},{"results":[{"id":3}]}]}', {
      each: { 'runs.*.results.*': (value, at) => rows.push([at.join('.'), JSON.stringify(value)]) },
    });
    expect(rows).toEqual([
      ['runs.0.results.0', '{"id":1}'],
      ['runs.0.results.1', '{"id":2}'],
      ['runs.1.results.0', '{"id":3}'],
    ]);
    expect(JSON.stringify(rest)).toBe('{"runs":[{"results":[],"name":"a"},{"results":[]}]}');
  });

  it('reads over what is skipped, and over elements beyond the wanted number', () => {
    expect(JSON.stringify(read('{"big":{"a":[1,{"b":2}]},"small":1}', { skip: ['big'] }))).toBe(
      '{"big":null,"small":1}',
    );
    expect(JSON.stringify(read('[1,2,3,[4],{"a":5}]', { items: 2 }))).toBe('[1,2]');
  });

  it('tells of keys that stand twice, and lets the later one win', () => {
    const seen: string[] = [];
    expect(read('{"a":{"b":1,"b":2},"a2":3}', { duplicate: (at) => seen.push(at.join('.')) })).toEqual({
      a: { b: 2 },
      a2: 3,
    });
    expect(seen).toEqual(['a.b']);
  });

  it('treats __proto__ as a key like any other', () => {
    const value = read('{"__proto__":{"polluted":true},"constructor":1}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('says where a document is cut off or broken', () => {
    expect(code(() => read('{"a":[1,2'))).toBe('corrupt: the JSON ends in the middle, after 9 bytes');
    expect(code(() => read(''))).toBe('corrupt: the file is empty');
    expect(code(() => read('{"a":1} x'))).toBe(
      'corrupt: not valid JSON: something after the end of the document at byte 8',
    );
    expect(code(() => read('{"a":01}'))).toContain('corrupt: not valid JSON: "01"');
    expect(code(() => read('{"a" 1}', {}, 2))).toBe('corrupt: not valid JSON: no colon at byte 5');
  });

  it('stops at its budgets: nesting, kept bytes, one row', () => {
    expect(code(() => read('['.repeat(500)))).toMatch(/^limit: the document is nested deeper/);
    expect(code(() => read(`["${'x'.repeat(2_000)}"]`, { keptBytes: 1_000 }))).toMatch(/^limit/);
    const sample = { '*': () => {} };
    expect(code(() => read(`[{"a":"${'x'.repeat(2_000)}"}]`, { each: sample, eachBytes: 1_000 }))).toMatch(
      /^limit: one entry/,
    );
    expect(
      code(() =>
        read(`[${'{"a":"xxxxxxxxxx"},'.repeat(1_000)}{}]`, { each: sample, eachBytes: 1_000, keptBytes: 1_000 }),
      ),
    ).toBe('no error');
  });
});
