import { historySteps, parseRequirement, pipWords, type ShellCommand } from '../../formats/text/index.ts';
import type { ImageConfig } from '../../model.ts';
import type { BuildFiles } from '../files/index.ts';
import { commandsIn, commandsOf } from './install-commands.ts';
import { rootsOf } from './roots.ts';

/**
 * Requirements of a build that ask for extras (`mlflow-skinny[databricks]==2.6.0`): no metadata of what is installed say so, and a newer version needs more
 * for them. From the Dockerfile and what it installs from where there is one, else from the instructions that the image's history tells.
 */
export function askedExtras(
  build: Pick<BuildFiles, 'dockerfile' | 'files'> | undefined,
  config: Pick<ImageConfig, 'history'> | undefined,
): readonly string[] {
  const steps = build === undefined && config !== undefined ? historySteps(config) : [];
  const runs =
    build === undefined
      ? steps.flatMap(({ keyword, argument }) => (keyword === 'RUN' ? commandsIn(argument) : []))
      : build.dockerfile.instructions.flatMap((run) => (run.keyword === 'RUN' ? commandsOf(run) : []));
  const listed = build === undefined ? [] : rootsOf(build.files).roots;
  return [...new Set([...listed, ...runs.flatMap(installedByCommand)])].filter(
    (text) => text.includes('[') && (parseRequirement(text)?.extras.length ?? 0) > 0,
  );
}

function installedByCommand(command: ShellCommand): readonly string[] {
  const words = pipWords(command);
  return words?.includes('install') ? words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2')) : [];
}
