import { fileNameOf, folderOf } from '../../formats/paths.ts';
import { type PerlNames, perlNames } from '../../formats/scripts/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from '../model.ts';
import { isUntold, pathFrom } from '../programs.ts';
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
import { perlCommand } from './command.ts';
import { perlPath } from './search-path.ts';

/** Modules that others load by names they work out, or from C. */
const BY_NAME: ReadonlyMap<string, readonly string[]> = new Map([
  ['open', ['encoding', 'Encode', 'PerlIO::encoding']],
  ['IO', ['IO::Handle', 'IO::File']],
  ['JSON', ['JSON::XS', 'JSON::PP']],
  ['DBI', ['DBD::SQLite', 'DBD::Pg', 'DBD::mysql']],
]);

const BELOW = /^(.{1,4000}?)((?:::\*)+)$/;
/** What begins as the module that says it does, or lies below that: `*`, `*::Plugin`. */
const OWN = /^\*(?:::|$)/;

/** The debugger, which waits for commands whatever it is given: `perl -de0`. https://perldoc.perl.org/perlrun#-d */
const DEBUGS = /^-[cfilnpstuvwxSTUWX\d]*d/;
/** What is Perl by its name, or what it loads besides. */
const CODE = /\.(?:p[lmh]|al|ix|so)$/i;

/** Applications of PSGI, and what serves them. */
const APPLICATION = /\.psgi$/;
const SERVERS = /^(?:plackup|starman|starlet|twiggy|corona|feersum|gazelle|monoceros)$/;

/** Perl: what its text names, where it looks. What a text works out is not followed: the rest of its folders is unknown (`others.ts`). */
export const perl: Language = {
  name: 'Perl',
  begin(process, world, note) {
    return isCalled(process, /^perl[\d.]*$/) ? session(process, world, note) : undefined;
  },
};

