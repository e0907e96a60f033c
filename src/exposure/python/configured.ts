import { jsonOf, objectOf } from '../../formats/json-values.ts';
import { folderOf, pathIn } from '../../formats/paths.ts';
import type { Process, World } from '../model.ts';
import type { Interpreter } from './interpreter.ts';
import { fromRoot } from './paths.ts';

/** What configuration files of a program bring into it. */
interface Configured {
  /** Modules that it imports, each with the file that says so; `isNamed`: where it is asked for what the file names. */
  readonly modules: readonly { readonly module: string; readonly file: string; readonly isNamed?: true }[];
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

type Reader = (interpreter: Interpreter, process: Process, world: World, own: string) => Configured;

/** Extensions that are looked at, and files that name them: of all folders together. A large installation has some forty. */
const EXTENSIONS = 1_000;
const SETTINGS_FILES = 1_000;

/** Programs that read such files, by the module that does it. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['jupyter_server.serverapp', jupyter('jupyter_server_config', 'ServerApp', 'jpserver_extensions')],
  ['notebook.notebookapp', jupyter('jupyter_notebook_config', 'NotebookApp', 'nbserver_extensions')],
  ['IPython.core.shellapp', ipython],
  ['connexion', (_interpreter, _process, world) => named(world, documents(world))],
  [
    'airflow.configuration',
    (_interpreter, _process, world, own) => named(world, [pathIn(folderOf(own), 'config_templates/config.yml')]),
  ],
  ['gunicorn.app.base', (_, process, world) => scripts(world, [fromRoot('gunicorn.conf.py', process.folder)])],
]);

/** What the configuration in the image adds to a module that has been reached; undefined for one that reads none. */
export function configuredBy(
  module: string,
  own: string,
  interpreter: Interpreter,
  process: Process,
  world: World,
): Configured | undefined {
  return READERS.get(module)?.(interpreter, process, world, own);
}

/** What a description of an interface is called. https://spec.openapis.org/oas/latest.html */
const DOCUMENT = /(?:^|\/)(?:openapi|swagger)[^/]{0,100}(?:\/[^/]{1,100})?\.(?:ya?ml|json)$/;
/** A name of a module, and of something in it: `airflow.api_connexion.endpoints.dag_endpoint.get_dag`. */
const DOTTED = /(?<![\w./:-])[A-Za-z_]\w{0,100}(?:\.[A-Za-z_]\w{0,100}){1,12}(?![\w/:-])/g;

/** Descriptions of interfaces: who serves them calls the functions that they name. https://connexion.readthedocs.io/en/latest/routing.html */
function documents({ tree }: World): string[] {
  const paths: string[] = [];
  for (const path of tree.paths()) if (DOCUMENT.test(path) && paths.length < SETTINGS_FILES) paths.push(path);
  return paths;
}

/** Names of modules in texts, whatever they are there for. */
function named(world: World, files: readonly string[]): Configured {
  const modules = new Map<string, string>();
  for (const file of files)
    for (const [module] of (world.code(file, 'text') ?? '').matchAll(DOTTED)) {
      if (modules.size >= NAMED) return { modules: listed(modules), scripts: [], isCut: true };
      modules.set(module, file);
    }
  return { modules: listed(modules), scripts: [] };
}

const listed = (modules: ReadonlyMap<string, string>): { module: string; file: string; isNamed: true }[] =>
  [...modules].map(([module, file]) => ({ module, file, isNamed: true }));

/** Names that texts of one program hold: Airflow's interface has 200. */
const NAMED = 20_000;

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
export const homeOf = ({ environment }: Process): string => fromRoot(environment.get('HOME') ?? '/root', '');
