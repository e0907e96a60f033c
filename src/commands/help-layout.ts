import type { Help } from 'commander';
import { lengthOf, wrap } from '../terminal/table.ts';

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
