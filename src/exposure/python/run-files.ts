import { addTo } from '../../collections.ts';
import { fileNameOf, folderOf, pathIn } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { codeFolder } from '../archives.ts';
import type { Edge, Note, Process, World } from '../model.ts';
import { pathFrom } from '../programs.ts';
import type { moduleFinder } from './finder.ts';
import { foldersAbove } from './search-changes.ts';
import type { Import } from './statements.ts';
import { RUNS, type untoldOf } from './untold.ts';
import { type CodeOwners, isProgram, type Name } from './whose.ts';

/** Scripts of one name within a package that are looked at. */
const ALIKE = 8;

/** Scripts within a folder by the names of their files. */
export function scriptsWithin({ tree }: Pick<World, 'tree'>): (folder: string, name: string) => readonly string[] {
  const known = new Map<string, ReadonlyMap<string, readonly string[]>>();
  return (folder, name) => {
    let byName = known.get(folder);
    if (byName === undefined) {
      if (known.size >= LIMITS.searchFolders) return [];
      const names = new Map<string, string[]>();
      for (const path of tree.paths(folder)) if (path.endsWith('.py')) addTo(names, fileNameOf(path), path);
      byName = names;
      known.set(folder, byName);
    }
    return (byName.get(name) ?? []).slice(0, ALIKE);
  };
}

/** Folders of migrations for one database each. */
const FOR_DATABASES = 16;

/** What alembic runs, and where it does: who asks for it late does not put that off once more. It is `env.py` of a folder with migrations in `versions`, or in folders of that for each database. https://alembic.sqlalchemy.org/en/latest/tutorial.html#the-migration-environment */
export function migrations({ tree }: Pick<World, 'tree'>): readonly string[] {
  const files: string[] = [];
  for (const path of tree.paths()) {
    if (fileNameOf(path) !== 'env.py') continue;
    const versions = `${folderOf(path)}/versions`;
    const inside = tree.list(versions);
    const folders = inside.map((name) => `${versions}/${name}`).filter((place) => tree.isFolder(place));
    const written = [versions, ...folders.slice(0, FOR_DATABASES)].flatMap((folder) =>
      tree.list(folder).flatMap((name) => (name.endsWith('.py') ? [`${folder}/${name}`] : [])),
    );
    if (written.length > 0) files.push(path, ...written);
  }
  return files;
}

/** A process whose code runs files by their paths. */
interface Runner {
  /** What it was told to run. */
  readonly script: string | undefined;
  readonly process: Process;
  readonly world: World;
  readonly finder: ReturnType<typeof moduleFinder>;
  readonly owner: CodeOwners;
  readonly untold: ReturnType<typeof untoldOf>;
  /** What files that are found are, for who follows them. */
  readonly names: Map<string, Name>;
  readonly note: (note: Note) => void;
}

/**
 * Follows files that are run: `runpy.run_path("job.py")`, `exec(open("job.py").read())`. One of which the last parts are told is looked for beside the module and above it.
 * What the program's own code works out may be any file, which may do anything.
 */
export function runFiles({ script, process, world, finder, owner, untold, names, note }: Runner) {
  return function* (item: Import, name: Name): Generator<Edge> {
    const whose = owner.whose(name);
    const [written = '?', as] = item.module.split(' ');
    const places = written.startsWith('*')
      ? foldersAbove(name, { script, process, finder }).map((folder) => pathFrom(folder, written.slice(1)))
      : written === '?'
        ? []
        : [pathFrom(process.folder, written)];
    const inside = places.map((path) => {
      const folder = codeFolder(path, world);
      return folder === undefined ? path : pathIn(folder, '__main__.py');
    });
    const file = inside.map((path) => world.tree.real(path)).find((path) => path !== undefined);
    if (file !== undefined && whose !== 'library') {
      if (!names.has(file)) names.set(file, { module: '__main__', isPackage: false, isMain: as !== 'module' });
      return yield { to: file, reach: item.reach, how: `runs ${written.replace(/^\*/, '.../')}` };
    }
    untold.computed(name, RUNS);
    if (whose !== 'own' && whose !== 'wrapper') return;
    const who = isProgram(name) && script !== undefined ? `/${script}` : name.module;
    const isPlain = written.startsWith('/') || written.startsWith('./');
    note({
      message: isPlain
        ? `${who}: /${places[0]} is run, and is not there`
        : `${who}: runs files whose names are worked out when it runs`,
      widens: 'all',
      ...(isPlain && { isAbsent: true }),
      ...(item.reach !== 'loaded' && { as: 'callable' as const }),
    });
  };
}
