import { fileNameOf, folderOf } from '../../formats/paths.ts';
import { type RubyNames, rubyNames } from '../../formats/scripts/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from '../model.ts';
import { isUntold, pathFrom, programNamed } from '../programs.ts';
import {
  ALIKE,
  absentScript,
  foldersAhead,
  givenNothing,
  isCalled,
  saidOfCode,
  unreadPart,
  unreadScript,
} from '../scripts.ts';
import { programsOf } from '../started-programs.ts';
import { rubyPath } from './search-path.ts';

/** What every interpreter loads before its program, newer versions more than older ones. https://github.com/ruby/ruby/blob/master/gem_prelude.rb */
const AT_START = [
  'enc/encdb',
  'enc/trans/transdb',
  'rbconfig',
  'rubygems',
  'error_highlight',
  'did_you_mean',
  'syntax_suggest/core_ext',
];
/** What others load by names they work out, or from C. */
const BY_NAME: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'rubygems',
    ['rubygems/defaults/operating_system', 'rubygems/defaults/ruby', 'rubygems/core_ext/kernel_warn', 'monitor'],
  ],
  ['psych', ['psych/syntax_error']],
  ['json/common', ['json/ext', 'json/ext/parser', 'json/ext/generator', 'json/pure']],
]);
/** Options that take the next word where nothing is attached to them. */
const VALUED = /^-(?:[IrEKCFxW]|-(?:encoding|external-encoding|internal-encoding|require))$/;

/** Ruby: what its text names, where it and its gems lie. What a text works out is not followed: the rest of its folders is unknown (`others.ts`). */
export const ruby: Language = {
  name: 'Ruby',
  begin(process, world, note) {
    return isCalled(process, /^ruby[\d.]*$/) ? session(process, world, note) : undefined;
  },
};

/** What Ruby is given to run. https://docs.ruby-lang.org/en/master/ruby/options_md.html */
function commandOf({ arguments: words, environment }: Process) {
  const command = {
    folders: [] as string[],
    features: [] as string[],
    texts: [] as string[],
    script: undefined as string | undefined,
    isFoundOnPath: false,
  };
  const given = [...(environment.get('RUBYOPT') ?? '').split(/\s+/).filter((word) => word.startsWith('-')), ...words];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] as string;
    if (!word.startsWith('-') || word === '-') {
      command.script = word === '-' ? undefined : word;
      break;
    }
    const [, letter = '', attached = ''] = /^-([IreS])(.*)$/s.exec(word) ?? [];
    const value = attached === '' && (letter === 'e' || VALUED.test(word)) ? (given[++at] ?? '') : attached;
    if (letter === 'I') command.folders.push(...value.split(':'));
    else if (letter === 'r') command.features.push(value);
    else if (letter === 'e') command.texts.push(value);
    else if (letter === 'S') command.isFoundOnPath = true;
    if (command.texts.length > 0 && letter !== 'e') break;
  }
  return command.texts.length > 0 ? { ...command, script: undefined } : command;
}

/** What runs what is typed. */
const PROMPTS = /^(?:irb|pry)[\d.]*$/;

/** The folder of a gem: `usr/share/rubygems-integration/all/gems/rack-2.2.6.4`. */
const gemOf = (path: string): string | undefined => /^.{0,4000}?\/gems\/[^/]{1,200}(?=\/)/.exec(path)?.[0];

