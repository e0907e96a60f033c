import { shellWord } from '../../ecosystems/fixing.ts';
import { conda } from '../../ecosystems/others.ts';
import { withoutEnd } from '../../formats/ends.ts';
import { isInstalled, type Package } from '../../model.ts';
import type { Change } from '../plan.ts';

/** What changes conda environments in an image, as a shell there calls it. */
export interface CondaProgram {
  readonly program: string;
  readonly kind: 'conda' | 'micromamba';
  /** False: nothing of the kind was seen, and it is a guess. */
  readonly seen: boolean;
}

/** mamba 2 is micromamba with a base environment. https://mamba.readthedocs.io/en/latest/user_guide/mamba.html */
const isMamba2 = ({ name, version }: Package): boolean => name === 'mamba' && !/^[01]\./.test(version);

/**
 * The program that an image has for its conda environments: conda (mamba 1 comes with one), mamba, micromamba; by its name where the image's PATH leads to
 * it. `mambaExe`: the variable by which micromamba's images say where it is.
 */
export function condaProgram(packages: readonly Package[], path: string, mambaExe: string | undefined): CondaProgram {
  const folders = new Set(path.split(':').map((folder) => withoutEnd(folder, '/')));
  const own = (test: (pkg: Package) => boolean, name: string, kind: CondaProgram['kind']): CondaProgram[] =>
    packages
      .filter((pkg) => pkg.type === conda.type && isInstalled(pkg) && test(pkg))
      .flatMap(({ properties }): CondaProgram[] => {
        const prefix = properties?.prefix;
        if (prefix === undefined) return [];
        const called = [`${prefix}/bin`, `${prefix}/condabin`].some((folder) => folders.has(folder));
        return [{ program: called ? name : shellWord(`${prefix}/bin/${name}`), kind, seen: true }];
      });
  const named: CondaProgram[] =
    mambaExe === undefined || mambaExe === '' ? [] : [{ program: shellWord(mambaExe), kind: 'micromamba', seen: true }];
  return (
    [
      ...own(({ name }) => name === 'conda', 'conda', 'conda'),
      ...own(isMamba2, 'mamba', 'micromamba'),
      ...own(({ name }) => name === 'micromamba', 'micromamba', 'micromamba'),
      ...named,
    ][0] ?? { program: 'conda', kind: 'conda', seen: false }
  );
}

/**
 * The command that brings packages of an environment to the newest that the channels and the solver let in; of Python, the newest of the planned minor version:
 * `conda update python` takes 3.9 to 3.12 where nothing holds it. `conda update` takes names alone, `conda install` moves what it names as
 * that does. No version is named where no channel was asked: one that it has not would fail the whole command.
 */
export function condaCommand(prefix: string, changes: readonly Change[], { program, kind }: CondaProgram): string {
  const specs = changes.map(({ name, to = '' }) =>
    name === 'python' ? shellWord(`python=${to.split('.').slice(0, 2).join('.')}`) : shellWord(name),
  );
  const [, project, environment = ''] = /^(.*)\/\.pixi\/envs\/([^/]+)$/.exec(prefix) ?? [];
  // pixi takes a changed environment for a broken one: what is in it is what its lock says.
  if (project !== undefined)
    return `(cd ${shellWord(project === '' ? '/' : project)} && pixi update -e ${shellWord(environment)} ${changes
      .map(({ name }) => shellWord(name))
      .sort()
      .join(' ')})`;
  const verb = kind === 'micromamba' || !changes.some(({ name }) => name === 'python') ? 'update' : 'install';
  return `${program} ${verb} -y -p ${shellWord(prefix)} ${specs.sort().join(' ')}`;
}
