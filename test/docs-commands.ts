import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A line of the documentation that calls the program. */
export interface DocumentedCommand {
  /** `docs/gates.md:3` */
  readonly where: string;
  /** The words after `plimsoll`, as a shell splits them; without comments, and without what stands in square brackets. */
  readonly words: readonly string[];
}

const root = resolve(import.meta.dirname, '..');

/** Every call in a block of code of the README and of docs/*.md. */
export function documentedCommands(): readonly DocumentedCommand[] {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
  return pages.filter((page) => page.endsWith('.md')).flatMap((page) => commandsOf(page));
}

function commandsOf(page: string): DocumentedCommand[] {
  const lines = readFileSync(join(root, page), 'utf8').split('\n');
  const commands: DocumentedCommand[] = [];
  let fenced = false;
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at]!;
    const where = `${page}:${at + 1}`;
    if (/^\s*```/.test(line)) fenced = !fenced;
    else if (fenced || /^ {4,}\S/.test(line)) {
      while (line.endsWith('\\')) line = `${line.slice(0, -1).trimEnd()} ${lines[++at]?.trim()}`;
      const called = /^\s*(?:\$ |npx |docker run .* )?plimsoll (\S.*)$/.exec(line)?.[1];
      if (called !== undefined) commands.push({ where, words: wordsOf(called) });
    }
  }
  return commands;
}

/** A comment begins with `#` or after two blanks, a second way to say it after a slash, a redirection is the shell's. */
function wordsOf(line: string): readonly string[] {
  const call = line.split(/\s{2,}|\s#\s|\s\/\s|\s>>?\s/)[0]!.replace(/\[[^\]]*\]/g, '');
  return [...call.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare!);
}
