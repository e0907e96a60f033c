import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { analyzers } from '../../src/analyzers/index.ts';
import { projectAnalyzers } from '../../src/analyzers/project/index.ts';
import { takeInventory } from '../../src/inventory/take.ts';
import { globToRegExp } from '../../src/layers/selection.ts';
import { LIMITS } from '../../src/limits.ts';
import { image, layer } from '../image.ts';
import { BODIES } from './junk.ts';

/** Every analyzer is named, bounded, and unmoved by what stands in a file. */

/** A path that the glob matches. */
function example(glob: string): string {
  return glob
    .replace(/\*\*\//g, 'opt/deep/')
    .replace(/\*\*/g, 'deep/x')
    .replace(/\*/g, 'some')
    .replace(/\?/g, 'x');
}

const printable = /^[^\u0000-\u001f\u007f]*$/;

describe('analyzers', () => {
  it('have names of their own and versions', () => {
    expect(new Set(analyzers.map(({ name }) => name)).size).toBe(analyzers.length);
    for (const { name, version } of analyzers) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(Number.isInteger(version) && version > 0).toBe(true);
    }
  });

  it('are all asked: one that is written and that no face shows would never be', () => {
    const folder = join(import.meta.dirname, '../../src/analyzers');
    const written = readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
      .flatMap((entry) => [
        ...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/= analyzer\(\{\s+name: '([^']+)'/g),
      ])
      .map(([, name]) => name);
    expect(written.sort()).toEqual([...analyzers, ...projectAnalyzers].map(({ name }) => name).sort());
  });
});

/** The beginnings of what analyzers know by its first byte, and where such files lie. */
const zipOf = (member: string): Buffer =>
  Buffer.from(
    `PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0${String.fromCharCode(member.length)}\0\0\0${member}`,
    'latin1',
  );
const program = Buffer.alloc(LIMITS.magicBytes);
const file = openSync(process.execPath, 'r');
readSync(file, program, 0, program.length, 0);
closeSync(file);
const HEADS = [
  program,
  zipOf('META-INF/MANIFEST.MF'),
  zipOf('encodings/__init__.pyc'),
  gzipSync(Buffer.from('\x80\x02]q\0(K\x01K\x02e.', 'latin1')),
  deflateSync(Buffer.from('\x80\x02]q\0(K\x01K\x02e.', 'latin1'), { level: 1 }),
  ...[
    '#!/usr/bin/env python3\nPK\x03\x04',
    '#!/usr/bin/perl -w\n',
    '#!/usr/bin/env ruby\n',
    '#!/usr/bin/env Rscript\n',
    '#!/usr/bin/env julia\n',
    'Package: adduser\nStatus: install ok installed\n',
    'C:Q1p78yvTLG094tHE1+dToJGbmYzQE=\nP:alpine-baselayout\nV:3.2.0-r16\n',
    'MZ\x90\0',
    '\xcf\xfa\xed\xfe',
    '\x89HDF\r\n\x1a\n',
    '\x93NUMPY\x01\0',
    ' {"class_name": "Sequential"}',
    '\x08\x07\x12\x07pytorch\x1a\x031.9\x3a',
    'GGUF\x03\0\0\0',
    '\xda\xda\xfe\xca',
    '\xca\xfe\xda\xda',
    '\n\x10\n\x04node\x12\x06ReadFile',
    '\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93.',
    'cposix\nsystem\n(S"id"\ntR.',
  ].map((text) => Buffer.from(text, 'latin1')),
];
const PLACES = ['srv/model.json', 'srv/model.pkl', 'opt/model.tar.gz', 'usr/bin/tar', 'srv/file'];

describe.each(analyzers.filter(({ begins }) => begins !== undefined).map((it) => [it.name, it] as const))(
  'analyzer %s',
  (_, { begins = [], magic }) => {
    const asks = (head: Buffer): boolean =>
      PLACES.some((path) =>
        magic?.(head, { path, type: 'file', mode: 0, uid: 0, gid: 0, size: 32 * 1024 * 1024, mtime: 0 }),
      );

    it('would say no to every other first byte than those for which it is asked', () => {
      const known = new Set(typeof begins === 'string' ? Buffer.from(begins, 'latin1') : begins);
      expect(HEADS.filter(asks).map((head) => known.has(head[0] as number))).toContain(true);
      for (const head of HEADS)
        for (let byte = 0; byte < 256; byte += 1) {
          const other = Buffer.from(head);
          other[0] = byte;
          if (asks(other)) expect(known, `a file that begins with ${byte}`).toContain(byte);
        }
    });
  },
);

describe.each(analyzers.map((it) => [it.name, it] as const))('analyzer %s', (_, analyzer) => {
  it('says which files it wants and reads them in one way', () => {
    expect(analyzer.files !== undefined || analyzer.magic !== undefined).toBe(true);
    expect([analyzer.read, analyzer.stream].filter((way) => way !== undefined)).toHaveLength(1);
    expect(analyzer.maxBytes ?? 0).toBeLessThanOrEqual(16 * LIMITS.fileBytes);
    for (const glob of analyzer.files ?? []) {
      expect(glob).toMatch(/^[^/]/);
      expect(example(glob)).toMatch(globToRegExp(glob));
    }
  });

  it('does not ask for every file there is', () => {
    const empty = { path: 'x', type: 'file', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0 } as const;
    expect(analyzer.magic?.(Buffer.alloc(0), empty) ?? false).toBe(false);
    expect((analyzer.files ?? []).some((glob) => globToRegExp(glob).test('srv/a/b/some file of no kind'))).toBe(false);
  });

  // One for each ending: by that analyzers choose how to read.
  const endings = new Map((analyzer.files ?? ['srv/file.bin']).map((glob) => [glob.split('.').at(-1), example(glob)]));
  const files = [...endings.values()];

  it.each(BODIES)('lives with %s', async (_name, body) => {
    const { inventory } = await takeInventory(image(layer(Object.fromEntries(files.map((path) => [path, body])))), {
      analyzers: [analyzer],
    });
    for (const it of inventory.packages) {
      expect(it.name.trim()).not.toBe('');
      expect(it.purl).toMatch(/^pkg:[a-z0-9.+-]+\//);
    }
    for (const { reason } of inventory.unknowns) {
      expect(reason).toMatch(printable);
      expect(reason.trim()).not.toBe('');
      // What is thrown for want of care is no reason that helps anyone.
      expect(reason).not.toMatch(
        /undefined|is not a function|is not iterable|Cannot read prop|Maximum call stack|out of range|Invalid (array|string) length/,
      );
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
