import { BENCH } from './bench-options.ts';
import { COMPARE, EXPLAIN } from './compare-options.ts';
import { DATABASE } from './database-options.ts';
import { ACCEPT, FIX, VERIFY } from './fix-options.ts';
import type { OptionSpec } from './option.ts';
import { DIFF, EXPOSURE, INVENTORY, REPORT, SCAN } from './scan-options.ts';
import { ALL, format, formats, IMAGE, NO_ADVISORIES, OUTPUT, threads } from './shared.ts';

/** Options of the program itself, whatever the command. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { name: 'quiet', short: 'q', text: 'no progress, only the result' },
  {
    name: 'progress',
    value: 'how',
    text: 'progress and messages on standard error: as bars or lines, or as one JSON object on each line',
    choices: ['text', 'json'],
    default: 'text',
  },
  { name: 'color', negated: 'off', text: 'plain text (also NO_COLOR=1)' },
  {
    name: 'config',
    value: 'file',
    text: 'configuration (default: plimsoll.yaml in this folder, if there is one)',
    completes: 'file',
    only: { from: 'line', why: 'it is read before everything else; PLIMSOLL_CONFIG is read with it' },
  },
  {
    name: 'threads',
    value: 'number',
    text: 'threads that read an image, 1 to 8; what they find is the same (default: one for each processor)',
    read: threads,
  },
  { name: 'debug', text: 'print the stack of an error' },
];

/**
 * Every option of every command, by the words that call it. Command line, environment, configuration file, help and completion
 * are made from this.
 */
export const OPTIONS: ReadonlyMap<string, readonly OptionSpec[]> = new Map([
  ['scan', SCAN],
  ['inventory', INVENTORY],
  ['report', REPORT],
  ['diff', DIFF],
  ['bom diff', [formats('table', 'json', 'markdown'), OUTPUT, ALL, ...NO_ADVISORIES, ...IMAGE]],
  ['compare', COMPARE],
  ['explain', EXPLAIN],
  ['exposure', EXPOSURE],
  ['fix', FIX],
  ['verify', VERIFY],
  ['accept', ACCEPT],
  ['bench', BENCH],
  ['policy check', []],
  [
    'policy explain',
    [
      {
        name: 'report',
        value: 'file',
        text: 'judge this report of scan -f json by it',
        completes: 'file',
        only: { from: 'line', why: 'it is one report' },
      },
      format('table', 'json'),
    ],
  ],
  ...DATABASE,
  ['demo', []],
  ['completion', []],
]);

/** Commands whose options can stand under their name in the configuration file. */
export const CONFIG_SECTIONS: readonly string[] = [
  ...new Set([...OPTIONS].flatMap(([path, specs]) => (specs.length > 0 ? [path.split(' ')[0] as string] : []))),
].filter((name) => name !== 'policy'); // that key is the policy itself

/** The options of that name, with the words of their command. */
export const optionsNamed = (name: string): readonly (readonly [string, OptionSpec])[] =>
  [...OPTIONS].flatMap(([path, specs]) => specs.flatMap((spec) => (spec.name === name ? [[path, spec] as const] : [])));
