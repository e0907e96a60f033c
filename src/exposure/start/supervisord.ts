import { splitWords } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { matchingNames } from '../matching-names.ts';
import type { Edge, Note, Process, World } from '../model.ts';
import { commandText, pathFrom, started, untold, whyNotStarted } from '../programs.ts';
import { userNamed } from '../users.ts';

/** A section of its configuration, by the names of its settings. */
interface Section {
  readonly title: string;
  readonly settings: ReadonlyMap<string, string>;
  /** The folder of the file that it stands in: `%(here)s`. */
  readonly here: string;
}

/** Where it looks where it is told of no file. https://supervisord.org/configuration.html#configuration-file */
const PLACES = ['etc/supervisord.conf', 'etc/supervisor/supervisord.conf', 'etc/supervisor.conf'];
const PROGRAM = /^(?:program|fcgi-program|eventlistener):(.{1,200})$/s;

/** What supervisord starts: `[program:x] command=` of its file and of those that `[include]` names. */
export function supervised(
  words: readonly string[],
  process: Process,
  world: World,
  note: (note: Note) => void,
): Edge[] {
  const named = configurationOf(words);
  const places = named === undefined ? PLACES : [pathFrom(process.folder, named)];
  const main = places.find((path) => world.code(path, 'text') !== undefined);
  if (main === undefined) {
    note({
      message: `the configuration of supervisord is not known (${places.join(', ')}): what it starts cannot be told`,
      widens: 'all',
    });
    return [];
  }
  const own = sectionsOf(main, world);
  const including = own.filter(({ title }) => title === 'include').slice(0, LIMITS.startedPrograms);
  const files = filesOf(including, process, world);
  if (files === undefined || files.length > LIMITS.startedPrograms)
    note({ message: `what /${main} includes is more than is followed: what it starts is not all told`, widens: 'all' });
  // Named by a thousand sections, a file still says what it says once; it may name itself.
  const others = [...new Set(files)].filter((path) => path !== main);
  const included = others.slice(0, LIMITS.startedPrograms).flatMap((path) => sectionsOf(path, world));
  const sections = [...own, ...included];
  const common = sections.find(({ title }) => title === 'supervisord');
  const outer = common === undefined ? process.environment : environmentOf(common, process.environment, process);
  return sections.slice(0, LIMITS.startedPrograms).flatMap((section) => {
    const name = PROGRAM.exec(section.title)?.[1];
    return name === undefined ? [] : programOf(name, section, { ...process, environment: outer }, world, note);
  });
}

/** `-c file`, `--configuration=file`. */
function configurationOf(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === '-c' || word === '--configuration');
  const inline = words.map((word) => /^(?:-c|--configuration=)(.+)$/s.exec(word)?.[1]);
  return inline.find((text) => text !== undefined) ?? (at < 0 ? undefined : words[at + 1]);
}

/**
 * The sections of a file as Python's `configparser` reads them: lines that are indented go on with the one before, `;` and `#` behind white
 * space begin a comment. https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
 */
function sectionsOf(path: string, world: World): Section[] {
  const here = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const sections: { title: string; settings: Map<string, string>; here: string }[] = [];
  let name: string | undefined;
  for (const written of (world.code(path, 'text') ?? '').split('\n')) {
    const text = /^\s*[;#]/.test(written) ? '' : written.replace(/[ \t][;#].*$/s, '');
    const line = text.trim();
    const last = sections.at(-1);
    if (line === '') continue;
    if (/^[ \t]/.test(text) && last !== undefined && name !== undefined) {
      last.settings.set(name, `${last.settings.get(name) ?? ''}\n${line}`);
      continue;
    }
    const title = /^\[([^\]]{1,200})\]/.exec(line)?.[1];
    const sign = line.search(/[=:]/);
    if (title !== undefined) {
      sections.push({ title: title.trim(), settings: new Map(), here });
      name = undefined;
    } else if (sign > 0) {
      name = line.slice(0, sign).trim().toLowerCase();
      last?.settings.set(name, line.slice(sign + 1).trim());
    }
  }
  return sections;
}

