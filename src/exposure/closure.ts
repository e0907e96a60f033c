import { LIMITS } from '../limits.ts';
import {
  type Edge,
  type Language,
  type Note,
  type Process,
  REACHES,
  type Reached,
  type ReachedAs,
  type Session,
  type World,
} from './model.ts';
import { noteKeeper } from './notes.ts';

/** What a start leads to. */
interface Closure {
  /** By the file's own path, each with its strongest reach. */
  readonly reached: ReadonlyMap<string, Reached>;
  readonly notes: readonly Note[];
}

/** What the closure of one process knows. */
interface Running {
  readonly process: Process;
  readonly sessions: readonly Session[];
  /** The queue that each file waits in, the first of those; none that was followed. */
  readonly waiting: Map<string, number>;
  /** Files that were followed here, and that something was reached by in another process that says more of them: by their numbers, a bit each. */
  alsoFollowed: Uint8Array;
  hasBegun: boolean;
}

/**
 * Follows every way from the start, files that are loaded before those that are only importable, so that each is followed once in a process,
 * with its strongest reach. What a file leads to is reached no stronger than the file itself.
 * Long because it is one search: its steps close over one state.
 */
export function closureOf(
  world: World,
  roots: Iterable<Edge & { readonly process: Process }>,
  languages: readonly Language[],
): Closure {
  const reached = new Map<string, Reached>();
  const { note, notes } = noteKeeper();
  const queues: Queue[] = Array.from({ length: REACHES.length * (LIMITS.deferredSteps + 1) }, () => ({
    items: [],
    at: 0,
    aside: { items: [], at: 0 },
  }));
  const processes = new Map<string, Running>();
  // The key of a process holds its environment: it is made once, not for each of its files.
  const ofProcess = new Map<Process, Running>();
  let ways = 0;
  let again = 0;

  const running = (process: Process, reach: ReachedAs): Running | undefined => {
    const same = ofProcess.get(process);
    if (same !== undefined) return same;
    const key = keyOf(process);
    const known = processes.get(key);
    if (known !== undefined) {
      ofProcess.set(process, known);
      return known;
    }
    if (processes.size >= LIMITS.startedPrograms) {
      note({
        message: `more than ${LIMITS.startedPrograms} programs are started; those after them are not followed`,
        widens: 'all',
      });
      return undefined;
    }
    // Files of the strongest reach come first: no process is begun again with a stronger one.
    // What a program that need not run cannot tell is no more than what it could start, and what it does not find it does not load.
    const ofCallable = (told: Note): void => {
      if (told.isAbsent !== true) note(told.widens === undefined ? told : { ...told, as: 'callable' });
    };
    const said = reach === 'callable' ? ofCallable : note;
    const sessions = languages.flatMap(
      (language) => guarded(language, () => language.begin(process, world, said)) ?? [],
    );
    const begun = {
      process,
      sessions,
      waiting: new Map<string, number>(),
      alsoFollowed: new Uint8Array(0),
      hasBegun: false,
    };
    processes.set(key, begun);
    ofProcess.set(process, begun);
    return begun;
  };
  /** A reader that stumbles over hostile text ends what it says of one file, not the scan. */
  const guarded = <Value>(language: Pick<Language, 'name'>, ask: () => Value): Value | undefined => {
    try {
      return ask();
    } catch (error) {
      note({
        message: `what ${language.name} loads could not be followed: ${error instanceof Error ? error.message : String(error)}`,
        widens: 'all',
      });
      return undefined;
    }
  };
  // Files that are followed in more than one process. Hundreds of processes may follow the same thousands: a list of paths for each would be large.
  const numbers = new Map<string, number>();
  const isAlsoFollowed = (path: string, { alsoFollowed }: Running): boolean => {
    const number = numbers.get(path);
    return number !== undefined && ((alsoFollowed[number >>> 3] ?? 0) & (1 << (number & 7))) !== 0;
  };
  const alsoFollow = (path: string, run: Running): void => {
    const number = numbers.get(path) ?? numbers.size;
    numbers.set(path, number);
    const byte = number >>> 3;
    if (byte >= run.alsoFollowed.length) {
      const before = run.alsoFollowed;
      run.alsoFollowed = new Uint8Array(2 * byte + 64);
      run.alsoFollowed.set(before);
    }
    run.alsoFollowed[byte]! |= 1 << (number & 7);
  };
  // Most images have one process of note, and each file that is reached is followed in it: a list of those would be one of all files again.
  const isFollowed = (path: string, run: Running): boolean => {
    const best = reached.get(path);
    return (best !== undefined && ofProcess.get(best.process) === run) || isAlsoFollowed(path, run);
  };
  const take = (edge: Edge, from: Reached | undefined, process: Process): void => {
    ways += 1;
    const path = realPath(edge.to, world);
    if (path === undefined) return;
    const reach = weaker(edge.reach, from?.reach ?? 'loaded');
    if (edge.process !== undefined && isAgain(edge.process, from)) return;
    // Steps within a program are counted: that it need not be started says nothing of what it does once it is.
    const isStarted = edge.process !== undefined && edge.process !== from?.process;
    const steps = isStarted ? 0 : (from?.deferred ?? 0) + (edge.reach === 'importable' ? 1 : 0);
    // What a library puts off within itself is followed however far it is: its parts are no farther from what runs than it is as a whole.
    const deferred = edge.isWithin === true ? Math.min(steps, LIMITS.deferredSteps) : steps;
    if (deferred > LIMITS.deferredSteps) return;
    const queue = REACHES.indexOf(reach) * (LIMITS.deferredSteps + 1) + deferred;
    // A file that many ways lead to waits once: what waits in a queue before, or in front of it in the same one, is followed in its place.
    const run = ofProcess.get(process);
    if (run !== undefined) {
      if (isFollowed(path, run) || (run.waiting.get(path) ?? queues.length) <= queue) return;
      run.waiting.set(path, queue);
    }
    const file: Reached = { path, reach, deferred, how: edge.how, process, ...(from === undefined ? {} : { from }) };
    queues[queue]!.items.push(file);
  };
  const follow = (edges: Iterable<Edge>, from: Reached): void => {
    for (const edge of edges) {
      if (ways > LIMITS.reachedWays) return;
      take(edge, from, edge.process ?? from.process);
    }
  };

  for (const root of roots) take(root, undefined, root.process);
  const isBegun = ({ process }: Reached): boolean => ofProcess.get(process)?.hasBegun === true;
  for (let file = next(queues, isBegun); file !== undefined; file = next(queues, isBegun)) {
    const run = running(file.process, file.reach);
    if (run === undefined) continue;
    if (isFollowed(file.path, run)) continue;
    if (reached.size >= LIMITS.reachedFiles || again > LIMITS.reachedAgain || ways > LIMITS.reachedWays) {
      note({ message: 'what is started leads to more files than are followed', widens: 'all' });
      break;
    }
    const isFirst = !run.hasBegun;
    run.hasBegun = true;
    run.waiting.delete(file.path);
    const best = reached.get(file.path);
    if (best !== undefined) again += 1;
    if (best === undefined || REACHES.indexOf(best.reach) > REACHES.indexOf(file.reach)) {
      reached.set(file.path, inOnePiece(file));
      const other = best === undefined ? undefined : ofProcess.get(best.process);
      if (other !== undefined) alsoFollow(file.path, other);
    } else alsoFollow(file.path, run);
    const at = file;
    for (const session of run.sessions) {
      if (isFirst) guarded({ name: at.path }, () => follow(session.starts, at));
      guarded({ name: at.path }, () => follow(session.follow(at), at));
    }
  }
  return { reached, notes: notes() };
}

