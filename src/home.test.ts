import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configFolder, home, makeFolder, userHome } from './home.ts';
import { clearOrphans } from './orphans.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the folder of the database and the caches', () => {
  it('is the one that is named, else in the XDG cache folder, else in ~/.cache', () => {
    expect(home({ PLIMSOLL_HOME: '/data/plimsoll', XDG_CACHE_HOME: '/cache' })).toBe('/data/plimsoll');
    expect(home({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/plimsoll');
    expect(home({ PLIMSOLL_HOME: '' })).toBe(join(homedir(), '.cache', 'plimsoll'));
  });

  it('is not below a relative cache folder, which the specification says to ignore', () => {
    expect(home({ XDG_CACHE_HOME: 'cache' })).toBe(join(homedir(), '.cache', 'plimsoll'));
  });

  it('is never below the folder in which the program is started, which a clone brings', () => {
    const known = userInfo().homedir;
    expect(['', 'relative', './x'].map((HOME) => userHome({ HOME }))).toEqual(Array(3).fill(homedir()));
    vi.stubEnv('HOME', 'relative');
    expect(home({})).toBe(join(known, '.cache', 'plimsoll'));
    vi.unstubAllEnvs();
    expect(userHome({ HOME: folder })).toBe(folder);
    expect(configFolder({ HOME: folder, XDG_CONFIG_HOME: 'x' })).toBe(join(folder, '.config'));
    expect(configFolder({ HOME: folder, XDG_CONFIG_HOME: '/etc/x' })).toBe('/etc/x');
  });

  it('is made with those above it, and again without harm', () => {
    const path = join(folder, 'a', 'b', 'c');
    makeFolder(path);
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('is an error that names it where a file stands in the way', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file'))).toThrow(
      expect.objectContaining({ code: 'io', where: join(folder, 'file') }),
    );
    expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow(
      expect.objectContaining({ code: 'io', hint: expect.stringContaining('PLIMSOLL_HOME') }),
    );
  });
});

describe('what killed runs left', () => {
  const NAMES = /^advisories\.db\.building-(\d+)$/;
  /** A number that Linux gives no process. */
  const DEAD = 2 ** 22 + 1;
  const exists = (name: string): boolean => statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;

  it('is removed once its process is no more; what lives, and what has another name, stays', async () => {
    for (const name of [`advisories.db.building-${DEAD}`, `advisories.db.building-${process.ppid}`, `notes-${DEAD}`])
      writeFileSync(join(folder, name), '');
    await clearOrphans(folder, NAMES);
    expect(exists(`advisories.db.building-${DEAD}`)).toBe(false);
    expect(exists(`advisories.db.building-${process.ppid}`)).toBe(true);
    expect(exists(`notes-${DEAD}`)).toBe(true);
  });

  it('is no error where there is nothing to list or it cannot be removed', async () => {
    await clearOrphans(join(folder, 'nothing'), NAMES);
    mkdirSync(join(folder, `advisories.db.building-${DEAD}`));
    await clearOrphans(folder, NAMES);
    expect(exists(`advisories.db.building-${DEAD}`)).toBe(true);
  });
});
