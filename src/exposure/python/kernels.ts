import { jsonOf, objectOf } from '../../formats/json-values.ts';
import type { Edge, Note, Process, World } from '../model.ts';
import { started, untold } from '../programs.ts';
import { homeOf } from './configured.ts';
import type { Interpreter } from './interpreter.ts';
import { fromRoot } from './paths.ts';

/** Kernels that are looked at; a large installation has ten. */
const KERNELS = 200;
/** The module that reads their descriptions. */
const READER = 'jupyter_client.kernelspec';

/**
 * The kernels that whoever opens or runs a notebook starts, by the words of their `kernel.json`: a Python that is named so is the one that asks, any
 * other (`R`, one of another environment) is what is named. Every one may be asked for.
 * https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs, https://docs.jupyter.org/en/latest/use/jupyter-directories.html
 */
export function* kernelsOf(
  module: string,
  interpreter: Interpreter,
  process: Process,
  world: World,
  note: (note: Note) => void,
): Generator<Edge> {
  if (module !== READER) return;
  let read = 0;
  for (const folder of foldersOf(interpreter, process))
    for (const name of world.tree.list(folder)) {
      const file = world.tree.real(`${folder}/${name}/kernel.json`);
      if (file === undefined) continue;
      read += 1;
      if (read > KERNELS)
        return note({ message: 'more kernels of Jupyter are described than are looked at', widens: 'all' });
      const { argv, env } = objectOf(jsonOf(world.code(file, 'text') ?? ''));
      const words = (Array.isArray(argv) ? argv : []).map((word: unknown) => wordOf(word, process));
      const added = Object.entries(objectOf(env)).filter((entry): entry is [string, string] => isText(entry[1]));
      const environment = new Map([...process.environment, ...added]);
      const kernel = started(
        words,
        { ...process, environment, world, isAttached: false },
        'importable',
        `the kernel ${name}`,
      );
      if (kernel !== undefined) yield kernel;
    }
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** A word of a kernel's command line; `{connection_file}` and the like are put in when it is started. */
function wordOf(word: unknown, { calledAs, program }: Process): string {
  if (!isText(word) || word.includes('{')) return untold('what it is given');
  return /^python(?:\d(?:\.\d{1,2})?)?$/.test(word) ? `/${calledAs ?? program}` : word;
}

function foldersOf({ prefix, base }: Interpreter, process: Process): ReadonlySet<string> {
  const { environment } = process;
  const home = homeOf(process);
  const folders = [
    ...(environment.get('JUPYTER_PATH') ?? '').split(':').filter((path) => path !== ''),
    environment.get('JUPYTER_DATA_DIR') || `/${home}/.local/share/jupyter`,
    ...[prefix, base].map((path) => `/${path}/share/jupyter`),
    '/usr/local/share/jupyter',
    '/usr/share/jupyter',
  ].map((path) => `${path}/kernels`);
  return new Set([...folders, `/${home}/.ipython/kernels`].map((path) => fromRoot(path, process.folder)));
}
