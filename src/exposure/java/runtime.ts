import { folderOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { Edge, Process, World } from '../model.ts';
import { commandText, pathFrom, started } from '../programs.ts';
import type { JavaOptions } from './options.ts';

/** The machine itself: its launcher opens it by a path that it makes from its own. */
export function* runtime({ program }: Process, { tree }: World): Generator<Edge> {
  const home = folderOf(folderOf(program));
  const [machine, archives] = [`${home}/lib/server/libjvm.so`, `${home}/lib/modules`];
  for (const to of [
    machine,
    archives,
    ...['libjava', 'libjimage', 'libjli', 'libzip', 'libverify'].map((name) => `${home}/lib/${name}.so`),
  ])
    yield { to, reach: 'loaded', how: "Java's runtime" };
  yield { to: `${home}/lib/jspawnhelper`, reach: 'importable', how: 'starts programs for Java' };
  // Before Java 9 its classes are archives.
  for (const folder of [`${home}/lib`, `${home}/jre/lib`]) {
    for (const name of ['rt.jar', 'jce.jar', 'jsse.jar', 'amd64/server/libjvm.so', 'amd64/libjava.so'])
      yield { to: `${folder}/${name}`, reach: 'loaded', how: "Java's runtime" };
    for (const name of tree.list(folder))
      if (/\.so$/.test(name))
        yield { to: `${folder}/${name}`, reach: 'importable', how: "a library of Java's runtime" };
  }
}

/** What is started beside the program: native agents, and commands for when it fails. */
export function* beside(
  { natives, commands }: Pick<JavaOptions, 'natives' | 'commands'>,
  process: Process,
  world: World,
  unclear: (message: string) => void,
): Generator<Edge> {
  const home = folderOf(folderOf(process.program));
  for (const given of natives) {
    const own = [`${home}/lib/lib${given}.so`, `${home}/jre/lib/amd64/lib${given}.so`].find((path) =>
      world.tree.real(path),
    );
    if (own !== undefined && !given.includes('/')) yield { to: own, reach: 'loaded', how: 'a native agent' };
    else {
      unclear(`the native agent ${commandText([given])} may load what it likes into Java`);
      const folders = (process.environment.get('LD_LIBRARY_PATH') ?? '').split(':').slice(0, LIMITS.searchFolders);
      const paths = given.includes('/') ? [given] : folders.map((folder) => `${folder}/lib${given}.so`);
      for (const path of paths) yield { to: pathFrom(process.folder, path), reach: 'loaded', how: 'a native agent' };
    }
  }
  for (const text of commands) {
    const shell = started(['sh', '-c', text], { ...process, world, isAttached: false }, 'callable', 'when Java fails');
    if (shell !== undefined) yield shell;
  }
}
