import { pypi } from '../../ecosystems/pypi.ts';
import { pathIn } from '../../formats/paths.ts';
import type { World } from '../model.ts';

/** Entry points of one distribution that are looked at. */
const ENTRY_POINTS = 10_000;

/**
 * Modules that distributions offer as plug-ins, by group. Console scripts are none: they are started as programs.
 * https://packaging.python.org/en/latest/specifications/entry-points/
 */
export function pluginsOf(sites: readonly string[], world: World): Plugins {
  const known = offered.get(world) ?? new Map<string, Plugins>();
  offered.set(world, known);
  const key = sites.join('\0');
  const plugins = known.get(key) ?? pluginsIn(sites, world);
  if (known.size >= KEPT_SITES) known.clear();
  known.set(key, plugins);
  return plugins;
}

type Plugins = ReadonlyMap<string, readonly string[]>;

/** By the image, what processes with the same folders of distributions are offered: all of an image share it as a rule. */
const offered = new WeakMap<World, Map<string, Plugins>>();
const KEPT_SITES = 8;

function pluginsIn(sites: readonly string[], { tree, code }: World): Plugins {
  const groups = new Map<string, string[]>();
  for (const site of sites)
    for (const name of tree.list(site)) {
      if (!/\.(?:dist|egg)-info$/.test(name)) continue;
      const path = tree.real(pathIn(site, `${name}/entry_points.txt`));
      const text = path === undefined ? undefined : code(path, 'text');
      if (text !== undefined) read(text, groups);
    }
  return groups;
}

/** What one distribution, or any where none is named, calls by a name: the module, and the functions in it that are called. */
export function entryPointOf(
  { distribution, group, name }: { readonly distribution?: string; readonly group: string; readonly name: string },
  sites: readonly string[],
  { tree, code }: World,
): { readonly module: string; readonly functions: readonly string[] } | undefined {
  const wanted = distribution === undefined ? undefined : pypi.normalize(distribution);
  for (const site of sites)
    for (const folder of tree.list(site)) {
      const own = /^(.+?)(?:-[^-]*)?(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(folder)?.[1];
      if (own === undefined || (wanted !== undefined && pypi.normalize(own) !== wanted)) continue;
      const path = tree.real(pathIn(site, `${folder}/entry_points.txt`));
      let isIn = false;
      for (const line of (path === undefined ? '' : (code(path, 'text') ?? '')).split('\n', ENTRY_POINTS)) {
        const words = line.trim();
        if (words.startsWith('[')) isIn = words === `[${group}]`;
        const equals = words.indexOf('=');
        if (!isIn || words.slice(0, equals).trim() !== name) continue;
        const [, module, called] = /^([\w.]+)(?::([\w.]+))?/.exec(words.slice(equals + 1).trim()) ?? [];
        if (module !== undefined) return { module, functions: called === undefined ? [] : [called] };
      }
    }
  return undefined;
}

function read(text: string, groups: Map<string, string[]>): void {
  let group: string[] | undefined;
  for (const line of text.split('\n', ENTRY_POINTS)) {
    const words = line.trim();
    if (words.startsWith('[') && words.endsWith(']')) {
      const name = words.slice(1, -1).trim();
      group = name === 'console_scripts' || name === 'gui_scripts' ? undefined : (groups.get(name) ?? []);
      if (group !== undefined) groups.set(name, group);
      continue;
    }
    const equals = words.indexOf('=');
    if (group === undefined || equals < 0) continue;
    const module = /^[\w.]+/.exec(words.slice(equals + 1).trim())?.[0];
    if (module !== undefined) group.push(module);
  }
}
