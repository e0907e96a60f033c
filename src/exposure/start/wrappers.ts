import { fileNameOf } from '../../formats/paths.ts';
import type { Edge, Language, Note, Process, World } from '../model.ts';
import { commandText, isUntold, started, whyNotStarted } from '../programs.ts';
import { changedUser, userNamed } from '../users.ts';
import { supervisors } from './supervisors.ts';
import { unwrapOf, type Wrapped } from './unwrap.ts';

/** Programs that start another one: init programs, those that change the user, the limits or the environment, and supervisors. */
export const wrappers: Language = {
  name: 'a wrapper',
  begin(process, world, note) {
    const { name, words } = named(process);
    const supervised = supervisors(name, words, process, world, note);
    const unwrap = unwrapOf(name);
    const wrapped =
      unwrap === undefined
        ? []
        : unwrap(words, process, world).flatMap((command) =>
            edgesOf(command, asUser(name, words, process, world), world, note),
          );
    const starts = [...supervised, ...wrapped];
    return starts.length === 0 ? undefined : { starts, follow: () => [] };
  },
};

/** The name by which a wrapper is known: of a script in another language its own, not its interpreter's. */
function named({ program, calledAs = program, arguments: words }: Process): { name: string; words: readonly string[] } {
  const [first = '', ...rest] = words;
  if (
    /^(?:(?:python|pypy|perl|ruby|node|execlineb|s6-)[\w.-]*|sh|bash|dash|ash)$/.test(fileNameOf(calledAs)) &&
    first.startsWith('/')
  )
    return { name: fileNameOf(first), words: rest };
  const own = fileNameOf(calledAs);
  // busybox is what its first word says; called by a link, what the link is called.
  if (own === 'busybox') return { name: first, words: rest };
  return { name: own, words };
}

/** The process with the user that a wrapper changes to. */
function asUser(name: string, words: readonly string[], process: Process, world: World): Process {
  const named = changedUser(name, words);
  if (named === undefined) return process;
  const { user: _, ...rest } = process;
  const user = userNamed(named, world)?.id;
  return user === undefined ? rest : { ...rest, user };
}

function edgesOf(
  { words, environment = [], folder }: Wrapped,
  process: Process,
  world: World,
  note: (note: Note) => void,
): Edge[] {
  if (words.length === 0) return [];
  const around = {
    world,
    environment: new Map([...process.environment, ...environment]),
    folder: folder ?? process.folder,
    user: process.user,
    isAttached: process.isAttached === true,
  };
  const edge = started(words, around, 'loaded', commandText(words));
  if (edge !== undefined) return [edge];
  if (isUntold(words[0])) {
    note({ message: `a program is run whose name cannot be told: ${commandText(words.slice(0, 1))}`, widens: 'all' });
    return [];
  }
  note({
    message: `${commandText(words.slice(0, 1))} is to be run, ${whyNotStarted(words, around)}`,
    widens: 'all',
    isAbsent: true,
  });
  return [];
}
