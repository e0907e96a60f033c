import type { StartedPrograms, StartedWords } from '../formats/scripts/index.ts';
import type { Edge, Note, Process, ReachedAs, World } from './model.ts';
import { commandText, INTERPRETER, started, untold } from './programs.ts';

/** What is said of code that starts a program by a name that it puts together. */
export const WORKED_OUT = 'starts programs whose names are worked out when it runs';

/** Code that starts programs: the program's own, or a library's, of which less is told. */
interface Starter {
  readonly process: Process;
  readonly world: World;
  readonly isOwn: boolean;
  /** A name is looked up, and what it will be given is not known. */
  readonly isLookup?: boolean;
}

/** The program that these words start, if the image has it. Of what a library gives a program only what stands before the first word that is worked out is followed. */
export function programStarted(
  given: StartedWords,
  reach: ReachedAs,
  { process, world, isOwn, isLookup = false }: Starter,
): (Edge & { readonly process: Process }) | undefined {
  const list = typeof given === 'string' ? shellWords(given) : given;
  const cut = list.indexOf(null);
  const known = cut < 0 || isOwn ? list : list.slice(0, cut);
  const words = known.map((word) => word ?? untold('what is worked out'));
  if (cut >= 0 && (!isOwn || isLookup) && INTERPRETER.test(words[0] ?? '')) return undefined;
  return started(words, { ...process, world, isAttached: false }, reach, `starts ${commandText(words)}`);
}

/** One word alone is a program; several are for a shell. */
const shellWords = (text: string): readonly string[] => (/^[\w.+/-]+$/.test(text) ? [text] : ['sh', '-c', text]);

/** Where package managers put what scripts load. */
const INSTALLED =
  /^(?:usr\/(?:local\/)?(?:lib\d*|share)|var\/lib\/gems|usr\/local\/bundle)\/|\/(?:gems|site-library|vendor\/bundle|packages\/[^/]{1,100}\/\w{4,5})\//;

/**
 * What a text of Perl, Ruby or R starts. A program's own text starts for sure what stands at its level, and may start what stands elsewhere;
 * where it works out which, that may be any. What a library works out is for those who ask it to.
 */
export function* programsOf(
  { starts, calls }: StartedPrograms,
  path: string,
  { process, world, note }: Pick<Starter, 'process' | 'world'> & { readonly note: (note: Note) => void },
): Generator<Edge> {
  const isOwn = !INSTALLED.test(path);
  const starter = { process, world, isOwn };
  for (const [list, reach] of [
    [starts, isOwn ? 'loaded' : 'importable'],
    [calls, 'callable'],
  ] as const)
    for (const words of list) {
      const edge = words.length === 0 ? undefined : programStarted(words, reach, starter);
      if (edge !== undefined) yield edge;
      if (words.length === 0 && isOwn)
        note({
          message: `${path === '' ? 'the text of the command line' : `/${path}`}: ${WORKED_OUT}`,
          widens: 'all',
          ...(reach === 'callable' && { as: reach }),
        });
    }
}
