import { join } from 'node:path';

/** A file that pins a whole tree, and the program that writes it anew from what is declared. */
export interface LockFile {
  readonly file: string;
  readonly program: string;
  /** As the user would write it, in the folder of the file. */
  readonly command: string;
  /** The same for a folder that is not the current one. */
  renew(folder: string): readonly string[];
}

/** Lock files of Python and conda projects. Only what is declared moves: a plan's floors make the program take the new versions. */
export const lockFiles: readonly LockFile[] = [
  { file: 'uv.lock', program: 'uv', command: 'uv lock', renew: (folder) => ['lock', '--directory', folder] },
  { file: 'poetry.lock', program: 'poetry', command: 'poetry lock', renew: (folder) => ['lock', '-C', folder] },
  { file: 'pdm.lock', program: 'pdm', command: 'pdm lock', renew: (folder) => ['lock', '-p', folder] },
  {
    file: 'Pipfile.lock',
    program: 'pipenv',
    command: 'pipenv lock',
    renew: (folder) => ['lock', '--pipfile', join(folder, 'Pipfile')],
  },
  {
    file: 'pixi.lock',
    program: 'pixi',
    command: 'pixi lock',
    renew: (folder) => ['lock', '--manifest-path', folder],
  },
  {
    file: 'conda-lock.yml',
    program: 'conda-lock',
    command: 'conda-lock -f environment.yml',
    renew: (folder) => ['-f', join(folder, 'environment.yml'), '--lockfile', join(folder, 'conda-lock.yml')],
  },
];

/** How a lock is made to take newer versions of these packages, which nobody declares. */
export function renewal({ program, command }: LockFile, names: readonly string[]): string {
  if (names.length === 0) return command;
  const words = names.join(' ');
  if (program === 'uv') return `uv lock ${names.map((name) => `--upgrade-package ${name}`).join(' ')}`;
  if (program === 'poetry') return `poetry update --lock ${words}`;
  if (program === 'pdm') return `pdm update --no-sync ${words}`;
  if (program === 'pipenv') return `pipenv upgrade ${words}`;
  if (program === 'pixi') return `pixi update --no-install ${words}`;
  return `conda-lock --update ${words}`;
}
