import { setMaxListeners } from 'node:events';
import { Command, CommanderError } from 'commander';
import type { Context } from './commands/command.ts';
import { facesInWords, HELP_LAYOUT } from './commands/help-layout.ts';
import { commands } from './commands/index.ts';
import { addOptions, GLOBAL_OPTIONS } from './commands/options/index.ts';
import { saidElsewhere } from './commands/other-words.ts';
import { saidOfPlace } from './commands/out-of-place.ts';
import { toStandardOutput } from './commands/output.ts';
import { asInternalError, asSystemError, exitCodeOf } from './errors.ts';
import { exitCodeOfSignal, onSignals } from './interruption.ts';
import { silent } from './progress.ts';
import { errorLine } from './terminal/error-line.ts';
import { terminalProgress } from './terminal/progress.ts';
import { jsonProgress } from './terminal/progress-json.ts';
import { colourWanted, widthOf } from './terminal/style.ts';
import { wrap } from './terminal/table.ts';
import { VERSION } from './version.ts';

interface GlobalFlags {
  readonly quiet?: boolean;
  readonly progress?: string;
  readonly color: boolean;
  readonly config?: string;
  readonly debug?: boolean;
}

/** Runs the command line and returns the exit code. Nothing is thrown: what went wrong is one line on standard error. */
export async function main(argv: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  const interruption = new AbortController();
  // Every request of a run listens to it, as many as there are at a time; Node takes more than ten for a leak, and says so.
  setMaxListeners(0, interruption.signal);
  let stoppedBy: NodeJS.Signals | undefined;
  const listenNoMore = onSignals((signal) => {
    stoppedBy = signal;
    interruption.abort();
  });
  let code = 0;
  let progress: ReturnType<typeof terminalProgress> | undefined;
  const help: string[] = [];
  const program = programOf(argv, help);
  const flags = (): GlobalFlags => program.opts<GlobalFlags>();
  const context: Context = {
    stdout: process.stdout,
    stderr: process.stderr,
    environment,
    signal: interruption.signal,
    get colour() {
      return flags().color ? undefined : false;
    },
    get configFile() {
      return flags().config;
    },
    get progress() {
      const { quiet, color, progress: how } = flags();
      if (how === 'json' && quiet !== true) progress ??= jsonProgress(process.stderr);
      progress ??= terminalProgress(process.stderr, {
        // Nobody watches bars there, and a log keeps every drawing of them.
        log: isCi(environment),
        quiet: quiet === true,
        colour: colourWanted(process.stderr, environment, color ? undefined : false),
      });
      return progress ?? silent;
    },
  };
  // Those that the line names are enough; help and misspellings need all.
  const wantsAll = argv.some((word) => word === 'help' || word === '--help' || word === '-h');
  const named = wantsAll ? [] : commands.filter(({ name }) => argv.includes(name));
  for (const command of named.length > 0 ? named : commands)
    command.define(program, context, (value) => {
      code = value;
    });
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    progress?.close();
    const error = await withHelp(thrown, help);
    const how = report(error, flags().debug === true, argv, flags().progress === 'json');
    // By whichever of its ways an interrupted command ends, who sent the signal reads it in the exit code.
    return stoppedBy !== undefined && how === exitCodeOf('interrupted') ? exitCodeOfSignal(stoppedBy) : how;
  } finally {
    progress?.close();
    listenNoMore();
  }
}

/** Where the options of a command can be said, as the last lines of its help. */
function lastOfHelp(command: Command): string {
  const parent = command.parent?.parent ? `${command.parent.name()} ` : '';
  const told = facesInWords(command.parent ? `${parent}${command.name()}` : '');
  return told === undefined ? '' : `\n${wrap(told, widthOf(process.stdout) ?? 80).join('\n')}`;
}

/** `help` gets what is asked for of it. */
function programOf(argv: readonly string[], help: string[]): Command {
  const program = new Command('plimsoll')
    .description(
      'Says whether a machine-learning container may sail: what is vulnerable in it, why, and what to change',
    )
    .version(VERSION, '-v, --version')
    .configureOutput({
      outputError: (text) => process.stderr.write(misuse(text, argv)),
      // All that is left is help, which `plimsoll` and `plimsoll db` alone ask for, as they do of docker, trivy and grype.
      writeErr: (text) => void help.push(text),
      writeOut: (text) => void help.push(text),
    })
    .configureHelp(HELP_LAYOUT)
    .addHelpText('afterAll', ({ command }) => lastOfHelp(command))
    .exitOverride()
    .enablePositionalOptions(false);
  return addOptions(program, GLOBAL_OPTIONS);
}

/** What the parser of the line says, in one line like every other error. */
function misuse(text: string, argv: readonly string[]): string {
  const [first = '', ...rest] = text.trim().split('\n');
  const hint = rest.map((line) => line.replace(/^\((?:Did)?(.*)\)$/, 'did$1')).find((line) => line.startsWith('did '));
  const instead =
    saidElsewhere(
      first,
      argv.find((word) => !word.startsWith('-')),
    ) ??
    saidOfPlace({ message: first, argv, verbs: commands.map(({ name }) => name) }) ??
    hint ??
    `plimsoll ${verbsIn(argv)}--help shows what there is`;
  const said = first
    .replace(/^error: /, '')
    // `command-argument value 'x' is invalid for argument 'shell'. Allowed choices are bash, zsh.`
    .replace(/^command-argument value '(.*)' is invalid for argument '(.*)'\. /, '$2 cannot be "$1"; ');
  return `plimsoll: ${said}; ${instead}\n`;
}

/** The command that the line calls, as far as its words are known: `db update `. */
function verbsIn(argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith('-'));
  const command = commands.find(({ name }) => name === words[0]);
  return command === undefined ? '' : `${command.name} `;
}

/** Whether a pipeline runs this: what nearly all of them set. */
const isCi = ({ CI = '' }: NodeJS.ProcessEnv): boolean => CI !== '' && CI !== 'false' && CI !== '0';

/** What the parser throws when it has shown what was asked for: help, the version. */
const isHelp = (error: unknown): error is CommanderError =>
  error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help');

/** Writes what was asked for of help; what kept it is the error then. */
async function withHelp(error: unknown, help: readonly string[]): Promise<unknown> {
  if (!isHelp(error)) return error;
  return toStandardOutput(help, process.stdout).then(
    () => error,
    (failed: unknown) => failed,
  );
}

function report(error: unknown, debug: boolean, argv: readonly string[], asJson = false): number {
  if (error instanceof CommanderError) return isHelp(error) ? 0 : 2; // commander has printed it
  const words = argv.filter((word) => !word.startsWith('-')).slice(0, 2);
  const ours = asSystemError(error) ?? asInternalError(error, words.join(' '));
  process.stderr.write(errorLine(ours, asJson));
  if (debug)
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      process.stderr.write(`${cause.stack}\n`);
  return exitCodeOf(ours.code);
}

/** The program: runs the command line of this process, whose exit code says how it went. */
export async function start(): Promise<void> {
  // Who writes is told what went wrong; a reader that has seen enough (`| head`) changes no exit code, nor does one of progress.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  // What is thrown where nobody waits for it (in a callback) would end the process with 1, the code of a gate, and a stack.
  const defect = (error: unknown): void => {
    process.exitCode = report(error, process.argv.includes('--debug'), process.argv.slice(2));
    process.exit();
  };
  process.on('uncaughtException', defect);
  process.on('unhandledRejection', defect);
  process.exitCode = await main(process.argv.slice(2));
}
