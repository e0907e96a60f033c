import type { ParsedScript } from 'unbash';

let parse: ((text: string) => ParsedScript) | undefined;

/** Fetches the parser of shell scripts; once, before the first of them. */
export async function prepareShell(): Promise<void> {
  parse ??= (await import('unbash')).parse;
}

/** The tree of a script, and what is wrong with it. Throws where nobody called `prepareShell`, and what the parser throws. */
export function shellScript(text: string): ParsedScript {
  if (parse === undefined) throw new Error('the parser of shells was not prepared');
  return parse(text);
}
