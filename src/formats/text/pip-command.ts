import type { ShellCommand } from './shell-commands.ts';

/** The words after the name of `pip`, `python -m pip` and `uv pip`; undefined for other commands. https://pip.pypa.io/en/stable/cli/ */
export function pipWords({ program, words }: ShellCommand): readonly string[] | undefined {
  if (/^pip\d?(?:\.\d+)?$/.test(program)) return words.slice(1);
  if (/^python[\d.]*$/.test(program) && words[1] === '-m' && words[2] === 'pip') return words.slice(3);
  return program === 'uv' && words[1] === 'pip' ? words.slice(2) : undefined;
}
