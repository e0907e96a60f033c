import { folderOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { codeFolder } from '../archives.ts';
import type { Note, Process, World } from '../model.ts';
import { pathFrom } from '../programs.ts';
import type { moduleFinder } from './finder.ts';
import { type CodeOwners, foldersIn, isProgram, type Name, topOf } from './whose.ts';

/** Packages whose own folders are followed by rules of their own. */
const FOLLOWED = /^(?:setuptools|pkg_resources|_distutils_hack|pip)$/;
/** How far above the module that says so a folder is looked for: `dirname(dirname(__file__))`. */
const ABOVE = 3;

/** What modules of a process make of its search path when they run. */
interface SearchChanges {
  /** Puts a folder on it, as a module says: `/opt/lib`, `./lib`, `*lib`, `?`. */
  readonly searched: (folder: string, name: Name) => void;
  /** Folders that packages bring along: what is there may be meant in place of what is installed. */
  readonly broughtAlong: readonly string[];
  /** Says that a module is nowhere, where the program's own code has put folders on the path that cannot be told. */
  readonly missed: (name: Name, module: string) => void;
}

/** The folder that a module lies in, and those above it; of the program that of its script, or where it runs. */
export function foldersAbove(
  name: Name,
  {
    script,
    process,
    finder,
  }: { script: string | undefined; process: Pick<Process, 'folder'>; finder: ReturnType<typeof moduleFinder> },
): readonly string[] {
  const own = script === undefined ? process.folder : folderOf(script);
  const here = isProgram(name) ? own : foldersIn(finder.find(name.module))[0];
  if (here === undefined) return [];
  const folders = [here];
  while (folders.length < ABOVE && folders.at(-1) !== '') folders.push(folderOf(folders.at(-1) as string));
  return folders;
}

/**
 * Follows changes of `sys.path`: a folder that is named is looked in, of those that are put together the last part is looked for beside the
 * module and above it. A package that does so may bring packages along (`ray/thirdparty_files`): what is installed within it may be meant.
 * Long because it is an object: its methods close over what was changed.
 */
export function searchChanges(
  { script, process, world }: { script: string | undefined; process: Process; world: World },
  finder: ReturnType<typeof moduleFinder>,
  owner: CodeOwners,
  note: (note: Note) => void,
): SearchChanges {
  const { tree } = world;
  const told = new Set<string>();
  const brought: string[] = [];
  let isOpen = false;
  let installed: readonly string[] | undefined;

  /** Folders within a package in which packages are installed. */
  function installedIn(top: string): readonly string[] {
    if (installed === undefined) {
      const folders = new Set<string>();
      for (const path of tree.paths()) {
        const at = path.indexOf('.dist-info/');
        if (at > 0) folders.add(folderOf(path.slice(0, at)));
      }
      installed = [...folders];
    }
    // `lib64` of a virtual environment is a link: paths are told without it.
    const begin = tree.real(`${top}/__init__.py`);
    const real = begin === undefined ? top : folderOf(begin);
    return installed.filter((folder) => folder.startsWith(`${real}/`));
  }

  return {
    broughtAlong: brought,
    searched(module, name) {
      const whose = owner.whose(name);
      const above = foldersAbove(name, { script, process, finder });
      if ((whose !== 'own' && whose !== 'installed') || above.length === 0 || FOLLOWED.test(topOf(name))) return;
      const wanted = module.startsWith('*')
        ? above.map((folder) => pathFrom(folder, module.slice(1)))
        : module !== '?'
          ? [pathFrom(process.folder, module)]
          : whose === 'own'
            ? above
            : [];
      const there = wanted.flatMap((folder) => (folder === '' ? [] : (codeFolder(folder, world) ?? [])));
      for (const folder of there) finder.add(folder);
      if (whose === 'own') isOpen ||= there.length === 0 || module === '?';
      const top = owner.folder(name);
      if (whose === 'own' || top === undefined || told.has(top)) return;
      told.add(top);
      for (const below of installedIn(top)) {
        finder.add(below);
        if (brought.length < LIMITS.searchFolders) brought.push(below);
        note({
          who: topOf(name),
          message: 'folders of the package are put on the search path; what is installed in them may be meant',
          widens: { below },
          as: 'importable',
        });
      }
    },
    missed(name, module) {
      if (!isOpen || owner.whose(name) !== 'own') return;
      note({
        message: `${name.module} imports ${module.slice(0, 80)}, which is not found, and folders are put on the search path that are worked out when it runs`,
        widens: 'all',
      });
    },
  };
}
