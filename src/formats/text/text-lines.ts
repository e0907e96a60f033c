import { tick } from '../../work.ts';

/** Longer lines are nobody's lock file; patterns tried on them could take for ever. */
const LONGEST = 4_096;

/** The lines of a text, whatever ends them, those that are too long left out. */
export function* shortLines(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    tick();
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (end - at <= LONGEST) yield text.slice(at, text.charCodeAt(end - 1) === 13 && end > at ? end - 1 : end);
    at = end + 1;
  }
}
