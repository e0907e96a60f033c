import { join } from 'node:path';
import { shellWord } from '../../ecosystems/fixing.ts';
import type { LockRenewal } from '../plan.ts';

/** A package that a plan moves, and whether the project declares it: what it does not came with something else. */
export interface LockPin {
  readonly name: string;
  readonly version: string;
  readonly declared: boolean;
  /** True: a newer version has findings that this one has not. */
  readonly exact?: true;
}

/** A file that pins a whole tree, and the program that writes it anew. */
interface LockFile {
  readonly file: string;
  /** What it is made of, in the same folder. */
  readonly manifests: readonly string[];
  readonly program: string;
  /** What the program is told in the folder of the file, once the declarations are edited. */
  renew(pins: readonly LockPin[]): readonly string[];
  /** Set where it pins what a conda environment holds: how an instruction that installs from it reads. */
  readonly ofConda?: RegExp;
  /** How it is told that the folder is another than the current one. */
  there(folder: string): { readonly args?: readonly string[]; readonly environment?: NodeJS.ProcessEnv };
}

/** A lock file and the folder that it lies in, from the one that is planned for; empty: there. */
export interface PlacedLock extends LockFile {
  readonly folder: string;
}

const exactly = ({ name, version }: LockPin): string => `${name}==${version}`;
const atLeast = (pin: LockPin): string => (pin.exact ? exactly(pin) : `${pin.name}>=${pin.version}`);
const undeclared = (pins: readonly LockPin[]): LockPin[] => pins.filter(({ declared }) => !declared);

/** Lock files of Python and conda projects. Each was seen to move what is declared and what is not (test/e2e/fix-locks.test.ts says which). */
export const lockFiles: readonly LockFile[] = [
  {
    file: 'uv.lock',
    manifests: ['pyproject.toml'],
    program: 'uv',
    renew: (pins) => ['lock', ...pins.flatMap((pin) => ['--upgrade-package', exactly(pin)])],
    there: (folder) => ({ args: ['--directory', folder] }),
  },
  {
    // `poetry update` refuses what the project does not declare, `poetry lock` leaves it where it is.
    file: 'poetry.lock',
    manifests: ['pyproject.toml'],
    program: 'poetry',
    renew: (pins) => {
      const more = undeclared(pins);
      return more.length === 0 ? ['lock'] : ['add', '--lock', ...more.map(atLeast)];
    },
    there: (folder) => ({ args: ['--no-interaction', '-C', folder] }),
  },
  {
    file: 'pdm.lock',
    manifests: ['pyproject.toml'],
    program: 'pdm',
    // Names of a group other than the first are refused; what is declared follows its edited line, and the rest stays (--update-reuse).
    renew: (pins) => {
      const more = undeclared(pins).map(({ name }) => name);
      return more.length === 0 ? ['lock', '--update-reuse'] : ['update', '--no-sync', '--update-reuse', ...more];
    },
    there: (folder) => ({ args: ['-p', folder] }),
  },
  {
    // `pipenv lock` takes the newest of everything; `pipenv upgrade` does not look at what changed in the Pipfile.
    file: 'Pipfile.lock',
    manifests: ['Pipfile'],
    program: 'pipenv',
    renew: (pins) => (undeclared(pins).length < pins.length ? ['lock'] : ['upgrade', ...pins.map(exactly)]),
    there: (folder) => ({ environment: { PIPENV_PIPFILE: join(folder, 'Pipfile'), PIPENV_IGNORE_VIRTUALENVS: '1' } }),
  },
  {
    file: 'pixi.lock',
    manifests: ['pixi.toml', 'pyproject.toml'],
    program: 'pixi',
    ofConda: /\bpixi\b/,
    renew: (pins) =>
      undeclared(pins).length === 0 ? ['lock'] : ['update', '--no-install', ...pins.map(({ name }) => name)],
    there: (folder) => ({ args: ['--manifest-path', folder] }),
  },
  {
    file: 'conda-lock.yml',
    manifests: ['environment.yml', 'environment.yaml'],
    program: 'conda-lock',
    ofConda: /\bconda-lock\b/,
    // `--update` ends in a KeyError for what is not declared (conda-lock 4.0.3); without it everything is solved anew.
    renew: (pins) => ['lock', ...(undeclared(pins).length > 0 ? [] : pins.flatMap(({ name }) => ['--update', name]))],
    // What it is made of, the lock says itself.
    there: (folder) => ({ args: ['--lockfile', join(folder, 'conda-lock.yml')] }),
  },
];

/** The command as the user would write it in the folder of the lock. */
export const renewalCommand = ({ program, args, folder }: Pick<LockRenewal, 'program' | 'args' | 'folder'>): string => {
  const command = [program, ...args.map(shellWord)].join(' ');
  return folder === undefined ? command : `(cd ${shellWord(folder)} && ${command})`;
};
