import { folderOf } from '../../layers/image-path.ts';
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
}

/** A class of the class path. */
export interface KnownClass {
  readonly place: Place;
  readonly isOpen: boolean;
  readonly names: readonly string[];
  readonly mentions: readonly string[];
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
interface ClassPath {
  readonly places: readonly Place[];
  find(name: string): KnownClass | undefined;
  /** Adds an archive or folder, and what its manifest names; false where it is not there. */
  add(path: string): boolean;
  /** What lies in an archive at this way, as a launcher of its own adds it. */
  addInner(outer: string, pattern: RegExp): void;
  manifestOf(path: string): Readonly<Record<string, string>> | undefined;
}

/** `unclear` hears of archives that could not be read to their end. Long because it is an object: its methods close over what was read. */
export function classPathOf(world: World, unclear: (path: string) => void): ClassPath {
  const places: Place[] = [];
  const folders: string[] = [];
  const added = new Set<string>();
  const codes = new Map<string, Code | undefined>();
  const classes = new Map<string, KnownClass>();

  const codeOf = (path: string): Code | undefined => {
    const real = world.tree.real(path);
    if (real === undefined) return undefined;
    if (!codes.has(real)) {
      const text = world.code(real, 'java');
      const code = text === undefined ? undefined : (JSON.parse(text) as Code);
      if (code === undefined || code.isCut) unclear(real);
      codes.set(real, code);
    }
    return codes.get(real);
  };

  function take(path: string, inner: string, code: Code): void {
    const archive = code.archives[inner];
    if (archive === undefined || added.has(`${path}!/${inner}`)) return;
    added.add(`${path}!/${inner}`);
    const { manifest, services, needs } = archive;
    const place: Place = {
      path: inner === '' ? path : `${path}!/${inner}`,
      manifest,
      services,
      ...(needs && { needs }),
    };
    places.push(place);
    for (const row of archive.classes) put(row, place, code);
  }

  /** The first place that has a class is where it comes from; other builds of it for newer runtimes lie in the same archive. */
  function put(
    [self = 0, isOpen, count = 0, ...rest]: readonly number[],
    place: Place,
    { names }: Code,
  ): KnownClass | undefined {
    const name = names[self] ?? '';
    const known = classes.get(name);
    if ((known !== undefined && known.place !== place) || classes.size > LIMITS.javaClasses) return known;
    const told = (list: readonly number[]): string[] => list.flatMap((at) => names[at] ?? []);
    const made: KnownClass = {
      place,
      isOpen: isOpen === 1 || known?.isOpen === true,
      names: [...(known?.names ?? []), ...told(rest.slice(0, count))],
      mentions: [...(known?.mentions ?? []), ...told(rest.slice(count))],
    };
    classes.set(name, made);
    return made;
  }

  function add(path: string, depth = 0): boolean {
    if (world.tree.isFolder(path)) {
      if (!folders.includes(path)) {
        folders.push(path);
        places.push(folderPlace(path, world));
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
    if (isNew && depth < 10)
      for (const part of more.split(/\s+/).slice(0, LIMITS.javaPlaces))
        if (part !== '') add(pathFrom(folderOf(path), decoded(part)), depth + 1);
    return true;
  }

  /** The first place of the class path that has it. */
  function find(name: string): KnownClass | undefined {
    const known = classes.get(name);
    const before = known === undefined ? places.length : places.indexOf(known.place);
    for (const place of known !== undefined && folders.includes(known.place.path) ? [] : places.slice(0, before)) {
      if (!folders.includes(place.path)) continue;
      const path = `${place.path}/${name}.class`;
      const code = world.tree.real(path) === undefined ? undefined : codeOf(path);
      const row = code?.archives['']?.classes[0];
      if (code === undefined || row === undefined) continue;
      classes.delete(name);
      return put(row, place, code);
    }
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

/** `file:/opt/lib/x.jar`, `lib/my%20own.jar`: entries are addresses. */
function decoded(part: string): string {
  const path = part.replace(/^file:\/*(?=\/)/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function folderPlace(path: string, { tree, code }: World): Place {
  const folder = `${path}/META-INF/services`;
  const services = tree.list(folder).map((name) => {
    const lines = (code(`${folder}/${name}`, 'text') ?? '').split('\n').map((line) => line.trim());
    return [name, lines.filter((line) => /^[\w.$]+$/.test(line)).map((line) => line.replaceAll('.', '/'))] as const;
  });
  return { path, manifest: {}, services: Object.fromEntries(services) };
}
