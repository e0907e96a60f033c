import { folderOf } from '../formats/paths.ts';
import { type JuliaNames, juliaNames } from '../formats/scripts/index.ts';
import { list, object, readToml, text as textOf } from '../formats/text/index.ts';
import { LIMITS } from '../limits.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from './model.ts';
import { isUntold, pathFrom } from './programs.ts';
import { ALIKE, absentScript, givenNothing, isCalled, saidOfCode, unreadPart, unreadScript } from './scripts.ts';
import { programsOf } from './started-programs.ts';

/** Options that take a word of their own. https://docs.julialang.org/en/v1/manual/command-line-interface/ */
const TAKES_WORD = /^-[LeEJCHtpO]$/;
/** A library, as the loader of the platform names it. */
const LIBRARY = /\.so(?:\.\d+)*$/;

/**
 * Julia, coarse: what its script and the packages that this uses name, with their libraries. Which version of a package an environment means is
 * not told, nor what is worked out: the rest of its folders is unknown (`others.ts`).
 */
export const juliaLanguage: Language = {
  name: 'julia',
  begin(process, world, note) {
    return isCalled(process, /^julia(?:-[\d.]+)?$/) ? session(process, world, note) : undefined;
  },
};

/** Long because it is an object: its methods close over the packages of one process. */
function session(process: Process, world: World, note: (note: Note) => void): Session {
  const { tree } = world;
  const { environment, folder, arguments: words } = process;
  const command = commandOf(words);
  const prefix = /^(.{0,4000})\/s?bin\//.exec(process.program)?.[1] ?? 'usr';
  const own = pathFrom('', environment.get('HOME') ?? 'root');
  const shared = [...new Set([`${prefix}/share/julia`, 'usr/share/julia'])];
  const depots = paths('JULIA_DEPOT_PATH', [`${own}/.julia`, `${prefix}/local/share/julia`, ...shared]);
  const standard = shared.flatMap((place) =>
    tree.list(`${place}/stdlib`).map((version) => `${place}/stdlib/${version}`),
  );
  const projects = [...environments()];
  const developed = projects.flatMap((project) => [...developedIn(project)]);
  /** Texts that are run, and the packages that they are of. */
  const texts = new Map<string, string>();
  const said = saidOfCode<JuliaNames>(world, 'julia');
  return { starts: starts(), follow };

  /** Folders that a variable names, each empty part standing for those that count without it. https://docs.julialang.org/en/v1/manual/environment-variables/ */
  function paths(variable: string, otherwise: readonly string[]): readonly string[] {
    const parts = (environment.get(variable) ?? '').split(':', LIMITS.searchFolders);
    return [
      ...new Set(
        parts.flatMap((part) => (part === '' ? otherwise : part.startsWith('@') ? [] : [pathFrom(folder, part)])),
      ),
    ];
  }

  /** Folders of a `Project.toml`: the one that the command line or the environment names, those on the load path, and those of the depots. */
  function* environments(): Generator<string> {
    const named = command.project ?? environment.get('JULIA_PROJECT');
    if (named !== undefined && !isUntold(named)) {
      const path = named === '' || named.startsWith('@') ? folder : pathFrom(folder, named);
      yield /\.toml$/.test(path) ? folderOf(path) : path;
    }
    yield* paths('JULIA_LOAD_PATH', []);
    for (const depot of depots)
      for (const name of tree.list(`${depot}/environments`)) yield `${depot}/environments/${name}`;
  }

  /** Packages that a manifest has by their folder (`Pkg.develop`), and the project itself. https://pkgdocs.julialang.org/v1/toml-files/ */
  function* developedIn(project: string): Generator<readonly [string, string]> {
    const name = textOf(toml(`${project}/Project.toml`).name);
    if (name !== undefined) yield [name, project];
    const manifest = tree.list(project).find((file) => /^(?:Julia)?Manifest(?:-v[\d.]+)?\.toml$/.test(file));
    const document = manifest === undefined ? {} : toml(`${project}/${manifest}`);
    for (const [name, entries] of Object.entries(
      document.manifest_format === undefined ? document : object(document.deps),
    ))
      for (const entry of list(entries)) {
        const path = textOf(object(entry).path);
        if (path !== undefined) yield [name, pathFrom(project, path)];
      }
  }

  function toml(path: string): ReturnType<typeof readToml> {
    const file = tree.real(path);
    const text = file === undefined ? undefined : world.code(file, 'text');
    return text === undefined ? {} : readToml(text);
  }

  function* starts(): Generator<Edge> {
    for (const libraries of ['lib', 'lib64', ...tree.list(`${prefix}/lib`).map((name) => `lib/${name}`)])
      for (const name of tree.list(`${prefix}/${libraries}/julia`))
        if (LIBRARY.test(name))
          yield {
            to: `${prefix}/${libraries}/julia/${name}`,
            // The image of what Julia itself is made of; what stands beside it is opened by its name.
            reach: /^sys\.so/.test(name) ? 'loaded' : 'importable',
            how: 'brought along by Julia',
          };
    const settings = [
      `${prefix}/etc/julia/startup.jl`,
      'etc/julia/startup.jl',
      ...depots.map((depot) => `${depot}/config/startup.jl`),
    ];
    if (!words.includes('--startup-file=no'))
      for (const path of settings) yield* script(path, '', 'loaded', 'read at the start');
    for (const path of command.files) {
      if (isUntold(path)) continue;
      const file = tree.real(pathFrom(folder, path));
      if (file === undefined) note(absentScript(pathFrom(folder, path), process));
      else if (said(file) === undefined) note(unreadScript(file, process));
      yield* script(pathFrom(folder, path), '', 'loaded', 'the script it runs');
    }
    if (command.files.length + command.texts.length === 0) for (const told of givenNothing(process)) note(told);
    for (const text of command.texts)
      if (!isUntold(text)) yield* told(juliaNames(text.slice(0, LIMITS.codeTextBytes)), '', '');
  }

  function* script(path: string, of: string, reach: ReachedAs, how: string): Generator<Edge> {
    const to = tree.real(path);
    if (to === undefined) return;
    if (!texts.has(to)) texts.set(to, of);
    yield { to, reach, how };
  }

  function* follow({ path }: { readonly path: string }): Generator<Edge> {
    const of = texts.get(path);
    const code = of === undefined ? undefined : said(path);
    if (code !== undefined) yield* told(code, path, of as string);
  }

  /** What a text leads to: of a file, or of the command line. */
  function* told(code: JuliaNames, path: string, of: string): Generator<Edge> {
    for (const name of code.uses) yield* edges(name, 'loaded', `using ${name}`);
    for (const name of code.mentions) yield* edges(name, 'importable', `names ${name}`);
    for (const source of code.sources) {
      const named = pathFrom(path === '' ? folder : folderOf(path), source);
      const file = tree.real(named);
      if (file !== undefined && !file.endsWith('.jl') && said(file) === undefined)
        note(unreadPart(file, 'loaded', process));
      yield* script(named, of, 'loaded', `include ${source}`);
    }
    for (const library of code.libraries)
      for (const to of unpacked(of)) yield { to: `${to}/${library}`, reach: 'loaded', how: `opens ${library}` };
    yield* programsOf(code, path, { process, world, note });
  }

  /** Where a package lies: as the program's own, in a depot in whatever versions, or with Julia. */
  function placesOf(name: string): readonly string[] {
    const known = developed.flatMap(([called, place]) => (called === name ? [place] : []));
    const versions = depots.flatMap((depot) =>
      tree.list(`${depot}/packages/${name}`).map((version) => `${depot}/packages/${name}/${version}`),
    );
    const places = [
      ...known,
      ...versions,
      ...standard.map((place) => `${place}/${name}`),
      ...projects.map((project) => `${project}/${name}`),
    ];
    return places.filter((place) => tree.isFolder(place)).slice(0, ALIKE);
  }

  function* edges(name: string, reach: ReachedAs, how: string): Generator<Edge> {
    for (const place of placesOf(name)) {
      yield* script(`${place}/src/${name}.jl`, place, reach, how);
      for (const file of ['Project.toml', 'Artifacts.toml']) {
        const to = tree.real(`${place}/${file}`);
        if (to !== undefined) yield { to, reach, how };
      }
      // A package of libraries has a text for each platform, chosen by its name. https://docs.binarybuilder.org/stable/jll/
      for (const file of tree.list(`${place}/src/wrappers`).slice(0, ALIKE))
        if (file.includes('linux'))
          yield* script(`${place}/src/wrappers/${file}`, place, 'importable', `a platform of ${name}`);
      for (const file of tree.list(`${place}/ext`).slice(0, ALIKE))
        if (file.endsWith('.jl')) yield* script(`${place}/ext/${file}`, place, 'importable', `an extension of ${name}`);
      for (const folder of unpacked(place))
        for (const library of tree.list(`${folder}/lib`).slice(0, ALIKE))
          if (LIBRARY.test(library))
            yield { to: `${folder}/lib/${library}`, reach: 'importable', how: `unpacked for ${name}` };
    }
    for (const file of projects.map((project) => `${project}/${name}.jl`)) yield* script(file, '', reach, how);
    for (const depot of depots)
      for (const version of tree.list(`${depot}/compiled`))
        for (const file of tree.list(`${depot}/compiled/${version}/${name}`).slice(0, ALIKE))
          if (/\.(?:ji|so)$/.test(file))
            yield { to: `${depot}/compiled/${version}/${name}/${file}`, reach, how: 'its compiled part' };
  }

  /** What was unpacked for a package, by the hashes of its list. https://pkgdocs.julialang.org/v1/artifacts/ */
  function unpacked(place: string): readonly string[] {
    const file = place === '' ? undefined : tree.real(`${place}/Artifacts.toml`);
    const text = file === undefined ? '' : (world.code(file, 'text') ?? '');
    const hashes = new Set(
      [...text.matchAll(/^[ \t]{0,80}git-tree-sha1[ \t]{0,9}=[ \t]{0,9}"([\da-f]{40})"/gm)].map(
        ([, hash]) => hash as string,
      ),
    );
    return [...hashes]
      .slice(0, ALIKE)
      .flatMap((hash) => depots.map((depot) => `${depot}/artifacts/${hash}`).filter((path) => tree.isFolder(path)));
  }
}

/** The words of the command line: https://docs.julialang.org/en/v1/manual/command-line-interface/ */
function commandOf(words: readonly string[]): {
  readonly files: string[];
  readonly texts: string[];
  readonly project?: string;
} {
  const files: string[] = [];
  const texts: string[] = [];
  let project: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    const [, option, value] = /^--(project|load|eval|print)(?:=(.*))?$/s.exec(word) ?? [];
    if (option === 'project') project = value ?? '@.';
    else if (option !== undefined && value !== undefined) (option === 'load' ? files : texts).push(value);
    else if (TAKES_WORD.test(word)) {
      at += 1;
      const next = words[at];
      if (next !== undefined && word === '-L') files.push(next);
      else if (next !== undefined && /^-[eE]$/.test(word)) texts.push(next);
    } else if (!word.startsWith('-')) {
      // Where a text is given, the words behind it are its own.
      if (texts.length === 0) files.push(word);
      break;
    }
  }
  return { files, texts, ...(project !== undefined && { project }) };
}
