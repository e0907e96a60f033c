import { before } from '../../formats/ends.ts';
import { isObject, readJson, type UnknownRecord } from '../../formats/json-values.ts';
import { folderOf, pathIn } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { World } from '../model.ts';
import { pathFrom } from '../programs.ts';

/** Node's two ways from a name to a file. */
interface Resolver {
  /** https://nodejs.org/api/modules.html#all-together */
  require(name: string, from: string): string | undefined;
  /** https://nodejs.org/api/esm.html#resolution-algorithm */
  import(name: string, from: string): string | undefined;
  /** Whether a file is read as a module of ECMAScript. */
  isModule(file: string): boolean;
  /** Folders of packages that are looked through from a folder, the nearest first. */
  packageFolders(folder: string): string[];
  /** The folder of the package that a file is of. */
  packageOf(file: string): string | undefined;
  manifest(folder: string): UnknownRecord | undefined;
}

const EXTENSIONS = ['.js', '.json', '.node'];

/** `conditions` are those that the command line adds; `more` folders of packages besides (`NODE_PATH`). Long because it is an object: its methods close over what is known. */
export function resolver({ tree, code }: World, conditions: readonly string[], more: readonly string[]): Resolver {
  const manifests = new Map<string, UnknownRecord | undefined>();
  const manifest = (folder: string): UnknownRecord | undefined => {
    if (!manifests.has(folder)) manifests.set(folder, parsed(code(pathIn(folder, 'package.json'), 'package')));
    return manifests.get(folder);
  };
  const forRequire = new Set(['node', 'require', 'module-sync', 'node-addons', ...conditions]);
  const forImport = new Set(['node', 'import', 'module-sync', 'node-addons', ...conditions]);

  const packageOf = (file: string): string | undefined => {
    for (let at = folderOf(file); ; at = folderOf(at)) {
      if (at.endsWith('/node_modules') || at === 'node_modules') return undefined;
      if (tree.real(pathIn(at, 'package.json')) !== undefined) return at;
      if (at === '') return undefined;
    }
  };
  const packageFolders = (folder: string): string[] => {
    const folders: string[] = [];
    for (let at = folder; ; at = folderOf(at)) {
      if (at !== 'node_modules' && !at.endsWith('/node_modules')) folders.push(pathIn(at, 'node_modules'));
      if (at === '' || folders.length > LIMITS.searchFolders) return [...folders, ...more];
    }
  };
  const asFile = (path: string): string | undefined =>
    ['', ...EXTENSIONS].map((ending) => tree.real(`${path}${ending}`)).find((path) => path !== undefined);
  const asIndex = (folder: string): string | undefined =>
    EXTENSIONS.map((ending) => tree.real(pathIn(folder, `index${ending}`))).find((path) => path !== undefined);
  const asFolder = (folder: string): string | undefined => {
    if (!tree.isFolder(folder)) return undefined;
    const main = manifest(folder)?.main;
    if (typeof main === 'string' && main !== '') {
      const path = pathFrom(folder, `./${main}`);
      return asFile(path) ?? asIndex(path) ?? asIndex(folder);
    }
    return asIndex(folder);
  };

  /** Undefined: it names nothing, `null` included. */
  const target = (
    value: unknown,
    folder: string,
    star: string | undefined,
    wanted: ReadonlySet<string>,
    depth = 0,
  ): string | undefined => {
    if (depth > 16) return undefined;
    if (typeof value === 'string') {
      const text = star === undefined ? value : value.replaceAll('*', () => star);
      if (text.startsWith('./')) return pathFrom(folder, text);
      return text.startsWith('../') || text.startsWith('/') ? undefined : `\0${text}`;
    }
    if (Array.isArray(value)) {
      for (const alternative of value) {
        const resolved = target(alternative, folder, star, wanted, depth + 1);
        if (resolved !== undefined) return resolved;
      }
      return undefined;
    }
    if (!isObject(value)) return undefined;
    for (const [condition, inner] of Object.entries(value)) {
      if (condition !== 'default' && !wanted.has(condition)) continue;
      if (inner === null) return undefined;
      const resolved = target(inner, folder, star, wanted, depth + 1);
      if (resolved !== undefined) return resolved;
    }
    return undefined;
  };
  /** PACKAGE_IMPORTS_EXPORTS_RESOLVE: the exact key, else the pattern with the longest beginning. */
  const matched = (
    key: string,
    table: UnknownRecord,
    folder: string,
    wanted: ReadonlySet<string>,
  ): string | undefined => {
    if (key in table && !key.includes('*')) return target(table[key], folder, undefined, wanted);
    let best: readonly [string, string] | undefined;
    for (const pattern of Object.keys(table)) {
      const star = pattern.indexOf('*');
      if (star < 0 || star !== pattern.lastIndexOf('*')) continue;
      const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
      if (!key.startsWith(head) || !key.endsWith(tail) || key.length < pattern.length) continue;
      if (best !== undefined && (best[0].indexOf('*') > star || best[0].length >= pattern.length)) continue;
      best = [pattern, key.slice(star, key.length - tail.length)];
    }
    return best && target(table[best[0]], folder, best[1], wanted);
  };
  const exported = (
    folder: string,
    subpath: string,
    exports: unknown,
    wanted: ReadonlySet<string>,
  ): string | undefined => {
    const isTable = isObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
    if (!isTable) return subpath === '.' ? target(exports, folder, undefined, wanted) : undefined;
    return matched(subpath, exports, folder, wanted);
  };

  /** `name/sub` in the folders of packages. */
  const inPackages = (
    name: string,
    from: string,
    wanted: ReadonlySet<string>,
    isImport: boolean,
  ): string | undefined => {
    const match = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/s.exec(name);
    if (match === null) return undefined;
    const [, own = '', rest = ''] = match;
    const within = packageOf(from);
    const self = within === undefined ? undefined : manifest(within);
    if (within !== undefined && self?.name === own && self.exports !== undefined && self.exports !== null)
      return inFolder(exported(within, `.${rest}`, self.exports, wanted));
    for (const place of packageFolders(folderOf(from))) {
      const folder = pathIn(place, own);
      if (!tree.isFolder(folder)) {
        // A package may be one file.
        const file = isImport || rest !== '' ? undefined : asFile(folder);
        if (file !== undefined) return file;
        continue;
      }
      const { exports } = manifest(folder) ?? {};
      if (exports !== undefined && exports !== null) return inFolder(exported(folder, `.${rest}`, exports, wanted));
      const path = `${folder}${rest}`;
      if (!isImport) {
        const file = asFile(path) ?? asFolder(path);
        if (file !== undefined) return file;
      } else if (rest === '') return asFolder(folder);
      else return tree.real(path);
    }
    return undefined;
  };
  const inFolder = (path: string | undefined): string | undefined => (path === undefined ? undefined : tree.real(path));
  /** `#name` of the package's own `imports`, which may lead to another package. */
  const inImports = (
    name: string,
    from: string,
    wanted: ReadonlySet<string>,
    isImport: boolean,
  ): string | undefined => {
    const folder = packageOf(from);
    const table = folder === undefined ? undefined : manifest(folder)?.imports;
    if (folder === undefined || !isObject(table)) return undefined;
    const match = matched(name, table, folder, wanted);
    return match?.startsWith('\0') ? inPackages(match.slice(1), from, wanted, isImport) : inFolder(match);
  };
  const isPath = (name: string): boolean => /^(?:\.{0,2}\/|\.{1,2}$)/.test(name);

  return {
    packageFolders,
    packageOf,
    manifest,
    require(name, from) {
      if (name.startsWith('#')) return inImports(name, from, forRequire, false);
      if (!isPath(name)) return inPackages(name, from, forRequire, false);
      const path = pathFrom(folderOf(from), name);
      return (name.endsWith('/') ? undefined : asFile(path)) ?? asFolder(path);
    },
    import(name, from) {
      if (name.startsWith('#')) return inImports(name, from, forImport, true);
      const path = name.startsWith('file:///') ? name.slice('file://'.length) : name;
      if (!isPath(path)) return inPackages(path, from, forImport, true);
      return tree.real(pathFrom(folderOf(from), before(before(path, '?'), '#')));
    },
    isModule(file) {
      if (file.endsWith('.mjs')) return true;
      const folder = file.endsWith('.cjs') ? undefined : packageOf(file);
      return folder !== undefined && manifest(folder)?.type === 'module';
    },
  };
}

function parsed(text: string | undefined): UnknownRecord | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = readJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
