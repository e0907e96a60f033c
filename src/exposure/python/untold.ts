import type { FileTree, Note } from '../model.ts';
import { commandText } from '../programs.ts';
import type { Interpreter } from './interpreter.ts';
import { type CodeOwners, isProgram, type Name, topOf } from './whose.ts';

/** What a module does that cannot be told from its text. */
export const COMPUTED = 'names of modules are worked out when it runs';
export const RUNS = 'text or files are run that are chosen when it runs';
const UNREAD = 'it is larger than is read of code';
export const OPENS = 'libraries are opened by names that are worked out when it runs';
export const UNPICKLES = 'a pickle is read that names modules itself';
const NEEDS = 'anything in the package and in what that depends on may be meant';

/** Notes what cannot be told, and how far that may reach: which is a matter of whose code it is. */
interface Untold {
  /**
   * What is named when the program runs: by the program's own code that may be anything that is installed, by a library what it says it needs.
   * The standard library does it for those that ask it to.
   */
  computed(name: Name, how: string): void;
  /** The program cannot do without a module that is nowhere: it comes from a volume, or from a folder that is searched when it runs. */
  missed(name: Name, module: string): void;
  /** Its text was not read: of the program's own it cannot be told either which programs it starts, and what it has Python run. */
  unread(name: Name): void;
  /** Whatever is installed may be meant. */
  anything(name: Name, how: string): void;
}

/** The notes of one process. */
export function untoldOf(
  { command }: Interpreter,
  sites: readonly string[],
  { whose, folder }: CodeOwners,
  { realFolder }: Pick<FileTree, 'realFolder'>,
  note: (note: Note) => void,
): Untold {
  // `lib64` of a virtual environment is its `lib`: of one folder it is said once.
  const places = new Set(sites.map((site) => realFolder(site) ?? site));
  const told = (name: Name): string => {
    if (!isProgram(name)) return commandText([name.module]);
    return command.kind === 'script' ? command.what : 'the program';
  };
  function anything(name: Name, how: string): void {
    const who = told(name);
    for (const below of places)
      note({ message: `${who}: ${how}; anything in /${below} may be meant`, widens: { below } });
  }
  function computed(name: Name, how: string): void {
    const owner = whose(name);
    // A console script says which module to call, and no more: one that does this is a program.
    if (owner === 'own' || owner === 'wrapper') anything(name, how);
    if (owner !== 'installed') return;
    const top = topOf(name);
    const at = folder(name) as string;
    // A module of its own has no folder of its own.
    const own = sites.includes(at) ? `${at}/${top}.py` : at;
    note({ who: top, message: `${how}; ${NEEDS}`, widens: { needsOf: own } });
  }
  return {
    anything,
    computed,
    unread(name) {
      const owner = whose(name);
      if (owner === 'installed') computed(name, UNREAD);
      else note({ message: `${told(name)}: ${UNREAD}; anything may be meant`, widens: 'all' });
    },
    missed(name, module) {
      if (whose(name) === 'own' || whose(name) === 'wrapper')
        anything(name, `imports ${commandText([module])}, which is not found`);
    },
  };
}
