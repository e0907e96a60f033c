import type { ElfNeeds } from '../../formats/executables/index.ts';
import { fileNameOf, folderOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { librariesByName } from '../library-names.ts';
import type { Edge, Language, Note, Process, Reached, Session, World } from '../model.ts';
import { pathFrom } from '../programs.ts';
import { glibcFolders, HWCAPS, muslFolders, searchPath } from './folders.ts';
import { needsIn } from './needs.ts';
import { openedBy } from './openers.ts';

/**
 * What the dynamic loader brings into a process: what programs and libraries need, and what libraries that open others by name may open.
 * Libraries that a program of another language opens come by as files it reaches, and are followed from here.
 */
export const native: Language = {
  name: 'the dynamic loader',
  begin: (process, world, note) => session(process, worldOfLibraries(world), note),
};

/** What is the same for all processes of an image. */
interface Libraries {
  readonly world: World;
  readonly needs: (path: string) => ElfNeeds | undefined;
  readonly folders: (musl: boolean, bits: number, machine: number) => readonly string[];
  /** Where a library of that file name lies, wherever that is. */
  readonly named: (name: string) => readonly string[];
}

const known = new WeakMap<World, Libraries>();

function worldOfLibraries(world: World): Libraries {
  const before = known.get(world);
  if (before !== undefined) return before;
  const folders = new Map<string, readonly string[]>();
  const made: Libraries = {
    world,
    needs: needsIn(world),
    folders(musl, bits, machine) {
      const key = `${musl} ${bits} ${machine}`;
      const named = folders.get(key) ?? (musl ? muslFolders : glibcFolders)(world, bits, machine);
      folders.set(key, named);
      return named;
    },
    named: (name) => librariesByName(world).get(name) ?? [],
  };
  known.set(world, made);
  return made;
}

/** Long because it is an object: its methods close over one state. */
function session(process: Process, libraries: Libraries, note: (note: Note) => void): Session {
  const { world, needs } = libraries;
  const program = needs(process.program);
  const isMusl = program?.interpreter?.includes('ld-musl') ?? false;
  const environment = (name: string): string | undefined => process.environment.get(name);
  /** Folders under which a library was asked for: links are not followed for `$ORIGIN`. */
  const asked = new Map<string, Set<string>>();
  const originsOf = (path: string): string[] => [...new Set([...(asked.get(path) ?? []), folderOf(path)])];
  const bySoname = new Map<string, string>();

  const usable = (path: string, asker: ElfNeeds): string | undefined => {
    const real = world.tree.real(path);
    const elf = real === undefined ? undefined : needs(real);
    if (real === undefined || elf?.bits !== asker.bits || elf.machine !== asker.machine) return undefined;
    asked.set(real, (asked.get(real) ?? new Set()).add(folderOf(path)));
    return path;
  };
  const inFolder = (folder: string, name: string, asker: ElfNeeds): string[] => {
    const library = usable(folder === '' ? name : `${folder}/${name}`, asker);
    // Most folders have no builds for newer processors, and a look costs a look-up for each kind.
    const special =
      isMusl || !hasHwcaps(world, folder)
        ? []
        : HWCAPS.flatMap((hwcap) => usable(`${folder}/${hwcap}/${name}`, asker) ?? []);
    return library === undefined ? special.slice(0, 1) : [library, ...special];
  };
  const libraryPath = searchPath(environment('LD_LIBRARY_PATH'), [folderOf(process.program)], program?.bits ?? 64);
  const find = (name: string, file: Reached, asker: ElfNeeds): readonly string[] => {
    if (name.includes('/')) {
      const library = usable(searchPath(name, originsOf(file.path), asker.bits)[0] ?? '', asker);
      return library === undefined ? [] : [library];
    }
    for (const folder of searched(file, asker)) {
      const libraries = inFolder(folder, name, asker);
      if (libraries.length > 0) return libraries;
    }
    const loaded = bySoname.get(name);
    return loaded === undefined ? [] : [loaded];
  };
  function* searched(file: Reached, asker: ElfNeeds): Generator<string> {
    const own = (path: string | undefined, of: Reached): string[] => searchPath(path, originsOf(of.path), asker.bits);
    if (isMusl) {
      yield* libraryPath;
      for (let at: Reached | undefined = file; at !== undefined && at.process === file.process; at = at.from) {
        const file = needs(at.path);
        yield* own(file?.runpath ?? file?.rpath, at);
      }
    } else {
      // RPATH is inherited from whoever asked for the library, unless that has a RUNPATH.
      if (asker.runpath === undefined)
        for (let at: Reached | undefined = file; at !== undefined && at.process === file.process; at = at.from) {
          const file = needs(at.path);
          if (file?.runpath === undefined) yield* own(file?.rpath, at);
        }
      if (asker.runpath === undefined && program?.runpath === undefined)
        yield* searchPath(program?.rpath, [folderOf(process.program)], asker.bits);
      yield* libraryPath;
      yield* own(asker.runpath, file);
    }
    if (!asker.nowhereElse) yield* libraries.folders(isMusl, asker.bits, asker.machine);
  }
  const needed = (name: string, file: Reached, asker: ElfNeeds): Edge[] => {
    const files = find(name, file, asker);
    if (files.length > 0) return files.map((to) => ({ to, reach: 'loaded', how: `NEEDED ${name}` }));
    // Something else may have loaded it before (Python's packages of CUDA), or the search path is changed when it runs.
    return libraries
      .named(name)
      .flatMap((to) => usable(to, asker) ?? [])
      .slice(0, ELSEWHERE)
      .map((to) => ({ to, reach: 'importable', how: `NEEDED ${name}, in no folder that the loader looks in` }));
  };

  /** A name in a library may lack the version that is put behind it: cuDNN opens `libcudnn_ops.so.9` beside itself, and names `libcudnn_ops.so`. */
  const opened = (name: string, file: Reached, asker: ElfNeeds): readonly string[] => {
    const files = find(name, file, asker);
    if (files.length > 0 || !name.endsWith('.so')) return files;
    return originsOf(file.path).flatMap((folder) =>
      world.tree
        .list(folder)
        .filter((entry) => entry.startsWith(`${name}.`) && /^[\d.]+$/.test(entry.slice(name.length)))
        .flatMap((entry) => usable(`${folder}/${entry}`, asker) ?? [])
        .slice(0, ELSEWHERE),
    );
  };

  return {
    starts: preloaded(process, world)
      .filter((word) => word.includes('/'))
      .map((word) => ({ to: pathFrom(process.folder, word), reach: 'loaded', how: 'preloaded' })),
    *follow(file) {
      const asker = needs(file.path);
      if (asker === undefined) return;
      if (asker.soname !== undefined && !bySoname.has(asker.soname)) bySoname.set(asker.soname, file.path);
      if (asker.interpreter !== undefined && file.path === process.program)
        yield { to: asker.interpreter.replace(/^\/+/, ''), reach: 'loaded', how: 'the loader that it names' };
      if (file.path === process.program)
        for (const name of preloaded(process, world))
          if (!name.includes('/'))
            for (const to of find(name, file, asker)) yield { to, reach: 'loaded', how: `preloaded ${name}` };
      for (const name of asker.needed) yield* needed(name, file, asker);
      for (const name of asker.opens ?? [])
        for (const to of opened(name, file, asker))
          yield { to, reach: 'importable', how: `opens ${name} (a name in it)` };
      if (asker.opensUntold && !OPENS_KNOWN.test(file.path))
        note({
          who: fileNameOf(file.path),
          message:
            'libraries are opened by names that are worked out when it runs; anything in the package and in what that depends on may be meant',
          widens: { needsOf: file.path },
        });
      yield* openedBy(file.path, asker, { world, process, note, find: (name) => find(name, file, asker) });
    },
  };
}

/** What these open is followed by rules of their own: the loader, the C library, interpreters and what Python opens others with, and what opens by its configuration (`openedBy`). */
const OPENS_KNOWN =
  /(?:^|\/)(?:ld-(?:linux|musl)[\w.-]*|lib(?:c|dl|pam|crypto|tritonserver|jli|jvm|java|python[\w.]*|node|perl|ruby[\w.-]*)\.so[\d.]*|lib(?:c|dl)[.-][\w.-]*|_(?:ctypes|cffi_backend)\.[\w.-]*|(?:python|pypy|node|nodejs|java|perl|ruby|php)[\d.]*)$/;

/** Copies of a library outside the search path that are looked at. */
const ELSEWHERE = 4;

function hasHwcaps(world: World, folder: string): boolean {
  return ['glibc-hwcaps', 'haswell', 'tls', 'x86_64'].some((name) =>
    world.tree.isFolder(folder === '' ? name : `${folder}/${name}`),
  );
}

/** What the loader is told to load beside what a program needs: paths, and names that it looks for as it does for others. https://man7.org/linux/man-pages/man8/ld.so.8.html (LD_PRELOAD, LD_AUDIT, /etc/ld.so.preload) */
function preloaded({ environment }: Process, world: World): readonly string[] {
  const words = [
    ...(environment.get('LD_PRELOAD') ?? '').split(/[ :]+/, LIMITS.searchFolders),
    ...(environment.get('LD_AUDIT') ?? '').split(':', LIMITS.searchFolders),
    ...(world.code('etc/ld.so.preload', 'text') ?? '').split(/[\s:]+/, LIMITS.searchFolders),
  ];
  return words.filter((word) => word !== '');
}
