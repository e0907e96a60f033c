import { LIMITS } from '../../limits.ts';
import type { Process, World } from '../model.ts';
import { pathFrom } from '../programs.ts';

/** Below these, in each installation, is what the interpreter was built to look in; how far down differs from distribution to distribution. */
const ROOTS = ['lib/perl5', 'lib64/perl5', 'share/perl5', 'share/perl', 'lib/site_perl'];
/** Folders of a version (`5.36`, `v5.36.0`), of a machine, and of those who install. */
const WITHIN = /^(?:v?5(?:\.\d+)*|\w+-linux(?:-\w+)*|(?:site|vendor|core)_perl)$/;
const DEPTH = 3;

/**
 * Where Perl looks for modules, in order: what the environment names, what was installed by hand, what the distribution's packages bring, and its own.
 * It is compiled into the interpreter; this is where Debian, Red Hat, Alpine and the builds of perl.org have it.
 * https://perldoc.perl.org/perlrun#PERL5LIB
 */
export function perlPath({ program, environment, folder }: Process, { tree }: Pick<World, 'tree'>): readonly string[] {
  const prefix = /^(.{0,4000})\/s?bin\//.exec(program)?.[1] ?? 'usr';
  const folders: string[] = [];
  const put = (path: string, depth: number): void => {
    if (!tree.isFolder(path) || folders.length >= LIMITS.searchFolders) return;
    for (const name of depth > 0 ? tree.list(path) : []) if (WITHIN.test(name)) put(`${path}/${name}`, depth - 1);
    folders.push(path);
  };
  for (const root of new Set(['usr/local', 'usr', prefix])) {
    for (const below of ROOTS) put(`${root}/${below}`, DEPTH);
    for (const machine of tree.list(`${root}/lib`))
      if (/^\w+-linux-\w+$/.test(machine))
        for (const name of ['perl', 'perl5', 'perl-base']) put(`${root}/lib/${machine}/${name}`, 1);
  }
  const named = (environment.get('PERL5LIB') ?? environment.get('PERLLIB') ?? '')
    .split(':', LIMITS.searchFolders)
    .filter((path) => path !== '')
    .map((path) => pathFrom(folder, path));
  return [...named, 'etc/perl', ...folders.sort((left, right) => rank(left) - rank(right))];
}

/** Whoever comes later replaces what came with the interpreter: those who install by hand stand first, then packages, then its own. */
function rank(folder: string): number {
  if (/(?:^|\/)local\/.*(?:\/perl\/|site_perl)/.test(folder) || folder.includes('site_perl')) return 0;
  if (folder.includes('vendor_perl') || /(?:^|\/)perl5(?:\/5\.\d+)?$/.test(folder)) return 1;
  return folder.endsWith('/perl-base') ? 2 : 3;
}
