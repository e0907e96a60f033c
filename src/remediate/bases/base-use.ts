/** What an image uses of its base: programs that are called, and libraries that what was added is linked to. */

import { withoutEnd, withoutStart } from '../../formats/ends.ts';
import { elfStream } from '../../formats/executables/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { commandsStartedBy, type ShellCommand, shellCommands } from '../../formats/text/index.ts';
import type { FileSystem } from '../../layers/squash.ts';
import type { TarMember } from '../../layers/tar.ts';
import { eachWantedFile } from '../../layers/wanted-files.ts';
import { LIMITS } from '../../limits.ts';
import type { Image, ImageConfig } from '../../model.ts';
import type { UsedOfBase } from '../plan.ts';

/** Where commands are called: a shell text, or the words of a program and its arguments. */
export interface Call {
  readonly by: string;
  readonly shell?: string;
  readonly words?: readonly string[];
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const pathOf = (config: ImageConfig | undefined): string[] =>
  (config?.run.Env?.find((pair) => pair.startsWith('PATH='))?.slice(5) ?? DEFAULT_PATH)
    .split(':')
    .map((folder) => withoutStart(withoutEnd(folder, '/'), '/'))
    .filter((folder) => folder !== '');

/** What the image itself starts: ENTRYPOINT, CMD and the health check. */
export function callsOf(config: ImageConfig | undefined): Call[] {
  const { Entrypoint: entrypoint, Cmd: command, Healthcheck: health } = config?.run ?? {};
  const test = health?.Test ?? [];
  return [
    ...(entrypoint?.length ? [{ by: 'ENTRYPOINT', words: entrypoint }] : []),
    // What follows an entrypoint is its argument, and often a program all the same.
    ...(command?.length ? [{ by: 'CMD', words: command }] : []),
    ...(test[0] === 'CMD' ? [{ by: 'HEALTHCHECK', words: test.slice(1) }] : []),
    ...(test[0] === 'CMD-SHELL' && test[1] !== undefined ? [{ by: 'HEALTHCHECK', shell: test[1] }] : []),
  ];
}

/** The programs that calls name, each with who calls it first; what is no plain word is left out. */
export function programsCalled(calls: readonly Call[]): UsedOfBase[] {
  const byName = new Map<string, string>();
  const note = (program: string, by: string): void => {
    if (/^[\w./+][\w./+-]*$/.test(program) && !byName.has(program)) byName.set(program, by);
  };
  for (const { by, shell, words } of calls) {
    if (shell !== undefined) note('sh', by);
    const commands = shell === undefined ? [] : shellCommands(shell);
    const [first, flag, script] = words ?? [];
    if (first !== undefined) note(first, by);
    if (flag === '-c' && script !== undefined) commands.push(...shellCommands(script));
    for (const command of commands.flatMap((outer): ShellCommand[] => [outer, ...commandsStartedBy(outer)]))
      note(command.words[0] ?? command.program, by);
  }
  return [...byName].map(([name, by]) => ({ name, by }));
}

/** Where a program lies that is called by this name. */
function located(program: string, files: FileSystem, path: readonly string[]): { layer: number } | undefined {
  const places = program.includes('/') ? [program.replace(/^\/+/, '')] : path.map((folder) => `${folder}/${program}`);
  for (const place of places) {
    const program = files.resolve(place)?.found;
    if (program?.type === 'file') return program;
  }
  return undefined;
}

/** The programs of these that lie in the base and not in what is to stand in its place. Of what was added the layers bring it along. */
export function missingPrograms(
  called: readonly UsedOfBase[],
  today: { readonly files: FileSystem; readonly config: ImageConfig | undefined; readonly baseLayers: number },
  other: { readonly files: FileSystem; readonly config: ImageConfig | undefined },
): UsedOfBase[] {
  // ENV of the image's own instructions stays, what the other base puts on its path is found besides.
  const paths = [...new Set([...pathOf(today.config), ...pathOf(other.config)])];
  return called.filter(({ name }) => {
    const program = located(name, today.files, pathOf(today.config));
    return program !== undefined && program.layer < today.baseLayers && located(name, other.files, paths) === undefined;
  });
}

/** What the added layers of an image need of what lies below. */
export interface LinkedTo {
  /** Names of libraries (`DT_NEEDED`), with the first file that asks for each. */
  readonly libraries: ReadonlyMap<string, string>;
  /** Programs that scripts begin with (`#!`), by path. */
  readonly interpreters: ReadonlyMap<string, string>;
  /** True: there were more files than are asked. */
  readonly isCut: boolean;
}

const isLibrary = (path: string): boolean => /\.so(?:\.[\w.]+)?$/.test(path);

/** Asks the programs and libraries in the added layers of an image what they need. Throws what reading a layer throws. */
export async function linkedTo(
  image: Image,
  files: FileSystem,
  baseLayers: number,
  signal?: AbortSignal,
): Promise<LinkedTo> {
  const wanted = new Map<number, Map<string, true>>();
  let count = 0;
  for (const { path, found: library } of files.entries()) {
    if (library.type !== 'file' || library.layer < baseLayers || count > LIMITS.linkedFiles) continue;
    const mode = files.layers[library.layer]?.mode(library.row) ?? 0;
    if ((mode & 0o111) === 0 && !isLibrary(path)) continue;
    count += 1;
    const paths = wanted.get(library.layer) ?? new Map<string, true>();
    paths.set(path, true);
    wanted.set(library.layer, paths);
  }
  const [libraries, interpreters] = [new Map<string, string>(), new Map<string, string>()];
  await eachWantedFile(image, wanted, signal, async (file, _asked, path) => {
    const said = await needsOf(file);
    for (const name of said.libraries) if (!libraries.has(name)) libraries.set(name, `/${path}`);
    if (said.interpreter && !interpreters.has(said.interpreter)) interpreters.set(said.interpreter, `/${path}`);
  });
  return { libraries, interpreters, isCut: count > LIMITS.linkedFiles };
}

async function needsOf(member: TarMember): Promise<{ libraries: readonly string[]; interpreter?: string }> {
  const head = Buffer.from(await member.body.chunk(256));
  const interpreter = /^#!\s*(\/\S{1,200})/.exec(head.toString('latin1'))?.[1];
  if (interpreter !== undefined) return { libraries: [], interpreter };
  if (head.length < 4 || head.readUInt32BE(0) !== 0x7f454c46) return { libraries: [] };
  const stream = elfStream(member.size, () => {});
  let offset = 0;
  for (let chunk = head; chunk.length > 0; chunk = Buffer.from(await member.body.chunk(65_536))) {
    const unneeded = stream.push(chunk, offset);
    offset += chunk.length;
    const skipped = Math.min(unneeded, member.body.remaining);
    if (skipped > 0) await member.body.skip(skipped);
    offset += skipped;
  }
  return { libraries: stream.end()?.needed ?? [] };
}

/** The libraries of these that the base has and what is to stand in its place has not; those that are added come along. */
export function missingLibraries(
  { libraries, interpreters }: LinkedTo,
  today: { readonly files: FileSystem; readonly baseLayers: number },
  other: FileSystem,
): UsedOfBase[] {
  const there = librariesOf(other, () => true);
  const base = librariesOf(today.files, (layer) => layer < today.baseLayers);
  const added = librariesOf(today.files, (layer) => layer >= today.baseLayers);
  const gone = [...libraries].filter(([name]) => base.has(name) && !added.has(name) && !there.has(name));
  const scripts = [...interpreters].filter(([path]) => {
    const script = today.files.resolve(path.slice(1))?.found;
    return script !== undefined && script.layer < today.baseLayers && other.resolve(path.slice(1)) === undefined;
  });
  return [...gone, ...scripts].map(([name, by]) => ({ name, by })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names of shared libraries that lead to a file. */
function librariesOf(files: FileSystem, isOf: (layer: number) => boolean): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { path, found: library } of files.entries()) {
    if (!isOf(library.layer) || !isLibrary(path) || library.type === 'directory') continue;
    if (library.type === 'file' || files.resolve(path) !== undefined) names.add(fileNameOf(path));
  }
  return names;
}

/** Bytes of the visible files of these layers. */
export function bytesOf(files: FileSystem, isOf: (layer: number) => boolean = () => true): number {
  let sum = 0;
  for (const { found: file } of files.entries())
    if (file.type === 'file' && isOf(file.layer)) sum += files.layers[file.layer]?.bytes(file.row) ?? 0;
  return sum;
}
