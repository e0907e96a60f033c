import { isObject } from '../../formats/json-values.ts';
import { OWN_INTERPRETER } from '../../formats/python/index.ts';
import type { Edge, Process, World } from '../model.ts';
import { commandText, INTERPRETER, started, untold } from '../programs.ts';
import type { Import } from './statements.ts';

/**
 * The program that a module starts by this call, if the image has it: its words as far as they are constants. Of the program's own code
 * what stands at its level runs for sure. What a library starts while it is loaded runs as a rule (`fc-list`, by matplotlib); everything else may be called.
 */
export function startedProgram(
  { kind, module, reach, isReached }: Import,
  process: Process,
  world: World,
  isOwn: boolean,
): (Edge & { readonly process: Process }) | undefined {
  const given: unknown = kind === 'finds' ? [module, null] : JSON.parse(module);
  const list: readonly unknown[] = typeof given === 'string' ? shellWords(given) : Array.isArray(given) ? given : [];
  const words = list.map((word) =>
    word === OWN_INTERPRETER
      ? `/${process.calledAs ?? process.program}`
      : typeof word === 'string' && !isObject(word)
        ? word
        : untold('what is worked out'),
  );
  const isCut = list.includes(null);
  // What a library gives a program beside constants is not followed.
  if (isCut && !isOwn) words.splice(list.indexOf(null));
  if (isCut && (!isOwn || kind === 'finds') && INTERPRETER.test(words[0] ?? '')) return undefined;
  const isAtLevel = kind === 'starts' && (reach === 'loaded' || isReached);
  const isSure = isAtLevel && isOwn && !isReached;
  return started(
    words,
    { ...process, world, isAttached: false },
    isSure ? 'loaded' : isAtLevel ? 'importable' : 'callable',
    `starts ${commandText(words)}`,
  );
}

/** One word alone is a program; several are for a shell. */
const shellWords = (text: string): readonly string[] => (/^[\w.+/-]+$/.test(text) ? [text] : ['sh', '-c', text]);
