import { type Dockerfile, historySteps, pipWords, type ShellCommand } from '../../formats/text/index.ts';
import type { ImageConfig } from '../../model.ts';
import { commandsIn, commandsOf } from './install-commands.ts';
import type { NamedIndexes } from './named-indexes.ts';

/** Options that say where one install takes its packages from. https://pip.pypa.io/en/stable/cli/pip_install/ https://docs.astral.sh/uv/reference/cli/ */
const SOURCE = /^(?:-i|-f|--(?:index-url|extra-index-url|find-links|index|default-index)(?=$|=))=?(.*)$/;

/** Variables that pip and uv read: before a command, exported, of the build, or as builders write its arguments before a shell. */
const VARIABLE =
  /(?<![\w-])(?:PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|UV_(?:DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS))=["']?([^"';&|\n]+)/g;

/** The indexes that instructions of a Dockerfile name for their installs, arguments with a default filled in. What the build alone is told is not known. */
export function dockerfileIndexes({ instructions }: Dockerfile, path: string): readonly NamedIndexes[] {
  const variables = new Map<string, string>();
  return instructions.flatMap((instruction) => {
    const { keyword, pairs, argument, heredocs, range } = instruction;
    const at = `${path}:${range.start.line}`;
    if (keyword === 'ARG' || keyword === 'ENV') {
      for (const { name, value } of pairs) if (value !== undefined) variables.set(name, value);
      const assigned = pairs.map(({ name, value = '' }) => `${name}=${value}`).join('\n');
      return namedAt(at, variablesIn(assigned), variables);
    }
    if (keyword !== 'RUN') return [];
    const inShell = [argument, ...heredocs.map(({ body }) => body)].flatMap(variablesIn);
    const commands = commandsOf(instruction);
    return namedAt(at, [...commands.flatMap(addressesIn), ...inShell], variables, commands.some(asksNobody));
  });
}

/** The same as the history of an image tells them. */
export function historyIndexes(config: Pick<ImageConfig, 'history'> | undefined): readonly NamedIndexes[] {
  if (config === undefined) return [];
  return historySteps(config).flatMap(({ index, keyword, argument, createdBy }) => {
    if (keyword !== 'RUN' && keyword !== 'ARG') return [];
    const commands = keyword === 'RUN' ? commandsIn(argument) : [];
    return namedAt(
      `step ${index + 1} of the history`,
      [...commands.flatMap(addressesIn), ...variablesIn(createdBy)],
      new Map(),
      commands.some(asksNobody),
    );
  });
}

function namedAt(
  path: string,
  written: readonly string[],
  variables: ReadonlyMap<string, string>,
  none = false,
): readonly NamedIndexes[] {
  const extra = written
    .map((address) => filledIn(address, variables))
    .filter((address) => /^https?:\/\//.test(address));
  return extra.length === 0 && !none ? [] : [{ path, index: [], extra: [...new Set(extra)], none }];
}

/** Only where an address begins with a variable: a password within it stays what it is. */
const filledIn = (address: string, variables: ReadonlyMap<string, string>): string =>
  address.replace(
    /^\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/,
    (text, braced, otherwise, bare) => variables.get(braced ?? bare) ?? otherwise ?? text,
  );

const variablesIn = (shell: string): readonly string[] =>
  [...shell.matchAll(VARIABLE)].flatMap(([, addresses = '']) => addresses.trim().split(/\s+/));

/** The words of a command that installs Python packages, or makes ready for that; none of any other. */
function installWords(command: ShellCommand): readonly string[] {
  const words = pipWords(command) ?? [];
  return words.some((word) => /^(?:install|download|wheel|sync)$/.test(word)) ? words : [];
}

/** Whether it installs from files at hand alone. https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-no-index */
const asksNobody = (command: ShellCommand): boolean => installWords(command).includes('--no-index');

/** What follows an option, in the same word or in the next. */
function addressesIn(command: ShellCommand): readonly string[] {
  const words = installWords(command);
  return words.flatMap((word, at) => {
    const [, inWord] = SOURCE.exec(word) ?? [];
    const address = (inWord === '' ? words[at + 1] : inWord)?.replace(/^["']|["']$/g, '');
    return address === undefined ? [] : [address];
  });
}
