import { fileNameOf } from '../../formats/paths.ts';
import type { Process } from '../model.ts';
import { environmentValue, type Interpreter } from './interpreter.ts';
import { fromRoot } from './paths.ts';

interface NamedModule {
  readonly module: string;
  readonly how: string;
  /** The word may be something else: it is meant where the program's own code has such a module. */
  readonly onlyOwn?: boolean;
}

/** What the words of a command line name besides the program: applications that servers load, scripts that launchers run. */
interface Named {
  readonly modules: readonly NamedModule[];
  readonly scripts: readonly string[];
  /** Folders that a server puts on its search path to find them. */
  readonly folders: readonly string[];
}

/** `app.main:api`, `wsgi:create_app()`. */
const APPLICATION = /^([^\W\d]\w*(?:\.[^\W\d]\w*)*):[^\W\d][\w.]*(?:\(.*\))?$/;
const MODULE = /^[^\W\d]\w*(?:\.[^\W\d]\w*)*$/;
/** Options of servers and launchers behind which a module stands. */
const OPTIONS = new Set(['-A', '--app', '-m', '--module', '-k', '--worker-class', '--config-module', '--settings']);
/** Programs whose words are modules, a colon or a dot in them or not: `gunicorn wsgi`, `dramatiq jobs`, `arq jobs.Settings`. */
const TAKING_MODULES =
  /^(?:gunicorn|dramatiq(?:-gevent)?|huey_consumer(?:\.py)?|arq|uvicorn|hypercorn|daphne|waitress(?:-serve)?)$/;
/** Variables that name one. */
const VARIABLES = [
  'FLASK_APP',
  'DJANGO_SETTINGS_MODULE',
  'CELERY_APP',
  'CELERY_CONFIG_MODULE',
  'SETTINGS_MODULE',
  'APP_MODULE',
  'MODULE_NAME',
  'UVICORN_APP',
];

/** Reads a command line for them: `uvicorn app:api`, `celery -A proj worker`, `torchrun train.py`, `FLASK_APP=shop`. */
export function namedModules({ command }: Interpreter, process: Process): Named {
  const modules: NamedModule[] = [];
  const scripts: string[] = [];
  const folders: string[] = [];
  const program = command.kind === 'nothing' || command.kind === 'text' ? '' : fileNameOf(command.what);
  // https://docs.gunicorn.org/en/stable/settings.html#settings
  const more = program === 'gunicorn' ? environmentValue(process, command, 'GUNICORN_CMD_ARGS') : undefined;
  const words = [
    ...(more === undefined
      ? []
      : (more.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((word) => word.replace(/^["'](.*)["']$/, '$1'))),
    ...command.arguments,
  ];
  const add = (word: string, how: string): void => {
    const module = APPLICATION.exec(word)?.[1] ?? (MODULE.test(word) ? word : undefined);
    if (module !== undefined) modules.push({ module, how });
    else if (word.endsWith('.py')) scripts.push(word);
  };
  words.forEach((word, at) => {
    const before = words[at - 1];
    const option = /^(--[\w-]+|-\w)=(.*)$/.exec(word);
    if (before !== undefined && /^--?(?:app-dir|chdir|workdir|pythonpath)$/.test(before))
      folders.push(fromRoot(word, process.folder));
    else if (option !== null && /^--(?:app-dir|chdir|workdir|pythonpath)$/.test(option[1] as string))
      folders.push(fromRoot(option[2] as string, process.folder));
    else if (before !== undefined && OPTIONS.has(before)) add(word, `${before} ${word}`);
    else if (option !== null && OPTIONS.has(option[1] as string)) add(option[2] as string, word);
    else if (/^python:./.test(option?.[2] ?? word)) add((option?.[2] ?? word).slice(7), `reads ${word}`);
    else if (APPLICATION.test(word)) add(word, `runs ${word}`);
    else if (!word.startsWith('-') && word.endsWith('.py')) scripts.push(word);
    else if (command.kind !== 'text' && at === 0 && MODULE.test(word) && word.includes('.')) add(word, `runs ${word}`);
    else if (!word.startsWith('-') && MODULE.test(word) && isLast(words, at)) add(word, `runs ${word}`);
    else if (TAKING_MODULES.test(program) && MODULE.test(word))
      modules.push({ module: word, how: `runs ${word}`, onlyOwn: true });
  });
  for (const name of VARIABLES) {
    const value = environmentValue(process, command, name);
    if (value !== undefined) add(value, `${name}=${value}`);
  }
  if (modules.length > 0 || scripts.length > 0 || TAKING_MODULES.test(program)) folders.push(process.folder);
  return { modules, scripts, folders };
}

/** gunicorn takes the application last, without a colon if its name is `application`. */
const isLast = (words: readonly string[], at: number): boolean => at === words.length - 1 && at > 0;