/** Long because it is an object: its methods close over the features of one process. */
function session(process: Process, world: World, note: (note: Note) => void): Session {
  const command = commandOf(process);
  const { foldersWith, gems } = rubyPath(process, world);
  const ahead = command.folders.slice(0, LIMITS.searchFolders).map((folder) => pathFrom(process.folder, folder));
  /** Features by their files. */
  const names = new Map<string, string>();
  const said = saidOfCode<RubyNames>(world, 'ruby');
  const addFolders = foldersAhead(ahead, process);
  return { starts: starts(), follow: within };

  /** Says of what a file leads to whether it stays within the gem that the file is of. */
  function* within(file: { readonly path: string }): Generator<Edge> {
    const gem = gemOf(file.path);
    for (const edge of follow(file))
      yield gem !== undefined && edge.reach === 'importable' && gemOf(edge.to) === gem
        ? { ...edge, isWithin: true }
        : edge;
  }

  function* starts(): Generator<Edge> {
    for (const feature of AT_START) yield* edges(feature, 'loaded', 'start of the interpreter', '');
    for (const feature of command.features) yield* edges(feature, 'loaded', `-r${feature}`, '');
    for (const text of command.texts) yield* told(rubyNames(text.slice(0, LIMITS.codeTextBytes)), '');
    const { script } = command;
    if (script === undefined) {
      if (command.texts.length === 0) for (const told of givenNothing(process)) note(told);
      return;
    }
    if (isUntold(script)) return;
    const path = command.isFoundOnPath
      ? programNamed(script, { world, environment: process.environment, folder: process.folder })
      : pathFrom(process.folder, script);
    if (path === undefined || world.tree.real(path) === undefined) return note(absentScript(path ?? script, process));
    yield* program(path, 'the script it runs');
    if (PROMPTS.test(fileNameOf(path))) for (const told of givenNothing(process)) note(told);
    // `bundle exec puma`, `rackup config.ru`: programs of gems, and what they are told to run.
    const rest = process.arguments.slice(process.arguments.indexOf(script) + 1);
    if (fileNameOf(script) === 'bundle' && rest[0] === 'exec' && rest[1] !== undefined) {
      const named = programNamed(rest[1], { world, environment: process.environment, folder: process.folder });
      if (named !== undefined) yield* program(named, `bundle exec ${rest[1]}`);
    }
    if (/^(?:rackup|puma|unicorn|thin|falcon|rails|bundle)$/.test(fileNameOf(script)))
      for (const name of [
        ...rest.filter((word) => word.endsWith('.ru')).slice(0, ALIKE),
        'config.ru',
        'config/puma.rb',
      ]) {
        const file = pathFrom(process.folder, name);
        if (world.tree.real(file) !== undefined) yield* program(file, `read by ${fileNameOf(script)}`);
      }
  }

  function* program(path: string, how: string): Generator<Edge> {
    const file = world.tree.real(path) as string;
    const code = said(file);
    if (code === undefined) note(unreadScript(file, process));
    addFolders(code, folderOf(file));
    names.set(file, '');
    yield { to: file, reach: 'loaded', how };
  }

  function* follow({ path }: { readonly path: string }): Generator<Edge> {
    const name = names.get(path);
    if (name === undefined) return;
    const code = said(path);
    if (code !== undefined) yield* told(code, path);
    for (const feature of BY_NAME.get(name) ?? []) yield* edges(feature, 'importable', `used by ${name}`, '');
  }

  /** What a text leads to: of a file, or of the command line. */
  function* told(code: RubyNames, path: string): Generator<Edge> {
    const own = path === '' ? process.folder : folderOf(path);
    const called = fileNameOf(path).replace(/\.rb$/, '');
    addFolders(code, own);
    if (code.program !== undefined) {
      const [gem, name] = code.program;
      for (const folder of ['exe', 'bin']) {
        const path = `${gems.get(gem) ?? ''}/${folder}/${name}`;
        if (gems.has(gem) && world.tree.real(path) !== undefined) yield* program(path, `the program ${name} of ${gem}`);
      }
    }
    for (const feature of code.requires) yield* edges(feature, 'loaded', `require ${feature}`, own);
    for (const feature of code.mentions)
      if (feature.endsWith('*')) yield* begun(feature.slice(0, -1), own);
      else if (feature.startsWith('~/'))
        yield* edges(`./${called}${feature.slice(1)}`, 'importable', `names ${feature.slice(2)}`, own);
      else yield* edges(feature, 'importable', `names ${feature}`, own);
    yield* programsOf(code, path, { process, world, note });
  }

  /** A feature's file: as it is named, with `.rb`, or with `.so` where it is compiled. */
  function* edges(feature: string, reach: ReachedAs, how: string, own: string): Generator<Edge> {
    for (const place of placesOf(feature, own))
      for (const ending of /\.(?:rb|so)$/.test(feature) ? [''] : ['.rb', '.so']) {
        const to = world.tree.real(pathFrom(place, `${feature.replace(/^\//, '')}${ending}`));
        if (to === undefined) continue;
        if (!names.has(to)) names.set(to, feature.replace(/\.(?:rb|so)$/, ''));
        yield { to, reach, how };
        return;
      }
    yield* named(feature, reach, how);
  }

  /** `load` takes a file as it is called, in the last place from where Ruby was started; one that nothing says to be Ruby is not read. */
  function* named(file: string, reach: ReachedAs, how: string): Generator<Edge> {
    const to = world.tree.real(pathFrom(process.folder, file));
    if (to === undefined || to.endsWith('.so')) return;
    if (said(to) === undefined && !to.endsWith('.rb')) note(unreadPart(to, reach, process));
    if (!names.has(to)) names.set(to, '');
    yield { to, reach, how };
  }

  /** Where a feature is looked for: what begins with two points is meant from where Ruby was started. https://docs.ruby-lang.org/en/master/Kernel.html#method-i-require */
  function placesOf(feature: string, own: string): readonly string[] {
    if (feature.startsWith('./')) return [own];
    if (feature.startsWith('../')) return [process.folder];
    return feature.startsWith('/') ? [''] : [...ahead, ...foldersWith(feature)];
  }

  /** Features whose names begin so: `rack/handler/*`. */
  function* begun(beginning: string, own: string): Generator<Edge> {
    const folder = folderOf(beginning);
    if (folder === '' || folder === '.') return;
    const start = fileNameOf(beginning);
    let left = ALIKE;
    for (const place of placesOf(beginning, own))
      for (const name of world.tree.list(pathFrom(place, folder))) {
        if (!name.startsWith(start) || !/\.(?:rb|so)$/.test(name)) continue;
        left -= 1;
        if (left < 0) return;
        yield* edges(`${folder}/${name}`, 'importable', `names ${beginning}*`, own);
      }
  }
}
