import { folderOf } from '../formats/paths.ts';
import type { EntryType } from '../model.ts';
import { tick } from '../work.ts';
import { coveredLinksOf, folderLinksOf } from './folder-links.ts';
import { type FolderNames, folderNames } from './folder-names.ts';
import { type LinkTree, type LinkWork, linkTree, linkWork } from './link-tree.ts';
import { type FolderWay, folderWay, type PathTable } from './path-table.ts';

/** Where the visible entry of a path is. */
interface Found {
  readonly layer: number;
  readonly row: number;
  readonly type: EntryType;
}

/**
 * The final file system of an image, answered from the layers' tables without building it: what is asked for is looked up
 * from the top layer down, the way the OCI image specification applies changesets.
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets
 */
export interface FileSystem {
  /** The entry at exactly this path; links are not followed. */
  find(path: string): Found | undefined;
  /** Follows symbolic and hard links, in folders too, inside the image root only; undefined where they lead nowhere or round in a circle. */
  resolve(path: string): { readonly path: string; readonly found: Found } | undefined;
  /** Where a path leads when links are followed, whether or not something is there; undefined for a circle. */
  real(path: string): string | undefined;
  /** Whether anything is there: an entry, or a folder that is there by what lies in it alone. */
  exists(path: string): boolean;
  /**
   * The folders that visible symbolic links lead to, and for each the links, at most `LIMITS.folderLinks` of them: those that distributions make
   * (`lib` to `usr/lib`) first. The root itself, and links that lie below what they lead to (`usr/bin/X11` to `.`), are left out.
   */
  folderLinks(): ReadonlyMap<string, readonly string[]>;
  /**
   * Links that distributions make of folders (`lib`), which a layer above them has files below but no entry for, and where they led: containerd unpacks
   * such files to where the link leads, others put a folder in its place. https://github.com/containerd/containerd/blob/main/pkg/archive/tar.go
   */
  coveredLinks(): ReadonlyMap<string, string>;
  /** Whether links were given up because following all of them took too many steps: what they lead to is then not known. */
  readonly linksGivenUp: boolean;
  /** Every visible entry, in no particular order, the same each time. */
  entries(): Generator<{ readonly path: string; readonly found: Found }>;
  /** The rows of a layer whose entries are visible, as `entries` has them: for who goes through all without an object for each. */
  showing(layer: number): Uint32Array;
  /** The path of a row. */
  path(layer: number, row: number): string;
  /** The visible entries by the folders that they lie in. */
  byFolder(): FolderNames;
  readonly layers: readonly PathTable[];
}

/**
 * Squashes layers, lowest first.
 * Long because it is an object: its methods close over one state.
 */
