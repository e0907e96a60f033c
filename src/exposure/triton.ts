import { fileNameOf, folderOf, pathIn } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import type { Edge, Language, Note, Process, World } from './model.ts';
import { commandText, isUntold, pathFrom, programNamed, started } from './programs.ts';

/** Where NVIDIA's images have the server's backends. https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/ */
const BACKENDS = 'opt/tritonserver/backends';
const STUB = 'triton_python_backend_stub';

/**
 * Triton: the backends that it opens as models ask for them, and what models of Python import. Its backend of Python starts a program for each of them,
 * through bash, in which the Python runs that is first on PATH.
 * https://github.com/triton-inference-server/server/blob/main/src/command_line_parser.cc , https://github.com/triton-inference-server/python_backend
 */
export const triton: Language = {
  name: 'Triton',
  begin(process, world, note) {
    if (![process.calledAs ?? '', process.program].some((path) => fileNameOf(path) === 'tritonserver'))
      return undefined;
    const given = optionsOf(process.arguments);
    const named = given.get('backend-directory')?.at(-1);
    const candidates = [
      ...(named === undefined || isUntold(named) ? [] : [pathFrom(process.folder, named)]),
      pathIn(folderOf(folderOf(process.program)), 'backends'),
      BACKENDS,
    ];
    const backends = candidates.find((folder) => world.tree.isFolder(folder));
    if (backends === undefined) {
      note({ message: 'tritonserver opens backends in a folder that the image does not have', widens: 'all' });
      return undefined;
    }
    const listed = listing(world, note);
    const starts = [
      ...librariesOf(backends, listed),
      ...pythonModels(backends, repositoriesOf(given, process), { process, world, listed, note }),
    ];
    return { starts, follow: () => [] };
  },
};

/** `--name=value` and `--name value`, by name. */
function optionsOf(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, string[]>();
  for (const [at, word] of words.slice(0, LIMITS.startedWords).entries()) {
    const [, name, value] = /^--([\w-]{1,80})(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name !== undefined) options.set(name, [...(options.get(name) ?? []), value ?? words[at + 1] ?? '']);
  }
  return options;
}

/** Folders of models, relative to the root; those elsewhere (`s3://`) and those that cannot be told as they are written. */
function repositoriesOf(given: ReadonlyMap<string, readonly string[]>, { folder }: Process): string[] {
  const words = [...(given.get('model-repository') ?? []), ...(given.get('model-store') ?? [])];
  return [...new Set(words.map((word) => (isUntold(word) || /^\w+:\/\//.test(word) ? word : pathFrom(folder, word))))];
}

function librariesOf(backends: string, listed: Listed): Edge[] {
  return listed(backends)
    .flatMap((backend) =>
      listed(`${backends}/${backend}`)
        .filter((name) => /^libtriton_.*\.so$/.test(name))
        .map((name) => `${backends}/${backend}/${name}`),
    )
    .map((to): Edge => ({ to, reach: 'importable', how: 'a backend of Triton' }));
}

/** What lies in a folder; nothing once the server was followed into too many. */
type Listed = (folder: string) => readonly string[];

/** Many names, and links, can lead to the same thousands of models: what is listed counts, whichever way leads there. */
function listing({ tree }: World, note: (note: Note) => void): Listed {
  let left = LIMITS.tritonFolders;
  return (folder) => {
    left -= 1;
    if (left === -1)
      note({
        message: `tritonserver finds more than ${LIMITS.tritonFolders.toLocaleString('en')} folders of backends and models: the rest is not followed`,
        widens: 'all',
      });
    return left < 0 ? [] : tree.list(folder);
  };
}

interface Around {
  readonly process: Process;
  readonly world: World;
  readonly listed: Listed;
  note(note: Note): void;
}

/** Models of Python that lie in the image; where models come from elsewhere, any may be among them. */
function pythonModels(
  backends: string,
  repositories: readonly string[],
  { process, world, listed, note }: Around,
): Edge[] {
  const own = `${backends}/python`;
  if (!world.tree.isFolder(own)) return [];
  const around = { ...process, world };
  const python = programNamed('python3', around);
  const edges: Edge[] = [];
  const start = (words: readonly string[], how: string, isAttached = false): void => {
    const path = process.environment.get('PYTHONPATH');
    const environment = new Map([
      ...process.environment,
      ['PYTHONPATH', [`/${own}`, ...(path === undefined ? [] : [path])].join(':')] as const,
    ]);
    const stub = started([`/${own}/${STUB}`], around, 'importable', how);
    const shell = started(['bash', '-c', `exec /${own}/${STUB}`], around, 'importable', how);
    const model = started([`/${python}`, ...words], { ...around, environment, isAttached }, 'importable', how);
    for (const edge of [stub, shell, model]) if (edge !== undefined) edges.push(edge);
  };
  if (python === undefined) {
    note({
      message: 'tritonserver runs models of Python, and no python3 is on PATH: what they import is not known',
      widens: 'all',
    });
    return edges;
  }
  const models = repositories
    .flatMap((repository) => scriptsOf(repository, world, listed))
    .slice(0, LIMITS.startedPrograms);
  for (const model of models) start([`/${model}`], 'a model of Triton');
  const elsewhere = repositories.filter((repository) => !world.tree.isFolder(repository));
  if (elsewhere.length > 0 || repositories.length === 0) {
    const where = elsewhere[0] === undefined ? 'a folder that is not named' : commandText([elsewhere[0]]);
    note({
      message: `tritonserver takes models from ${where}, which is not in the image: they may run any code of Python`,
    });
    start([], 'models of Triton from elsewhere', true);
  }
  return edges;
}

/** `model.py` of each version of each model. https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_repository.html */
function scriptsOf(repository: string, { tree }: World, listed: Listed): string[] {
  return listed(repository).flatMap((model) =>
    listed(`${repository}/${model}`)
      .filter((version) => /^\d+$/.test(version))
      .map((version) => `${repository}/${model}/${version}/model.py`)
      .filter((path) => tree.real(path) !== undefined),
  );
}
