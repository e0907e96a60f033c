import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { library } from '../../test/exposure.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { analyzer } from '../analyzers/analyzer.ts';
import { elfCode, scriptCode } from '../analyzers/code/index.ts';
import { heldArchive, readNow } from './read-now.ts';

describe('a file read at its place, at once', () => {
  const folder = temporaryFolder();
  const body = library('liba.so.1', ['libc.so.6']);
  writeFileSync(join(folder, 'layer'), Buffer.concat([Buffer.alloc(700, 1), body, Buffer.alloc(700, 2)]));
  const content = { kind: 'file', path: join(folder, 'layer'), offset: 200, length: 10_000 } as const;
  const place = { path: 'usr/lib/liba.so.1', analyzers: [], at: 500, size: body.length };

  it('says what it would have said when its layer was read', () => {
    expect(readNow(content, place, [elfCode])).toEqual([
      {
        path: place.path,
        language: 'elf',
        text: '{"bits":64,"machine":62,"soname":"liba.so.1","needed":["libc.so.6"]}',
      },
    ]);
  });

  it('in a folder too, by its path', () => {
    writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\nexec x\n');
    const script = { path: 'run.sh', analyzers: [], size: 17 };
    expect(readNow({ kind: 'directory', path: folder }, script, [scriptCode])).toEqual([
      { path: 'run.sh', language: 'script', text: '#!/bin/sh\nexec x\n' },
    ]);
  });

  it('is opened once for many files, until whoever asked is done', () => {
    const path = join(folder, 'image.tar');
    writeFileSync(path, body);
    const archive = heldArchive();
    const read = () =>
      readNow({ ...content, path, offset: 0 }, { ...place, at: 0 }, [elfCode], undefined, archive).length;
    expect(read()).toBe(1);
    rmSync(path);
    expect(read()).toBe(1);
    expect(readNow(content, place, [elfCode], undefined, archive)).toHaveLength(1);
    // Another one was opened in its place, and it is gone.
    expect(read()).toBe(0);
    archive.close();
    expect(readNow(content, place, [elfCode], undefined, archive)).toHaveLength(1);
    archive.close();
  });

  it('is read once, whoever else reads it', () => {
    const seen: Record<string, [number, number][]> = { whole: [], some: [] };
    const reading = (name: string, enough: number, skip: number) =>
      analyzer({
        name,
        version: 1,
        stream: () => ({
          enough: () => enough,
          push(chunk, offset) {
            seen[name]?.push([offset, chunk.length]);
            return skip;
          },
          *end() {
            yield { kind: 'code', language: name, text: '' };
          },
        }),
      });
    const told = readNow(content, place, [reading('some', 64, 128), elfCode, reading('whole', 100_000, 0)]);
    // One chunk for all of them, of which each gets what it has not skipped.
    expect(seen).toEqual({ whole: [[0, body.length]], some: [[0, body.length]] });
    expect(told.map(({ language }) => language)).toEqual(['some', 'elf', 'whole']);
    expect(readNow(content, place, [reading('some', 64, 128)])).toHaveLength(1);
    expect(seen.some?.slice(1, 3)).toEqual([
      [0, 64],
      [192, 64],
    ]);
  });

  it('says nothing where the file is gone, is shorter than it was, or trips its reader', () => {
    const gone = { path: 'gone', analyzers: [], size: 10 };
    expect(readNow({ kind: 'directory', path: folder }, gone, [scriptCode])).toEqual([]);
    expect(readNow(content, { ...place, size: 40 }, [elfCode])).toEqual([]);
    const tripping = analyzer({
      name: 'trips',
      version: 1,
      read: () => {
        throw new Error('hostile');
      },
    });
    expect(readNow(content, place, [tripping, elfCode]).map(({ language }) => language)).toEqual(['elf']);
  });
});
