import { fileNameOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import type { Note, Process, ReachedAs, World } from './model.ts';
import { pathFrom } from './programs.ts';

/** Files within one folder that a name with a `*` stands for. */
export const ALIKE = 400;

/** Whether a process is an interpreter, by the name that it is called by or that it has. */
export const isCalled = ({ calledAs, program }: Process, name: RegExp): boolean =>
  [calledAs ?? program, program].some((path) => name.test(fileNameOf(path)));

/** What an analyzer of ours says of files that are code of a kind (`analyzers/code`); of a file that none is, and of one that cannot be read, nothing. */
export const saidOfCode =
  <Said>(world: World, kind: Parameters<World['code']>[1]) =>
  (file: string): Said | undefined => {
    const text = world.code(file, kind);
    return text === undefined ? undefined : (JSON.parse(text) as Said);
  };

/** That a program's own script was not read: it may ask for anything, and start any program. */
export const unreadScript = (file: string, { program }: Pick<Process, 'program'>): Note => ({
  message: `/${file} is run by /${program} and was not read, as nothing in its name or first line says what it is, or it is too large: anything may be meant`,
  widens: 'all',
});

/** The same of a file that a script has run: where that need not happen, it is no nearer than it. */
export const unreadPart = (file: string, reach: ReachedAs, process: Pick<Process, 'program'>): Note => ({
  ...unreadScript(file, process),
  ...(reach !== 'loaded' && { as: 'callable' as const }),
});

/** That a program's own script is none of the image: whoever starts it brings it along. */
export const absentScript = (path: string, { program }: Pick<Process, 'program'>): Note => ({
  message: `/${path} is to be run by /${program} and is not there`,
  widens: 'all',
  isAbsent: true,
});

/** What only tells of an interpreter. */
const TELLS = /^-(?:[vVh?]|-(?:version|help|copyright))/;

/** That an interpreter is given no script: it runs what is typed, or what comes from elsewhere. */
export const givenNothing = ({ program, arguments: words }: Pick<Process, 'program' | 'arguments'>): readonly Note[] =>
  words.some((word) => TELLS.test(word))
    ? []
    : [{ message: `/${program} is started without a script: what it is given to run is not known`, widens: 'all' }];

/**
 * Takes the folders that texts put before those of a search path, `./` from where the text lies. One that is there comes to the front. Each is looked
 * into for every name: without an end of their own, one short text would ask for millions of paths.
 */
export function foldersAhead(
  folders: string[],
  { folder: started }: Pick<Process, 'folder'>,
): (code: { readonly folders: readonly string[] } | undefined, own: string) => void {
  let added = 0;
  return (code, own) => {
    for (const folder of code?.folders ?? []) {
      const path = pathFrom(folder.startsWith('./') ? own : started, folder);
      const at = folders.indexOf(path);
      if (at >= 0) folders.splice(at, 1);
      else if (added >= LIMITS.searchFolders) continue;
      else added += 1;
      folders.unshift(path);
    }
  };
}
