import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ecosystems, packageTypes } from '../src/ecosystems/index.ts';
import { namesakes, sharedNames, twoMeanings, unusedExports } from './exports.ts';
import { FLOORS } from './floors.ts';
import { namelessIn } from './names.ts';

/** The only rooms that know they talk to a person. */
const TALKS_TO_PEOPLE = ['report', 'commands', 'cli', 'terminal', 'index'];

/** Built-in modules with which one room deals for all: programs are started, and connections opened, in one place each. */
const ONE_ROOM: Readonly<Record<string, string>> = {
  'node:child_process': 'programs',
  'node:cluster': 'programs',
  'node:net': 'network',
  'node:tls': 'network',
  'node:http': 'network',
  'node:https': 'network',
  'node:http2': 'network',
  'node:dgram': 'network',
  'node:dns': 'network',
  'node:dns/promises': 'network',
  undici: 'network',
};

/** Beyond these lines a file, and a function, wants a reason: a comment `Long because ...` on its first line, or above it. */
const LONG_FILE = 300;
const LONG_FUNCTION = 60;
const REASON = /\bLong because \w.{10,}/;

/** What files of one room carry out each in its own form, so that the types differ and the idea does not. */
const ONE_IDEA: ReadonlyMap<string, string> = new Map([
  ['commands: run', 'what a verb does'],
  ['commands: requestOf', 'the request that the flags of a verb make'],
  ['formats/compression: readCodes', "a block's Huffman codes, as its format writes them"],
  ['formats/text: library', 'the library of the file, loaded with the first document'],
  ['remediate/files: library', 'the library of the file, loaded with the first document'],
  ['sources/live: serviceOf', 'the service of a spelling, open, with what its calls need besides'],
  ['versions: parts', 'a version, taken apart as its world orders it'],
  ['versions: parse', 'a version, taken apart as its world orders it'],
]);

/** Files in which a word is called as a package type is and means another thing, or that are data about types by their nature, and why. */
const NO_TYPES_MEANT: ReadonlyMap<string, string> = new Map([
  // What files from outside say in their own words.
  ['analyzers/languages/haskell-packages.ts', "the key `hackage` of Stack's lock file"],
  ['analyzers/python/locks.ts', "keys and managers in conda's, pixi's and mamba's lock files"],
  ['remediate/project/project-indexes.ts', "the name under which PDM's settings replace the main index"],
  ['advisories/publishers.ts', 'the feed that other databases call github'],
  // Programs, as commands call them.
  ['cis/image/looseness.ts', 'the program npm and its option'],
  ['exposure/start/unwrap.ts', 'programs that start others'],
  ['remediate/conda/program.ts', 'the program conda, and those that answer to its options'],
  ['remediate/npm/plan.ts', 'the package npm, which is the program that installs others'],
  ['report/stored/commands.ts', 'programs that a stored plan may have run, with their options'],
  // Whose settings a source of packages comes from (`PackageSource.manager`).
  ['coverage/own-channels.ts', 'sources of packages, by the program that reads them'],
  ['coverage/own-indexes.ts', 'sources of packages, by the program that reads them'],
  // Kinds of steps of a plan: what runs them, which for pip and for the lock files of npm is not one type each.
  ['report/scan/changes.ts', 'kinds of steps'],
  ['remediate/files/insertion-point.ts', 'kinds of steps'],
  ['remediate/files/make-edits.ts', 'kinds of steps'],
  ['remediate/plan/change-places.ts', 'kinds of steps'],
  ['remediate/plan/doubts.ts', 'kinds of steps'],
  ['remediate/plan/summary.ts', 'kinds of steps'],
  ['remediate/project/npm-lock.ts', 'kinds of steps'],
  ['remediate/trial/checks.ts', 'kinds of steps'],
  // Which advisories are found by a source's name, for two types whose databases give it: the same is said by distributions (`unit`).
  ['hiding/stated.ts', 'types of which a listed package has the version of its source'],
  ['matching/affected-code.ts', 'languages of linked programs, as their readers call them'],
  // Data.
  ['analyzers/native/system-parts.ts', "how distributions' packages of well-known projects are called, by their type"],
]);

/** Which files load a library, where that is not one file: each has a use of its own for it. */
const LOADED_BY: ReadonlyMap<string, readonly string[]> = new Map([
  // Settings with places; loose pairs; edits that keep the text (of conda's environments, of lists); documents that are written.
  [
    'yaml',
    [
      'src/added-to-yaml.ts',
      'src/application/accept.ts',
      'src/formats/text/yaml-pairs.ts',
      'src/located-yaml.ts',
      'src/remediate/files/environment-file.ts',
    ],
  ],
  // The database of advisories, and the cache of layers, which is written by several processes.
  ['libsql', ['src/advisories/store/sqlite.ts', 'src/layers/cache.ts']],
]);