/** The file itself; of an archive within another one (`app.jar!/lib/x.jar`) the outer file's own, and the way in it. */
function realPath(path: string, { tree }: World): string | undefined {
  const inner = path.indexOf('!/');
  const real = inner < 0 ? undefined : tree.real(path.slice(0, inner));
  return real === undefined ? tree.real(path) : real + path.slice(inner);
}

/**
 * A script that starts itself, as entry points do once they have changed the user, has set what it sets by the third time: only variables
 * that it puts together would grow on and on.
 */
function isAgain(process: Process, from: Reached | undefined): boolean {
  let times = 0;
  let last: Process | undefined;
  for (let at = from; at !== undefined; at = at.from) {
    if (at.process === last) continue;
    last = at.process;
    if (last !== process && isAlike(last, process)) times += 1;
    if (times === AGAIN) return true;
  }
  return false;
}

/**
 * The same, whose text on how it was reached was put together of two that V8 would keep beside it, in twice the memory: to ask for a number makes
 * one of them, and its collector lets go of the rest.
 */
function inOnePiece(file: Reached): Reached {
  Number(file.how);
  return file;
}

/** Times that a program may start itself with the same words. */
const AGAIN = 3;

const isAlike = (process: Process, other: Process): boolean =>
  process.program === other.program &&
  process.folder === other.folder &&
  process.arguments.length === other.arguments.length &&
  process.arguments.every((word, at) => word === other.arguments[at]);

const weaker = (left: ReachedAs, other: ReachedAs): ReachedAs =>
  REACHES.indexOf(left) > REACHES.indexOf(other) ? left : other;

/** First in, first out; taking from an array's front would move the rest. */
interface Line {
  readonly items: Reached[];
  at: number;
}

/** Files that wait, and starts of processes that do until fewer do. */
interface Queue extends Line {
  readonly aside: Line;
}

/** Of a queue, those that were taken and are kept in it. */
const KEPT_TAKEN = 4_096;

/**
 * The first of the strongest reach, and of those the one that the fewest deferred steps lead to. Where many files wait no process is begun besides those
 * that they are of: of hundreds, each would have its own files wait.
 */
function next(queues: readonly Queue[], isBegun: (file: Reached) => boolean): Reached | undefined {
  for (const queue of queues) {
    for (let file = taken(queue); file !== undefined; file = taken(queue)) {
      if (queue.items.length - queue.at < LIMITS.waitingFiles || isBegun(file)) return file;
      queue.aside.items.push(file);
    }
    const file = taken(queue.aside);
    if (file !== undefined) return file;
  }
  return undefined;
}

function taken(line: Line): Reached | undefined {
  const file = line.items[line.at];
  if (file === undefined) return undefined;
  line.at += 1;
  // What was taken is let go now and then; each time at least as many are gone as are moved.
  if (line.at >= KEPT_TAKEN && line.at * 2 >= line.items.length) {
    line.items.splice(0, line.at);
    line.at = 0;
  }
  return file;
}

function keyOf({
  program,
  calledAs = program,
  arguments: words,
  environment,
  folder,
  user = '',
  isAttached = false,
}: Process): string {
  return [
    program,
    calledAs,
    folder,
    user,
    `${isAttached}`,
    words.length,
    ...words,
    ...[...environment].map(([name, value]) => `${name}=${value}`),
  ].join('\0');
}
