import { colourWanted, linesOf } from '../terminal/style.ts';
import type { Context } from './command.ts';
import { writeOutputs } from './output.ts';
import { distinctChoices } from './output-choices.ts';

/** A format that was asked for, and the file that it goes to; absent: standard output. */
export interface Output<F> {
  readonly format: F;
  readonly file?: string;
}

/** How a result is drawn where it goes: for a terminal its width and rows, and colours where they are wanted. */
interface Drawn {
  readonly colour: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly fileWidth?: number;
}

/** What `-f` (several) and `-o` come to, with each format found by its name. Throws `usage`, and as `named`. */
export async function outputsOf<F>(
  { format, output }: { readonly format: readonly string[]; readonly output?: string | undefined },
  named: (name: string) => F | Promise<F>,
): Promise<readonly Output<F>[]> {
  const choices = await distinctChoices(format, output);
  return Promise.all(
    choices.map(async ({ format: name, file }) => ({
      format: await named(name),
      ...(file === undefined ? {} : { file }),
    })),
  );
}

/** Renders a result in every format that was asked for, and writes all of them or none. Throws `io`. */
export async function writeRendered<F>(
  outputs: readonly Output<F>[],
  render: (format: F, drawn: Drawn) => Iterable<string> | string,
  context: Context,
): Promise<void> {
  const parts = outputs.map(({ format, file }) => {
    const rendered = render(format, drawnFor(file, context));
    return {
      pieces: typeof rendered === 'string' ? [rendered] : rendered,
      ...(file === undefined ? {} : { file }),
    };
  });
  await writeOutputs(parts, context);
}

/** How a result is drawn that goes to a file, or to standard output. */
export function drawnFor(file: string | undefined, context: Context): Drawn {
  const terminal = file === undefined || file === '-';
  const colour = terminal && colourWanted(context.stdout, context.environment, context.colour);
  return { colour, ...(terminal ? linesOf(context.stdout, context.environment) : {}) };
}
