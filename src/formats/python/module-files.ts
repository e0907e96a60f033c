import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LIMITS } from '../../limits.ts';

/** What is known of a module: how near it is (a class of exposure), and what it defines where that was read. */
export interface KeptModule<Class extends string = string> {
  readonly class: Class;
  /** Names of functions and classes, and of the methods of these, with blanks between them; absent where it was not read. */
  readonly defines?: string;
}

/** The modules of a package, by their paths. */
export type ModuleFiles<Class extends string = string> = ReadonlyMap<string, KeptModule<Class>>;

/** What was packed or unpacked last: a scan asks for what it has just packed. */
let last: { readonly packed: string; readonly packages: ReadonlyMap<string, ModuleFiles> } | undefined;

/** Packs the module files of packages, each under the name that it is asked for by. */
export function packModules(packages: ReadonlyMap<string, ModuleFiles>): string {
  const text = JSON.stringify(
    [...packages].map(([key, files]) => {
      const modules = [...files.values()];
      return [
        key,
        [...files.keys()],
        modules.map((module) => module.class),
        modules.map(({ defines }) => defines ?? null),
      ];
    }),
  );
  const packed = deflateRawSync(text, { level: 1 }).toString('base64');
  last = { packed, packages };
  return packed;
}

/** What `packModules` packed. Throws an `Error` where it is damaged. */
export function unpackModules<Class extends string>(packed: string): ReadonlyMap<string, ModuleFiles<Class>> {
  if (last?.packed !== packed) {
    const text = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: LIMITS.namedModuleBytes }).toString();
    const read = JSON.parse(text) as [string, string[], string[], (string | null)[]?][];
    const files = ([, paths, classes, defined]: (typeof read)[number]): ModuleFiles =>
      new Map(
        paths.map((path, index) => {
          const defines = defined?.[index];
          return [path, { class: classes[index] as string, ...(typeof defines === 'string' && { defines }) }];
        }),
      );
    last = { packed, packages: new Map(read.map((of) => [of[0], files(of)])) };
  }
  return last.packages as ReadonlyMap<string, ModuleFiles<Class>>;
}

/** A module that prose names, and what it names in it. */
interface NamedInText<Class extends string> {
  /** `django.utils.html`. */
  readonly module: string;
  /** `urlize`, where the text goes on to it. */
  readonly member?: string;
  /** Whether the module has that; absent where it was not looked up. */
  readonly holds?: boolean;
  readonly path: string;
  readonly class: Class;
}

/** `django.utils.html.urlize`, no part of an address, of a host's name or of a path. */
const DOTTED = /(?<![\w./@:$-])[A-Za-z_]\w{0,100}(?:\.[A-Za-z_]\w{0,100}){1,12}(?![\w/@-]|\.\w)/g;
/** `src/PIL/ImageFont.py`; of `compile-messages.py` no `messages.py`. */
const FILE = /(?<![\w./-])(?:[\w.-]{1,100}\/){0,12}[A-Za-z_]\w{0,100}\.py(?!\w)/g;
/** `the tarfile module`, `module tarfile`: of the standard library, whose modules have names of one word. */
const MODULE = /`{0,2}\b([a-z_]\w{1,50})`{0,2} (?:standard library )?module\b|\bmodule `{0,2}([a-z_]\w{1,50})\b/g;
/** Examples of how to break it name much that is not at fault. */
const EXAMPLES = /```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|https?:\/\/\S+/g;

/**
 * Modules of a package that the prose of an advisory names, as far as the package has them. It is prose: a name may be said in passing, and
 * what is not named may be at fault. `folder` is where the package's modules are imported from.
 */
export function modulesNamed<Class extends string>(
  prose: string,
  folder: string,
  files: ModuleFiles<Class>,
): readonly NamedInText<Class>[] {
  const text = prose.slice(0, LIMITS.namedTextBytes).replace(EXAMPLES, ' ');
  const modules = byModule(folder, files);
  const named = new Map<string, NamedInText<Class>>();
  const add = (module: string, member?: string): boolean => {
    const path = modules.get(module);
    const standing = path === undefined ? undefined : files.get(path);
    if (path === undefined || standing === undefined) return false;
    if (!named.has(module) || (member && !named.get(module)?.member)) {
      const holds = member === undefined ? undefined : hasMember(standing, member);
      const said = { ...(member && { member }), ...(holds !== undefined && { holds }) };
      named.set(module, { module, ...said, path, class: standing.class });
    }
    return true;
  };
  for (const [name] of text.matchAll(DOTTED)) {
    const parts = name.split('.');
    // The package itself says nothing: `requests.get` is of all of it.
    for (let length = parts.length; length > 1; length -= 1)
      if (add(parts.slice(0, length).join('.'), parts.slice(length).join('.') || undefined)) break;
  }
  const said = new Set(Array.from(text.matchAll(FILE), ([file]) => file));
  for (const file of [...said].slice(0, LIMITS.namedModules)) {
    const alike = [...modules].filter(([, path]) => endsAlike(path.slice(folder.length + 1), file));
    if (alike.length === 1 && alike[0]) add(alike[0][0]);
  }
  if (STANDARD.test(folder)) for (const [, before, behind] of text.matchAll(MODULE)) add(before ?? behind ?? '');
  return [...named.values()].slice(0, LIMITS.namedModules);
}

/** Whether a module has what a text names in it; undefined where that cannot be told: it was not read, or takes names from elsewhere. */
function hasMember({ defines }: KeptModule, member: string): boolean | undefined {
  if (defines === undefined) return undefined;
  const names = new Set(defines.split(' '));
  const [first = '', ...more] = member.split('.');
  if (names.has(member)) return true;
  // A method of a class that it has may be one that the class inherits.
  if (names.has(first) && more.length > 0) return undefined;
  return names.has('*') ? undefined : false;
}

const STANDARD = /(?:^|\/)lib(?:64)?\/python\d[\d.]*$/;

/** `PIL/ImageFont.py` and `src/PIL/ImageFont.py`: one has more folders than the other. */
const endsAlike = (ours: string, theirs: string): boolean =>
  `/${ours}`.endsWith(`/${theirs}`) || `/${theirs}`.endsWith(`/${ours}`);

/** By the files of a package, and the folder: dozens of findings ask about one package. */
const byFiles = new WeakMap<ModuleFiles, Map<string, ReadonlyMap<string, string>>>();

/** Where each module of a package lies. */
function byModule(folder: string, files: ModuleFiles): ReadonlyMap<string, string> {
  const folders = byFiles.get(files) ?? new Map<string, ReadonlyMap<string, string>>();
  byFiles.set(files, folders);
  const known = folders.get(folder);
  if (known !== undefined) return known;
  const modules = new Map<string, string>();
  for (const path of files.keys()) {
    if (!path.startsWith(`${folder}/`)) continue;
    const name = path
      .slice(folder.length + 1)
      .replace(/^lib-dynload\//, '')
      .replace(/(?:\.cpython-[^/]*|\.abi3)?\.(?:py|so)$/, '')
      .replace(/\/__init__$/, '');
    modules.set(name.replaceAll('/', '.'), path);
  }
  folders.set(folder, modules);
  return modules;
}
