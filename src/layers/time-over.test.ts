import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { image, layer, type TarEntries } from '../../test/image.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Analyzer, Fact } from '../analyzers/analyzer.ts';
import type { Image } from '../model.ts';
import { silent } from '../progress.ts';
import { openDirectory } from '../sources/files/directory.ts';
import { noCache } from './cache.ts';
import { readImage } from './read-image.ts';

const names: Analyzer = {
  name: 'names',
  version: 1,
  files: ['**'],
  *read(file): Generator<Fact> {
    yield { name: file.text(), version: '1', type: 'generic' };
  },
};

/** What was seen in the image, and what is said of what was not read. */
async function read(world: Image, analyzer = names) {
  const { facts, indexes, isCut } = await readImage(world, {
    analyzers: [analyzer],
    cache: noCache,
    progress: silent,
    threads: 1,
  });
  return {
    seen: facts.flatMap(({ fact }) => (fact.kind === undefined ? [fact.name] : [])),
    unread: [
      ...indexes.flatMap(({ unknowns }) => unknowns.map(({ path, reason }) => `${path}: ${reason}`)),
      ...facts.flatMap(({ path, fact }) => (fact.kind === 'unknown' ? [`${path}: ${fact.reason}`] : [])),
    ],
    isCut,
  };
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** What images of these tests have, and what the slow reader takes for each file: it is passed on the clock, and nobody waits for it. */
const READING_MS = 60_000;
let passed = 0;
beforeEach(() => {
  passed = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passed);
});
afterEach(() => vi.restoreAllMocks());
const slow: Analyzer = {
  ...names,
  *read(file): Generator<Fact> {
    passed += READING_MS;
    yield { name: file.text(), version: '1', type: 'generic' };
  },
};

describe('when the time for reading an image is over', () => {
  it('what was read until then is the result, and each folder that was not entered is told', async () => {
    const folder = folderWith({ 'etc/a': 'first', 'usr/lib/b': 'second', 'tmp/c': 'third' });
    const opened = await openDirectory('dir:x', folder);
    expect(await read(opened)).toEqual({ seen: ['first', 'second', 'third'], unread: [], isCut: false });
    const { seen, unread, isCut } = await read({ ...opened, readingMs: READING_MS }, slow);
    expect(seen).toEqual(['first']);
    expect(unread).toEqual([
      'usr: this folder was not read, nor what is below it: the time for reading was over (--timeout)',
      'tmp: this folder was not read, nor what is below it: the time for reading was over (--timeout)',
    ]);
    expect(isCut).toBe(true);
  });

  it('layers still say what files there are, and how many were not opened', async () => {
    const files: TarEntries = { 'a/1': 'first', 'a/2': 'second', 'a/3': 'third' };
    const { seen, unread, isCut } = await read({ ...image(layer(files)), readingMs: READING_MS }, slow);
    expect(seen).toEqual(['first']);
    expect(unread).toEqual([': the time for reading this image is over: 2 files were not read']);
    expect(isCut).toBe(true);
  });

  it('files that were put off until their owners are known are told with one word for all', async () => {
    const folder = folderWith({ 'opt/a': 'first', 'opt/b': 'second', 'opt/c': 'third' });
    const opened = { ...(await openDirectory('dir:x', folder)), readingMs: READING_MS };
    expect(await read(opened, { ...slow, unownedOnly: true })).toEqual({
      seen: ['first'],
      unread: ['opt/b: the time for reading this image is over: this file was not read, nor 1 others'],
      isCut: true,
    });
  });
});

it('a file of a living machine that becomes shorter while it is read costs nothing but itself', async () => {
  const folder = folderWith({ 'a/1': 'first', 'a/2': `\x7f${'x'.repeat(200_000)}`, 'a/3': 'third' });
  const { files: _, ...rest } = names;
  const shortening: Analyzer = {
    ...rest,
    magic(head) {
      if (head[0] === 0x7f) truncateSync(join(folder, 'a/2'), 1_000);
      return true;
    },
  };
  const { seen, unread } = await read(await openDirectory('dir:x', folder), shortening);
  expect(seen).toEqual(['first', 'third']);
  expect(unread).toEqual(['a/2: the file became shorter while it was read']);
});
