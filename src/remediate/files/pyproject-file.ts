import { pypi } from '../../ecosystems/pypi.ts';
import { type Json, type JsonObject, list, object, parseRequirement, readToml } from '../../formats/text/index.ts';
import { type DirectRequirement, directRequirement } from './direct.ts';
import { repinned, repinnedConda } from './pin.ts';
import type { WantedPin } from './requirements-file.ts';
import { lineAt, type TextEdit } from './text-edit.ts';

/** A dependency in a pyproject.toml, a Pipfile or a pixi.toml. */
interface ProjectDeclaration {
  readonly name: string;
  readonly kind: 'pep508' | 'poetry' | 'specifier' | 'conda';
  /** The string's content: a whole requirement, Poetry's version, the specifier of a Pipfile and of pixi, or what pixi asks conda's channels for. */
  readonly value: string;
  readonly range: readonly [number, number];
  readonly line: number;
}

/** What a declaration is called by while its place is looked for; no text holds it by itself. */
const MARK = 'plimsoll-looks-for-this-place';
/** Places tried for all declarations of a file together; each costs reading the file again. */
const TRIES = 4_000;
/** Bytes read again in all these tries. */
const TRIED_BYTES = 64 * 1024 * 1024;

type Stated = Pick<ProjectDeclaration, 'name' | 'kind' | 'value'>;

/**
 * The dependencies of a pyproject.toml, or those of one name, with their places. What they are says a TOML reader; where a declaration stands is proven by it
 * too: of all places with the same text, the one whose change changes that declaration and no other. A text that is written with
 * escapes stands nowhere as it is read, and is left out: it cannot be edited by ranges.
 * Throws `corrupt` for what is no TOML. https://packaging.python.org/en/latest/specifications/pyproject-toml/
 */
export const readProject = (text: string, name?: string): ProjectDeclaration[] => placedIn(text, declarationsIn, name);

/** What a pixi.toml, or the pixi of a pyproject.toml, takes from conda's channels, or that of one name (as conda writes it). Throws `corrupt` for what is no TOML. */
export const readPixiConda = (text: string, name?: string): ProjectDeclaration[] => placedIn(text, condaTables, name);

type Reader = (document: JsonObject) => Stated[];

function placedIn(text: string, read: Reader, name: string | undefined): ProjectDeclaration[] {
  const stated = read(readToml(text));
  let [tries, bytes, behind] = [TRIES, TRIED_BYTES, 0];
  /** Whether the text at a place is this declaration: with a mark in its stead the reader sees another one there, and the same everywhere else. */
  const isAt = (start: number, index: number, { value }: Stated): boolean => {
    tries -= 1;
    bytes -= text.length;
    try {
      const marked = read(readToml(`${text.slice(0, start)}${MARK}${text.slice(start + value.length)}`));
      const same = (other: Stated, at: number) => other.value === (at === index ? MARK : stated[at]?.value);
      return marked.length === stated.length && marked.every(same);
    } catch {
      return false;
    }
  };
  return stated
    .flatMap((declaration, index): ProjectDeclaration[] => {
      const { name: own, value } = declaration;
      if (value === '' || (name !== undefined && own !== name)) return [];
      // They mostly stand in the order in which they are read: what comes behind the last one is tried first.
      for (const from of [behind, 0])
        for (let at = text.indexOf(value, from); at >= 0 && tries > 0 && bytes > 0; at = text.indexOf(value, at + 1))
          if (isAt(at, index, declaration)) {
            behind = at + value.length;
            return [{ ...declaration, range: [at, behind], line: lineAt(text, at) }];
          }
      return [];
    })
    .sort((a, b) => a.range[0] - b.range[0]);
}

/** Where tables say that a package comes from. https://python-poetry.org/docs/dependency-specification/ */
const PLACES = ['git', 'url', 'path', 'file'] as const;

/**
 * What a project takes from a URL, a repository or a path: `x @ URL` in its lists, `{ git = ... }` in the tables of Poetry, Pipenv and
 * pixi, and what `tool.uv.sources` says of its names. The line is the first that begins so.
 */
export function directInProject(text: string): DirectRequirement[] {
  const document = readToml(text);
  const { arrays, tables, specifiers } = tablesOf(document);
  const lists = arrays.flatMap(list).flatMap((value): DirectRequirement[] => {
    const direct = typeof value === 'string' ? directRequirement(value) : undefined;
    return direct ? [{ ...direct, line: lineAt(text, Math.max(text.indexOf(value as string), 0)) }] : [];
  });
  const sources = object(object(object(document.tool).uv).sources);
  const named = [...tables, ...specifiers, sources].flatMap((table) =>
    Object.entries(object(table)).flatMap(([name, entry]): DirectRequirement[] => {
      const key = PLACES.find((kind) => typeof object(entry)[kind] === 'string');
      if (key === undefined) return [];
      const place = String(object(entry)[key]);
      const from = key === 'git' && !place.startsWith('git+') ? `git+${place}` : place;
      return [{ name: pypi.normalize(name), from, line: lineAt(text, Math.max(text.indexOf(place), 0)) }];
    }),
  );
  return [...lists, ...named];
}

