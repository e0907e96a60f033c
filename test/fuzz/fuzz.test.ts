import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { feeds } from '../../src/advisories/feeds/index.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import { corpusOf } from './fuzz.ts';
import { TARGETS } from './targets.ts';

/** Every case that the fuzzer ever found, once more. The search itself is `npm run fuzz`. */
const cases = TARGETS.flatMap((target) =>
  corpusOf('test/fuzz/corpus', target.name).map(({ name, input }) => ({ target, name, input })),
);

describe('cases that the fuzzer found', () => {
  it('are there, and small', () => {
    expect(cases.length).toBeGreaterThan(3);
    expect(cases.filter(({ input }) => input.length > 16_384).map(({ name }) => name)).toEqual([]);
  });

  it.each(cases.map((entry) => [`${entry.target.name}: ${entry.name}`, entry] as const))(
    '%s ends, and throws nothing unexpected',
    { timeout: 5_000 },
    async (_, { target, input }) => {
      await target.run(input);
    },
  );
});

describe('what is fuzzed', () => {
  const src = join(import.meta.dirname, '../../src');
  const sources = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));

  it('is every analyzer', () => {
    const names = new Set(TARGETS.map(({ name }) => name));
    expect(analyzers.filter(({ name }) => !names.has(`analyzer-${name}`)).map(({ name }) => name)).toEqual([]);
  });

  it('is every publisher of advisories', () => {
    const names = new Set(TARGETS.map(({ name }) => name));
    expect(feeds.filter(({ name }) => !names.has(`feed-${name}`)).map(({ name }) => name)).toEqual([]);
  });

  it('has an honest beginning of its own, from which growth is searched', () => {
    expect(TARGETS.filter(({ seeds }) => seeds.every((seed) => seed.length < 4)).map(({ name }) => name)).toEqual([]);
  });

  it('is every reader of a format: by itself, or as part of an analyzer or of another reader', () => {
    const rooms = readdirSync(join(src, 'formats'), { withFileTypes: true }).filter(({ name }) =>
      existsSync(join(src, 'formats', name, 'index.ts')),
    );
    const readers = rooms.flatMap(({ name }) =>
      [...readFileSync(join(src, 'formats', name, 'index.ts'), 'utf8').matchAll(/\b(?<!type )([a-z]\w+)\b(?=[ ,}])/g)]
        .map(([, reader]) => reader!)
        .filter((reader) =>
          /^(?:read|parse|walk|decode|decompress|inflate|bunzip|unzip|unzstd|json|elf)[A-Z]?/.test(reader),
        ),
    );
    expect(readers.length).toBeGreaterThan(30);
    const callers = [
      join(import.meta.dirname, 'targets.ts'),
      // The subjects `layer` and `report` lead there.
      ...['analyzers', 'layers', 'scanners'].flatMap((room) => sources(join(src, room))),
      ...sources(join(src, 'formats')).filter((path) => !path.endsWith('index.ts')),
    ].map((path) => readFileSync(path, 'utf8'));
    // Imported, and not only written down where it is declared.
    const isCalled = (reader: string): boolean =>
      callers.some((text) => new RegExp(`import [^;]*\\b${reader}\\b`).test(text));
    expect(readers.filter((reader) => !isCalled(reader))).toEqual([]);
  });
});
