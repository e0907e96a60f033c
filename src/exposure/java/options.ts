import { LIMITS } from '../../limits.ts';
import { isUntold, pathFrom } from '../programs.ts';

/** What options of Java say, in the order in which they come. https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html */
export interface JavaOptions {
  /** As it is given; `expands`: `lib/*` is every archive of the folder (the launcher does that, the machine does not). */
  classPath: { readonly text: string; readonly expands: boolean } | undefined;
  readonly modulePath: string[];
  /** Modules of the module path are looked in before the class path. */
  addsModules: boolean;
  /** Archives and folders whose classes come before those of the class path. */
  readonly before: string[];
  /** Folders of archives that come before the class path (before Java 9). */
  readonly extensions: string[];
  /** Archives whose agents are started first. */
  readonly agents: string[];
  /** Native agents: paths, or names of libraries. */
  readonly natives: string[];
  /** Values of properties: some name classes. */
  readonly values: string[];
  /** Command lines that a shell runs when something fails. */
  readonly commands: string[];
  /** What it says is not read, so that anything may be meant. */
  readonly unread: string[];
  /** It only tells of itself. */
  asksOnly: boolean;
  /** Its program is compiled from a source first. */
  isSource: boolean;
}

/** What is to be run, where that is said: `com/shop/Main` of a class path, the path of an archive (`-jar`), a module, or nothing that can be told. */
export interface JavaMain {
  readonly kind: 'class' | 'jar' | 'module' | 'none' | 'untold';
  readonly what: string;
}

export const noOptions = (): JavaOptions => ({
  classPath: undefined,
  modulePath: [],
  addsModules: false,
  before: [],
  extensions: [],
  agents: [],
  natives: [],
  values: [],
  commands: [],
  unread: [],
  asksOnly: false,
  isSource: false,
});

const CLASS_PATH = /^(?:-cp|-classpath|--class-path)$/;
/** Options whose value is a word of its own. */
const VALUED =
  /^(?:-cp|-classpath|--class-path|-p|--module-path|--upgrade-module-path|--add-modules|--add-reads|--add-exports|--add-opens|--patch-module|--limit-modules|--enable-native-access|--source|--describe-module|-d|-jar|-m|--module)$/;
const ASKS_ONLY =
  /^(?:-version|--version|-showversion|-help|--help|-h|-\?|-X|--list-modules|--describe-module|-d|--validate-modules|--dry-run)$/;
/** Files of more options, in the words of HotSpot and of OpenJ9. */
const OPTIONS_FILE = /^-(?:XX:(?:Flags|VMOptionsFile)=|Xoptionsfile=)/;

/**
 * Reads the words of a command line up to what is to be run, into `given`. What cannot be told or is not read is said there: whatever is
 * in it may name anything.
 */
export function launcherOptions(words: readonly string[], given: JavaOptions, folder: string): JavaMain | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (isUntold(word) || word.startsWith('@')) return { kind: 'untold', what: word };
    if (!word.startsWith('-')) {
      const isSource = given.isSource || /\.java$/.test(word);
      return isSource ? { kind: 'untold', what: word } : { kind: 'class', what: word.replaceAll('.', '/') };
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    if (ASKS_ONLY.test(name)) given.asksOnly = true;
    const value = equals >= 0 ? word.slice(equals + 1) : VALUED.test(name) ? words[++at] : undefined;
    if (isUntold(value)) return { kind: 'untold', what: value as string };
    if (CLASS_PATH.test(name)) given.classPath = value === undefined ? given.classPath : { text: value, expands: true };
    else if (name === '--source') given.isSource = true;
    else if (name === '-jar' && value !== undefined) return { kind: 'jar', what: pathFrom(folder, value) };
    else if ((name === '-m' || name === '--module') && value !== undefined) return { kind: 'module', what: value };
    else machineOption(name, value, word, given, folder);
  }
  return undefined;
}

/**
 * Reads the words of a variable that the machine itself reads (JAVA_TOOL_OPTIONS and its like): only what is an option of the machine
 * counts there, and every other word ends it, or is of a machine that we do not know.
 */
export function machineOptions(words: readonly string[], given: JavaOptions, folder: string): void {
  for (const word of words) {
    if (isUntold(word) || !word.startsWith('-') || CLASS_PATH.test(word) || word === '-jar') {
      given.unread.push(word);
      continue;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const [name, value] = equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
    machineOption(name, value, word, given, folder);
  }
}

/** Long because it is one table: what each option brings in. */
function machineOption(
  name: string,
  value: string | undefined,
  word: string,
  given: JavaOptions,
  folder: string,
): void {
  const paths = (text: string): string[] =>
    text
      .split(':')
      .filter((part) => part !== '')
      .map((part) => pathFrom(folder, part));
  const boot = /^-Xbootclasspath(?:\/[ap])?:(.*)$/s.exec(word)?.[1];
  const agent = /^-javaagent:([^=]*)/.exec(word)?.[1] ?? /^-agentlib:instrument=([^=]*)/.exec(word)?.[1];
  const native = /^(?:-agent(?:lib|path):|-Xrun)([^=:]*)/.exec(word)?.[1];
  const property = /^-D([^=]*)=(.*)$/s.exec(word);
  if (boot !== undefined) given.before.push(...paths(boot));
  else if (agent !== undefined) given.agents.push(pathFrom(folder, agent));
  else if (native !== undefined) given.natives.push(native);
  else if (OPTIONS_FILE.test(word)) given.unread.push(word);
  else if (property) propertyOption(property[1] as string, property[2] as string, given, paths);
  else if (/^-XX:On(?:Error|OutOfMemoryError)=/.test(word)) given.commands.push(word.slice(word.indexOf('=') + 1));
  else if (value === undefined) return;
  else if (name === '-p' || name === '--module-path') given.modulePath.push(...paths(value));
  else if (name === '--upgrade-module-path') {
    // Modules of it take the place of the runtime's own, whose callers are not read.
    given.modulePath.push(...paths(value));
    given.unread.push(word);
  } else if (name === '--add-modules') given.addsModules = true;
  else if (name === '--patch-module') {
    given.before.push(...paths(value.slice(value.indexOf('=') + 1)));
    given.unread.push(word);
  }
}

function propertyOption(key: string, value: string, given: JavaOptions, paths: (text: string) => string[]): void {
  if (key === 'java.class.path') given.classPath = { text: value, expands: false };
  else if (key === 'java.ext.dirs' || key === 'java.endorsed.dirs') given.extensions.push(...paths(value));
  else if (key === 'jdk.module.path' || key === 'jdk.module.upgrade.path') given.modulePath.push(...paths(value));
  else if (key === 'loader.path' || key === 'loader.home' || key.startsWith('loader.config'))
    given.unread.push(`-D${key}`);
  else if (given.values.length < LIMITS.startedWords) given.values.push(value);
}

/** The words of a variable: apart by blanks, unless they stand between quotes. https://docs.oracle.com/en/java/javase/17/docs/specs/jvmti.html#tooloptions */
export function optionWords(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:"[^"]*"?|'[^']*'?|[^\s"'])+/g)) {
    words.push(word.replace(/["']/g, ''));
    if (words.length > LIMITS.startedWords) return [...words, '@'];
  }
  return words;
}
