import { execFileSync } from 'node:child_process';
import { closeSync, linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { openInside } from './inside-folder.ts';

/** A folder with a file in a folder, and a secret beside it. */
function folders(): { root: string; outside: string } {
  const base = temporaryFolder();
  const [root, outside] = [join(base, 'root'), join(base, 'outside')];
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(root, 'usr/lib/a.py'), 'import os');
  writeFileSync(join(outside, 'a.py'), 'secret');
  return { root, outside };
}
const read = (root: string, path: string): string => {
  const file = openInside(root, path);
  try {
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
};
const REFUSED = /is not the file any more|ELOOP|symbolic link/;

describe('a file of a folder', () => {
  it('is opened where it lies, by a root that is named through a link as well', () => {
    const { root } = folders();
    expect(read(root, 'usr/lib/a.py')).toBe('import os');
    symlinkSync(root, `${root}-link`);
    expect(read(`${root}-link`, 'usr/lib/a.py')).toBe('import os');
    expect(read('/', join(root, 'usr/lib/a.py').slice(1))).toBe('import os');
    linkSync(join(root, 'usr/lib/a.py'), join(root, 'hard.py'));
    expect(read(root, 'hard.py')).toBe('import os');
  });

  it('is not what a link leads to that was put in its place', () => {
    const { root, outside } = folders();
    renameSync(join(root, 'usr/lib/a.py'), join(root, 'old'));
    symlinkSync(join(outside, 'a.py'), join(root, 'usr/lib/a.py'));
    expect(() => read(root, 'usr/lib/a.py')).toThrow(REFUSED);
  });

  it('is not what lies behind a link that was put in the place of a folder above it', () => {
    const { root, outside } = folders();
    renameSync(join(root, 'usr/lib'), join(root, 'usr/old'));
    symlinkSync(outside, join(root, 'usr/lib'));
    expect(() => read(root, 'usr/lib/a.py')).toThrow(REFUSED);
    expect(() => read(root, '../outside/a.py')).toThrow(REFUSED);
  });

  it.skipIf(process.platform === 'win32')('is no pipe, which would keep who opens it waiting', () => {
    const { root } = folders();
    execFileSync('mkfifo', [join(root, 'pipe.py')]);
    expect(() => read(root, 'pipe.py')).toThrow(REFUSED);
  });
});
