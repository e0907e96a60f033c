import { GLOBAL_OPTIONS, OPTIONS } from './options/index.ts';

/** A line of the program as its parser refused it. */
interface Refused {
  /** `error: unknown option '--fixable=false'`. */
  readonly message: string;
  readonly argv: readonly string[];
  /** The names of all commands. */
  readonly verbs: readonly string[];
}

/**
 * What to do about a word of ours that stands where it cannot: a value behind a switch, an option before its command, a target
 * before the verb. Undefined for everything else.
 */
export function saidOfPlace({ message, argv, verbs }: Refused): string | undefined {
  const [, kind, word] = /^error: unknown (option|command) '([^']+)'$/.exec(message) ?? [];
  if (word === undefined) return undefined;
  const at = argv.indexOf(word);
  const verb = argv.find((text) => verbs.includes(text));
  if (kind === 'command') {
    if (verb !== undefined && argv.indexOf(verb) > at) return `the command goes first: plimsoll ${verb} ${word}`;
    return /[/:@]|\.\w/.test(word) ? 'a command goes first: plimsoll scan TARGET' : undefined;
  }
  const [name = '', value] = word.split('=');
  const known = (path: string): boolean =>
    [...(OPTIONS.get(path) ?? []), ...GLOBAL_OPTIONS].some((option) => `--${option.name}` === name);
  if (verb === undefined || !known(verb)) return undefined;
  if (at < argv.indexOf(verb)) return `options of a command stand behind it: plimsoll ${verb} ... ${name}`;
  return value === undefined
    ? undefined
    : `${name} is a switch and takes no value: leave it out, or write ${name} alone`;
}
