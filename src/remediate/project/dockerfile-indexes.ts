import {
  commandsStartedBy,
  type Dockerfile,
  type DockerInstruction,
  pipWords,
  type ShellCommand,
  shellCommands,
} from '../../formats/text/index.ts';
import type { NamedIndexes } from './named-indexes.ts';

/** Options that say where one install takes its packages from. https://pip.pypa.io/en/stable/cli/pip_install/ https://docs.astral.sh/uv/reference/cli/ */
const SOURCE = /^(?:-i|-f|--(?:index-url|extra-index-url|find-links|index|default-index)(?=$|=))=?(.*)$/;

/** The indexes that instructions of a Dockerfile name for their own installs. An address that is a variable is known to the build only. */
export function dockerfileIndexes({ instructions }: Dockerfile, path: string): readonly NamedIndexes[] {
  return instructions
    .filter(({ keyword }) => keyword === 'RUN')
    .map((instruction) => {
      const extra = commandsOf(instruction).flatMap(addressesIn);
      return { path: `${path}:${instruction.range.start.line}`, index: [], extra, none: false };
    })
    .filter(({ extra }) => extra.length > 0);
}

function commandsOf({ form, argument, words, heredocs }: DockerInstruction): readonly ShellCommand[] {
  const own =
    form === 'json' ? words.map(({ text }) => (/[\s;&|]/.test(text) ? JSON.stringify(text) : text)) : [argument];
  const commands = [own.join(' '), ...heredocs.map(({ body }) => body)].flatMap((script) => shellCommands(script));
  return commands.flatMap((command) => [command, ...commandsStartedBy(command)]);
}

/** What follows an option, in the same word or in the next. */
function addressesIn(command: ShellCommand): readonly string[] {
  const words = pipWords(command) ?? [];
  if (!words.some((word) => /^(?:install|download|wheel|sync)$/.test(word))) return [];
  return words.flatMap((word, at) => {
    const [, inWord] = SOURCE.exec(word) ?? [];
    const address = (inWord === '' ? words[at + 1] : inWord)?.replace(/^["']|["']$/g, '');
    return address !== undefined && /^https?:\/\//.test(address) ? [address] : [];
  });
}
