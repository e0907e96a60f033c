import type { Process, World } from '../model.ts';
import { isUntold, pathFrom } from '../programs.ts';

/** What a Java launcher is given. https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html */
interface JavaCommand {
  /** `com/shop/Main` of a class path, the path of an archive (`-jar`), a module, or nothing that can be told. */
  readonly main: { readonly kind: 'class' | 'jar' | 'module' | 'none' | 'untold'; readonly what: string };
  /** Paths of archives and folders, in the order in which they are looked in. */
  readonly classPath: readonly string[];
  readonly modulePath: readonly string[];
  /** Archives whose agents are started first. */
  readonly agents: readonly string[];
  /** It only tells of itself. */
  readonly asksOnly: boolean;
}

const CLASS_PATH = /^(?:-cp|-classpath|--class-path)$/;
const MODULE_PATH = /^(?:-p|--module-path|--upgrade-module-path)$/;
/** Options whose value is a word of its own. */
const VALUED =
  /^(?:--add-modules|--add-reads|--add-exports|--add-opens|--patch-module|--limit-modules|--enable-native-access|--source|--describe-module|-d)$/;
const ASKS_ONLY =
  /^(?:-version|--version|-showversion|-help|--help|-h|-\?|-X|--list-modules|--describe-module|-d|--validate-modules|--dry-run)$/;

/** Whether a program is Java's launcher, by its name. */
export const isJava = ({ program, calledAs = program }: Process): boolean =>
  [program, calledAs].some((path) => path.slice(path.lastIndexOf('/') + 1) === 'java');

/** Reads the command line, with the options that variables give before it. Long because its functions close over what was given. */
export function javaCommand(process: Process, world: World): JavaCommand {
  const { arguments: words, environment } = process;
  const given = {
    classPath: undefined as readonly string[] | undefined,
    modulePath: [] as string[],
    agents: [] as string[],
    asksOnly: false,
  };
  const more = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'].flatMap((name) =>
    (environment.get(name) ?? '').split(/\s+/).filter((word) => word !== ''),
  );
  options(more);
  const main = options(words) ?? { kind: 'none' as const, what: '' };
  return {
    main,
    classPath: given.classPath ?? entries(environment.get('CLASSPATH') ?? '.', true),
    modulePath: given.modulePath,
    agents: given.agents,
    asksOnly: given.asksOnly,
  };

  /** What is to be run, where it is said. */
  function options(list: readonly string[]): JavaCommand['main'] | undefined {
    for (let at = 0; at < list.length; at += 1) {
      const word = list[at] as string;
      // A file of more words is not read.
      if (isUntold(word) || word.startsWith('@')) return { kind: 'untold', what: word };
      if (!word.startsWith('-'))
        return { kind: /\.java$/.test(word) ? 'untold' : 'class', what: word.replaceAll('.', '/') };
      const equals = word.startsWith('--') ? word.indexOf('=') : -1;
      const name = equals < 0 ? word : word.slice(0, equals);
      const isApart =
        CLASS_PATH.test(name) || MODULE_PATH.test(name) || VALUED.test(name) || /^(?:-jar|-m|--module)$/.test(name);
      if (ASKS_ONLY.test(name)) given.asksOnly = true;
      const value = equals >= 0 ? word.slice(equals + 1) : isApart ? list[++at] : undefined;
      if (word.startsWith('-javaagent:'))
        given.agents.push(path(word.slice('-javaagent:'.length).split('=')[0] as string));
      if (value === undefined) continue;
      if (isUntold(value)) return { kind: 'untold', what: value };
      if (CLASS_PATH.test(name)) given.classPath = entries(value, true);
      else if (MODULE_PATH.test(name)) given.modulePath.push(...entries(value, false));
      else if (name === '-jar') return { kind: 'jar', what: path(value) };
      else if (name === '-m' || name === '--module') return { kind: 'module', what: value };
    }
    return undefined;
  }

  function path(text: string): string {
    return pathFrom(process.folder, text);
  }

  /** A class path's parts; `lib/*` is every archive in the folder, of a module path a folder is. */
  function entries(text: string, isClassPath: boolean): string[] {
    return text.split(':').flatMap((part) => {
      if (isClassPath && /(?:^|\/)\*$/.test(part))
        return jarsIn(path(part.slice(0, -1) === '' ? '.' : part.slice(0, -1)));
      const place = path(part === '' ? '.' : part);
      return !isClassPath && world.tree.isFolder(place) ? [place, ...jarsIn(place)] : [place];
    });
  }

  function jarsIn(folder: string): string[] {
    return world.tree
      .list(folder)
      .filter((name) => /\.jar$/i.test(name))
      .map((name) => (folder === '' ? name : `${folder}/${name}`));
  }
}
