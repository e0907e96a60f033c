import { isObject, readJson } from '../../formats/json-values.ts';
import { pathIn } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { codeFolder } from '../archives.ts';
import type { Note, Process, World } from '../model.ts';
import { isUntold } from '../programs.ts';
import { type Command, environmentValue, type Interpreter, pythonCommand } from './interpreter.ts';
import { fromRoot } from './paths.ts';
import { entryPointOf } from './plugins.ts';

/**
 * A program with all that it needs in one archive or folder, whose launcher unpacks it and puts it on the search path: PEX and shiv.
 * https://docs.pex-tool.org/, https://shiv.readthedocs.io/
 */
export interface Bundle {
  /** `srv/app.pex!`, `srv/app.pex`. */
  readonly root: string;
  /** Folders that it puts on the search path; distributions lie in them. */
  readonly sites: readonly string[];
  /** The module of its launcher. */
  readonly launcher: string;
  /** What it starts; absent: it runs what it is given, as Python itself does. */
  readonly entry?: { readonly module: string; readonly functions: readonly string[] };
  /** What it starts is not in it. */
  readonly missing?: string;
}

/** The interpreter as it runs behind the launcher of a bundle, where it is started with one. */
export function withBundle(
  interpreter: Interpreter,
  process: Process,
  world: World,
): Interpreter & { readonly bundle?: Bundle } {
  const { command } = interpreter;
  if (command.kind !== 'script' || isUntold(command.what)) return interpreter;
  const root = codeFolder(fromRoot(command.what, process.folder), world);
  if (root === undefined) return interpreter;
  const variable = (name: string): string | undefined => environmentValue(process, command, name);
  const bundle = pexAt(root, variable, world) ?? shivAt(root, variable, world);
  if (bundle === undefined) return interpreter;
  if (bundle.entry !== undefined || bundle.missing !== undefined) return { ...interpreter, bundle };
  return { ...interpreter, bundle, command: asGiven(command) };
}

/** What it is given is what an interpreter would be given. */
function asGiven(command: Command): Command {
  const { ignoresEnvironment, withoutSite, ...given } = pythonCommand(command.arguments);
  return {
    ...given,
    ignoresEnvironment: ignoresEnvironment || command.ignoresEnvironment,
    withoutSite: withoutSite || command.withoutSite,
  };
}

type Variable = (name: string) => string | undefined;

/** https://docs.pex-tool.org/api/vars.html */
function pexAt(root: string, variable: Variable, world: World): Bundle | undefined {
  const info = settings(pathIn(root, 'PEX-INFO'), world);
  if (info === undefined) return undefined;
  const places = [root, ...(variable('PEX_PATH') ?? '').split(':').filter((path) => path !== '')].slice(
    0,
    LIMITS.searchFolders,
  );
  const sites = places.flatMap((place, nth) => {
    const at = nth === 0 ? root : codeFolder(fromRoot(place, ''), world);
    if (at === undefined) return [];
    const wheels = world.tree.list(pathIn(at, '.deps')).map((name) => `${pathIn(at, '.deps')}/${name}`);
    return wheels.flatMap((wheel) => codeFolder(wheel, world) ?? []);
  });
  const own = codeFolder(pathIn(root, '.bootstrap'), world);
  const made = { root, sites: own === undefined ? sites : [...sites, own], launcher: 'pex' };
  if (variable('PEX_INTERPRETER') !== undefined) return made;
  const script = variable('PEX_SCRIPT') ?? (variable('PEX_MODULE') === undefined ? text(info.script) : undefined);
  return { ...made, ...started(script, variable('PEX_MODULE') ?? text(info.entry_point), made.sites, world) };
}

/** https://shiv.readthedocs.io/en/latest/#influencing-runtime */
function shivAt(root: string, variable: Variable, world: World): Bundle | undefined {
  const info = settings(pathIn(root, 'environment.json'), world);
  const packages = pathIn(root, 'site-packages');
  if (info === undefined || !world.tree.isFolder(packages)) return undefined;
  const more = [variable('SHIV_PREPEND_PYTHONPATH') ?? text(info.prepend_pythonpath) ?? ''].filter(
    (path) => path !== '',
  );
  const sites = [...more.map((path) => fromRoot(path, '')), packages, pathIn(root, '_bootstrap')];
  const made = { root, sites, launcher: '_bootstrap' };
  if (variable('SHIV_INTERPRETER') !== undefined) return made;
  const entry = variable('SHIV_ENTRY_POINT') ?? variable('SHIV_MODULE');
  const script = entry === undefined ? (variable('SHIV_CONSOLE_SCRIPT') ?? text(info.script)) : undefined;
  return { ...made, ...started(script, entry ?? text(info.entry_point), sites, world) };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function settings(path: string, world: World): Readonly<Record<string, unknown>> | undefined {
  const said = world.code(world.tree.real(path) ?? path, 'text');
  if (said === undefined) return undefined;
  try {
    const value: unknown = readJson(said);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is started, by the name of a script or of a module with a function in it. */
function started(
  script: string | undefined,
  written: string | undefined,
  sites: readonly string[],
  world: World,
): Pick<Bundle, 'entry' | 'missing'> {
  if (script !== undefined) {
    const point = entryPointOf({ group: 'console_scripts', name: script }, sites, world);
    return point === undefined ? { missing: script } : { entry: point };
  }
  const [, module, of] = /^([\w.]+)(?::([\w.]+))?$/.exec(written ?? '') ?? [];
  if (module === undefined) return written === undefined ? {} : { missing: written };
  return { entry: { module, functions: of === undefined ? [] : [of] } };
}

/** That a bundle names what it does not have. */
export const missingEntry = ({ root, missing }: Bundle): Note => ({
  message: `/${root.replace(/!$/, '')} is to start ${missing?.slice(0, 80)}, which it does not have`,
  widens: 'all',
  isAbsent: true,
});
