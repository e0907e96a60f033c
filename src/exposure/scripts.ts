import { fileNameOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import type { Note, Process, World } from './model.ts';
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
