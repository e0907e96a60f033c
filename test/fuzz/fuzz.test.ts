import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { feeds } from '../../src/advisories/feeds/index.ts';
import type { Analyzer, Fact } from '../../src/analyzers/analyzer.ts';
import { analyzers } from '../../src/analyzers/index.ts';
import { projectAnalyzers } from '../../src/analyzers/project/index.ts';
import { decodedText } from '../../src/bounded-file.ts';
import { jsonReader, readXml } from '../../src/formats/text/index.ts';
import { scanners } from '../../src/scanners/index.ts';
import { corpusOf } from './fuzz.ts';
import { OWN_FILES, TARGETS } from './targets.ts';

/** Every case that the fuzzer ever found, once more. The search itself is `npm run fuzz`. */
const cases = TARGETS.flatMap((target) =>
  corpusOf('test/fuzz/corpus', target.name).map(({ name, input }) => ({ target, name, input })),
);

/** Analyzers without an honest file of a few hundred bytes, and why. */
const NO_OWN_FILE: Readonly<Record<string, readonly string[]>> = {
  'programs and what lies behind their end: the least takes kilobytes': [
    'appended-zip',
    'carried-bytes',
    'carried-contents',
    'code-elf',
    'code-java',
    'code-python-extension',
    'foreign-programs',
    'nvidia-programs',
  ],
  'databases of pages: with a part repeated they are damaged': ['dnf-history', 'moved-rpm-databases', 'rpm', 'rpm-log'],
  'packed, or lengths before all that is in it: with a part repeated they are damaged, which mutations of other beginnings are as well':
    [
      'apt-plan',
      'code-pickle',
      'core-ml',
      'java-runtime-image',
      'keras-h5',
      'model-tar',
      'paddle',
      'paddle-pir',
      'r-descriptions',
      'r-object',
      'tensorflow-graph',
      'unread-model',
    ],
};

/** What an analyzer says of one file, besides that it could not be read. */
async function hasFacts(analyzer: Analyzer, { path, body }: { path: string; body: Buffer }): Promise<boolean> {
  await analyzer.prepare?.();
  const entry: Parameters<NonNullable<Analyzer['stream']>>[0] = {
    path,
    type: 'file',
    mode: 0o755,
    uid: 0,
    gid: 0,
    size: body.length,
    mtime: 0,
  };
  const facts = (): Fact[] => {
    if (!analyzer.stream)
      return [...(analyzer.read?.({ path, entry, bytes: body, text: () => decodedText(body) }) ?? [])];
    const reader = analyzer.stream(entry);
    reader.push(body, 0);
    return [...reader.end()];
  };
  return facts().some(({ kind }) => kind !== 'unknown');
}

describe('cases that the fuzzer found', () => {
  it('are there, and small', () => {
    expect(cases.length).toBeGreaterThan(3);
    expect(cases.filter(({ input }) => input.length > 16_384).map(({ name }) => name)).toEqual([]);
  });

  it.each(cases.map((entry) => [`${entry.target.name}: ${entry.name}`, entry] as const))(
    '%s ends, and throws nothing unexpected',
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

  it('is an honest file for each, of which it has something to say; what has none is named, with why', async () => {
    const without = [];
    const silent = [];
    for (const analyzer of [...analyzers, ...projectAnalyzers]) {
      const own = OWN_FILES.get(analyzer.name);
      if (!own) without.push(analyzer.name);
      else if (!(await hasFacts(analyzer, own).catch(() => false))) silent.push(analyzer.name);
    }
    expect(silent).toEqual([]);
    expect(without.sort()).toEqual(Object.values(NO_OWN_FILE).flat().sort());
  });

  it('is a report of every scanner, in each form that its scanners write', async () => {
    const formats = scanners.flatMap((scanner) => scanner.formats);
    const seeds = TARGETS.find(({ name }) => name === 'report')!.seeds.map((seed) => seed.toString());
    const recognises = (format: (typeof formats)[number], seed: string): boolean => {
      try {
        if (format.kind === 'text') return format.recognise(seed);
        if (format.kind === 'xml') return format.recognise(readXml(seed));
        const reader = jsonReader();
        reader.write(Buffer.from(seed));
        return format.recognise(reader.end());
      } catch {
        return false;
      }
    };
    const names = formats.filter((format) => !seeds.some((seed) => recognises(format, seed))).map(({ name }) => name);
    // All but those that differ from their twins in one key or its spelling.
    expect(names).toEqual([
      'AWS Security Hub findings (ASFF, lower case)',
      'AWS Security Hub findings (ASFF list)',
      'GCP occurrences (REST)',
      'Anchore JSON (anchorectl list)',
    ]);
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