/** Long because it is an object: its methods close over the modules of one process. */
function session(process: Process, world: World, note: (note: Note) => void): Session {
  const command = perlCommand(process);
  const folders = [...command.folders.map((folder) => pathFrom(process.folder, folder)), ...perlPath(process, world)];
  /** Modules by their files: `LWP/UserAgent`. */
  const names = new Map<string, string>();
  const listed = new Map<string, ReadonlySet<string>>();
  const said = saidOfCode<PerlNames>(world, 'perl');
  const addFolders = foldersAhead(folders, process);
  return { starts: starts(), follow };

  function* starts(): Generator<Edge> {
    for (const module of command.modules) yield* edges(module, 'loaded', `-M${module}`);
    for (const text of command.texts) yield* told(perlNames(text.slice(0, LIMITS.codeTextBytes)), '', '');
    if (command.script === undefined) {
      if (command.texts.length === 0 || process.arguments.some((word) => DEBUGS.test(word)))
        for (const told of givenNothing(process)) note(told);
      return;
    }
    if (isUntold(command.script)) return;
    const path = pathFrom(process.folder, command.script);
    const file = world.tree.real(path);
    if (file === undefined) return note(absentScript(path, process));
    // Folders are put on the search path before anything is looked for in them.
    yield* program(file, 'the script it runs');
    yield* applications(fileNameOf(command.script));
  }

  function* program(file: string, how: string): Generator<Edge> {
    const code = said(file);
    if (code === undefined) note(unreadScript(file, process));
    addFolders(code, folderOf(file));
    names.set(file, '');
    yield { to: file, reach: 'loaded', how };
  }

  /** What a server of PSGI is told to run, `app.psgi` where nothing says what. https://metacpan.org/dist/Plack/view/script/plackup */
  function* applications(script: string): Generator<Edge> {
    const told = command.rest.filter((word) => APPLICATION.test(word) && !isUntold(word));
    const given = told.length > 0 ? told : SERVERS.test(script) ? ['app.psgi'] : [];
    for (const word of given.slice(0, ALIKE)) {
      const file = world.tree.real(pathFrom(process.folder, word.replace(/^--?\w+=/, '')));
      if (file !== undefined) yield* program(file, `run by ${script}`);
    }
    if (SERVERS.test(script))
      yield* edges(`Plack::Handler::${script[0]!.toUpperCase()}${script.slice(1)}`, 'loaded', `run by ${script}`);
    const server = /^--?s(?:erver)?=?(\w*)$/;
    for (const [at, word] of command.rest.entries()) {
      const name = server.exec(word)?.[1];
      if (name !== undefined)
        yield* edges(`Plack::Handler::${name || command.rest[at + 1]}`, 'loaded', `run by ${script}`);
    }
  }

  function* follow({ path }: { readonly path: string }): Generator<Edge> {
    const name = names.get(path);
    if (name === undefined) return;
    if (name !== '') yield* compiled(name);
    const code = said(path);
    if (code !== undefined) yield* told(code, name, path);
    if (name === 'XML/SAX') yield* parsers();
    for (const module of BY_NAME.get(name.replaceAll('/', '::')) ?? [])
      yield* edges(module, 'importable', `used by ${name.replaceAll('/', '::')}`);
  }

  /** Parsers that are registered with XML::SAX: a section of its settings each. */
  function* parsers(): Generator<Edge> {
    const settings = find('XML/SAX/ParserDetails.ini');
    const text = settings === undefined ? '' : (world.code(settings, 'text') ?? '');
    for (const [, module = ''] of text.matchAll(/^\[([\w:]{1,200})\]/gm))
      yield* edges(module, 'importable', `registered in /${settings}`);
  }

  /** What a text leads to: of a file, or of the command line. */
  function* told(code: PerlNames, name: string, path: string): Generator<Edge> {
    addFolders(code, path === '' ? process.folder : folderOf(path));
    for (const module of code.uses) yield* edges(module, 'loaded', `use ${module}`);
    for (const asked of code.requires) yield* edges(asked, 'loaded', `require ${asked}`);
    for (const asked of code.mentions) {
      const beginning = OWN.test(asked) ? `${name}${asked.slice(1)}::*` : asked;
      const below = BELOW.exec(beginning);
      if (below !== null) yield* begun(below[1]!.replaceAll('::', '/'), below[2]!.length / '::*'.length);
      else yield* edges(asked, 'importable', `names ${asked}`);
    }
    yield* meant(code, name);
    yield* programsOf(code, path, { process, world, note });
  }

  /** Single words, below the module that has them and below what it names: `plugin('TagHelpers')` where `Mojolicious::Plugin` is named. */
  function* meant({ words, mentions }: PerlNames, name: string): Generator<Edge> {
    if (words.length === 0) return;
    const above = [name, ...mentions.map((asked) => asked.replaceAll('::', '/').replace(/\/?\*$/, ''))];
    const there = new Set(
      above.filter((folder) => folder !== '' && folders.some((place) => world.tree.isFolder(`${place}/${folder}`))),
    );
    for (const folder of [...there].slice(0, ALIKE)) {
      const known = modulesIn(folder);
      for (const word of words.slice(0, ALIKE))
        if (known.has(word)) yield* edges(`${folder}/${word}.pm`, 'importable', `names ${word}`);
    }
  }

  /** Names of the modules in a folder of the search path, listed once: words are many, and most of them name nothing. */
  function modulesIn(folder: string): ReadonlySet<string> {
    // Folders that are put on the search path later are looked in too.
    const key = `${folders.length}\0${folder}`;
    const known = listed.get(key);
    if (known !== undefined) return known;
    const modules = new Set(
      folders.flatMap((place) =>
        world.tree.list(`${place}/${folder}`).flatMap((file) => (file.endsWith('.pm') ? [file.slice(0, -3)] : [])),
      ),
    );
    listed.set(key, modules);
    return modules;
  }

  /** The file of a module (`A::B`), or a file by its name (`A/B.pm`, `x.pl`). */
  function* edges(asked: string, reach: ReachedAs, how: string): Generator<Edge> {
    const file = /\.p[lmh]$|\.al$|\//.test(asked) ? asked : `${asked.replaceAll('::', '/')}.pm`;
    const to = find(file);
    if (to === undefined) return;
    if (said(to) === undefined && !CODE.test(to)) note(unreadPart(to, reach, process));
    if (!names.has(to)) names.set(to, file.replace(/\.\w+$/, ''));
    yield { to, reach, how };
  }

  function find(file: string): string | undefined {
    // What begins so is meant from where Perl was started. https://perldoc.perl.org/functions/require
    if (/^\.{0,2}\//.test(file)) return world.tree.real(pathFrom(process.folder, file));
    for (const folder of folders) {
      const there = world.tree.real(pathFrom(folder, file));
      if (there !== undefined) return there;
    }
    return undefined;
  }

  /** Modules whose names begin so: `LWP::Protocol::*`; deeper ones too where two parts are put together. */
  function* begun(folder: string, depth: number, left = { files: ALIKE }): Generator<Edge> {
    for (const place of folders)
      for (const name of world.tree.list(`${place}/${folder}`)) {
        left.files -= 1;
        if (left.files < 0) return;
        if (name.endsWith('.pm'))
          yield* edges(`${folder}/${name}`, 'importable', `names ${folder.replaceAll('/', '::')}::*`);
        else if (depth > 1 && !name.includes('.')) yield* begun(`${folder}/${name}`, depth - 1, left);
      }
  }

  /** The part of a module that is compiled from C, and functions that it loads one by one. https://perldoc.perl.org/XSLoader, https://perldoc.perl.org/AutoLoader */
  function* compiled(name: string): Generator<Edge> {
    const last = fileNameOf(name);
    const library = find(`auto/${name}/${last}.so`);
    if (library !== undefined) yield { to: library, reach: 'loaded', how: 'its compiled part' };
    for (const place of folders) {
      if (!world.tree.isFolder(`${place}/auto/${name}`)) continue;
      for (const file of world.tree.list(`${place}/auto/${name}`).slice(0, ALIKE))
        if (/\.(?:al|ix)$/.test(file))
          yield* edges(
            `auto/${name}/${file}`,
            file.endsWith('.ix') ? 'loaded' : 'importable',
            'loads its functions one by one',
          );
    }
  }
}
