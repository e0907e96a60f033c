import type { Help } from 'commander';
import { lengthOf, wrap } from '../terminal/table.ts';
import { GLOBAL_OPTIONS, OPTIONS, type OptionSpec } from './options/index.ts';

/** Widest column of options and commands: what is longer has its text below it. */
const TERM = 28;
/** Below this width of a terminal there is no room for two columns: every text is below what it speaks of. */
const ROOMY = 72;
/** Columns before a text that stands below. */
const BELOW = 6;

/**
 * One option or command of a help, within the terminal's columns whatever its length. Commander's own layout lets the longest option decide, and
 * leaves all texts unbroken where that one is long.
 */
export const HELP_LAYOUT: Partial<Help> = {
  styleUsage(text) {
    return wrap(text, (this.helpWidth ?? 80) - 7).join(`\n${' '.repeat(7)}`);
  },
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80;
    if (description === '') return `  ${term}`;
    const column = width < ROOMY ? BELOW : Math.min(termWidth, TERM);
    const room = Math.max(width - column - 4, 20);
    const [first = '', ...rest] = wrap(description, room);
    const margin = ' '.repeat(column + 4);
    const fits = lengthOf(term) <= column;
    const lines = fits ? rest : [first, ...rest];
    return [fits ? `  ${term.padEnd(column)}  ${first}` : `  ${term}`, ...lines.map((line) => `${margin}${line}`)].join(
      '\n',
    );
  },
};

const EVERYWHERE = 'Each option can also be said by PLIMSOLL_NAME in the environment and by its name in plimsoll.yaml';

/** Where the options of a command (`db update`; empty: those of all) can be said besides the line, in a sentence; undefined: it has none. */
export function facesInWords(path: string): string | undefined {
  const specs = path === '' ? GLOBAL_OPTIONS : (OPTIONS.get(path) ?? []);
  if (specs.length === 0) return undefined;
  const only = (from: NonNullable<OptionSpec['only']>['from']): readonly string[] =>
    specs.flatMap((spec) => (spec.only?.from === from ? [`--${spec.name}`] : []));
  const [onLine, notInFile] = [only('line'), only('line and environment')];
  if (onLine.length === specs.length) return 'These options are said on the line alone.';
  return [
    EVERYWHERE,
    ...(notInFile.length > 0 ? [`not in the file: ${notInFile.join(', ')}`] : []),
    ...(onLine.length > 0 ? [`on the line alone: ${onLine.join(', ')}`] : []),
  ]
    .join('; ')
    .concat('.');
}
