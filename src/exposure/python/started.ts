import { OWN_INTERPRETER } from '../../formats/python/index.ts';
import type { Edge, Process, World } from '../model.ts';
import { programStarted } from '../started-programs.ts';
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
  const words =
    typeof given === 'string'
      ? given
      : (Array.isArray(given) ? given : []).map((word: unknown) =>
          word === OWN_INTERPRETER ? `/${process.calledAs ?? process.program}` : typeof word === 'string' ? word : null,
        );
  const isAtLevel = kind === 'starts' && (reach === 'loaded' || isReached);
  const isSure = isAtLevel && isOwn && !isReached;
  return programStarted(words, isSure ? 'loaded' : isAtLevel ? 'importable' : 'callable', {
    process,
    world,
    isOwn,
    isLookup: kind === 'finds',
  });
}
