import { describe, expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { zip } from '../../../test/zip.ts';
import type { Entry } from '../../model.ts';
import { type PythonArchive, pythonArchiveCode } from './python-archive.ts';

/** What is told of an archive that comes in pieces of that size. */
function told(bytes: Buffer, step = bytes.length): PythonArchive | undefined {
  const reader = pythonArchiveCode.stream?.({ path: 'app.pyz', size: bytes.length } as Entry);
  let at = 0;
  while (reader !== undefined && at < bytes.length) {
    const skipped = reader.push(bytes.subarray(at, at + step), at);
    at += step + skipped;
  }
  const [fact] = [...(reader?.end() ?? [])];
  return fact !== undefined && 'text' in fact ? JSON.parse(fact.text as string) : undefined;
}
const FILES = {
  '__main__.py': 'import shop\n',
  'data.bin': 'x',
  'shop/fast.cpython-311-x86_64-linux-gnu.so': elf({ parts: [], soname: 'fast.so', needed: ['libz.so.1'] }),
  'shop-1.0.dist-info/RECORD': 'shop/__init__.py,,\nshop/fast.so,,\n',
};

describe('an archive of Python', () => {
  it.each([1_000_000, 37])('is told by the code in it, in pieces of %i bytes', (step) => {
    const archive = told(Buffer.concat([Buffer.from('#!/usr/bin/env python3\n'), zip(FILES)]), step);
    expect(archive?.names).toEqual(Object.keys(FILES));
    expect(archive?.facts.map(([at, language, text]) => `${archive.names[at]} ${language} ${text}`)).toEqual([
      '__main__.py python import shop',
      'shop/fast.cpython-311-x86_64-linux-gnu.so elf {"bits":64,"machine":62,"soname":"fast.so","needed":["libz.so.1"]}',
      'shop-1.0.dist-info/RECORD owned shop',
    ]);
    expect(archive?.isCut).toBeUndefined();
  });

  it('holds what wheels in it do, below their names, and nothing that leads out of it', () => {
    const inner = zip({ 'a.py': 'import b\n' });
    const archive = told(zip({ '.deps/a-1-py3-none-any.whl': inner, 'x/y.whl': inner, '../up.py': 'import c\n' }));
    expect(archive).toEqual({
      names: ['.deps/a-1-py3-none-any.whl/a.py', 'x/y.whl'],
      facts: [[0, 'python', 'import b']],
    });
  });

  it('that is damaged or cut short says so, and what no zip is says nothing', () => {
    const whole = zip(FILES);
    expect(told(whole.subarray(0, whole.length - 100))?.isCut).toBe(true);
    expect(told(Buffer.from('import x\n'))).toBeUndefined();
  });

  it('is known by its beginning, whatever it is called', () => {
    const asks = (head: string, path = 'srv/app') =>
      pythonArchiveCode.magic?.(Buffer.from(head, 'latin1'), { path } as Entry);
    expect([
      asks('#!/usr/bin/env python3\nPK\x03\x04'),
      asks('PK\x03\x04'),
      asks('#!/bin/sh\nset -eu\nPEX_ROOT=x'),
    ]).toEqual([true, true, true]);
    expect([asks('#!/usr/bin/env python3\nimport x'), asks('PK\x03\x04', 'a.jar'), asks('#!/bin/sh\nexit')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
