import { fileNameOf, folderOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import type { Edge, Language, Process, World } from './model.ts';
import { pathFrom, started } from './programs.ts';

/** What R attaches when it starts. https://stat.ethz.ch/R-manual/R-devel/library/base/html/Startup.html */
const DEFAULT_PACKAGES = ['methods', 'datasets', 'utils', 'grDevices', 'graphics', 'stats'];

/**
 * R, coarsely: its front ends, its script, and the compiled code of what it attaches when it starts. Which packages a script asks for is not
 * followed: what lies in R's folders is unknown (`others.ts`).
 */
export const r: Language = {
  name: 'R',
  begin(process, world) {
    const called = process.calledAs ?? process.program;
    if ([called, process.program].some((path) => fileNameOf(path) === 'Rscript'))
      return frontEnd(process, called, world);
    const home = /^(.{0,2000})\/bin\/exec(?:\/\w{1,20})?\/R$/.exec(process.program)?.[1];
    if (home === undefined) return undefined;
    const edges: Edge[] = [];
    for (const name of DEFAULT_PACKAGES)
      for (const file of world.tree.list(`${home}/library/${name}/libs`).slice(0, LIMITS.startedPrograms))
        edges.push({ to: `${home}/library/${name}/libs/${file}`, reach: 'loaded', how: `attaches ${name}` });
    const script = process.arguments.find((word) => word.startsWith('--file='))?.slice('--file='.length);
    if (script !== undefined)
      edges.push({ to: pathFrom(process.folder, script), reach: 'loaded', how: 'the script it runs' });
    return { starts: edges.filter(({ to }) => world.tree.real(to) !== undefined), follow: () => [] };
  },
};

/** `Rscript a.R b` is `R --no-echo --no-restore --file=a.R --args b`. https://stat.ethz.ch/R-manual/R-devel/library/utils/html/Rscript.html */
function frontEnd(process: Process, called: string, world: World): { starts: Edge[]; follow: () => [] } {
  const at = process.arguments.findIndex((word) => !word.startsWith('-'));
  const given =
    at < 0 ? process.arguments : [`--file=${process.arguments[at]}`, '--args', ...process.arguments.slice(at + 1)];
  for (const program of [
    `/${folderOf(called)}/R`,
    '/usr/lib/R/bin/R',
    '/usr/lib64/R/bin/R',
    '/usr/local/lib/R/bin/R',
    'R',
  ]) {
    const edge = started([program, '--no-echo', '--no-restore', ...given], { ...process, world }, 'loaded', 'R');
    if (edge !== undefined) return { starts: [edge], follow: () => [] };
  }
  return { starts: [], follow: () => [] };
}
