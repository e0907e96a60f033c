import { InvalidArgumentError } from 'commander';
import type { CommandModule } from './command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A shell whose completion can be printed. */
export type Shell = (typeof SHELLS)[number];

function shell(text: string): Shell {
  const known = SHELLS.find((name) => name === text);
  if (!known) throw new InvalidArgumentError(`take one of ${SHELLS.join(', ')}`);
  return known;
}

/** `plimsoll completion SHELL`: what makes the shell complete commands, options and their values. */
export const completionCommand: CommandModule = {
  name: 'completion',
  define(program, context, exit) {
    program
      .command('completion')
      .description('print what makes bash, zsh or fish complete commands, options and values')
      .argument('<shell>', SHELLS.join(', '), shell)
      .addHelpText(
        'after',
        `
bash:  source <(plimsoll completion bash)
zsh:   plimsoll completion zsh > "\${fpath[1]}/_plimsoll"
fish:  plimsoll completion fish > ~/.config/fish/completions/plimsoll.fish`,
      )
      .action(async (name: Shell) => {
        const [{ completionScript }, { writeOutput }] = await Promise.all([
          import('./completion-scripts.ts'),
          import('./output.ts'),
        ]);
        await writeOutput([completionScript(name)], undefined, context);
        exit(0);
      });
  },
};
