import { fileNameOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import type { Language, Note, Process, Reached, World } from './model.ts';
import { pathFrom } from './programs.ts';

/** An interpreter whose code is not followed, and where that lies. */
interface NotFollowed {
  readonly programs: RegExp;
  readonly language: string;
  /** The library that runs its code in a process of another program: `libphp8.2.so` in Apache's. */
  readonly library?: RegExp;
  /** Programs that have this library, and whose code somebody else follows as a process of its own. */
  readonly followedIn?: RegExp;
  /** What its files end with, wherever they lie. */
  readonly endings: readonly string[];
  /** What its texts name is followed, by a language of its own; what they work out is not. */
  readonly isNamed?: true;
  /** Its texts are run by their paths, whatever folder they lie in. */
  readonly isAnywhere?: true;
  /** Folders in which it alone has code. */
  readonly folders?: readonly string[];
  /** What its own folders are called, below `lib` and `share` of wherever it is installed. */
  readonly names: readonly string[];
  /** What the folder of an installation of its own is called. */
  readonly home?: RegExp;
  /** Variables of its environment that name more folders. */
  readonly variables?: readonly string[];
}

const NOT_FOLLOWED: readonly NotFollowed[] = [
  {
    programs: /^perl[\d.]*$/,
    language: 'Perl',
    isNamed: true,
    library: /^libperl\.so/,
    endings: ['.pm', '.pl', '.cgi'],
    names: ['perl', 'perl5', 'perl6', 'perl-base'],
    home: /^perl\d/,
    variables: ['PERL5LIB', 'PERLLIB'],
  },
  {
    programs: /^ruby[\d.]*$/,
    language: 'Ruby',
    isNamed: true,
    library: /^libruby[\w.-]*\.so/,
    endings: ['.rb'],
    folders: ['usr/local/bundle', 'var/lib/gems', 'usr/share/gems', 'usr/share/rubygems-integration'],
    names: ['ruby'],
    home: /^(?:j?ruby|truffleruby)[-\d]/,
    variables: ['RUBYLIB', 'GEM_HOME', 'GEM_PATH', 'BUNDLE_PATH'],
  },
  {
    programs: /^php(?:-fpm|-cgi)?[\d.]*(?:-fpm|-cgi)?$/,
    language: 'PHP',
    library: /^libphp[\d.]*\.so/,
    endings: ['.php', '.phar', '.inc'],
    folders: ['var/www', 'app'],
    names: ['php'],
    home: /^php[-\d]/,
  },
  {
    programs: /^lua(?:jit)?[\d.]*$/,
    language: 'Lua',
    library: /^liblua(?:jit)?[\w.-]*\.so/,
    endings: ['.lua'],
    names: ['lua'],
    variables: ['LUA_PATH', 'LUA_CPATH'],
  },
  {
    programs: /^(?:tclsh|wish)[\d.]*$/,
    language: 'Tcl',
    library: /^libtcl[\d.]*\.so/,
    endings: ['.tcl', '.tm'],
    names: ['tcltk'],
    variables: ['TCLLIBPATH'],
  },
  {
    programs: /^(?:R|Rscript)$/,
    language: 'R',
    isNamed: true,
    library: /^libR\.so/,
    endings: ['.R', '.r', '.rdb'],
    names: ['R'],
    home: /^R(?:-[\d.]+)?$/,
    variables: ['R_HOME', 'R_LIBS', 'R_LIBS_SITE', 'R_LIBS_USER'],
  },
  {
    programs: /^julia(?:-[\d.]+)?$/,
    language: 'Julia',
    isNamed: true,
    isAnywhere: true,
    library: /^libjulia[\w-]*\.so/,
    endings: ['.jl'],
    folders: ['root/.julia', 'opt/julia-depot'],
    names: ['julia'],
    home: /^julia(?:-[\w.]+)?$/,
    variables: ['JULIA_DEPOT_PATH', 'JULIA_LOAD_PATH', 'JULIA_PROJECT'],
  },
  {
    programs: /^(?:beam\.smp|erlexec|elixir)$/,
    language: 'Erlang',
    endings: ['.beam', '.ez'],
    names: ['erlang', 'elixir'],
    variables: ['ERL_LIBS'],
  },
  {
    programs: /^(?:dotnet|mono)$/,
    language: '.NET',
    library: /^lib(?:coreclr|hostfxr|mono(?:sgen|boehm)?-[\d.]+)\.so/,
    endings: ['.dll'],
    folders: ['app'],
    names: ['dotnet', 'mono'],
    home: /^dotnet$/,
    variables: ['DOTNET_ROOT'],
  },
  {
    programs: /^guile[\d.]*$/,
    language: 'Guile',
    library: /^libguile-[\d.]+\.so/,
    endings: ['.scm'],
    names: ['guile'],
    variables: ['GUILE_LOAD_PATH'],
  },
  // Followed where a program of its own starts; uWSGI and others run it in theirs.
  {
    programs: /^(?:python|pypy)[\d.]*$/,
    language: 'Python',
    isNamed: true,
    library: /^libpython[\w.]*\.so/,
    followedIn: /^triton_python_backend_stub$/,
    endings: ['.py', '.pyc'],
    names: [],
  },
];
/** JavaScript of another engine than Node's: its code may be anywhere. */
const OTHER_ENGINES = /^(?:bun|bunx|deno|electron)$/;
/** Init programs that start what their own files say, which are not read. */
const INIT = /^(?:systemd|openrc-init|busybox-init)$/;

/** What is not supported, or only as far as names are constants, is not taken for not loaded: it is said, and what else lies in its folders is unknown. */
export const others: Language = {
  name: 'another language',
  begin({ program, calledAs = program, environment, folder }, world, note) {
    const names = [calledAs, program].map((path) => fileNameOf(path));
    if (names.some((name) => OTHER_ENGINES.test(name)))
      note({
        message: `JavaScript of another engine than Node is started, whose code is not followed: what is not reached otherwise is unknown`,
        widens: 'all',
      });
    const started = NOT_FOLLOWED.filter(({ programs }) => names.some((name) => programs.test(name)));
    for (const interpreter of started) {
      const { language, endings, isNamed, isAnywhere } = interpreter;
      const asFar = isNamed ? 'is followed as far as it names what it loads: what else' : 'is not followed: what';
      if (!isNamed || isAnywhere)
        note({
          message: `${language} is started, whose code ${asFar} ends in ${endings.join(', ')} is unknown wherever it lies`,
          widens: { endings },
        });
      const folders = codeFolders(interpreter, { program, environment, folder }, world);
      // A line for all of them: they differ in nothing else.
      const who = folders.map((below) => `/${below}`).join(', ');
      for (const below of folders)
        note({
          who,
          message: isNamed
            ? `what else lies there is unknown, since ${language} is followed as far as its code names what it loads`
            : `what lies there is unknown where nothing else leads to it, since the code of ${language} is not followed`,
          widens: { below },
        });
    }
    if (names.some((name) => INIT.test(name)))
      note({ message: `${names[0]} starts what its own files say, which are not read`, widens: 'all' });
    const hosted = NOT_FOLLOWED.filter(
      (interpreter) => !started.includes(interpreter) && !names.some((name) => interpreter.followedIn?.test(name)),
    );
    return {
      starts: [],
      follow(file) {
        embedded(hosted, file, note);
        return [];
      },
    };
  },
};

/** A server that has a language's library runs code of it in its own process, which nobody follows: Apache's mod_php, uWSGI, PL/Perl. */
function embedded(hosted: readonly NotFollowed[], { path, reach }: Reached, note: (note: Note) => void): void {
  const name = fileNameOf(path);
  if (!name.startsWith('lib')) return;
  for (const { library, language, endings } of hosted)
    if (library?.test(name))
      note({
        message: `/${path} runs ${language} in another program, where its code is not followed: its files (${endings.join(', ')}) are unknown wherever they lie`,
        widens: { endings },
        ...(reach !== 'loaded' && { as: reach }),
      });
}

/** Folders of the image in which an interpreter may have code: its own, those of its installation, of its environment, and of whoever has a home. */
function codeFolders(
  { folders = [], names, home, variables = [] }: NotFollowed,
  { program, environment, folder }: Pick<Process, 'program' | 'environment' | 'folder'>,
  { tree }: World,
): readonly string[] {
  const paths = new Set(folders);
  const prefix = /^(.{0,4000})\/s?bin\//.exec(program)?.[1] ?? '';
  for (const root of new Set(['usr', 'usr/local', prefix]))
    for (const libraries of [...['lib', 'lib64', 'libexec', 'share'], ...architectures(tree, root)])
      for (const name of names) paths.add(pathFrom(root, `${libraries}/${name}`));
  // An installation of its own: /opt/julia-1.9.3, /opt/R/4.3.1.
  const parts = prefix.split('/');
  const at = home === undefined ? -1 : parts.findIndex((part) => home.test(part));
  if (at >= 0) paths.add(parts.slice(0, at + 1).join('/'));
  if (names.includes('julia')) for (const user of tree.list('home')) paths.add(`home/${user}/.julia`);
  for (const variable of variables)
    for (const part of (environment.get(variable) ?? '').split(/[:;]/).slice(0, LIMITS.startedWords))
      if (part.includes('/')) paths.add(pathFrom(folder, part));
  const there = [...paths].filter((path) => path !== '' && tree.isFolder(path));
  return there.filter((path) => !there.some((other) => path.startsWith(`${other}/`)));
}

/** `lib/x86_64-linux-gnu`, where Debian keeps what is built for a machine. */
const architectures = (tree: World['tree'], root: string): readonly string[] =>
  tree
    .list(`${root}/lib`)
    .filter((name) => /^[a-z\d_]+-linux-[a-z\d]+$/.test(name))
    .map((name) => `lib/${name}`);
