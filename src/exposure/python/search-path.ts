import { folderOf, pathIn } from '../../formats/paths.ts';
import { pythonImports } from '../../formats/python/index.ts';
import { codeFolder } from '../archives.ts';
import type { Process, World } from '../model.ts';
import type { Bundle } from './bundles.ts';
import { environmentValue, type Interpreter } from './interpreter.ts';
import { fromRoot } from './paths.ts';

/** Where an interpreter looks for modules, and what `site` does on the way. */
interface SearchPath {
  readonly folders: readonly string[];
  /** Folders of installed distributions, in which metadata lie too. */
  readonly sites: readonly string[];
  /** There are more folders, or lines of `.pth` files, than are looked at. */
  readonly isCut: boolean;
  /** Lines of `.pth` files that are run, condensed as modules are, by the file they stand in. */
  readonly lines: readonly { readonly path: string; readonly text: string }[];
}

/** Lines of `.pth` files that are looked at, of all together, and folders of the search path: each module is looked for in each. */
const PTH_LINES = 10_000;
const FOLDERS = 500;

/**
 * `sys.path` as CPython and `site` make it.
 * https://docs.python.org/3/library/sys_path_init.html, https://docs.python.org/3/library/site.html
 */
export function searchPathOf(
  interpreter: Interpreter & { readonly bundle?: Bundle },
  process: Process,
  world: World,
  extra: readonly string[],
): SearchPath {
  const { command, bundle } = interpreter;
  const variable = environmentValue(process, command, 'PYTHONPATH');
  const given = variable === undefined ? [] : variable.split(':').map((path) => placeOf(path, process.folder));
  const own = command.safePath ? [] : firstFolder(interpreter, process, world);
  const brought = bundle === undefined ? [] : [bundle.root, ...bundle.sites];
  const folders: string[] = [...own, ...brought, ...extra.map((path) => placeOf(path, '')), ...given];
  for (const library of interpreter.library) folders.push(library, `${library}/lib-dynload`);
  const installed = command.withoutSite
    ? []
    : sitesOf(interpreter, process, world).filter((path) => world.tree.isFolder(path));
  let left = PTH_LINES;
  const lines: { path: string; text: string }[] = [];
  for (const site of installed) {
    folders.push(site);
    for (const name of world.tree.list(site)) if (name.endsWith('.pth')) readPth(`${site}/${name}`, site);
  }
  const all = [...new Set(folders)];
  const sites = [...(bundle?.sites ?? []), ...installed];
  return { folders: all.slice(0, FOLDERS), sites, isCut: left < 0 || all.length > FOLDERS, lines };

  /** An archive is a place to look in as a folder is. https://docs.python.org/3/library/zipimport.html */
  function placeOf(path: string, from: string): string {
    const place = fromRoot(path, from);
    return codeFolder(place, world) ?? place;
  }

  function readPth(path: string, site: string): void {
    const real = world.tree.real(path);
    const text = real === undefined ? undefined : world.code(real, 'text');
    // A large one is not kept.
    if (real !== undefined && text === undefined) left = -1;
    for (const line of (text ?? '').split(/\r?\n/, Math.max(0, left) + 1)) {
      left -= 1;
      if (left < 0) return;
      if (/^import[ \t]/.test(line)) lines.push({ path: real as string, text: pythonImports(Buffer.from(line)) });
      else if (line.trim() !== '' && !line.startsWith('#')) {
        const folder = codeFolder(fromRoot(line.trimEnd(), site), world);
        if (folder !== undefined) folders.push(folder);
      }
    }
  }
}

/** The script's folder, links followed, or the archive that it is; of `-m` and `-c` the folder that the process runs in. */
function firstFolder({ command }: Interpreter, process: Process, world: World): string[] {
  if (command.kind !== 'script') return [process.folder];
  const script = fromRoot(command.what, process.folder);
  return [codeFolder(script, world) ?? folderOf(world.tree.real(script) ?? script)];
}

/** Where distributions are installed, of the environment and, where it is seen, of the base. */
function sitesOf(interpreter: Interpreter, process: Process, world: World): string[] {
  const { base, prefix, seesBase, version, command } = interpreter;
  const name = `python${version[0]}.${version[1]}`;
  const sites: string[] = [];
  if (prefix === base || seesBase) {
    const user =
      environmentValue(process, command, 'PYTHONUSERBASE') ?? `${process.environment.get('HOME') ?? '/root'}/.local`;
    if (!/s/.test(process.arguments[0] ?? '') || !process.arguments[0]?.startsWith('-'))
      sites.push(pathIn(fromRoot(user, ''), `lib/${name}/site-packages`));
  }
  const prefixes = prefix === base ? [prefix] : seesBase ? [prefix, base] : [prefix];
  for (const prefix of prefixes) {
    if (prefix === base && base === 'usr') {
      // Debian's own interpreter looks nowhere else: what lies in its site-packages is for others.
      const debian = [
        `usr/local/lib/${name}/dist-packages`,
        `usr/lib/python${version[0]}/dist-packages`,
        `usr/lib/${name}/dist-packages`,
      ];
      // A folder in which nothing lies is not to be seen, so that the package manager is asked as well.
      if ([...debian, 'var/lib/dpkg'].some((path) => world.tree.isFolder(path))) {
        sites.push(...debian);
        continue;
      }
      // Fedora's keeps what pip installs apart from what it installs itself.
      sites.push(`usr/local/lib64/${name}/site-packages`, `usr/local/lib/${name}/site-packages`);
    }
    sites.push(
      pathIn(prefix, `lib64/${name}/site-packages`),
      pathIn(prefix, `lib/${name}/site-packages`),
      pathIn(prefix, `lib/pypy${version[0]}.${version[1]}/site-packages`),
    );
  }
  return sites;
}
