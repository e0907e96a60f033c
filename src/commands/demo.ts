import type { Scene } from '../demo/story.ts';
import type { RenderOptions } from '../report/report-format.ts';
import type { Paint } from '../terminal/style.ts';
import type { CommandModule, Context } from './command.ts';

/** `plimsoll demo`: the main job on a known image, offline, in seconds. */
export const demoCommand: CommandModule = {
  name: 'demo',
  define(program, context, exit) {
    program
      .command('demo')
      .description('show the main job on a known image: offline, with a starter set of advisories')
      .action(async () => {
        await run(context);
        exit(0);
      });
  },
};

async function run(context: Context): Promise<void> {
  const [{ story }, { tableReport }, { pieces }, { writeOutput }, { colourWanted, painter, linesOf }, { wrap }] =
    await Promise.all([
      import('../demo/story.ts'),
      import('../report/scan/table.ts'),
      import('../report/report-format.ts'),
      import('./output.ts'),
      import('../terminal/style.ts'),
      import('../terminal/table.ts'),
    ]);
  const colour = colourWanted(context.stdout, context.environment, context.colour);
  const lines = linesOf(context.stdout, context.environment);
  const width = lines.width ?? lines.fileWidth;
  const options: RenderOptions = { colour, ...lines };
  const paint = painter(colour);
  const prose: Prose = (text, indent = 0) =>
    wrap(text, Math.min(width ?? 100, 100) - indent)
      .map((line) => `${' '.repeat(indent)}${line}\n`)
      .join('');
  await writeOutput(introduction(prose, paint), undefined, context);
  let number = 0;
  for await (const scene of story(context.signal)) {
    number += 1;
    await writeOutput(heading(number, scene, prose, paint), undefined, context);
    await writeOutput(
      pieces(tableReport.render(scene.report, { ...options, brief: number === 1 })),
      undefined,
      context,
    );
  }
  await writeOutput(farewell(prose, paint), undefined, context);
}

/** Lines that fit the terminal, indented alike. */
type Prose = (text: string, indent?: number) => string;

function* introduction(prose: Prose, paint: Paint): Generator<string> {
  yield `${paint('This is a demonstration.', 'bold')}\n`;
  yield prose(
    'The image is made in memory from what dpkg and pip listed in the public python:3.9.16 of January 2023; the advisories are a small starter set of real ones, as of May 2023. Everything between is the real thing: layers, package databases, matching, report.',
  );
  yield '\n';
}

function* heading(number: number, scene: Scene, prose: Prose, paint: Paint): Generator<string> {
  yield prose(`${number}. ${scene.title}`).replace(/[^\n]+/g, (line) => paint(line, 'bold', 'cyan'));
  yield `${prose(scene.text, 3)}\n${paint('$', 'dim')} ${scene.command}\n`;
}

function* farewell(prose: Prose, paint: Paint): Generator<string> {
  const done = 'That was the demonstration.';
  yield prose(`${done} Now with all advisories and an image of yours:`).replace(done, paint(done, 'bold'));
  yield '\n';
  yield '  plimsoll db update\n';
  yield '  plimsoll scan python:3.9.16\n';
}
