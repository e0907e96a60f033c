import { LIMITS } from '../limits.ts';
import type { Note, Process, World } from './model.ts';
import { pathFrom } from './programs.ts';

/** `NAME=value`, the value in quotes or bare. */
const LINE = /^[ \t]{0,80}(?:export[ \t]{1,80})?([A-Za-z_]\w{0,200})=(.{0,4000})$/;
/** `${NAME}`, `${NAME-otherwise}`, `${NAME:-otherwise}`; what is within another one is put in first. */
const ASKED = /\$\{(\w{1,200})(?::?-([^{}]{0,4000}))?\}/g;
const DEPTH = 4;
/** What reads none of these files but the one of the installation. */
const WITHOUT = /^--(?:vanilla|no-environ)$/;

/**
 * The variables of R's process once it has read its files of them: the installation's, the site's and the user's, each over what was there before.
 * https://stat.ethz.ch/R-manual/R-devel/library/base/html/Startup.html
 */
export function rVariables(
  home: string,
  process: Process,
  world: World,
  note: (note: Note) => void,
): ReadonlyMap<string, string> {
  const { environment, folder, arguments: words } = process;
  const variables = new Map(environment);
  const own = pathFrom('', environment.get('HOME') ?? 'root');
  read(`${home}/etc/Renviron`);
  if (words.some((word) => WITHOUT.test(word))) return variables;
  if (!named('R_ENVIRON')) read(`${home}/etc/Renviron.site`);
  if (!named('R_ENVIRON_USER') && !read(pathFrom(folder, '.Renviron'))) read(pathFrom(own, '.Renviron'));
  return variables;

  /** Whether a variable names the file, which then is the one that counts. */
  function named(name: string): boolean {
    const path = environment.get(name) ?? '';
    if (path === '') return false;
    const file = pathFrom(folder, path);
    if (world.tree.real(file) !== undefined && !read(file))
      note({ message: `${name} names /${file}, a file of variables that is not read`, widens: 'all' });
    return true;
  }

  function read(path: string): boolean {
    const file = world.tree.real(path);
    const text = file === undefined ? undefined : world.code(file, 'text');
    for (const line of text?.split('\n', LIMITS.scriptNames) ?? []) {
      const [, name, value = ''] = LINE.exec(line) ?? [];
      if (name !== undefined) variables.set(name, putIn(value.trim()));
    }
    return text !== undefined;
  }

  function putIn(text: string): string {
    let value = text.replace(/["']/g, '');
    for (let left = DEPTH; left > 0 && value.includes('${'); left -= 1)
      value = value
        .replace(ASKED, (_, name: string, otherwise = '') => variables.get(name) || otherwise)
        .slice(0, LIMITS.codeTextBytes);
    return value.replace(/(^|:)~(?=\/)/g, `$1/${own}`);
  }
}
