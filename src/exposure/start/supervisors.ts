import { LIMITS } from '../../limits.ts';
import type { Edge, Note, Process, World } from '../model.ts';
import { pathFrom, started } from '../programs.ts';
import { supervised } from './supervisord.ts';

/** What a supervisor starts: every service that its folders or files name. Empty for other programs. */
export function supervisors(
  name: string,
  words: readonly string[],
  process: Process,
  world: World,
  note: (note: Note) => void,
): Edge[] {
  if (name === 'supervisord') return supervised(words, process, world, note);
  if (name === 'init' && world.tree.isFolder('etc/s6-overlay')) return overlay(words, process, world);
  if (name === 'init' && (world.tree.isFolder('etc/services.d') || world.tree.isFolder('etc/cont-init.d')))
    return overlay(words, process, world);
  if (name === 'runsvdir' || name === 's6-svscan') {
    const folder = words.filter((word) => !word.startsWith('-')).at(name === 'runsvdir' ? 0 : -1);
    if (folder === undefined) return [];
    // Each service has a program beside it that starts it again.
    const beside = started(
      [name === 'runsvdir' ? 'runsv' : 's6-supervise'],
      { ...process, world },
      'loaded',
      'services',
    );
    return [...(beside === undefined ? [] : [beside]), ...services(pathFrom(process.folder, folder), process, world)];
  }
  return [];
}

/** A folder with one folder for each service, and its `run` in it. https://skarnet.org/software/s6/servicedir.html */
function services(folder: string, process: Process, world: World): Edge[] {
  return world.tree
    .list(folder)
    .slice(0, LIMITS.startedPrograms)
    .flatMap((service) => {
      // It runs in its own folder.
      const around = { ...process, folder: `${folder}/${service}` };
      return run(`${folder}/${service}/run`, `service ${service}`, around, world);
    });
}

function run(path: string, how: string, process: Process, world: World): Edge[] {
  const edge = started(
    [`/${path}`],
    { world, environment: process.environment, folder: process.folder, user: process.user },
    'loaded',
    how,
  );
  return edge === undefined ? [] : [edge];
}

/** https://github.com/just-containers/s6-overlay#readme : scripts that prepare, services, and the command of the image. */
function overlay(words: readonly string[], process: Process, world: World): Edge[] {
  const around = { world, environment: process.environment, folder: process.folder, user: process.user };
  const sources = 'etc/s6-overlay/s6-rc.d';
  return [
    ...world.tree
      .list('etc/cont-init.d')
      .flatMap((name) => run(`etc/cont-init.d/${name}`, `cont-init.d/${name}`, process, world)),
    ...services('etc/services.d', process, world),
    ...services(sources, process, world),
    ...world.tree.list(sources).flatMap((name) => oneLine(world.code(`${sources}/${name}/up`, 'text'), around)),
    ...oneLine(words.join(' '), around),
  ];
}

function oneLine(text: string | undefined, around: Parameters<typeof started>[1]): Edge[] {
  const words = (text ?? '').trim().split(/\s+/);
  const edge = words[0] === '' ? undefined : started(words, around, 'loaded', words.slice(0, 4).join(' '));
  return edge === undefined ? [] : [edge];
}
