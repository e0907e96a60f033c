import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { chainOf } from './chain.ts';
import { closureOf } from './closure.ts';
import type { Edge, FileTree, Language, Process, World } from './model.ts';

/** A world of files that name what they lead to: `a: ['+b', '?c', '!d']`, loaded, importable, called. */
function worldOf(files: Readonly<Record<string, readonly string[]>>): World {
  const tree: FileTree = {
    real: (path) => (path in files ? path : undefined),
    isFolder: () => false,
    realFolder: () => undefined,
    list: () => [],
    paths: () => Object.keys(files),
  };
  return { tree, code: (path) => files[path]?.join(' ') };
}

const process: Process = { program: 'start', arguments: [], environment: new Map(), folder: '' };
const plain: Language = {
  name: 'plain',
  begin: (own, world) => ({
    starts: [],
    *follow({ path }): Generator<Edge> {
      for (const word of (world.code(path, 'plain') ?? '').split(' ').filter(Boolean)) {
        const to = word.slice(1);
        if (word.startsWith('+')) yield { to, reach: 'loaded', how: word };
        else if (word.startsWith('?')) yield { to, reach: 'importable', how: word };
        else if (word.startsWith('!')) yield { to, reach: 'callable', how: word, process: { ...own, program: to } };
        else throw new Error('not readable');
      }
    },
  }),
};
const follow = (files: Readonly<Record<string, readonly string[]>>) =>
  closureOf(worldOf(files), [{ to: 'start', reach: 'loaded', how: 'CMD', process }], [plain]);

describe('what a start leads to', () => {
  it('is reached no stronger than what leads there, and as strong as the strongest way', () => {
    const { reached } = follow({
      start: ['?lazy', '+first'],
      lazy: ['+behind', '+first'],
      first: ['+shared'],
      shared: [],
      behind: ['+shared'],
    });
    expect(Object.fromEntries([...reached].map(([path, { reach }]) => [path, reach]))).toEqual({
      start: 'loaded',
      first: 'loaded',
      shared: 'loaded',
      lazy: 'importable',
      behind: 'importable',
    });
  });

  it('tells the way', () => {
    const { reached } = follow({ start: ['+a'], a: ['?b'], b: [] });
    expect(chainOf(reached.get('b')!)).toEqual([
      { how: 'CMD', path: 'start' },
      { how: '+a', path: 'a' },
      { how: '?b', path: 'b' },
    ]);
  });

  it('ends where files lead to each other, and where programs start each other', () => {
    const { reached, notes } = follow({ start: ['+a', '!start'], a: ['+start', '!b'], b: ['!start', '!b'] });
    expect([...reached.values()].map(({ path, reach }) => `${path} ${reach}`).sort()).toEqual([
      'a loaded',
      'b callable',
      'start loaded',
    ]);
    expect(notes).toEqual([]);
  });

  it('says what could not be followed, and goes on', () => {
    const { reached, notes } = follow({ start: ['+a', '+b'], a: ['garbage'], b: ['+c'], c: [] });
    expect([...reached.keys()]).toContain('c');
    expect(notes).toEqual([{ message: 'what a loads could not be followed: not readable', widens: 'all' }]);
  });

  it('is cut where programs start ever more programs, and says so', () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`p${at}`, [`!p${at + 1}`]]));
    const { reached, notes } = follow({ start: ['!p0'], ...many });
    expect(reached.size).toBeLessThan(420);
    expect(notes.map(({ widens }) => widens)).toEqual(['all']);
  });

  it('follows 200,000 files that lead to each other in circles, each once', () => {
    const count = 200_000;
    const many = Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`m${at}`, [`+m${(at + 1) % count}`, `?m${(at * 7) % count}`]]),
    );
    const { reached, notes } = follow({ start: ['+m0'], ...many });
    expect(reached.size).toBe(count + 1);
    expect(new Set([...reached.values()].map(({ reach }) => reach))).toEqual(new Set(['loaded']));
    expect(notes).toEqual([]);
    expect(chainOf(reached.get('m199999')!).length).toBeLessThanOrEqual(LIMITS.chainSteps);
  });

  it('is cut where files lead to more than are followed, and says so', () => {
    const count = LIMITS.reachedFiles + 10;
    const many = Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, [`+m${at + 1}`]]));
    const { reached, notes } = follow({ start: ['+m0'], ...many });
    expect(reached.size).toBe(LIMITS.reachedFiles);
    expect(notes).toEqual([{ message: 'what is started leads to more files than are followed', widens: 'all' }]);
  });

  it('is cut where hundreds of programs lead to the same thousands of files, and says so', () => {
    const count = 5_000;
    const files = Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, [`+m${(at + 1) % count}`]]));
    const programs = Array.from({ length: 300 }, (_, at) => `p${at}`);
    for (const [at, program] of programs.entries()) files[program] = [`+m${at * 7}`];
    let followed = 0;
    const counting: Language = {
      name: 'counting',
      begin(own, world, note) {
        const session = plain.begin(own, world, note)!;
        return {
          starts: [],
          follow(file) {
            followed += 1;
            return session.follow(file);
          },
        };
      },
    };
    const roots: (Edge & { process: Process })[] = programs.map((program) => ({
      to: program,
      reach: 'loaded',
      how: 'CMD',
      process: { ...process, program },
    }));
    const { notes } = closureOf(worldOf(files), roots, [counting]);
    expect(notes).toEqual([{ message: 'what is started leads to more files than are followed', widens: 'all' }]);
    expect(followed).toBeLessThanOrEqual(LIMITS.reachedAgain + count + programs.length + 1);
  });

  it('begins no further program while many files wait, and all of them in the end', () => {
    const placeOfSecond = (count: number) => {
      const names = Array.from({ length: count }, (_, at) => `m${at}`);
      const first = names.map((name) => `+${name}`);
      const files = Object.fromEntries(names.map((name) => [name, []]));
      const { reached, notes } = follow({ ...files, start: ['!first', '!second'], first, second: ['+last'], last: [] });
      expect(reached.size).toBe(count + 4);
      expect(notes).toEqual([]);
      return [...reached.keys()].indexOf('second');
    };
    expect(placeOfSecond(100)).toBe(2);
    expect(placeOfSecond(LIMITS.waitingFiles)).toBeGreaterThan(LIMITS.waitingFiles / 2 - 3);
  });
});
