import { addTo } from '../../collections.ts';
import { fileNameOf, folderOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { World } from '../model.ts';

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
