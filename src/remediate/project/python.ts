import { pathIn } from '../../formats/paths.ts';
import { isObject, type Json, object, parseDockerfile, readToml, text } from '../../formats/text/index.ts';
import { parseSpecifiers, satisfies } from '../../versions/pep440-specifier.ts';
import type { BuildFile, ProjectFiles } from '../files/index.ts';
import { poetrySpecifier } from './roots.ts';

/** Which Python a project is for: those that it may be, the one to be taken first, and who says so. */
export interface ProjectPython {
  readonly candidates: readonly string[];
  readonly by: string;
  /** True: nothing says so. */
  readonly isAssumed?: true;
}

/** Minor releases of Python 3 that a project of today may be for. https://devguide.python.org/versions/ */
const MINORS = [6, 7, 8, 9, 10, 11, 12, 13, 14];
/** What is taken where nothing says which: the newest that most packages have wheels for first. */
const ASSUMED = ['3.12', '3.11', '3.10', '3.9', '3.8', '3.13', '3.7', '3.6'];

/**
 * The Python of what is declared in a folder: as asked, as version managers are told, as the project requires it (the oldest that it
 * allows: what is declared has to be installable on all of them), as the environment names it, as the project beside it requires it, as
 * the image that its Dockerfile builds on has it.
 */
export function pythonOf(
  files: readonly BuildFile[],
  folder: string,
  { hints }: Pick<ProjectFiles, 'hints'>,
  asked: string | undefined,
): ProjectPython {
  if (asked !== undefined) return { candidates: [asked], by: '--python' };
  for (const within of folder === '' ? [''] : [folder, ''])
    for (const [name, pattern] of HINTS) {
      const version = pattern.exec(hints.get(pathIn(within, name)) ?? '')?.[1];
      if (version !== undefined) return { candidates: [version], by: pathIn(within, name) };
    }
  for (const file of files) {
    const said = saidIn(file);
    if (said !== undefined) return { candidates: said, by: file.path };
  }
  // A folder of requirements is the project's that it lies in.
  for (const within of new Set([folder, folder.replace(/(?:^|\/)requirements$/, '')]))
    for (const [name, read] of BESIDE) {
      const path = pathIn(within, name);
      const said = read(hints.get(path) ?? '', path);
      if (said !== undefined) return { candidates: said, by: path };
    }
  // What it is installed into, where nothing says what it is written for. One Dockerfile often installs what lies in folders beside it.
  for (const within of new Set([folder, '']))
    for (const name of DOCKERFILES) {
      const path = pathIn(within, name);
      const version = pythonOfDockerfile(hints.get(path) ?? '');
      if (version !== undefined) return { candidates: [version], by: path };
    }
  return { candidates: ASSUMED, by: 'nothing says which', isAssumed: true };
}

const DOCKERFILES = ['Dockerfile', 'Containerfile'];

/** The Python of the last stage that builds on an image of Python: a later one may only copy what was installed there. */
function pythonOfDockerfile(content: string): string | undefined {
  for (const { image } of parseDockerfile(content).stages.toReversed()) {
    const version = /(?:^|\/)python:(3\.\d{1,2}(?:\.\d{1,3})?)(?=[-@]|$)/.exec(image)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

const HINTS: readonly (readonly [name: string, version: RegExp])[] = [
  ['.python-version', /^(?:cpython-)?(3\.\d{1,2}(?:\.\d{1,3})?)[ \t\r]{0,9}$/m],
  ['runtime.txt', /^python-(3\.\d{1,2}(?:\.\d{1,3})?)[ \t\r]{0,9}$/m],
];

/** What says which Python a project requires, whatever else it declares. */
const BESIDE: readonly (readonly [
  name: string,
  read: (content: string, path: string) => readonly string[] | undefined,
])[] = [
  ['pyproject.toml', tomlOrNothing],
  // https://setuptools.pypa.io/en/latest/userguide/declarative_config.html
  [
    'setup.cfg',
    (content) => allowedBy(/^python_requires[ \t]{0,9}=[ \t]{0,9}([^\r\n]{1,80})$/m.exec(content)?.[1]?.trim()),
  ],
];

function tomlOrNothing(content: string, path: string): readonly string[] | undefined {
  try {
    return pythonsOfToml(readToml(content), path);
  } catch {
    return undefined; // who reads it as a declaration says so
  }
}

function saidIn({ kind, path, text: content }: BuildFile): readonly string[] | undefined {
  if (kind === 'project') return pythonsOfToml(readToml(content), path);
  if (kind === 'environment') {
    const version =
      /^[ \t]{0,40}-[ \t]{1,20}["']?(?:[\w-]{1,40}::)?python[ \t]{0,9}(?:==?|>=|~=)[ \t]{0,9}(3\.\d{1,2})/m.exec(
        content,
      )?.[1];
    return version === undefined ? undefined : [version];
  }
  const compiled = /^#.{0,80}\b(?:with Python |--python-version[ =])(3\.\d{1,2})/m.exec(content)?.[1];
  return compiled === undefined ? undefined : [compiled];
}

function pythonsOfToml(document: ReturnType<typeof readToml>, path: string): readonly string[] | undefined {
  const exact = text(object(document.requires).python_version) ?? text(object(document.requires).python_full_version);
  if (path.endsWith('Pipfile')) return exact === undefined ? undefined : [exact];
  const poetry: Json | undefined = object(object(object(document.tool).poetry).dependencies).python;
  const pixi = path.endsWith('pixi.toml') ? document : object(object(document.tool).pixi);
  const written = text(object(document.project)['requires-python']) ?? poetrySpecifier(versionIn(poetry) ?? '*');
  return allowedBy(written) ?? allowedBy(condaSpecifier(versionIn(object(pixi.dependencies).python)));
}

/** `"^3.9"` or `{ version = "^3.9" }`. */
const versionIn = (entry: Json | undefined): string | undefined =>
  isObject(entry ?? null) ? text(object(entry).version) : text(entry);

/**
 * conda's way of writing versions as a specifier: `3.10.*`, `=3.10` and `3.10` are all of that series.
 * https://docs.conda.io/projects/conda-build/en/latest/resources/package-spec.html
 */
function condaSpecifier(value: string | undefined): string | undefined {
  const clauses = value?.split(',').map((part) => {
    const series = /^={0,2}\s*(3\.\d{1,2})(?:\.\*|\.\d{1,3})?$/.exec(part.trim())?.[1];
    return series === undefined ? part.trim() : `==${series}.*`;
  });
  return clauses?.join(',');
}

/** The releases that a specifier allows; undefined where it says nothing, or nothing that is understood. */
function allowedBy(written: string | undefined): readonly string[] | undefined {
  const clauses = written === undefined || written === '' ? undefined : parseSpecifiers(written);
  if (clauses === undefined) return undefined;
  // Of a release whose last number is not told, the latest is meant.
  const allowed = MINORS.filter((minor) => satisfies(`3.${minor}.99`, clauses, 'installed'));
  return allowed.length === 0 ? undefined : allowed.map((minor) => `3.${minor}`);
}
