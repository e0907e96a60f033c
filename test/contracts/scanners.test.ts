import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePurl } from '../../src/ecosystems/purl.ts';
import { PlimsollError } from '../../src/errors.ts';
import { jsonReader } from '../../src/formats/text/json-stream.ts';
import type { Json } from '../../src/formats/text/json-value.ts';
import { scanners } from '../../src/scanners/index.ts';
import { readReport, reportBytes } from '../../src/scanners/read.ts';
import { REPORT_SEEDS } from '../report-seeds.ts';
import { BODIES } from './junk.ts';

const NASTY: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  '\u0000\u001b[31m',
  '__proto__',
  'pkg:',
  'pkg:deb',
  'pkg:deb/a@%E0%A4%A',
  'CVE-2020-1',
  'x'.repeat(3_000),
  [],
  [null],
  [[]],
  {},
  { constructor: 1 },
  { toString: null },
];

/** Replaces the value at a random place by a nasty one. */
function spoiled(value: unknown, choose: (below: number) => number): unknown {
  if (typeof value !== 'object' || value === null || choose(4) === 0) return NASTY[choose(NASTY.length)];
  if (Array.isArray(value)) {
    if (value.length === 0) return NASTY[choose(NASTY.length)];
    const at = choose(value.length);
    return value.map((entry, index) => (index === at ? spoiled(entry, choose) : entry));
  }
  const keys = Object.keys(value);
  const key = keys[choose(Math.max(1, keys.length))];
  return key === undefined
    ? NASTY[choose(NASTY.length)]
    : { ...value, [key]: spoiled((value as Record<string, unknown>)[key], choose) };
}

describe('every report format', () => {
  it('has a seed that it and no other recognises', () => {
    const formats = scanners.flatMap((scanner) => scanner.formats).filter((format) => format.kind === 'json');
    const parse = (seed: unknown): Json => {
      const reader = jsonReader();
      reader.write(Buffer.from(JSON.stringify(seed)));
      return reader.end();
    };
    const claimed = REPORT_SEEDS.map((seed) =>
      formats.filter((format) => format.recognise(parse(seed))).map((format) => format.name),
    );
    expect(claimed.filter((names) => names.length !== 1)).toEqual([]);
    // All but those that differ from their twins in one key or its spelling.
    expect(formats.map((format) => format.name).filter((name) => !claimed.flat().includes(name))).toEqual([
      'AWS Security Hub findings (ASFF, lower case)',
      'AWS Security Hub findings (ASFF list)',
      'GCP occurrences (REST)',
      'Anchore JSON (anchorectl list)',
    ]);
  });

  it('gives a report or an error that a person can act on, whatever is in the file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...REPORT_SEEDS),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 4 }),
        async (seed, numbers, times) => {
          const choose = (below: number): number => (numbers.next().value as number) % below;
          let value: unknown = seed;
          for (let time = 0; time < times; time += 1) value = spoiled(value, choose);
          try {
            const report = await readReport(reportBytes(JSON.stringify(value) ?? 'null', 'x'));
            for (const finding of [...report.findings, ...report.suppressed]) {
              expect(typeof finding.id).toBe('string');
              expect(typeof finding.package).toBe('string');
              expect(typeof finding.version).toBe('string');
            }
          } catch (error) {
            if (!(error instanceof PlimsollError)) throw error;
            expect(error.line).not.toMatch(/[\u0000-\u001f]/);
          }
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

it.each(BODIES)('a report of %s is refused in one line', async (_, body) => {
  const outcome = await readReport(reportBytes(body, 'x')).then(
    () => 'read',
    (error: unknown) => (error instanceof PlimsollError ? error.line : String(error)),
  );
  expect(outcome).not.toMatch(/^(?:read|TypeError|RangeError)/);
  expect(outcome.length).toBeLessThan(1_500);
});

it('a purl is taken apart or is none, whatever it holds', () => {
  fc.assert(fc.property(fc.string(), (text) => void parsePurl(`pkg:${text}`)));
  expect(parsePurl('pkg:npm/%40scope/name@1.0.0?a=b#c')).toEqual({
    type: 'npm',
    namespace: '@scope',
    name: 'name',
    version: '1.0.0',
    qualifiers: new Map([['a', 'b']]),
    subpath: 'c',
  });
  expect(parsePurl('pkg:deb/debian/a@1%2Bb1')).toMatchObject({ version: '1+b1' });
});
