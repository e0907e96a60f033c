import { fileNameOf } from '../../formats/paths.ts';
import type { Process, World } from '../model.ts';
import { pathFrom } from '../programs.ts';
import { type JavaMain, type JavaOptions, launcherOptions, machineOptions, noOptions, optionWords } from './options.ts';

/** What a Java launcher is given, with the options that variables give it. */
interface JavaCommand extends Omit<JavaOptions, 'classPath' | 'modulePath' | 'extensions' | 'isSource'> {
  readonly main: JavaMain;
  /** Paths of archives and folders, in the order in which they are looked in. */
  readonly classPath: readonly string[];
  readonly modulePath: readonly string[];
  /** The class path was said beside what `-jar` names, by one who has the last word. */
  readonly isClassPathForced: boolean;
}

/** Variables that the machine reads before the command line, and those that it reads after it. */
const BEFORE = ['JAVA_TOOL_OPTIONS', 'OPENJ9_JAVA_OPTIONS', 'IBM_JAVA_OPTIONS'];
const AFTER = ['_JAVA_OPTIONS'];

/** Whether a program is Java's launcher, by its name. */
export const isJava = (process: Process): boolean => namesOf(process).includes('java');

/** The runtime's other programs that load classes they are given, and launchers of other makers: what they load is not read. */
const OTHER_LAUNCHERS =
  /^(?:jsvc|jexec|javac|javadoc|javaw|jshell|jrunscript|jdb|jconsole|jwebserver|jlink|jpackage|serialver|rmid|rmiregistry)$/;
export const isOtherJava = (process: Process): boolean => namesOf(process).some((name) => OTHER_LAUNCHERS.test(name));

const namesOf = ({ program, calledAs = program }: Process): string[] =>
  [program, calledAs].map((path) => fileNameOf(path));

/** Reads the command line, with the options that variables give before and after it. */
export function javaCommand(process: Process, world: World): JavaCommand {
  const { arguments: words, environment, folder } = process;
  const given = noOptions();
  const ofVariable = (name: string): string[] => optionWords(environment.get(name) ?? '');
  for (const name of BEFORE) machineOptions(ofVariable(name), given, folder);
  // The launcher sets the class path, whatever came before.
  given.classPath = undefined;
  const added = launcherOptions(ofVariable('JDK_JAVA_OPTIONS'), given, folder);
  if (added !== undefined) given.unread.push(added.what);
  const main = launcherOptions(words, given, folder) ?? { kind: 'none' as const, what: '' };
  const said = given.classPath;
  for (const name of AFTER) machineOptions(ofVariable(name), given, folder);
  const { text, expands } = given.classPath ?? { text: environment.get('CLASSPATH') ?? '.', expands: true };
  return {
    ...given,
    main,
    classPath: entries(text, expands),
    modulePath: given.modulePath.flatMap((place) => [place, ...(world.tree.isFolder(place) ? jarsIn(place) : [])]),
    before: [...given.before, ...given.extensions.flatMap(jarsIn)],
    isClassPathForced: given.classPath !== said,
  };

  /** A class path's parts; `lib/*` is every archive in the folder. */
  function entries(text: string, expands: boolean): string[] {
    return text.split(':').flatMap((part) => {
      if (expands && /(?:^|\/)\*$/.test(part))
        return jarsIn(pathFrom(folder, part.slice(0, -1) === '' ? '.' : part.slice(0, -1)));
      return [pathFrom(folder, part === '' ? '.' : part)];
    });
  }

  function jarsIn(place: string): string[] {
    return world.tree
      .list(place)
      .filter((name) => /\.jar$/i.test(name))
      .map((name) => (place === '' ? name : `${place}/${name}`));
  }
}
