import { PlimsollError } from '../../errors.ts';
import { nearest } from '../../located-yaml.ts';

/** What completion offers where a value is a name of something on this machine. */
type Completes = 'file' | 'folder' | 'image';

/**
 * One option, once for all its faces: the command line (`--fail-on`), the environment (`PLIMSOLL_FAIL_ON`), the configuration
 * file (`fail-on:`), help and completion.
 */
export interface OptionSpec {
  /** The long name, without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What its value is called in help; absent: a switch. */
  readonly value?: string;
  readonly text: string;
  /** A switch: `off` is on unless `--no-NAME` says otherwise, `both` has a form for each. */
  readonly negated?: 'off' | 'both';
  /** Several values: separated by commas, or the option given again; both add up. Otherwise a second value is an error. */
  readonly many?: 'commas' | 'again';
  /** The values there are; of many each. */
  readonly choices?: readonly string[];
  /** Values that completion offers, where there are others. */
  readonly offers?: readonly string[];
  readonly completes?: Completes;
  readonly default?: string | number | readonly string[];
  /** From the checked text; throws `InvalidValue` for what it cannot be. */
  readonly read?: (text: string) => unknown;
  /** An option that cannot be given on the same line. */
  readonly conflicts?: string;
  /** Other names, not in help. */
  readonly also?: readonly string[];
  /** The file that a value names and that is written: from a configuration file only one in its own folder. */
  readonly writes?: (value: string) => string | undefined;
  /** Where it can be said besides the command line, if not everywhere, and why. */
  readonly only?: { readonly from: 'line' | 'line and environment'; readonly why: string };
  /** It decides an exit code: a value from outside that this command does not know is never passed over. */
  readonly gate?: boolean;
  /** It only takes something out of what a gate judges: an empty variable takes nothing out, and is passed over. */
  readonly excepts?: true;
}

/** What a value cannot be, in words that follow the option's name. */
export class InvalidValue extends Error {}

/** `failOn`: the name as an object's key. */
export const attribute = ({ name }: OptionSpec): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `PLIMSOLL_FAIL_ON`, for one command `PLIMSOLL_BENCH_FAIL_ON`. */
export const variable = ({ name }: OptionSpec, command = ''): string =>
  `PLIMSOLL_${`${command} ${name}`.trim().replace(/[ -]/g, '_').toUpperCase()}`;

/** Between the values of a list of the configuration file, where the command line has the option given again. */
export const LIST_SEPARATOR = '\0';

/** Reads a value by its option, as a text from whichever face. Throws `InvalidValue`. */
export function readValue(spec: OptionSpec, text: string): unknown {
  if (spec.value === undefined) return readSwitch(text);
  if (!spec.many) return readOne(spec, text);
  const parts = spec.many === 'commas' ? text.split(',').map((part) => part.trim()) : text.split(LIST_SEPARATOR);
  const words = parts.filter((part) => part !== '');
  if (words.length === 0) throw new InvalidValue('is empty');
  return words.map((word) => readOne(spec, word));
}

function readOne(spec: OptionSpec, text: string): unknown {
  if (text.trim() === '') throw new InvalidValue('is empty');
  const { choices } = spec;
  if (choices === undefined) return spec.read ? spec.read(text) : text;
  const chosen = choices.find((choice) => choice.toLowerCase() === text.trim().toLowerCase());
  if (chosen === undefined) {
    const lower = choices.map((choice) => choice.toLowerCase());
    const near = choices[lower.indexOf(nearest(text.trim().toLowerCase(), lower) ?? '')];
    const lead = near === undefined ? '' : `did you mean ${near}? `;
    throw new InvalidValue(
      `cannot be "${text}"; ${lead}take ${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}`,
    );
  }
  return spec.read ? spec.read(chosen) : chosen;
}

const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off', ''].map((word) => [word, false] as const),
]);

/** `true`, `1`, `yes`, `on` and `false`, `0`, `no`, `off` or nothing. Throws `InvalidValue` for anything else. */
function readSwitch(text: string): boolean {
  const value = SWITCHES.get(text.trim().toLowerCase());
  if (value === undefined) throw new InvalidValue(`is a switch and cannot be "${text}"; take true or false`);
  return value;
}

/** The error of a value that came in by `face` (`--fail-on`, `PLIMSOLL_FAIL_ON`, `fail-on`). */
export function invalid(error: unknown, face: string, where?: string): unknown {
  if (!(error instanceof InvalidValue)) return error;
  return new PlimsollError(
    where === undefined ? 'usage' : 'config',
    `${face} ${error.message}`,
    where ? { where } : {},
  );
}
