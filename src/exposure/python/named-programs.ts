import type { Edge, Process, World } from '../model.ts';
import { foldersOnPath, INTERPRETER, started } from '../programs.ts';

/**
 * Programs on PATH by their names, for libraries that keep in a variable what they start: `git_exec_name = "git"`. The folders of PATH are listed once, since
 * a file may have thousands of words. What an interpreter is given to run is not known: of those only the program itself.
 */
export function programsNamed(process: Process, world: World): (names: readonly string[]) => readonly Edge[] {
  let onPath: ReadonlyMap<string, string> | undefined;
  const around = { ...process, world, isAttached: false };
  return (names) => {
    onPath ??= programsOnPath(process, world);
    return names.flatMap((name): Edge[] => {
      const path = onPath?.get(name);
      if (path === undefined) return [];
      const how = `names ${name}, and starts programs`;
      if (INTERPRETER.test(name)) return [{ to: path, reach: 'callable', how }];
      const edge = started([`/${path}`], around, 'callable', how);
      return edge === undefined ? [] : [edge];
    });
  };
}

function programsOnPath({ environment, folder }: Process, { tree }: World): ReadonlyMap<string, string> {
  const programs = new Map<string, string>();
  for (const at of foldersOnPath(environment, folder, tree).folders)
    for (const name of tree.list(at)) if (!programs.has(name)) programs.set(name, at === '' ? name : `${at}/${name}`);
  return programs;
}
