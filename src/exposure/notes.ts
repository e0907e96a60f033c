import { LIMITS } from '../limits.ts';
import type { FileTree, Note } from './model.ts';

/** What cannot be told, as it comes, each thing once. */
interface NoteKeeper {
  readonly note: (note: Note) => void;
  /** The same of many is one line; all that it makes unknown stands in notes of its own, without a message. */
  readonly notes: () => readonly Note[];
}

const MORE = 'more cannot be told than is listed here';
/** Who is named of many. */
const NAMED = 3;

/** Keeps what is said to what a person reads; what is not said any more still makes unknown what it does. */
export function noteKeeper(): NoteKeeper {
  const said = new Set<string>();
  const plain: Note[] = [];
  const about = new Map<string, Map<string, Note>>();
  const silent = new Map<string, Note>();
  let people = 0;
  let all = false;

  function note(note: Note): void {
    const { message, who, widens, as } = note;
    if (who !== undefined) {
      const known = about.get(message) ?? new Map<string, Note>();
      const key = `${who} ${as ?? ''} ${JSON.stringify(widens)}`;
      if (known.has(key)) return;
      people += 1;
      if (people > LIMITS.exposureWidenings) all = true;
      else about.set(message, known.set(key, note));
      return;
    }
    const key = `${as ?? ''} ${message}`;
    if (said.has(key)) return;
    if (plain.length < LIMITS.exposureNotes) {
      said.add(key);
      plain.push(note);
    } else if (widens !== undefined)
      silent.set(`${as ?? ''} ${JSON.stringify(widens)}`, { message: MORE, widens, ...(as && { as }) });
    if (silent.size > LIMITS.exposureWidenings) all = true;
  }

  function notes(): readonly Note[] {
    const together = [...about].flatMap(([message, notes]) => {
      const names = [...new Set([...notes.values()].map(({ who }) => who as string))].sort();
      const more = names.length - NAMED;
      const who = `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      return [...notes.values()].map(({ widens, as }) => ({
        message: `${who}: ${message}`,
        ...(widens && { widens }),
        ...(as && { as }),
      }));
    });
    return [...plain, ...together, ...silent.values(), ...(all ? [{ message: MORE, widens: 'all' as const }] : [])];
  }

  return { note, notes };
}

/**
 * The same notes with the places that they make unknown as these are called themselves: what is searched through a link (`lib64` of a virtual
 * environment) lies, for whoever owns it, where that leads.
 */
export function atOwnPlaces(notes: readonly Note[], tree: Pick<FileTree, 'real' | 'realFolder'>): readonly Note[] {
  const own = (path: string): string => tree.realFolder(path) ?? tree.real(path) ?? path;
  return notes.map((note) => {
    const { widens } = note;
    if (typeof widens !== 'object' || 'endings' in widens) return note;
    return { ...note, widens: 'below' in widens ? { below: own(widens.below) } : { needsOf: own(widens.needsOf) } };
  });
}