export function squash(layers: readonly PathTable[]): FileSystem {
  /** Per layer: does it hide what lower layers have below this folder? Of folders that the layer has entries in. */
  const hides = layers.map(() => new Map<string, boolean>());
  /** Of the folder that was asked for last, for questions come folder by folder: has the layer anything in it or below it, and is it hidden? */
  const last = layers.map(() => ({ folder: NO_FOLDER, touched: false, hidden: undefined as boolean | undefined }));

  const about = (layer: number, folder: string): (typeof last)[number] => {
    const recent = last[layer] as (typeof last)[number];
    if (recent.folder === folder) return recent;
    const touched = (layers[layer] as PathTable).hasFolder(folder);
    const next = { folder, touched, hidden: undefined };
    last[layer] = next;
    return next;
  };
  const hidesBelow = (layer: number, folder: string): boolean => {
    const recent = about(layer, folder);
    recent.hidden ??= hiddenBelow(layers[layer] as PathTable, folderWay(folder), hides[layer] as Map<string, boolean>);
    return recent.hidden;
  };

  const find = (path: string): Found | undefined => {
    const folder = folderOf(path);
    let implied = false;
    for (let layer = layers.length - 1; layer >= 0; layer -= 1) {
      const table = layers[layer] as PathTable;
      // Most layers have nothing to say of most folders.
      const { touched } = about(layer, folder);
      const row = touched ? table.find(path) : -1;
      if (row >= 0) {
        const type = table.type(row);
        if (type === 'whiteout' || type === 'opaque' || (implied && type !== 'directory')) return undefined;
        return { layer, row, type };
      }
      // Below the lowest nothing is hidden.
      if (layer === 0) return undefined;
      if ((touched && table.find(whiteoutOf(path)) >= 0) || hidesBelow(layer, folder)) return undefined;
      // A folder may be there by what lies in it alone; it takes the place of a file below all the same.
      implied ||= touched && table.hasFolder(path);
    }
    return undefined;
  };

  const linkAt = (path: string): string | undefined => {
    const entry = find(path);
    return entry?.type === 'symlink' ? layers[entry.layer]?.link(entry.row) : undefined;
  };

  let links: LinkTree | undefined;
  const rows = layers.reduce((sum, { size }) => sum + size, 0);
  const work = linkWork(rows);
  const realOf: FileSystem['real'] = (path) => {
    links ??= linksOf(layers, work);
    return links.follow(path, linkAt, work);
  };
  const resolve: FileSystem['resolve'] = (path) => {
    const real = realOf(path);
    const target = real === undefined ? undefined : find(real);
    if (real === undefined || !target) return undefined;
    if (target.type !== 'hardlink') return { path: real, found: target };
    const origin = hardlinkOrigin(layers[target.layer] as PathTable, target.row);
    if (origin === undefined) return undefined;
    const table = layers[target.layer] as PathTable;
    return { path: table.path(origin), found: { layer: target.layer, row: origin, type: table.type(origin) } };
  };

  /** A layer may lack the entry of a folder: then what lies in it says that it is there. */
  const isFolder = (path: string): boolean => {
    for (let layer = layers.length - 1; layer >= 0; layer -= 1) {
      const table = layers[layer] as PathTable;
      if (table.hasFolder(path)) return true;
      if (layer === 0 || table.find(whiteoutOf(path)) >= 0 || hidesBelow(layer, path)) return false;
    }
    return false;
  };

  /** Of each layer the rows that show, whiteouts left out, once somebody has gone through them. */
  const shown: (Uint32Array | undefined)[] = [];
  const showing = (layer: number): Uint32Array => {
    const known = shown[layer];
    if (known !== undefined) return known;
    const table = layers[layer] as PathTable;
    const rows = new Uint32Array(table.size);
    let count = 0;
    // Of most folders the layers above have nothing to say: what lies in these shows.
    const clear = new Map<number, boolean>();
    const isClear = (number: number): boolean => {
      const before = clear.get(number);
      if (before !== undefined) return before;
      const folder = table.folder(number);
      let answer = true;
      for (let upper = layers.length - 1; upper > layer && answer; upper -= 1)
        answer = !about(upper, folder).touched && !hidesBelow(upper, folder);
      clear.set(number, answer);
      return answer;
    };
    const isTop = layer === layers.length - 1;
    for (let row = 0; row < table.size; row += 1) {
      const type = table.type(row);
      if (type === 'whiteout' || type === 'opaque') continue;
      if (!isTop && !isClear(table.folderOf(row)) && find(table.path(row))?.layer !== layer) continue;
      rows[count] = row;
      count += 1;
    }
    const rowsShown = rows.slice(0, count);
    shown[layer] = rowsShown;
    return rowsShown;
  };

  let folderLinks: ReadonlyMap<string, readonly string[]> | undefined;
  let coveredLinks: ReadonlyMap<string, string> | undefined;
  const leadsToFolder = (link: string): string | undefined => {
    if (find(link)?.type !== 'symlink') return undefined;
    const real = realOf(link);
    if (real === undefined || real === '' || link.startsWith(`${real}/`)) return undefined;
    return find(real)?.type === 'directory' || isFolder(real) ? real : undefined;
  };

  /** Whoever works out owners, signs and what can be loaded goes through all entries: a path is decoded once, and hashed once as a key. */
  const paths = layers.map((): string[] => []);
  const pathOf = (layer: number, row: number): string => {
    if (rows > KEPT_PATHS) return (layers[layer] as PathTable).path(row);
    const known = paths[layer] as string[];
    const path = known[row] ?? (layers[layer] as PathTable).path(row);
    known[row] = path;
    return path;
  };

  let byFolder: FolderNames | undefined;
  return {
    layers,
    find,
    resolve,
    real: realOf,
    folderLinks: () => {
      folderLinks ??= folderLinksOf(layers, leadsToFolder);
      return folderLinks;
    },
    coveredLinks: () => {
      coveredLinks ??= coveredLinksOf(layers, (path) => find(path) === undefined && isFolder(path), realOf);
      return coveredLinks;
    },
    exists: (path) => find(path) !== undefined || isFolder(path),
    get linksGivenUp() {
      return work.left < 0;
    },
    byFolder() {
      byFolder ??= folderNames(layers, showing);
      return byFolder;
    },
    showing,
    path: pathOf,
    *entries() {
      for (let layer = layers.length - 1; layer >= 0; layer -= 1) {
        const table = layers[layer] as PathTable;
        for (const row of showing(layer))
          yield { path: pathOf(layer, row), found: { layer, row, type: table.type(row) } };
      }
    },
  };
}

