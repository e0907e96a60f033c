import {
  commandsStartedBy,
  type DockerInstruction,
  type ShellCommand,
  shellCommands,
} from '../../formats/text/index.ts';

/** The commands of a RUN, in either form, with those of its here-documents and those that they start. */
export function commandsOf({ form, argument, words, heredocs }: DockerInstruction): readonly ShellCommand[] {
  const own =
    form === 'json' ? words.map(({ text }) => (/[\s;&|]/.test(text) ? JSON.stringify(text) : text)) : [argument];
  return [own.join(' '), ...heredocs.map(({ body }) => body)].flatMap(commandsIn);
}

/** The commands of a script, with those that they start. */
export const commandsIn = (script: string): readonly ShellCommand[] =>
  shellCommands(script).flatMap((command) => [command, ...commandsStartedBy(command)]);
