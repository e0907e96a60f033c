import { classesNamed } from '../../formats/java/index.ts';
import { folderOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { World } from '../model.ts';
import { pathFrom } from '../programs.ts';

/** A place of a class path: an archive of the image or one within it, or a folder of classes. */
export interface Place {
  /** `app/lib/x.jar`, `app.jar!/BOOT-INF/lib/x.jar`, `app/classes`. */
  readonly path: string;
  readonly manifest: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, readonly string[]>>;
  readonly needs?: readonly string[];
  /** Names of classes in its configuration. */
  readonly configured?: readonly string[];
}

/** A class of the class path. */
export interface KnownClass {
  readonly place: Place;
  readonly isOpen: boolean;
  /** It makes loaders of classes of its own. */
  readonly isLoader: boolean;
  readonly names: string[];
  readonly mentions: string[];
}

/** As `code-java` writes it. */
interface Code {
  readonly archives: Readonly<
    Record<string, Omit<Place, 'path'> & { readonly classes: readonly (readonly number[])[] }>
  >;
  readonly names: readonly string[];
  readonly isCut?: true;
}

/** The archives of a process, by what is in them. */
export interface ClassPath {
  readonly places: readonly Place[];
  find(name: string): KnownClass | undefined;
  /** Adds an archive or folder, and what its manifest names; false where it is not there. */
  add(path: string): boolean;
  /** What lies in an archive at this way, as a launcher of its own adds it. */
  addInner(outer: string, pattern: RegExp): void;
  manifestOf(path: string): Readonly<Record<string, string>> | undefined;
}

/** Characters of what archives say that were read for all processes of an image. */
const read = new WeakMap<object, { characters: number }>();

/** `unclear` hears of what could not be read to its end. Long because it is an object: its methods close over what was read. */
export function classPathOf(world: World, unclear: (message: string) => void): ClassPath {
  const places: Place[] = [];
  const folders: string[] = [];
  const added = new Set<string>();
  const codes = new Map<string, Code | undefined>();
  const classes = new Map<string, KnownClass>();
  /** Classes that no folder has: they are asked for often. */
  const missed = new Set<string>();
  const effort = read.get(world.tree) ?? { characters: 0 };
  read.set(world.tree, effort);

  /** Each process reads its archives anew: what they say takes many times its length in memory. */
  const parsed = (text: string): Code | undefined => {
    effort.characters += text.length;
    if (effort.characters <= LIMITS.javaReadCharacters) return JSON.parse(text) as Code;
    unclear('what runs in Java is more programs with more classes than are followed');
    return undefined;
  };

  const codeOf = (path: string): Code | undefined => {
    const real = world.tree.real(path);
    if (real === undefined) return undefined;
    if (!codes.has(real)) {
      const text = world.code(real, 'java');
      const code = text === undefined ? undefined : parsed(text);
      if (text === undefined || code?.isCut) unclear(`/${real} is more than is read of an archive of Java, or damaged`);
      codes.set(real, code);
    }
    return codes.get(real);
  };

  function take(path: string, inner: string, code: Code): void {
    const archive = code.archives[inner];
    if (archive === undefined || added.has(`${path}!/${inner}`)) return;
    added.add(`${path}!/${inner}`);
    if (places.length >= LIMITS.javaPlaces)
      return void unclear('the class path of Java has more places than are followed');
    const { classes: _, ...said } = archive;
    const place: Place = { ...said, path: inner === '' ? path : `${path}!/${inner}` };
    places.push(place);
    for (const row of archive.classes) put(row, place, code);
  }

  /** The first place that has a class is where it comes from; other builds of it for newer runtimes lie in the same archive. */
  function put(
    [self = 0, flags = 0, count = 0, ...rest]: readonly number[],
    place: Place,
    { names }: Code,
  ): KnownClass | undefined {
    const name = names[self] ?? '';
    const known = classes.get(name);
    if (known !== undefined && known.place !== place) return known;
    if (classes.size > LIMITS.javaClasses) {
      unclear('the class path of Java has more classes than are followed');
      return known;
    }
    const made: KnownClass = {
      place,
      isOpen: (flags & 1) !== 0 || known?.isOpen === true,
      isLoader: (flags & 2) !== 0 || known?.isLoader === true,
      names: known?.names ?? [],
      mentions: known?.mentions ?? [],
    };
    for (const [nth, at] of rest.entries()) {
      const other = names[at];
      if (other !== undefined) (nth < count ? made.names : made.mentions).push(other);
    }
    classes.set(name, made);
    return made;
  }

  function add(path: string, depth = 0): boolean {
    if (world.tree.isFolder(path)) {
      if (!folders.includes(path)) {
        if (folders.length >= LIMITS.javaFolders) {
          unclear('the class path of Java has more folders than are followed');
          return true;
        }
        folders.push(path);
        missed.clear();
        places.push(folderPlace(path, world, unclear));
      }
      return true;
    }
    const code = codeOf(path);
    const real = world.tree.real(path);
    if (real === undefined) return false;
    if (code === undefined) return true;
    const isNew = !added.has(`${real}!/`);
    take(real, '', code);
    const more = code.archives['']?.manifest['class-path'] ?? '';
    if (isNew && more !== '') {
      if (depth >= 10) unclear(`/${real} names archives that name others, more than are followed`);
      else for (const part of pathsIn(more)) add(pathFrom(folderOf(path), part), depth + 1);
    }
    return true;
  }

  /** The first place of the class path that has it. */
  function find(name: string): KnownClass | undefined {
    const known = classes.get(name);
    if (folders.length === 0 || missed.has(name) || (known !== undefined && folders.includes(known.place.path)))
      return known;
    const before = known === undefined ? places.length : places.indexOf(known.place);
    for (const place of places.slice(0, before)) {
      if (!folders.includes(place.path)) continue;
      const path = `${place.path}/${name}.class`;
      const code = world.tree.real(path) === undefined ? undefined : codeOf(path);
      const row = code?.archives['']?.classes[0];
      if (code === undefined || row === undefined) continue;
      classes.delete(name);
      return put(row, place, code);
    }
    missed.add(name);
    return known;
  }

  return {
    places,
    find,
    add: (path) => add(path),
    addInner(outer, pattern) {
      const code = codeOf(outer);
      const real = world.tree.real(outer);
      for (const inner of Object.keys(code?.archives ?? {}))
        if (code !== undefined && real !== undefined && pattern.test(inner)) take(real, inner, code);
    },
    manifestOf: (path) => codeOf(path)?.archives['']?.manifest,
  };
}

/** The entries of an attribute of a manifest, apart by blanks. */
export const pathsIn = (attribute: string): string[] =>
  attribute
    .split(/\s+/)
    .filter((part) => part !== '')
    .map(decoded);

/** `file:/opt/lib/x.jar`, `lib/my%20own.jar`: entries are addresses. */
function decoded(part: string): string {
  const path = part.replace(/^file:\/*(?=\/)/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Texts in which frameworks are told which classes to make. */
const CONFIGURATION = /\.(?:xml|properties|ya?ml)$/i;

function folderPlace(path: string, { tree, code }: World, unclear: (message: string) => void): Place {
  const folder = `${path}/META-INF/services`;
  const services = tree.list(folder).map((name) => {
    const lines = (code(`${folder}/${name}`, 'text') ?? '').split('\n').map((line) => line.trim());
    return [name, lines.filter((line) => /^[\w.$]+$/.test(line)).map((line) => line.replaceAll('.', '/'))] as const;
  });
  const declared = JSON.parse(code(`${path}/module-info.class`, 'java') ?? '{"archives":{}}') as Code;
  const configured = tree.list(path).flatMap((name) => {
    if (!CONFIGURATION.test(name)) return [];
    const text = code(`${path}/${name}`, 'text');
    if (text === undefined) unclear(`/${path}/${name} may name classes, and is not read`);
    return text === undefined ? [] : classesNamed(text);
  });
  return {
    path,
    manifest: {},
    services: { ...declared.archives['']?.services, ...Object.fromEntries(services) },
    configured,
  };
}