/** What commands take of the rooms below application/, beside words for their tables. */
const TAKEN_BY_COMMANDS: readonly string[] = [
  // How a count, and a statement's versions, are put into words.
  'db-update.ts: formats',
  'policy.ts: formats',
  'db-show.ts: advisories',
  // Whether a promise was kept, for the exit code; how many threads this process may start, before it does anything.
  'verify.ts: remediate',
  'options/settle.ts: layers',
];

/** What `plimsoll --version` may load: everything else waits until a command needs it. */
const LOADED_AT_ONCE = ['commander'];

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly lazy: boolean;
  readonly typeOnly: boolean;
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const slashes = (path: string): string => path.split('\\').join('/');

function sourceFiles(folder = join(root, 'src')): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => slashes(relative(root, join(entry.parentPath, entry.name))))
    .sort();
}

/** A source text with its comments blanked. */
const uncommented = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/^\s*\/\/.*$/gm, ' ');

/** Imports of a source text. Comments are blanked first, so that an example in a docstring is none. */
function imports(from: string, text: string): Import[] {
  const code = uncommented(text);
  const imports: Import[] = [];
  for (const match of code.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    imports.push({ from, specifier: match[2]!, lazy: false, typeOnly: match[1] !== undefined });
  }
  for (const match of code.matchAll(/\b(typeof\s+)?(?:import|require|getBuiltinModule)\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    imports.push({ from, specifier: match[2]!, lazy: true, typeOnly: match[1] !== undefined });
  }
  return imports;
}

/** The room of a file: `src/layers/tar.ts` is in `layers`, `src/scan.ts` is `scan`. */
const room = (file: string): string => file.split('/')[1]!.replace(/\.tsx?$/, '');
/** The inner room of a file, in halls that have some: `src/formats/text/xml.ts` is in `src/formats/text`. */
const innerRoom = (file: string): string | undefined => {
  const parts = file.split('/');
  return parts.length > 3 && !parts.includes('fixtures') ? parts.slice(0, 3).join('/') : undefined;
};
const floor = (name: string): number => FLOORS.findIndex((rooms) => rooms.includes(name));
const target = (it: Import): string => posix.normalize(posix.join(posix.dirname(it.from), it.specifier));
const inside = (it: Import): boolean => it.specifier.startsWith('.');
const library = (it: Import): string =>
  it.specifier
    .split('/')
    .slice(0, it.specifier.startsWith('@') ? 2 : 1)
    .join('/');
const builtin = (it: Import): boolean => it.specifier.startsWith('node:') || builtinModules.includes(it.specifier);

/** Every reason why an import breaks the law; empty for a good one. */
function offences(it: Import): string[] {
  const owner =
    ONE_ROOM[it.specifier.replace(/^(?=child_process$|cluster$|net$|tls$|https?2?$|dgram$|dns(?:$|\/))/, 'node:')];
  if (owner && owner !== room(it.from) && !it.typeOnly)
    return [`${it.from} imports ${it.specifier}: only ${owner} does`];
  if (!inside(it)) return [];
  const to = target(it);
  const said = `${it.from} imports ${to}`;
  if (/^package\.json$/.test(to)) return [];
  if (!to.startsWith('src/')) return [`${said}: outside src/`];
  if (/\.test\.tsx?$/.test(to)) return [`${said}: a test`];
  const [here, there] = [room(it.from), room(to)];
  const wrong: string[] = [];
  if (floor(here) < 0) wrong.push(`${it.from}: the room ${here} has no floor; change the design, then FLOORS`);
  if (floor(there) < 0) wrong.push(`${to}: the room ${there} has no floor; change the design, then FLOORS`);
  if (floor(there) > floor(here)) wrong.push(`${said}: ${there} is above ${here}`);
  if (there === 'terminal' && !TALKS_TO_PEOPLE.includes(here))
    wrong.push(`${said}: only ${TALKS_TO_PEOPLE} talk to people`);
  const inner = innerRoom(to);
  if (inner && inner !== innerRoom(it.from) && !it.lazy && to !== `${inner}/index.ts`)
    wrong.push(`${said}: others see only the face of an inner room, ${inner}/index.ts`);
  if (to.startsWith('src/model/') && here !== 'model') wrong.push(`${said}: the nouns are seen through src/model.ts`);
  if (there === 'index' || (there === 'cli' && here !== 'cli')) wrong.push(`${said}: a door, for those outside`);
  if (here !== there && (there === 'commands' || there === 'service') && here !== 'cli')
    wrong.push(`${said}: nothing but cli does`);
  return wrong;
}

/** Functions of a file that are long without a reason; as they are formatted, they end at the first brace that stands alone. */
function longFunctions(source: string, file: string): string[] {
  const lines = source.split('\n');
  return lines.flatMap((line, at) => {
    const name = /^(?:export )?(?:async )?function\*? (\w+)/.exec(line)?.[1];
    const length = name === undefined ? 0 : lines.indexOf('}', at) - at + 1;
    if (length <= LONG_FUNCTION) return [];
    let above = at;
    while (/^(?:\/\*\*| \*)/.test(lines[above - 1] ?? '')) above -= 1;
    return lines.slice(above, at).some((comment) => REASON.test(comment)) ? [] : [`${file}: ${name}, ${length} lines`];
  });
}

const files = sourceFiles();
const text = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const all = files.flatMap((file) => imports(file, text.get(file)!));

/** Files reached from `start` over the given imports, each with the way there. */
function reached(start: string, through: readonly Import[]): Map<string, string[]> {
  const ways = new Map([[start, [start]]]);
  for (const [file, way] of ways) {
    for (const it of through) if (it.from === file && !ways.has(target(it))) ways.set(target(it), [...way, target(it)]);
  }
  return ways;
}

describe('the house', () => {
  it('lets no file import from a floor above its own', () => {
    expect(all.flatMap(offences)).toEqual([]);
  });

  it('would notice a bad import of every kind', () => {
    const bad: readonly (readonly [string, string])[] = [
      ['src/layers/tar.ts', "import { judge } from '../matching/judge.ts';"],
      ['src/layers/tar.ts', "import type { Judge } from '../matching/judge.ts';"],
      ['src/layers/tar.ts', "export * from '../report/json.ts';"],
      ['src/layers/tar.ts', "import '../report/json.ts';"],
      ['src/layers/tar.ts', "const it = await import('../commands/scan.ts');"],
      ['src/model.ts', "import { x } from './formats/x.ts';"],
      ['src/layers/tar.ts', "import type { Entry } from '../model/layer.ts';"],
      ['src/sources/registry/registry.ts', "import { bar } from '../../terminal/progress.ts';"],
      ['src/commands/scan.ts', "import { scan } from '../index.ts';"],
      ['src/service/api.ts', "import { scan } from '../commands/scan.ts';"],
      ['src/application/scan.ts', "import { image } from '../../test/image.ts';"],
      ['src/application/scan.ts', "import { image } from '../layers/tar.test.ts';"],
      ['src/analyzers/native/elf.ts', "import { read } from '../../formats/executables/elf.ts';"],
      ['src/analyzers/analyzer.ts', "import { apk } from './systems/apk.ts';"],
      ['src/attic/old.ts', "import { x } from '../errors.ts';"],
      ['src/application/scan.ts', "import {\n  a,\n  b,\n} from '../cli.ts';"],
      ['src/compare/run.ts', "import { spawn } from 'node:child_process';"],
      ['src/network/http.ts', "import { spawn } from 'child_process';"],
      ['src/remediate/plan.ts', "const { execFile } = await import('node:child_process');"],
      ['src/sources/open.ts', "import { connect } from 'node:net';"],
      ['src/sources/open.ts', "const { request } = await import('undici');"],
      ['src/sources/open.ts', "process.getBuiltinModule('node:net').connect(80);"],
    ];
    expect(bad.filter(([from, line]) => imports(from, line).flatMap(offences).length === 0)).toEqual([]);
  });

  it('lets good imports be', () => {
    const good = (from: string, line: string): string[] => imports(from, line).flatMap(offences);
    expect(good('src/layers/tar.ts', "import { LIMITS } from '../limits.ts';")).toEqual([]);
    expect(good('src/sources/registry/registry.ts', "import { createHttp } from '../../network/http.ts';")).toEqual([]);
    expect(good('src/analyzers/native/elf.ts', "import { read } from '../../formats/executables/index.ts';")).toEqual(
      [],
    );
    expect(good('src/analyzers/native/elf.ts', "import { read } from './symbols.ts';")).toEqual([]);
    expect(good('src/cli.ts', "import { scan } from './commands/scan.ts';")).toEqual([]);
    expect(
      good('src/layers/tar.ts', "// import { x } from '../cli.ts';\n/** import { x } from '../cli.ts' */"),
    ).toEqual([]);
  });

  it('has no import of a file that is not there', () => {
    expect(
      all.filter((it) => inside(it) && !existsSync(join(root, target(it)))).map((it) => `${it.from}: ${it.specifier}`),
    ).toEqual([]);
  });

  it('has no circles', () => {
    // A command that loads its work when it is called may be known to that work.
    const edges = all.filter((it) => inside(it) && !it.typeOnly && !it.lazy);
    const imported = new Map<string, string[]>();
    for (const it of edges) imported.set(it.from, [...(imported.get(it.from) ?? []), target(it)]);
    const done = new Set<string>();
    const way: string[] = [];
    const circles: string[] = [];
    const visit = (file: string): void => {
      if (done.has(file)) return;
      const at = way.indexOf(file);
      if (at >= 0) {
        circles.push([...way.slice(at), file].join(' -> '));
        return;
      }
      way.push(file);
      for (const next of imported.get(file) ?? []) visit(next);
      way.pop();
      done.add(file);
    };
    for (const file of files) visit(file);
    expect(circles).toEqual([]);
  });

  it('exports nothing that nobody imports', () => {
    const others = ['src', 'test', 'bench', 'examples', 'scripts'].flatMap((folder) =>
      existsSync(join(root, folder))
        ? readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
            .filter((entry) => entry.isFile() && /\.(?:ts|mjs)$/.test(entry.name))
            .map((entry) => slashes(relative(root, join(entry.parentPath, entry.name))))
        : [],
    );
    const texts = new Map(others.map((file) => [file, uncommented(readFileSync(join(root, file), 'utf8'))]));
    // What the library promises is imported by others; the program is started, not imported.
    const doors = /^src\/(?:index|cli|launch)\.ts$/;
    const promised = [...(texts.get('src/index.ts') ?? '').matchAll(/export (?:type )?(\{[^}]*\}) from '([^']+)'/g)];
    texts.set(
      'the library',
      promised.map(([, list, from]) => `import ${list} from './src/${from?.slice(2)}';`).join('\n'),
    );
    const sources = files.filter((file) => !doors.test(file) && !file.includes('/fixtures/'));
    expect(unusedExports(sources, texts)).toEqual([]);
    // What only a test imports is at work in its own file: code that lives for its test alone is none of the house's.
    const own = new Map(
      [...texts].filter(([file]) => !file.includes('/') || (file.startsWith('src/') && !file.endsWith('.test.ts'))),
    );
    const isIdle = (key: string): boolean => {
      const [file = '', name = ''] = key.split(': ');
      return (own.get(file) ?? '').split(new RegExp(`\\b${name}\\b`)).length <= 2;
    };
    expect(unusedExports(sources, own).filter(isIdle)).toEqual([]);
  });

  it('calls two things by two names: no name is exported by two files', () => {
    const code = files.filter((file) => !file.includes('/fixtures/'));
    expect(sharedNames(code, new Map(code.map((file) => [file, uncommented(text.get(file)!)])))).toEqual([]);
    expect(
      sharedNames(
        ['a', 'b', 'c'],
        new Map([
          ['a', 'export const x = 1;'],
          ['b', 'export interface x {}'],
          ['c', "export { x } from './a.ts';"],
        ]),
      ),
    ).toEqual(['x: a b']);
  });

  it('calls no function as what another file of its room exports', () => {
    const code = files.filter((file) => !file.includes('/fixtures/'));
    const texts = new Map(code.map((file) => [file, uncommented(text.get(file)!)]));
    expect(namesakes(code, texts)).toEqual([]);
    const bad = new Map([
      ['src/a/b.ts', 'export const told = 1;'],
      ['src/a/c.ts', 'function told() {}'],
      ['src/a/d.ts', 'const told = (a: string) => a;'],
      ['src/e/f.ts', 'function told() {}'],
    ]);
    expect(namesakes([...bad.keys()], bad)).toEqual(['told: src/a/c.ts src/a/b.ts', 'told: src/a/d.ts src/a/b.ts']);
  });

  it('calls two things of a room by two names, if only their files know them', () => {
    const code = files.filter((file) => !file.includes('/fixtures/'));
    const texts = new Map(code.map((file) => [file, uncommented(text.get(file)!)]));
    const told = twoMeanings(code, texts).map((key) => key.replace(/^src\//, ''));
    expect(
      told.filter((key) => !ONE_IDEA.has(key)),
      'two meanings',
    ).toEqual([]);
    expect(
      [...ONE_IDEA.keys()].filter((key) => !told.includes(key)),
      'no longer needed',
    ).toEqual([]);
    const bad = new Map([
      ['src/a/b.ts', 'function sizeOf(x: () => string): number {\n}'],
      ['src/a/c.ts', 'const sizeOf = async (x: (a: string) => void): Promise<readonly Size[]> => x;'],
      ['src/a/d.ts', 'function told(): Told {\n}'],
      ['src/a/e.ts', 'function* told(): Generator<Told | undefined> {\n}'],
      ['src/f/g.ts', 'function told(): number {\n}'],
    ]);
    expect(twoMeanings([...bad.keys()], bad)).toEqual(['src/a: sizeOf']);
  });

  it('reads JSON from outside within a budget: JSON.parse is left to what this program wrote itself', () => {
    const own = [
      // Where the budget is kept, and single texts of the streaming reader.
      'src/formats/json-values.ts',
      'src/formats/text/json-tokens.ts',
      // Rows and parts of our own database and caches, which have sums of their own.
      ...['build/derive.ts', 'build/lock.ts', 'build/part.ts'].map((file) => `src/advisories/${file}`),
      ...['distributions.ts', 'expand.ts', 'file-sum.ts', 'records.ts', 'sqlite-store.ts', 'wheels.ts'].map(
        (file) => `src/advisories/store/${file}`,
      ),
      ...['image-code.ts', 'layer-index.ts', 'path-table.ts'].map((file) => `src/layers/${file}`),
      ...[
        'inventory/kept.ts',
        'matching/kept-match.ts',
        'application/asked-by-scans.ts',
        'application/what-to-change.ts',
      ].map((file) => `src/${file}`),
      // What analyzers of ours said of code, within the budget of the file it was read from.
      'src/formats/python/module-files.ts',
      ...[
        'archives.ts',
        'java/class-path.ts',
        'native/needs.ts',
        'node/session.ts',
        'python/started.ts',
        'scripts.ts',
      ].map((file) => `src/exposure/${file}`),
      // Copies of our own values, and files of the package.
      ...[
        'added-to-yaml.ts',
        'launch.ts',
        'remediate/plan/earlier.ts',
        'report/template.ts',
        'schemas.ts',
        'version.ts',
      ].map((file) => `src/${file}`),
    ];
    const parsing = files.filter((file) => /\bJSON\.parse\(/.test(text.get(file)!));
    expect(parsing.filter((file) => !own.includes(file))).toEqual([]);
    expect(own.filter((file) => !parsing.includes(file))).toEqual([]);
  });

  it('calls nothing one, found or each: what has a name is called by it', () => {
    const code = files.filter((file) => !file.includes('/fixtures/') && /\b(?:one|found|each)\b/.test(text.get(file)!));
    expect(code.flatMap((file) => namelessIn(text.get(file)!).map((name) => `${file}: ${name}`))).toEqual([]);
    const tests = ['src', 'test', 'examples'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(
          (file) =>
            /\.ts$/.test(file) && (folder !== 'src' || file.endsWith('.test.ts')) && !file.includes('/fixtures/'),
        )
        .map((file) => join(folder, file)),
    );
    expect(tests.length).toBeGreaterThan(400);
    expect(
      tests.flatMap((file) => {
        const code = readFileSync(join(root, file), 'utf8');
        // What stands behind a dot declares nothing.
        return /(?<!\.)\b(?:one|found|each)\b/.test(code) ? namelessIn(code).map((name) => `${file}: ${name}`) : [];
      }),
    ).toEqual([]);
    for (const bad of [
      'const one = 1;',
      'for (const found of list) use(found);',
      'list.map((each) => each.id);',
      'const f = async ({ found }: A): Promise<void> => {};',
      'function each(): void {}',
      'function f(a: string, { b: [one = 2] }: B): void {}',
      'class A { m(...found: string[]): void {} }',
      'try { f(); } catch (one) { g(one); }',
    ])
      expect(namelessIn(bad), bad).toHaveLength(1);
    const good = 'const { found: records, one: { id } } = told; use({ found: records, one: 1 }, told.each);';
    expect(namelessIn(good)).toEqual([]);
  });

  it('uses only libraries that package.json promises', () => {
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const promised = new Set(Object.keys({ ...dependencies, ...optionalDependencies }));
    const used = new Set(all.filter((it) => !inside(it) && !builtin(it) && !it.typeOnly).map(library));
    expect([...used].filter((name) => !promised.has(name))).toEqual([]);
    expect(
      [...promised].filter((name) => !used.has(name)),
      'promised and not used',
    ).toEqual([]);
  });

  it('loads each library in one place, or says where else and why', () => {
    const byLibrary = new Map<string, Set<string>>();
    for (const it of all.filter((it) => !inside(it) && !builtin(it) && !it.typeOnly && library(it) !== 'commander'))
      byLibrary.set(library(it), (byLibrary.get(library(it)) ?? new Set()).add(it.from));
    const several = [...byLibrary].filter(([, files]) => files.size > 1);
    expect(several.map(([name, files]) => [name, [...files].sort()]).sort()).toEqual([...LOADED_BY].sort());
    expect(byLibrary.get('smol-toml'), 'it looks for what is written').toEqual(new Set(['src/formats/text/toml.ts']));
  });

  it('names built-in modules with node:', () => {
    expect(
      all.filter((it) => builtin(it) && !it.specifier.startsWith('node:')).map((it) => `${it.from}: ${it.specifier}`),
    ).toEqual([]);
  });

  it('loads no library before a command needs it, so that --version stays quick', () => {
    const atOnce = all.filter((it) => !it.lazy && !it.typeOnly);
    const ways = reached('src/cli.ts', atOnce.filter(inside));
    const heavy = atOnce
      .filter((it) => ways.has(it.from) && !inside(it) && !builtin(it) && !LOADED_AT_ONCE.includes(library(it)))
      .map((it) => `${library(it)} by ${ways.get(it.from)!.join(' -> ')}`);
    expect(heavy).toEqual([]);
  });

  it('keeps files short, or says on the first line why not', () => {
    const isLong = (file: string): boolean => text.get(file)!.trimEnd().split('\n').length > LONG_FILE;
    const says = (file: string): boolean => REASON.test(text.get(file)!.split('\n', 1)[0]!);
    const code = files.filter((file) => !file.includes('/fixtures/'));
    expect(code.filter((file) => isLong(file) && !says(file))).toEqual([]);
    expect(
      code.filter((file) => says(file) && !isLong(file)),
      'no longer long',
    ).toEqual([]);
  });

  it('keeps functions short, or says above them why not', () => {
    expect(
      files.filter((file) => !file.includes('/fixtures/')).flatMap((file) => longFunctions(text.get(file)!, file)),
    ).toEqual([]);
    const long = `export function all() {\n${'  more();\n'.repeat(LONG_FUNCTION)}}\n`;
    expect(longFunctions(long, 'a.ts')).toEqual(['a.ts: all, 62 lines']);
    expect(longFunctions(`/**\n * All.\n * Long because it is one list of things.\n */\n${long}`, 'a.ts')).toEqual([]);
  });

  it('documents every exported function and class', () => {
    const bare = files.flatMap((file) => {
      const lines = text.get(file)!.split('\n');
      return lines.flatMap((line, at) => {
        const name = /^export (?:async function\*?|function\*?|class) (\w+)/.exec(line)?.[1];
        if (!name || /\*\/\s*$/.test(lines[at - 1] ?? '')) return [];
        return new RegExp(`^export (?:async )?function\\*? ${name}\\b`).test(lines[at - 1] ?? '')
          ? []
          : [`${file}: ${name}`];
      });
    });
    expect(bare).toEqual([]);
  });

  it('asks the database about packages in one place: others judge the candidates that it yields', () => {
    const asks = /\b[sS]tore!?\.(?:statements|statementsById|vulnerability)\(/;
    const others = files.filter((file) => !/^src\/(?:matching|advisories)\//.test(file));
    expect(others.filter((file) => asks.test(text.get(file)!))).toEqual([]);
    expect(asks.test(text.get('src/matching/retrieve.ts')!), 'it looks for what is written').toBe(true);
  });

  it('lets commands ask application/ and not the database', () => {
    const opens = /\b(?:openStore|openSqlite)\(/;
    const commands = files.filter((file) => file.startsWith('src/commands/'));
    expect(commands.filter((file) => opens.test(text.get(file)!))).toEqual([]);
    expect(opens.test(text.get('src/application/database-view.ts')!), 'it looks for what is written').toBe(true);
  });

  it('lets commands map flags to requests and results to text: what else they take of the rooms below is listed', () => {
    // The demonstration stands on the same floor as application/.
    const own = ['application', 'demo', 'report', 'terminal', 'commands'];
    const single = new Set(files.filter((file) => file.split('/').length === 2).map(room));
    const taken = new Set(
      all
        .filter((it) => it.from.startsWith('src/commands/') && inside(it) && !it.typeOnly)
        .filter(
          (it) => target(it).startsWith('src/') && !own.includes(room(target(it))) && !single.has(room(target(it))),
        )
        .map((it) => `${it.from.slice('src/commands/'.length)}: ${room(target(it))}`),
    );
    expect([...taken].sort()).toEqual([...TAKEN_BY_COMMANDS].sort());
  });

  it('leaves no loose ends in the code', () => {
    const loose = /\b(?:TODO|FIXME|XXX)\b|@ts-(?:ignore|nocheck|expect-error)/;
    expect(files.filter((file) => loose.test(text.get(file)!))).toEqual([]);
    const untyped = /\bas any\b|[:<,|]\s*any\b(?!\s*[:(])/;
    expect(files.filter((file) => untyped.test(uncommented(text.get(file)!)))).toEqual([]);
  });

  it('keeps what is known of package types in ecosystems/: nobody else lists them or compares with their names', () => {
    const names = packageTypes.map(({ type }) => type).join('|');
    const compared = new RegExp(`[!=]==\\s*'(?:${names})'|'(?:${names})'\\s*[!=]==|\\bcase '(?:${names})':`);
    // A table by type: two of its rows begin with the names of two types.
    const row = String.raw`(?:\['NAME',|(?:NAME|'NAME'):)`;
    const keys = new RegExp(`^\\s*${row.replaceAll('NAME', `(?:${names})`)}`, 'gm');
    const hasTable = (code: string): boolean =>
      new Set(Array.from(code.matchAll(keys), ([key]) => /[\w-]+/.exec(key)?.[0])).size > 1;
    // A list in which every text is a type: words of other kinds (steps of a plan) share some of their names.
    const listed = new RegExp(`\\[\\s*'(${names})'(?:,\\s*'(?!\\1')(?:${names})')+,?\\s*\\]`);
    // What another scanner looks at is a cited fact about that scanner, not about the type.
    const asked = files.filter(
      (file) => !file.startsWith('src/ecosystems/') && !/^src\/scanners\/[\w-]+-rules\.ts$/.test(file),
    );
    // Sets and tables of values, with what is true of some types.
    const valued = /Set\(\[(?:\w+\.type(?:, )?)+\]|^\s*\[\w+\.type, (?:\/|')|^\s*\[\w+\.type\]: /m;
    const offending = (code: string): boolean =>
      compared.test(code) || listed.test(code) || hasTable(code) || valued.test(code);
    const offenders = asked.filter((file) => offending(uncommented(text.get(file)!)));
    expect(offenders.filter((file) => !NO_TYPES_MEANT.has(file.slice(4)))).toEqual([]);
    expect(
      [...NO_TYPES_MEANT.keys()].filter((file) => !offenders.includes(`src/${file}`)),
      'no longer needed',
    ).toEqual([]);
    for (const bad of [
      "if (world.comparator === 'rpm')",
      "switch (kind) { case 'deb': return 1; }",
      'const A = new Set([go.type, crates.type]);',
      '  [deb.type, /^linux-/],',
      '  [deb.type]: /^linux-/,',
      "  deb: 'a',\n  rpm: 'b',\n",
      "  ['deb', 'a'],\n  ['rpm', 'b'],\n",
      "if (one.type === 'pypi')",
      "({ type }) => type !== 'deb'",
      "new Set(['deb', 'rpm'])",
      "[\n  'npm',\n  'gem',\n]",
    ])
      expect(offending(bad), bad).toBe(true);
  });

  it('calls worlds by their values: their names as OSV writes them stand in ecosystems/ alone', () => {
    const names = ecosystems.map(({ name }) => name).filter((name) => !['npm'].includes(name));
    const written = new RegExp(`'(?:${names.map((name) => name.replace('.', '\\.')).join('|')})'`);
    // What others call so: prefixes of ids, texts of release files, owners of notes, a method of scoring, languages that are not followed.
    const others = [
      'src/advisories/feeds/osv.ts',
      'src/advisories/publishers.ts',
      'src/analyzers/native/binaries.ts',
      'src/analyzers/systems/release-files.ts',
      'src/exposure/others.ts',
      'src/formats/executables/elf-stream.ts',
    ];
    const asked = files.filter(
      (file) => !/^src\/(?:ecosystems|demo)\//.test(file) && !/\/fixtures\/|^src\/scanners\//.test(file),
    );
    expect(asked.filter((file) => written.test(uncommented(text.get(file)!)))).toEqual(others);
  });

  it('keeps what is known of distributions in ecosystems/: nobody else lists their ids or compares with them', () => {
    const ids = ecosystems.flatMap(({ system }) => system?.ids ?? []).join('|');
    const compared = new RegExp(`\\bid\\)?\\s*[!=]==\\s*'(?:${ids})'`);
    const searched = new RegExp(`\\^\\(\\?:(?:${ids})(?:\\|[\\w-]+)+\\)`);
    // A pair on a line of its own is one of a map: what another database calls a publisher.
    const listed = new RegExp(`^[ \\t]*[^\\s[].*\\['(?:${ids})'(?:,\\s*'(?:${ids})')+,?\\]`, 'm');
    const keyed = new RegExp(`^\\s*(?:'(?:${ids})'|${ids}): \\{$`, 'm');
    const offending = (code: string): boolean => [compared, searched, listed, keyed].some((bad) => bad.test(code));
    // What another scanner knows of a distribution is a cited fact about that scanner.
    const asked = files.filter(
      (file) => !file.startsWith('src/ecosystems/') && !/^src\/scanners\/[\w-]+-rules\.ts$/.test(file),
    );
    expect(asked.filter((file) => offending(uncommented(text.get(file)!)))).toEqual([]);
    for (const bad of [
      "if (os?.id === 'alpine')",
      '/^(?:rhel|centos|rocky)$/.test(os.id)',
      "if (['debian', 'ubuntu'].includes(os.id))",
      '  debian: {\n',
      "  'opensuse-leap': {\n",
    ])
      expect(offending(bad), bad).toBe(true);
  });

  it('searches no text from outside in a way that empty lines make quadratic', () => {
    // In multi-line mode ^\\s* matches from each of n line ends on to the last: [ \\t]* does not.
    const quadratic = /\/[^/\n]*\^(?:\(\?:)?\\s[*+][^\n]*?\/[a-z]*m|new RegExp\([`'"][^\n]*\^\\\\s[*+]/;
    expect(
      files.filter((file) =>
        uncommented(text.get(file)!)
          .split('\n')
          .some((line) => quadratic.test(line)),
      ),
    ).toEqual([]);
  });
});

describe('the repository', () => {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const tracked = ((): string[] => {
    try {
      return git('ls-files', '-z')
        .split('\0')
        .filter((file) => file && existsSync(join(root, file)));
    } catch {
      return [];
    }
  })();

  /** What this machine calls its own: the checkout's path, and package indexes that are not the public ones. */
  const local = [root, process.env.npm_config_registry, process.env.PIP_INDEX_URL, process.env.PIP_EXTRA_INDEX_URL]
    .flatMap((value) => (value ?? '').split(/\s+/))
    .map((value) => (/^https?:/.test(value) ? new URL(value).host : value))
    .filter((value) => value.length > 5 && value.slice(1).includes(value.startsWith('/') ? '/' : '.'))
    .filter((value) => !['registry.npmjs.org', 'pypi.org'].includes(value));

  it('says of Swift and Haskell what they cost: the lines that they have', () => {
    const lines = (...paths: string[]): number =>
      paths.reduce(
        (sum, path) =>
          sum +
          readFileSync(join(root, 'src', path), 'utf8')
            .trimEnd()
            .split('\n').length,
        0,
      );
    const analyzer = (name: string): string => `analyzers/languages/${name}-packages`;
    const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const [, swift, test] = /two source files of (\d+) lines together \(.*\), one test of (\d+) lines/.exec(
      contributing,
    )!;
    expect([Number(swift), Number(test)]).toEqual([
      lines(`${analyzer('swift')}.ts`, 'ecosystems/swift.ts'),
      lines(`${analyzer('swift')}.test.ts`),
    ]);
    const haskell = /price: two source files of (\d+) lines together/.exec(contributing)![1];
    expect(Number(haskell)).toBe(lines(`${analyzer('haskell')}.ts`, 'ecosystems/hackage.ts'));
    // The two lines, and nothing else that names them in code.
    const named = files.filter((file) => /swift/i.test(uncommented(text.get(file)!).replace(/'(?:[^'\n]|\\')*'/g, '')));
    // The face of its room, and NVD's name of another thing.
    expect(named).toEqual([
      'src/analyzers/languages/index.ts',
      'src/analyzers/languages/swift-packages.ts',
      'src/ecosystems/cpe-products.ts',
      'src/ecosystems/swift.ts',
      'src/ecosystems/worlds.ts',
    ]);
  });

  it('measures nothing by the clock in the quick suite: a busy machine must not decide', () => {
    const clock = /\bperformance\.now\(\)|\bhrtime\b|\bDate\.now\(\) - \w/;
    const quick = ['src', 'test'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((file) => slashes(join(folder, file)))
        .filter((file) => file.endsWith('.test.ts') && !file.startsWith('test/e2e/')),
    );
    const measuring = quick.filter((file) => clock.test(readFileSync(join(root, file), 'utf8')));
    // The first two keep the processor busy for a while, and the third makes a file old.
    expect(measuring.sort()).toEqual([
      'src/advisories/build/lock.test.ts',
      'src/interruption.test.ts',
      'src/work.test.ts',
    ]);
  });

  it.skipIf(tracked.length === 0)('names no path and no package index of the machine it was written on', () => {
    const telling = tracked.filter((file) => {
      const bytes = readFileSync(join(root, file));
      return local.some((value) => bytes.includes(value));
    });
    expect(telling).toEqual([]);
  });

  it('locks packages to the public index or to none', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const elsewhere = Object.entries(lock.packages).filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere.map(([name]) => name)).toEqual([]);
  });
});
