import { LIMITS } from '../../limits.ts';
import { digestOf } from '../../sources/digest.ts';
import type { Process, World } from '../model.ts';
import { treeOf } from './parser.ts';
import { type Requested, requestsOf } from './requests.ts';

/** What a script asks for; or that it is none, or more than is parsed for all processes of an image. */
type Answer = Requested | 'no script' | 'too much';

/** What was read of the scripts of an image: hundreds of processes may load the same thousands. */
interface Scripts {
  /** By what may change what a script asks for, and then by the file: the answers. */
  readonly byEnvironment: Map<string, Map<string, Exclude<Answer, 'too much'>>>;
  /** Answers that are kept and what they hold, as a number of things. */
  kept: number;
  /** Characters that were parsed for all processes. */
  parsed: number;
  processes: number;
}

const known = new WeakMap<object, Scripts>();

/**
 * Reads scripts for one process; what a file asks for is worked out once for all that have the same environment. Of the first process nothing is kept, as most
 * images have no other.
 */
export function readerOf({ environment }: Pick<Process, 'environment'>, { tree }: Pick<World, 'tree'>) {
  const scripts = known.get(tree) ?? { byEnvironment: new Map(), kept: 0, parsed: 0, processes: 0 };
  known.set(tree, scripts);
  scripts.processes += 1;
  const isKept = scripts.processes > 1;
  const variables = isKept
    ? digestOf(Buffer.from([...environment].map(([name, value]) => `${name}=${value}`).join('\0')))
    : '';

  /** `isWhole`: the text is all of the file, and not one within it. */
  return (text: string, file: string, isModule: boolean, isWhole: boolean): Answer => {
    const key = `${isModule} ${file}`;
    const before = isWhole ? scripts.byEnvironment.get(variables)?.get(key) : undefined;
    if (isKept && before !== undefined) return before;
    scripts.parsed += text.length;
    if (scripts.parsed > LIMITS.scriptsBytesOfAll) return 'too much';
    const script = treeOf(text, isModule) ?? treeOf(text, !isModule);
    const answer = script === undefined ? 'no script' : requestsOf(script, file, environment);
    if (isKept && isWhole) keep(scripts, variables, key, answer);
    return answer;
  };
}

function keep(scripts: Scripts, variables: string, key: string, answer: Exclude<Answer, 'too much'>): void {
  const holds =
    answer === 'no script'
      ? 1
      : 1 + answer.requests.length + Math.ceil(answer.texts.reduce((sum, text) => sum + text.length, 0) / CHARACTERS);
  if (holds > LIMITS.keptRequests) return;
  if (scripts.kept + holds > LIMITS.keptRequests) {
    scripts.byEnvironment.clear();
    scripts.kept = 0;
  }
  const answers = scripts.byEnvironment.get(variables) ?? new Map<string, Exclude<Answer, 'too much'>>();
  if (answers.size === 0) scripts.kept += Math.ceil(variables.length / CHARACTERS);
  scripts.byEnvironment.set(variables, answers.set(key, answer));
  scripts.kept += holds;
}

/** Characters of texts that count as one thing. */
const CHARACTERS = 64;
