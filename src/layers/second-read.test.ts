import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { tar } from '../../test/image.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { analyzers } from '../analyzers/index.ts';
import type { Layer } from '../model.ts';
import { type BodyPool, POOLED_BYTES } from './body-pool.ts';
import type { LayerFact } from './layer-index.ts';
import { extraKey, readAgain, type SecondRead } from './second-read.ts';

const named = (name: string): Analyzer => {
  const [match] = analyzers.filter((analyzer) => analyzer.name === name);
  if (match === undefined) throw new Error(`no analyzer is called ${name}`);
  return match;
};
/** A library with a version, with something behind its end: both readers of programs have something to say of it. */
const library = elf({
  parts: [{ content: Buffer.from('\0 deflate 1.2.11 Copyright 1995-2017 Jean-loup Gailly and Mark Adler \0') }],
  rest: Buffer.alloc(2 * POOLED_BYTES),
});
const file = join(temporaryFolder(), 'layer.tar');
writeFileSync(file, tar([['opt/lib/libz.so', library]]));
const layer = {
  index: 0,
  diffID: 'sha256:0',
  verify: false,
  open: async () => ({ kind: 'file', path: file, offset: 0, length: tar([['opt/lib/libz.so', library]]).length }),
} as unknown as Layer;
const wanted = ['binaries', 'closed-programs'].map((name): SecondRead => {
  const path = 'opt/lib/libz.so';
  return {
    path,
    via: path,
    analyzer: named(name),
    deferred: { path, analyzers: [name], size: library.length, at: 512 },
  };
});
const kinds = (extras: ReadonlyMap<string, readonly LayerFact[]>) =>
  wanted.map((read) => extras.get(extraKey(read))?.map(({ fact }) => fact.kind ?? `${fact.name} ${fact.version}`));
/** A pool of which this is the only thread, and what it was offered. */
function poolOf(answer: readonly LayerFact[]): { pool: BodyPool; offered: string[][] } {
  const offered: string[][] = [];
  return {
    offered,
    pool: {
      offer: async ({ analyzers: readers }) => {
        offered.push(readers.map(({ name }) => name));
        return answer;
      },
      offerPassing: () => undefined,
      help: async () => {},
      close: async () => {},
    },
  };
}

describe('files that are read when all layers are known', () => {
  it('are told to each who asked, though a body is read once for all of them', async () => {
    const extras = await readAgain(layer, wanted, 'a layer');
    expect(kinds(extras)).toEqual([['zlib 1.2.11'], ['program', 'closed']]);
    const { pool, offered } = poolOf([...extras.values()].flat());
    expect(await readAgain(layer, wanted, 'a layer', { pool })).toEqual(extras);
    expect(offered).toEqual([['binaries', 'closed-programs']]);
  });

  it('whose thread ended are one Unknown, not one for each who asked', async () => {
    const reason = 'the thread that read it ended: exit 3';
    const { pool } = poolOf([{ path: 'opt/lib/libz.so', analyzer: 'layers', fact: { kind: 'unknown', reason } }]);
    expect(kinds(await readAgain(layer, wanted, 'a layer', { pool }))).toEqual([['unknown'], []]);
  });
});