/** The files of the image that `[include] files` names, by patterns; undefined: they are too many to be looked for. */
function filesOf(including: readonly Section[], process: Process, world: World): readonly string[] | undefined {
  const files: string[] = [];
  for (const section of including) {
    const patterns = textOf(section, 'files', process.environment)?.split(/\s+/) ?? [];
    for (const pattern of patterns.slice(0, LIMITS.startedPrograms)) {
      const path = pathFrom(section.here, pattern);
      const slash = path.lastIndexOf('/');
      const folder = path.slice(0, Math.max(0, slash));
      const names = matchingNames(world.tree, folder, path.slice(slash + 1));
      if (names === undefined) return undefined;
      for (const name of names) files.push(folder === '' ? name : `${folder}/${name}`);
      if (files.length > LIMITS.startedPrograms) return files;
    }
  }
  return files;
}

/** A setting with `%(ENV_HOME)s`, `%(here)s`, `%(program_name)s` replaced; a word with a name that nobody knows cannot be told. */
function textOf(
  { settings, here, title }: Section,
  name: string,
  environment: ReadonlyMap<string, string>,
): string | undefined {
  const known = new Map([
    ['here', `/${here}`],
    ['program_name', PROGRAM.exec(title)?.[1] ?? ''],
    ['group_name', PROGRAM.exec(title)?.[1] ?? ''],
    ['process_num', settings.get('numprocs_start') ?? '0'],
    ['numprocs', settings.get('numprocs') ?? '1'],
  ]);
  let room: number = LIMITS.codeTextBytes;
  return settings.get(name)?.replace(/%(?:%|\(([^()]{1,200})\)[0-9]{0,4}[sd])/g, (all, variable?: string) => {
    if (variable === undefined) return '%';
    const text = known.get(variable) ?? environment.get(/^ENV_(.+)$/s.exec(variable)?.[1] ?? '') ?? all;
    room -= text.length;
    return room < 0 ? all : text;
  });
}

function blankEnd(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

/** `A="x y",B=z`. */
function environmentOf(section: Section, outer: ReadonlyMap<string, string>, process: Process): Map<string, string> {
  const environment = new Map(outer);
  const text = textOf(section, 'environment', process.environment) ?? '';
  for (let at = 0; at < text.length; ) {
    const equals = text.indexOf('=', at);
    if (equals < 0) break;
    let end = blankEnd(text, equals + 1);
    const quote = text[end] === '"' || text[end] === "'" ? text[end] : undefined;
    const closing = quote === undefined ? -1 : text.indexOf(quote, end + 1);
    const from = end;
    end = closing < 0 ? text.indexOf(',', from) : closing + 1;
    if (end < 0) end = text.length;
    environment.set(text.slice(at, equals).replaceAll(',', '').trim(), unquoted(text.slice(from, end).trim()));
    at = end;
  }
  return environment;
}

/** `user=www-data`; otherwise whoever runs supervisord. */
function userOf(section: Section, process: Process, world: World): string | undefined {
  const named = textOf(section, 'user', process.environment);
  return named === undefined ? process.user : userNamed(named, world)?.id;
}

function programOf(name: string, section: Section, process: Process, world: World, note: (note: Note) => void): Edge[] {
  const command = textOf(section, 'command', process.environment);
  if (command === undefined) return [];
  const words = splitWords(command, '\\').map(({ text }) => (/%\([^()]+\)/.test(text) ? untold(text) : unquoted(text)));
  const folder = textOf(section, 'directory', process.environment);
  const around = {
    world,
    environment: environmentOf(section, process.environment, process),
    user: userOf(section, process, world),
    folder: folder === undefined ? process.folder : pathFrom(process.folder, folder),
  };
  // What is not started with it waits for somebody to ask for it.
  const isOff = /^(?:false|no|off|0)$/i.test(section.settings.get('autostart') ?? '');
  const edge = started(words, around, isOff ? 'callable' : 'loaded', `program ${name}`);
  if (edge !== undefined) return [edge];
  note({
    message: `supervisord is to run ${commandText(words.slice(0, 1))}, ${whyNotStarted(words, around)}`,
    widens: 'all',
    isAbsent: true,
  });
  return [];
}

/** A word as `shlex.split` leaves it: without its quotes and escapes. https://docs.python.org/3/library/shlex.html#parsing-rules */
const unquoted = (word: string): string =>
  word.replace(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
    (_all, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? '',
  );
