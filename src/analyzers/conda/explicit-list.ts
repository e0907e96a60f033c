import { pinnedByWheel, shortLines } from '../../formats/text/index.ts';
import { analyzer } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';

/** `name-version-build` at the end of a package's address; the name may have dashes, the others not. */
const PACKAGE = /\/([^/]+)\/([^/#]+)-([^-/#]+)-([^-/#]+)\.(?:conda|tar\.bz2)(?:#[0-9a-f]*)?$/;

/**
 * Lists for `conda create --file`: one address a line under `@EXPLICIT`. Declared, and perhaps not there.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#building-identical-conda-environments
 */
export const condaExplicit = analyzer({
  name: 'conda-explicit',
  version: 2,
  files: [
    '**/conda-linux-64.lock',
    '**/conda-linux-aarch64.lock',
    '**/*env.out',
    '**/explicit.txt',
    '**/spec-file.txt',
    '**/*.conda.txt',
  ],
  *read(file) {
    const lines = [...shortLines(file.text())];
    if (!lines.some((line) => line.trim() === '@EXPLICIT')) return;
    for (const line of lines) {
      // What conda-lock has pip install behind it. https://github.com/conda/conda-lock/blob/main/conda_lock/conda_lock.py (render_lockfile_for_platform)
      const pip = /^# pip (.*)$/.exec(line)?.[1];
      const wheel = pip === undefined ? undefined : pinnedByWheel(pip);
      if (wheel !== undefined) yield { type: 'pypi', ...wheel, role: 'declared' };
      const match = /^https?:\/\//.test(line) ? PACKAGE.exec(line.trim()) : null;
      if (match === null) continue;
      const [, subdir, name, version, build] = match;
      const channel =
        line
          .slice(0, line.length - match[0].length)
          .split('/')
          .slice(3)
          .join('/') || undefined;
      yield withValues({
        type: 'conda',
        name: name!,
        version: version!,
        role: 'declared',
        properties: properties({ build, channel, subdir }),
      });
    }
  },
});
