import { pypi } from '../../ecosystems/pypi.ts';
import { object, parseRequirement, readToml, text } from '../../formats/text/index.ts';
import {
  type BuildFile,
  directInEnvironment,
  directInProject,
  readEnvironmentFile,
  readProject,
  readRequirements,
} from '../files/index.ts';

/** What the files of a project ask for, as requirements: those that are to be there, and those that only bound what is. */
export interface Roots {
  readonly roots: readonly string[];
  readonly bounds: readonly string[];
  /** True: something is taken from a URL, a repository or a path, and what that is today nobody was asked. */
  readonly hasDirect: boolean;
}

/** The requirements that files state. What is taken from a URL or a path is none that an index could be asked about, and is told apart. */
export function rootsOf(files: readonly BuildFile[]): Roots {
  const compiled = new Set(files.flatMap(({ path }) => (path.endsWith('.txt') ? [path.replace(/txt$/, 'in')] : [])));
  const roots: string[] = [];
  const bounds: string[] = [];
  for (const { path, kind, text: content } of files) {
    if (kind === 'requirements' || kind === 'constraints') {
      const own = readRequirements(content).requirements.map(({ written }) => written);
      // What is compiled from a file has all of it.
      (kind === 'constraints' || compiled.has(path) ? bounds : roots).push(...own);
    } else if (kind === 'project') roots.push(...ofProject(content));
    else if (kind === 'environment')
      roots.push(
        ...readEnvironmentFile(content).flatMap(({ type, name, written }) =>
          type === pypi.type ? [`${name}${written}`] : [],
        ),
      );
  }
  return { roots, bounds, hasDirect: files.some(takesFromPlaces) };
}

function takesFromPlaces({ kind, text: content }: BuildFile): boolean {
  if (kind === 'requirements') return readRequirements(content).direct.length > 0;
  if (kind === 'project') return directInProject(content).length > 0;
  return kind === 'environment' && directInEnvironment(content).length > 0;
}

function ofProject(content: string): string[] {
  const itself = pypi.normalize(text(object(readToml(content).project).name) ?? '');
  return readProject(content).flatMap(({ name, kind, value }): string[] => {
    if (name === itself) return [];
    if (kind === 'pep508') return [value];
    const specifier = kind === 'poetry' ? poetrySpecifier(value) : value.trim() === '*' ? '' : value.trim();
    return specifier === undefined || parseRequirement(`${name}${specifier}`) === undefined
      ? []
      : [`${name}${specifier}`];
  });
}

/**
 * Poetry's way of writing versions as a specifier: `^1.2` is `>=1.2,<2`, a bare version is exact. Undefined for what has no such form (`||`).
 * https://python-poetry.org/docs/dependency-specification/
 */
export function poetrySpecifier(value: string): string | undefined {
  const parts = value.split(',').map((part) => part.trim());
  const clauses = parts.map((part): string | undefined => {
    if (part === '*' || part === '') return '';
    const [, sign = '', version = ''] = /^(\^|~|)\s*v?(\d+(?:\.\d+)*)$/.exec(part) ?? [];
    if (version === '') return /^(?:[<>]=?|[=!~]=)\s*[\w.*+!]+$/.test(part) ? part.replace(/\s+/g, '') : undefined;
    if (sign === '') return `==${version}`;
    const numbers = version.split('.').map(Number);
    const leading = numbers.findIndex((number) => number > 0);
    const at = sign === '~' ? Math.min(1, numbers.length - 1) : leading < 0 ? numbers.length - 1 : leading;
    const next = numbers.slice(0, at + 1).map((number, index) => (index === at ? number + 1 : number));
    return `>=${version},<${next.join('.')}`;
  });
  return clauses.includes(undefined) ? undefined : clauses.filter(Boolean).join(',');
}