/** Every requirement of the project, in the order of its tables. */
function declarationsIn(document: JsonObject): Stated[] {
  const { arrays, tables, specifiers } = tablesOf(document);
  return [
    ...arrays.flatMap((array) => list(array).flatMap(pep508)),
    ...tables.flatMap((table) => namedTable(table, 'poetry')),
    ...specifiers.flatMap((table) => namedTable(table, 'specifier')),
  ];
}

function tablesOf(document: JsonObject): Record<'arrays' | 'tables' | 'specifiers', (Json | undefined)[]> {
  const project = object(document.project);
  const tool = object(document.tool);
  const [uv, pdm, poetry] = [object(tool.uv), object(object(tool.pdm)['dev-dependencies']), object(tool.poetry)];
  const arrays = [
    project.dependencies,
    ...Object.values(object(project['optional-dependencies'])),
    ...Object.values(object(document['dependency-groups'])),
    ...Object.entries(uv).flatMap(([key, value]) => (key.endsWith('dependencies') ? [value] : [])),
    ...Object.values(pdm),
    // https://hatch.pypa.io/latest/config/environment/overview/
    ...Object.values(object(object(tool.hatch).envs)).flatMap((environment) => [
      object(environment).dependencies,
      object(environment)['extra-dependencies'],
    ]),
  ];
  const tables = [
    poetry.dependencies,
    poetry['dev-dependencies'],
    ...Object.values(object(poetry.group)).map((group) => object(group).dependencies),
  ];
  // https://pipenv.pypa.io/en/latest/pipfile.html and https://pixi.sh/latest/reference/pixi_manifest/
  const pixi = [document, object(tool.pixi)];
  const specifiers = [
    document.packages,
    document['dev-packages'],
    ...pixi.map((table) => table['pypi-dependencies']),
    ...pixi.flatMap((table) =>
      Object.values(object(table.feature)).map((feature) => object(feature)['pypi-dependencies']),
    ),
  ];
  return { arrays, tables, specifiers };
}

/** https://pixi.sh/latest/reference/pixi_manifest/#the-dependencies-tables: of the workspace, of features, and of either on a platform. */
function condaTables(document: JsonObject): Stated[] {
  const pixi = [document, object(object(document.tool).pixi)];
  const features = pixi.flatMap((table) => Object.values(object(table.feature)).map(object));
  const own = [...pixi, ...features];
  const onPlatforms = own.flatMap((table) => Object.values(object(table.target)).map(object));
  return [...own, ...onPlatforms].flatMap((table) =>
    ['dependencies', 'host-dependencies', 'build-dependencies'].flatMap((key) =>
      Object.entries(object(table[key])).flatMap(([name, entry]): Stated[] => {
        const value = typeof entry === 'string' ? entry : object(entry).version;
        return typeof value === 'string' ? [{ name: name.toLowerCase(), kind: 'conda', value }] : [];
      }),
    ),
  );
}

function pep508(value: Json): Stated[] {
  if (typeof value !== 'string') return [];
  if (value === MARK) return [{ name: MARK, kind: 'pep508', value }];
  const parsed = parseRequirement(value);
  return !parsed || parsed.url !== undefined ? [] : [{ name: pypi.normalize(parsed.name), kind: 'pep508', value }];
}

/** `name = "^1.2"` or `name = { version = "^1.2" }`. https://python-poetry.org/docs/dependency-specification/ */
function namedTable(table: Json | undefined, kind: Stated['kind']): Stated[] {
  return Object.entries(object(table)).flatMap(([name, entry]): Stated[] => {
    const value = typeof entry === 'string' ? entry : object(entry).version;
    return name === 'python' || typeof value !== 'string' ? [] : [{ name: pypi.normalize(name), kind, value }];
  });
}

/** The edit that brings a dependency to a version; undefined where what is written cannot be understood. */
export function pinProject({ kind, value, range: [start, end] }: ProjectDeclaration, pin: Pin): TextEdit | undefined {
  const text = REWRITTEN[kind](value, pin);
  return text === undefined ? undefined : { start, end, text };
}

type Pin = Pick<WantedPin, 'to' | 'exact'>;
const orAny = (value: string, to: string): string | undefined =>
  ['', '*'].includes(value.trim()) ? `>=${to}` : repinned(value, to);

/** How each kind of declaration is written for another version. */
const REWRITTEN: Readonly<Record<Stated['kind'], (value: string, pin: Pin) => string | undefined>> = {
  conda: (value, { to }) => repinnedConda(value, to),
  specifier: (value, { to, exact }) => (exact ? `==${to}` : orAny(value, to)),
  poetry(value, { to, exact }) {
    const sign = exact || /^\s*\d[^,]*$/.test(value) ? '' : /^\s*(\^|~)/.exec(value)?.[1];
    return sign === undefined ? orAny(value, to) : `${sign}${to}`;
  },
  pep508(value, { to, exact }) {
    const parsed = parseRequirement(value);
    const head = /^\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?/.exec(value)?.[0];
    const specifier = parsed && repinned(parsed.specifier, to, exact);
    if (specifier === undefined || head === undefined) return undefined;
    const marker = value.includes(';') ? ` ${value.slice(value.indexOf(';'))}` : '';
    return `${head.trimEnd()}${specifier}${marker}`;
  },
};
