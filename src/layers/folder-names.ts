import { fileNameOf, folderOf } from '../formats/paths.ts';
import type { PathTable } from './path-table.ts';

/** What lies in the folders of a file system, those included that have no entry of their own. */
export interface FolderNames {
  /** The names in a folder, in no particular order, the same each time; undefined where nothing lies in it. Links are not followed. */
  names(folder: string): string[] | undefined;
  /** Whether something lies in it. */
  has(folder: string): boolean;
  /** Every folder in which something lies. */
  folders(): Iterable<string>;
}

/** One folder: the part of each layer that has entries in it, and folders in it that something lies in. */
interface Inside {
  readonly parts: { readonly table: PathTable; readonly rows: Uint32Array }[];
  readonly folders: string[];
}

/**
 * Puts the rows of layers that show in the order of their folders: of an image with 200,000 files ten thousand folders are looked at, and only
 * the names in those that somebody asks about are made. The top layer goes first.
 */
export function folderNames(layers: readonly PathTable[], showing: (layer: number) => Uint32Array): FolderNames {
  const inside = new Map<string, Inside>();
  for (let layer = layers.length - 1; layer >= 0; layer -= 1) {
    const table = layers[layer] as PathTable;
    for (const [number, rows] of inOrder(table, showing(layer)))
      at(inside, table.folder(number)).parts.push({ table, rows });
  }
  return {
    names(folder) {
      const within = inside.get(folder);
      if (within === undefined) return undefined;
      const names = new Set(within.folders);
      for (const { table, rows } of within.parts) for (const row of rows) names.add(table.name(row));
      return [...names];
    },
    has: (folder) => inside.has(folder),
    folders: () => inside.keys(),
  };
}

/** What is known of a folder; one that is new is put into those that it lies in. */
function at(inside: Map<string, Inside>, folder: string): Inside {
  const known = inside.get(folder);
  if (known !== undefined) return known;
  const begun: Inside = { parts: [], folders: [] };
  inside.set(folder, begun);
  for (let below = folder; below !== ''; below = folderOf(below)) {
    const above = folderOf(below);
    const there = inside.get(above);
    if (there !== undefined) {
      there.folders.push(fileNameOf(below));
      break;
    }
    inside.set(above, { parts: [], folders: [fileNameOf(below)] });
  }
  return begun;
}

/** The rows of each folder that has some, by its number: counted, then put where they belong. */
function* inOrder(table: PathTable, rows: Uint32Array): Generator<readonly [number, Uint32Array]> {
  const ends = new Uint32Array(table.folders + 1);
  for (const row of rows) {
    const next = table.folderOf(row) + 1;
    ends[next] = (ends[next] as number) + 1;
  }
  for (let number = 1; number < ends.length; number += 1)
    ends[number] = (ends[number] as number) + (ends[number - 1] as number);
  const begins = ends.slice();
  const ordered = new Uint32Array(rows.length);
  for (const row of rows) {
    const number = table.folderOf(row);
    const place = begins[number] as number;
    ordered[place] = row;
    begins[number] = place + 1;
  }
  for (let number = 0; number < table.folders; number += 1) {
    const [from, to] = [ends[number] as number, ends[number + 1] as number];
    if (to > from) yield [number, ordered.subarray(from, to)];
  }
}
