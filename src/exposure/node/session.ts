import { isBuiltin } from 'node:module';
import { fileNameOf, folderOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from '../model.ts';
import { commandText, INTERPRETER, isUntold, pathFrom, started, untold } from '../programs.ts';
import { isNode, nodeCommand } from './command.ts';
import { readerOf } from './read-scripts.ts';
import { OWN_NODE, type Request, type Requested } from './requests.ts';
import { resolver } from './resolve.ts';

/** Node: what its script and each module ask for. */
export const node: Language = {
  name: 'node',
  begin: (process, world, note) => (isNode(process) ? session(process, world, note) : undefined),
};

const MULTIARCH_NAMES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'];
const isDebians = ({ tree }: World): boolean =>
  MULTIARCH_NAMES.some((name) => tree.list(`usr/lib/${name}`).some((file) => file.startsWith('libnode.so.')));
/** What Node carries in itself, as it is built by Debian: read when it starts. https://github.com/nodejs/node/blob/main/BUILDING.md#loading-js-files-from-disk-instead-of-embedding */
const OUTSIDE = [
  'usr/share/nodejs/acorn/dist/acorn.js',
  'usr/share/nodejs/acorn-walk/dist/walk.js',
  'usr/share/nodejs/cjs-module-lexer/lexer.js',
  'usr/share/nodejs/cjs-module-lexer/dist/lexer.js',
  'usr/share/nodejs/undici/undici-fetch.js',
];
/** A package, wherever it lies. */
const OF_PACKAGE = /(?:^|\/)node_modules\/|^usr\/(?:share|lib)\/nodejs\//;
/** A file that calls nothing, imports nothing and gives nothing away is data: what could load code is told from the tree, never from words, which can be put together. */
const DOES = /[(`]|\b(?:import|export|new|require|arguments)\b|\bmodule\b(?!\.exports)|\\u/;
/** Texts that texts run. */
const TEXTS_DEPTH = 3;
const RUNS_MADE_TEXT = 'runs text that it puts together';
/** Options that only ask Node about itself. */
const ASKS_ONLY = /^(?:-v|-h|--version|--help|--v8-options)$/;

/** Long because it is an object: its methods close over the modules of one process. */
function session(process: Process, world: World, note: (note: Note) => void): Session {
  const command = nodeCommand(process);
  const more = (process.environment.get('NODE_PATH') ?? '')
    .split(':')
    .filter((path) => path !== '')
    .slice(0, LIMITS.searchFolders)
    .map((path) => pathFrom(process.folder, path));
  const home = process.environment.get('HOME');
  const prefix = folderOf(folderOf(process.program));
  const find = resolver(world, command.conditions, [
    ...more,
    ...(home === undefined ? [] : [pathFrom('', `${home}/.node_modules`), pathFrom('', `${home}/.node_libraries`)]),
    pathFrom('', `${prefix}/lib/node`),
    // Debian's build looks there instead: `module.constructor.globalPaths`.
    ...(isDebians(world)
      ? [...MULTIARCH_NAMES.map((name) => `${prefix}/lib/${name}/nodejs`), `${prefix}/share/nodejs`]
      : []),
  ]);
  /** Files that are loaded as modules, whatever they are called. */
  const asked = new Set<string>();
  /** What a name from the command line is resolved from. */
  const here = pathFrom(process.folder, '[eval]');
  const reader = readerOf(process, world);
  let parsed = 0;
  let isPnp = false;

  return { starts: starts(), follow: ({ path }) => follow(path) };

  function* starts(): Generator<Edge> {
    // Debian's build reads some of its own modules from packages, which others could ask for too.
    if (isDebians(world))
      for (const to of OUTSIDE)
        if (process.program.startsWith('usr/bin/')) yield { to, reach: 'loaded', how: 'a part of Node' };
    for (const name of command.required) yield* toRequired(name, here, 'loaded', 'node --require');
    for (const name of command.imported) yield* toImported(name, here, 'loaded', 'node --import');
    if (command.kind !== 'none' && (isUntold(command.what) || command.what.trim() === ''))
      return note({ message: 'what Node is given to run cannot be told', widens: 'all' });
    if (command.kind === 'text') {
      const text = requested(command.what, here, command.isModule);
      if (text !== undefined) yield* edgesOf(text, here);
    } else if (command.kind === 'script') yield* main(command.what);
    else if (!process.arguments.some((word) => ASKS_ONLY.test(word))) prompt();
  }

  /** Whoever types at a prompt may ask for what is installed, and call any program; text from elsewhere may do anything. */
  function prompt(): void {
    if (process.isAttached !== true) {
      note({ message: 'Node is started without a script: what it is given to run is not known', widens: 'all' });
      return;
    }
    const message = 'Node waits for commands: whoever types there may ask for what is installed, and call any program';
    for (const below of find.packageFolders(process.folder)) note({ message, widens: { below }, as: 'importable' });
    note({ message, widens: 'all', as: 'callable' });
  }

  function* main(script: string): Generator<Edge> {
    const path = pathFrom(process.folder, script);
    const file = world.tree.real(path) ?? find.require(`/${path}`, here);
    if (file === undefined)
      return note({ message: `/${path} is to be run by Node and is not there`, widens: 'all', isAbsent: true });
    for (let at = folderOf(file); ; at = folderOf(at)) {
      isPnp ||= world.tree.real(at === '' ? '.pnp.cjs' : `${at}/.pnp.cjs`) !== undefined;
      if (at === '') break;
    }
    if (isPnp) note({ message: 'packages are in archives of Yarn, which are not followed', widens: 'all' });
    yield loads({ to: file, reach: 'loaded', how: `node ${script}` });
  }

  function* follow(file: string): Generator<Edge> {
    if (/\.(?:json|node|wasm|so)$/.test(file) || file === process.program || OUTSIDE.includes(file)) return;
    if (/\.[cm]?tsx?$/.test(file)) return unread(file, 'is TypeScript, which is not followed');
    const text = world.code(file, 'javascript') ?? (/\.[cm]?js$/.test(file) ? undefined : world.code(file, 'script'));
    // Files of other kinds are another language's, unless a module was asked for: Node takes any ending for JavaScript.
    if (text === undefined)
      return /\.[cm]?js$/.test(file) || asked.has(file) ? unread(file, 'could not be read') : undefined;
    const requests = requested(text, file, find.isModule(file));
    if (requests !== undefined) yield* edgesOf(requests, file);
  }

  /** What a text asks for; undefined where it asks for nothing, or cannot be told, which is said. */
  function requested(text: string, file: string, isModule: boolean, depth = 0): Requested | undefined {
    if (!DOES.test(text)) return undefined;
    parsed += text.length;
    const own =
      text.length > LIMITS.scriptBytes || parsed > LIMITS.scriptsBytes
        ? 'too much'
        : reader(text, file, isModule, depth === 0);
    if (own === 'too much') return unread(file, 'is more than is parsed');
    if (own === 'no script') return (depth === 0 ? unread : unclear)(file, 'is no JavaScript that can be parsed');
    const inner = depth < TEXTS_DEPTH ? own.texts.map((text) => requested(text, file, false, depth + 1)) : [];
    return {
      ...own,
      requests: [
        ...own.requests,
        ...inner.flatMap((part) => part?.requests.map((request) => ({ ...request, deferred: true })) ?? []),
      ],
      isOpen: own.isOpen || inner.some((part) => part?.isOpen),
      isGenerated:
        own.isGenerated || (depth === TEXTS_DEPTH && own.texts.length > 0) || inner.some((part) => part?.isGenerated),
    };
  }

  function* edgesOf({ requests, isOpen, isGenerated }: Requested, file: string): Generator<Edge> {
    if (isOpen) unclear(file, 'loads modules whose names it works out when it runs');
    else if (isGenerated) generated(file);
    for (const request of requests) yield* edges(request, file);
  }

  function* edges({ kind, text, deferred, from }: Request, asker: string): Generator<Edge> {
    const reach = deferred ? 'importable' : 'loaded';
    const file = from === undefined ? asker : fromPath(from);
    switch (kind) {
      case 'require':
        return yield* toRequired(text, file, reach, `require ${text}`);
      case 'import':
        return yield* toImported(text, file, reach, `import ${text}`);
      case 'file': {
        const path = pathFrom(folderOf(file), text);
        for (const to of [find.require(`/${path}`, file), world.tree.real(pathFrom(process.folder, text))])
          if (to !== undefined) yield loads({ to, reach, how: `starts ${text}` });
        return;
      }
      case 'folder':
        return yield* within(text, file);
      case 'addons':
        return yield* addons(text, file, reach);
      case 'program':
        yield* programs(text, asker, deferred);
    }
  }

  /** What a file starts. Of what it works out nothing is said for packages: it is what they are asked to start. */
  function* programs(text: string, asker: string, deferred: boolean): Generator<Edge> {
    const given: unknown = JSON.parse(text);
    const isOwn = !OF_PACKAGE.test(asker);
    if (given === null) {
      const message = `/${asker} starts programs whose names are worked out when it runs`;
      // As with names that are known: what need not run may be called.
      if (isOwn) note({ message, widens: 'all', ...(deferred && { as: 'callable' }) });
      return;
    }
    const list: readonly unknown[] = Array.isArray(given) ? given : ['sh', '-c', given];
    const words = list.map((word) =>
      word === OWN_NODE
        ? `/${process.calledAs ?? process.program}`
        : typeof word === 'string'
          ? word
          : untold('what is worked out'),
    );
    // What of a package's other code is run by an interpreter that it gives words to is not said of it either.
    if (!isOwn && list.includes(null) && INTERPRETER.test(words[0] ?? '')) return;
    if (!isOwn && list.includes(null)) words.splice(list.indexOf(null));
    const edge = started(
      words,
      { ...process, world, isAttached: false },
      isOwn && !deferred ? 'loaded' : 'callable',
      `calls ${commandText(words)}`,
    );
    if (edge !== undefined) yield edge;
  }

  function* toRequired(name: string, file: string, reach: ReachedAs, how: string): Generator<Edge> {
    if (isBuiltin(name)) return;
    const to = find.require(name, file);
    if (to !== undefined) yield loads({ to, reach, how });
  }

  function* toImported(name: string, file: string, reach: ReachedAs, how: string): Generator<Edge> {
    if (isBuiltin(name)) return;
    // What a bundler resolved may leave the ending out.
    const to = find.import(name, file) ?? find.require(name, file);
    if (to !== undefined) yield loads({ to, reach, how });
  }

  function loads(edge: Edge): Edge {
    asked.add(world.tree.real(edge.to) ?? edge.to);
    return edge;
  }

  /** `/opt/app/`, `file:///opt/app/x.js`: what is asked for from a folder is asked for from any file in it. */
  function fromPath(text: string): string {
    const path = text.startsWith('file://') ? text.slice('file://'.length) : text;
    return pathFrom('', path.endsWith('/') ? `${path}[any]` : path);
  }

  /** Everything that a constant beginning of a name may be continued to. */
  function* within(text: string, file: string): Generator<Edge> {
    const isPath = /^\.{0,2}\//.test(text);
    const folders = isPath
      ? [pathFrom(folderOf(file), text.slice(0, text.lastIndexOf('/') + 1))]
      : find.packageFolders(folderOf(file)).map((folder) => `${folder}/${text.slice(0, text.lastIndexOf('/'))}`);
    const start = fileNameOf(text);
    for (const folder of folders)
      for (const name of world.tree.list(folder)) {
        if (!name.startsWith(start)) continue;
        const to = find.require(`/${folder}/${name}`, file);
        if (to !== undefined && /\.(?:[cm]?js|json|node)$/.test(to))
          yield { to, reach: 'importable', how: `require ${text}...` };
        // Packages for one platform hold an addon and nothing else: `@img/sharp-linux-x64/lib/sharp-linux-x64.node`.
        else if (to === undefined && !isPath)
          for (const place of [`${folder}/${name}`, `${folder}/${name}/lib`])
            for (const entry of world.tree.list(place))
              if (entry.endsWith('.node'))
                yield { to: `${place}/${entry}`, reach: 'importable', how: `require ${text}...` };
      }
  }

  /** Native modules of the file's own package, where loaders of such look. https://github.com/prebuild/node-gyp-build */
  function* addons(name: string, file: string, reach: ReachedAs): Generator<Edge> {
    const folder = find.packageOf(file);
    if (folder === undefined) return;
    const built = ['build/Release', 'build/Debug', 'build', 'lib/binding'].map((place) => `${folder}/${place}`);
    const ready = world.tree.list(`${folder}/prebuilds`).map((place) => `${folder}/prebuilds/${place}`);
    for (const place of [...built, ...ready.filter((place) => !/\/(?:darwin|win32|android|freebsd)/.test(place))])
      for (const entry of world.tree.list(place))
        if (
          entry.endsWith('.node') &&
          (!/^[\w-]+(?:\.node)?$/.test(name) || entry.startsWith(name.replace(/\.node$/, '')) || name === '')
        )
          yield { to: `${place}/${entry}`, reach, how: 'a native module' };
  }

  /** Text that a package puts together and runs can ask for what the package itself could: its own files, and what it depends on. */
  function generated(file: string): undefined {
    const own = file.includes('node_modules/') ? find.packageOf(file) : undefined;
    if (own === undefined) return unclear(file, RUNS_MADE_TEXT);
    const name = find.manifest(own)?.name;
    note({
      who: typeof name === 'string' ? name : `/${own}`,
      message: 'text is put together and run; it may load anything in the package and in what that depends on',
      widens: { needsOf: `${own}/package.json` },
    });
    return undefined;
  }

  /** What cannot be told of a file makes the packages that it could ask for unknown, and what lies in its own. */
  function unclear(file: string, why: string): undefined {
    const own = find.packageOf(file);
    const name = own === undefined ? undefined : find.manifest(own)?.name;
    const about = typeof name === 'string' && file.includes('node_modules/') ? name : `/${file}`;
    const roots = find.packageFolders(folderOf(file)).filter((place) => world.tree.isFolder(place));
    // What is of no package asks for files beside it.
    const around = own ?? folderOf(file);
    const isApart = around !== '' && !roots.some((root) => around.startsWith(`${root}/`));
    for (const below of [...roots, ...(isApart ? [around] : [])])
      note({ message: `${about} ${why}: anything in /${below} may be meant`, widens: { below } });
    return undefined;
  }

  /** Of a file that is not read it cannot be told either which programs it starts: where it is the program's own, that may be any. */
  function unread(file: string, why: string): undefined {
    if (OF_PACKAGE.test(file)) return unclear(file, why);
    note({ message: `/${file} ${why}: anything may be meant`, widens: 'all' });
    return undefined;
  }
}
