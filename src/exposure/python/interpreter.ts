import { folderOf, pathIn } from '../../formats/paths.ts';
import type { Process, World } from '../model.ts';

/** A CPython as it starts. */
export interface Interpreter {
  readonly version: readonly [number, number];
  /** `usr`, `opt/conda`: where the standard library is. */
  readonly base: string;
  /** The virtual environment, or `base`. */
  readonly prefix: string;
  /** `usr/lib/python3.9`; several where a distribution parts what is for one machine from the rest. */
  readonly library: readonly string[];
  /** Whether a virtual environment sees the base's packages too. */
  readonly seesBase: boolean;
  readonly command: Command;
}

/** What the interpreter is told to run. */
export interface Command {
  readonly kind: 'script' | 'module' | 'text' | 'nothing';
  /** The script's path, the module's name, the text. */
  readonly what: string;
  readonly arguments: readonly string[];
  /** `-I`, `-E`: the environment's variables do not count; `-S`: no `site`; `-I`, `-P`: the script's folder is not searched. */
  readonly ignoresEnvironment: boolean;
  readonly withoutSite: boolean;
  readonly safePath: boolean;
}

/** Names that CPython's executable goes by. */
const PROGRAM = /(?:^|\/)(?:python|pypy)(\d)?(?:\.(\d+))?[a-z]?$/;

/** Whether a program goes by a name of Python's, found complete or not. */
export const isPython = (process: Process): boolean => PROGRAM.test(process.program);

/** The interpreter that a process is, if it is one. The path by which it was started says which virtual environment is meant. */
export function interpreterOf(process: Process, world: World): Interpreter | undefined {
  const program = PROGRAM.exec(process.program);
  if (program === null) return undefined;
  const command = pythonCommand(process.arguments);
  const invoked = process.calledAs ?? process.program;
  const environment = folderOf(folderOf(invoked));
  const config = [`${folderOf(invoked)}/pyvenv.cfg`, pathIn(environment, 'pyvenv.cfg')]
    .map((path) => world.tree.real(path))
    .find((path) => path !== undefined);
  const settings = config === undefined ? undefined : settingsOf(world.code(config, 'text') ?? '');
  const home = environmentValue(process, command, 'PYTHONHOME');
  const starts =
    home !== undefined ? [home.split(':')[0] as string] : [settings?.get('home'), folderOf(process.program)];
  const version: [number | undefined, number | undefined] = [numberOf(program[1]), numberOf(program[2])];
  for (const start of starts) {
    const above = start === undefined ? undefined : libraryAbove(start.replace(/^\/+/, ''), version, world);
    if (above === undefined) continue;
    const isVirtual = settings !== undefined;
    return {
      ...above,
      prefix: isVirtual ? environment : above.base,
      seesBase: isVirtual && settings.get('include-system-site-packages')?.toLowerCase() === 'true',
      command,
    };
  }
  return undefined;
}

/** A variable of the environment, where the interpreter looks at it. */
export const environmentValue = ({ environment }: Process, command: Command, name: string): string | undefined => {
  const value = command.ignoresEnvironment ? undefined : environment.get(name);
  return value === '' ? undefined : value;
};

/** The nearest folder above that holds the standard library, as `getpath` looks for it: by `os.py`. */
function libraryAbove(
  start: string,
  [major, minor]: readonly [number | undefined, number | undefined],
  { tree }: World,
): Pick<Interpreter, 'version' | 'base' | 'library'> | undefined {
  for (let base = start; ; base = folderOf(base)) {
    const library: string[] = [];
    let version: [number, number] | undefined;
    for (const folder of ['lib', 'lib64']) {
      for (const name of tree.list(pathIn(base, folder))) {
        const named = /^(?:python|pypy)(\d)\.(\d+)$/.exec(name);
        if (named === null) continue;
        const [ofMajor, ofMinor] = [Number(named[1]), Number(named[2])];
        if ((major ?? ofMajor) !== ofMajor || (minor ?? ofMinor) !== ofMinor) continue;
        const path = `${pathIn(base, folder)}/${name}`;
        const holds = ['os.py', 'os.pyc', 'lib-dynload/_struct.so'].some(
          (file) => tree.real(`${path}/${file}`) !== undefined,
        );
        if (!holds && !(version !== undefined && tree.isFolder(`${path}/lib-dynload`))) continue;
        // Without a version in the program's name the newest is meant: links of distributions lead to a name with one.
        if (version === undefined || (minor === undefined && ofMinor > version[1])) {
          version = [ofMajor, ofMinor];
          library.length = 0;
        }
        if (version[1] === ofMinor) library.push(path);
      }
    }
    if (version !== undefined) return { version, base, library };
    if (base === '') return undefined;
  }
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** `pyvenv.cfg`: lines of `key = value`. https://docs.python.org/3/library/site.html */
function settingsOf(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) settings.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  return settings;
}

/** The command line of the interpreter. https://docs.python.org/3/using/cmdline.html */
export function pythonCommand(words: readonly string[]): Command {
  let flags = '';
  const command = (kind: Command['kind'], what: string, from: number): Command => ({
    kind,
    what,
    arguments: words.slice(from),
    ignoresEnvironment: /[IE]/.test(flags),
    withoutSite: flags.includes('S'),
    safePath: /[IP]/.test(flags),
  });
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '-') return command('nothing', '', at + 1);
    if (word === '--')
      return at + 1 < words.length
        ? command('script', words[at + 1] as string, at + 2)
        : command('nothing', '', at + 1);
    if (word.startsWith('--')) {
      if (word === '--check-hash-based-pycs') at += 1;
      continue;
    }
    if (!word.startsWith('-')) return command('script', word, at + 1);
    for (let letter = 1; letter < word.length; letter += 1) {
      const option = word[letter] as string;
      if (option === 'm' || option === 'c') {
        const attached = word.slice(letter + 1);
        const what = attached === '' ? (words[at + 1] ?? '') : attached;
        return command(option === 'm' ? 'module' : 'text', what, attached === '' ? at + 2 : at + 1);
      }
      if (option === 'W' || option === 'X') {
        if (letter === word.length - 1) at += 1;
        break;
      }
      flags += option;
    }
  }
  return command('nothing', '', words.length);
}
