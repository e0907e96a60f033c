import { jsonOf, objectOf } from '../../formats/json-values.ts';
import { pathIn } from '../../formats/paths.ts';
import type { Process, World } from '../model.ts';
import type { Interpreter } from './interpreter.ts';
import { fromRoot } from './paths.ts';

/** What configuration files of a program bring into it. */
interface Configured {
  /** Modules that it imports, each with the file that says so. */
  readonly modules: readonly { readonly module: string; readonly file: string }[];
  /** Files of Python that it runs. */
  readonly scripts: readonly string[];
  /** There is more than is looked at. */
  readonly isCut?: boolean;
}

/** Functions that a server calls of an extension that is switched on. */
export const ENABLED = [
  '_jupyter_server_extension_points',
  '_jupyter_server_extension_paths',
  '_load_jupyter_server_extension',
  'load_jupyter_server_extension',
];

type Reader = (interpreter: Interpreter, process: Process, world: World) => Configured;

/** Extensions that are looked at, and files that name them: of all folders together. A large installation has some forty. */
const EXTENSIONS = 1_000;
const SETTINGS_FILES = 1_000;

/** Programs that read such files, by the module that does it. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['jupyter_server.serverapp', jupyter('jupyter_server_config', 'ServerApp', 'jpserver_extensions')],
  ['notebook.notebookapp', jupyter('jupyter_notebook_config', 'NotebookApp', 'nbserver_extensions')],
  ['IPython.core.shellapp', ipython],
  ['gunicorn.app.base', (_, process, world) => scripts(world, [fromRoot('gunicorn.conf.py', process.folder)])],
]);

/** What the configuration in the image adds to a module that has been reached; undefined for one that reads none. */
export function configuredBy(
  module: string,
  interpreter: Interpreter,
  process: Process,
  world: World,
): Configured | undefined {
  return READERS.get(module)?.(interpreter, process, world);
}

/**
 * Extensions of Jupyter's servers: `{"ServerApp": {"jpserver_extensions": {"jupyter_server_terminals": true}}}`. One folder may say no to
 * what another says yes to; which of them counts is not settled here, so a yes is enough.
 * https://jupyter-server.readthedocs.io/en/latest/developers/extensions.html, https://docs.jupyter.org/en/latest/use/jupyter-directories.html
 */
function jupyter(name: string, application: string, member: string): Reader {
  return ({ prefix, base }, process, world) => {
    const folders = [
      ...(process.environment.get('JUPYTER_CONFIG_PATH') ?? '').split(':').filter((path) => path !== ''),
      process.environment.get('JUPYTER_CONFIG_DIR') ?? '',
      ...['.jupyter', '.local/etc/jupyter'].map((below) => `/${homeOf(process)}/${below}`),
      ...[prefix, base].map((path) => `/${path}/etc/jupyter`),
      ...['/usr/local/etc/jupyter', '/etc/jupyter'],
    ].filter((path) => path !== '');
    const modules: { module: string; file: string }[] = [];
    const own: string[] = [];
    let read = 0;
    for (const folder of new Set(folders.map((path) => fromRoot(path, process.folder)))) {
      own.push(...scripts(world, [pathIn(folder, `${name}.py`)]).scripts);
      const below = `${folder}/${name}.d`;
      const listed = world.tree.list(below).filter((file) => file.endsWith('.json'));
      for (const path of [`${folder}/${name}.json`, ...listed.map((file) => `${below}/${file}`)]) {
        const file = world.tree.real(path);
        if (file === undefined) continue;
        if (read === SETTINGS_FILES) return { modules, scripts: own, isCut: true };
        read += 1;
        const enabled = objectOf(objectOf(objectOf(jsonOf(world.code(file, 'text') ?? ''))[application])[member]);
        for (const [module, isOn] of Object.entries(enabled)) {
          if (isOn !== true) continue;
          if (modules.length === EXTENSIONS) return { modules, scripts: own, isCut: true };
          modules.push({ module, file });
        }
      }
    }
    return { modules, scripts: own };
  };
}

/** IPython's own settings and what it runs at each start. https://ipython.readthedocs.io/en/stable/config/intro.html */
function ipython(_: Interpreter, process: Process, world: World): Configured {
  const folders = [
    `${homeOf(process)}/.ipython`,
    ...[process.environment.get('IPYTHONDIR') ?? '']
      .filter((path) => path !== '')
      .map((path) => fromRoot(path, process.folder)),
  ].map((folder) => `${folder}/profile_default`);
  return scripts(world, [
    ...['etc/ipython', 'usr/local/etc/ipython', ...folders].flatMap((folder) => [
      `${folder}/ipython_config.py`,
      `${folder}/ipython_kernel_config.py`,
    ]),
    ...folders.flatMap((folder) => world.tree.list(`${folder}/startup`).map((file) => `${folder}/startup/${file}`)),
  ]);
}

/** The files of Python among some paths. */
function scripts({ tree }: World, paths: readonly string[]): Configured {
  const there = paths.filter((path) => path.endsWith('.py') && tree.real(path) !== undefined);
  return { modules: [], scripts: there };
}

/** The home folder; an engine sets it from the user's line in `etc/passwd`. */
const homeOf = ({ environment }: Process): string => fromRoot(environment.get('HOME') ?? '/root', '');