/** Every path that is a link in some layer. */
function linksOf(layers: readonly PathTable[], work: LinkWork): LinkTree {
  const links = linkTree();
  for (const table of layers)
    for (let row = 0; row < table.size; row += 1) if (table.type(row) === 'symlink') links.add(table.path(row), work);
  return links;
}

/**
 * Whether a layer hides what lower layers have below a folder. Only folders in which it has entries itself can tell, so those are
 * found by their hashes, and the others, of which an image may name thousands in one path, are passed over.
 */
function hiddenBelow(table: PathTable, { folder, ends, hashes }: FolderWay, memory: Map<string, boolean>): boolean {
  tick(ends.length >> 4);
  const held: number[] = [];
  for (let at = 0; at < ends.length; at += 1) if (table.mayHold(hashes[at] as number)) held.push(at);
  const upTo = (at: number): string => folder.slice(0, ends[at]);
  let next = held.length;
  let hidden = false;
  // From the lowest folder that was asked about before, else from the root.
  while (next > 0) {
    const known = memory.get(upTo(held[next - 1] as number));
    if (known !== undefined) {
      hidden = known;
      break;
    }
    next -= 1;
  }
  const below = (at: number): boolean => at + 1 < ends.length && replaces(table, upTo(at + 1));
  if (next > 0) hidden ||= below(held[next - 1] as number);
  for (; next < held.length && !hidden; next += 1) {
    const at = held[next] as number;
    const path = upTo(at);
    hidden = table.find(path === '' ? OPAQUE : `${path}/${OPAQUE}`) >= 0;
    memory.set(path, hidden);
    hidden ||= below(at);
  }
  return hidden;
}

/** Paths that are kept as texts, some 100 bytes each. */
const KEPT_PATHS = 100_000;

/** No path holds a NUL. */
const NO_FOLDER = '\0';

const OPAQUE = '.wh..wh..opq';

/** Does the layer remove this folder, or put something else in its place? */
function replaces(table: PathTable, folder: string): boolean {
  if (table.find(whiteoutOf(folder)) >= 0) return true;
  const row = table.find(folder);
  return row >= 0 && table.type(row) !== 'directory';
}

function whiteoutOf(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}.wh.${path.slice(slash)}`;
}

function hardlinkOrigin(table: PathTable, start: number): number | undefined {
  let row = start;
  for (let hops = 0; hops <= 40; hops += 1) {
    if (table.type(row) !== 'hardlink') return row;
    row = table.find(table.link(row) ?? '');
    if (row < 0) return undefined;
  }
  return undefined;
}
