import { describe, expect, it } from 'vitest';
import type { Note } from './model.ts';
import { noteKeeper } from './notes.ts';

/** As `limits.ts` has them: a limit that is raised there has to be raised here as well. */
const LISTED = 100;
const WIDENED = 20_000;
const MORE = 'more cannot be told than is listed here';

/** What is kept of these. */
function kept(notes: Iterable<Note>): readonly Note[] {
  const keeper = noteKeeper();
  for (const note of notes) keeper.note(note);
  return keeper.notes();
}

/** As many as that, each about something of its own. */
const many = (count: number, noteAt: (at: number) => Note): Note[] =>
  Array.from({ length: count }, (_, at) => noteAt(at));

const folderAt = (at: number): Note => ({ message: `/srv/${at} is not read`, widens: { below: `srv/${at}` } });
const libraryAt = (at: number): Note => ({
  message: 'opens what it likes',
  who: `l${at}`,
  widens: { needsOf: `opt/${at}` },
});

describe('what cannot be told', () => {
  it('is said once, and of many in one line with three of their names', () => {
    const said = kept([...many(5, libraryAt), ...many(5, libraryAt), folderAt(1), folderAt(1)]);
    expect([...new Set(said.map(({ message }) => message))]).toEqual([
      '/srv/1 is not read',
      'l0, l1, l2 and 2 more: opens what it likes',
    ]);
    expect(said).toHaveLength(6);
  });

  it('is said to the number that a person reads; what is beyond it makes unknown the same, and one line says that there is more', () => {
    const upTo = kept(many(LISTED, folderAt));
    expect(upTo.map(({ message }) => message)).not.toContain(MORE);
    expect(upTo).toHaveLength(100);
    const beyond = kept(many(LISTED + 3, folderAt));
    expect(beyond.map(({ message }) => message).filter((message) => message !== MORE)).toHaveLength(100);
    expect(beyond.slice(100)).toEqual([100, 101, 102].map((at) => ({ message: MORE, widens: { below: `srv/${at}` } })));
    // What makes nothing unknown is left out, and the same place stands once.
    const plain = many(LISTED + 3, (at) => ({ message: `${at}` }));
    expect(kept(plain)).toHaveLength(100);
    expect(
      kept([...plain, ...many(9, () => ({ message: `${Math.random()}`, widens: { below: 'srv' } }))]),
    ).toHaveLength(101);
  });

  it('is everything once more places are unknown than are kept, so that none of them is said to be far', () => {
    const all = { message: MORE, widens: 'all' };
    for (const [noteAt, before] of [
      [folderAt, LISTED],
      [libraryAt, 0],
    ] as const) {
      expect(kept(many(before + WIDENED, noteAt))).not.toContainEqual(all);
      const beyond = kept(many(before + WIDENED + 1, noteAt));
      expect(beyond.at(-1)).toEqual(all);
      expect(beyond.length).toBeLessThan(before + WIDENED + 3);
    }
  });

  it('keeps what it is at most apart from what is unknown', () => {
    const [callable, unknown] = kept([
      { message: 'runs what it is told', widens: 'all', as: 'callable' },
      { message: 'runs what it is told', widens: 'all' },
    ]);
    expect([callable?.as, unknown?.as]).toEqual(['callable', undefined]);
  });
});
