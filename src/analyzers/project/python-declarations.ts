import {
  isObject,
  type Json,
  list,
  object,
  parseRequirement,
  readToml,
  shortLines,
  text,
} from '../../formats/text/index.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';

/**
 * What Python projects ask for: pins that say a version, and requirements that leave it open, which have none here and say in
 * `requirement` what was written. Lock files and plain pins are read as in images.
 */
export const pythonDeclarations = analyzer({
  name: 'python-declarations',
  version: 1,
  files: [
    '**/requirements*.txt',
    '**/*requirements.txt',
    '**/requirements/*.txt',
    '**/pyproject.toml',
    '**/environment.yml',
    '**/environment.yaml',
    '**/conda-environment.yml',
  ],
  *read(file) {
    if (/(?:^|\/)(?:(?:site|dist)-packages|node_modules|pkgs|_vendor)\//.test(file.path)) return;
    if (file.path.endsWith('.toml')) yield* pyproject(file.text());
    else if (/\.ya?ml$/.test(file.path)) yield* environment(file.text());
    else yield* requirements(file.text());
  },
});

const CHARACTERS = 200;

const open = (type: string, name: string, requirement: string): PackageFact => ({
  type,
  name,
  version: '',
  role: 'declared',
  properties: { requirement: requirement.trim().slice(0, CHARACTERS) },
});

/** `==1.2.3` among the clauses of a specifier; a wildcard leaves it open. */
const exactOf = (specifier: string): string | undefined =>
  specifier
    .split(',')
    .map((clause) => /^===?([\w.!+-]+)$/.exec(clause.trim())?.[1])
    .find((version) => version !== undefined);

/** One requirement; `pinned`: pins are yielded too, which nobody else reads in such files. */
function* requirement(written: string, pinned: boolean): Generator<PackageFact> {
  const parsed = parseRequirement(written);
  if (!parsed) return;
  const { name, specifier, url } = parsed;
  const exact = url === undefined ? exactOf(specifier) : undefined;
  if (exact === undefined) yield open('pypi', name, written);
  else if (pinned || specifier.includes(',')) yield { type: 'pypi', name, version: exact, role: 'declared' };
}

/** Comments and options taken off, lines that end in a backslash joined. https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
function* requirements(content: string): Generator<PackageFact> {
  let joined = '';
  for (const line of shortLines(content)) {
    const plain = line.replace(/(?:^|\s)#.*$/, '');
    if (plain.endsWith('\\')) {
      if (joined.length < 4_096) joined += `${plain.slice(0, -1)} `;
      continue;
    }
    const whole = `${joined}${plain}`.trim();
    joined = '';
    const editable = /^(?:-e|--editable)[\s=]+(\S+)/.exec(whole)?.[1];
    const egg = editable && /[#&]egg=([A-Za-z0-9._-]+)/.exec(editable)?.[1];
    if (egg) yield open('pypi', egg, whole);
    if (whole === '' || whole.startsWith('-')) continue;
    yield* requirement(whole.split(/\s--[a-z]/, 1)[0] as string, false);
  }
}

/**
 * `[project]`, its optional dependencies, dependency groups, and Poetry's tables.
 * https://packaging.python.org/en/latest/specifications/pyproject-toml/
 */
function* pyproject(content: string): Generator<PackageFact> {
  const document = readToml(content);
  const project = object(document.project);
  const groups = [
    project.dependencies,
    ...Object.values(object(project['optional-dependencies'])),
    ...Object.values(object(document['dependency-groups'])),
  ];
  for (const group of groups)
    for (const dependency of list(group)) if (typeof dependency === 'string') yield* requirement(dependency, true);
  const poetry = object(object(document.tool).poetry);
  const tables = [
    poetry.dependencies,
    poetry['dev-dependencies'],
    ...Object.values(object(poetry.group)).map((group) => object(group).dependencies),
  ];
  for (const table of tables)
    for (const [name, value] of Object.entries(object(table)))
      if (name !== 'python') yield poetryDependency(name, value);
}

/** A bare version is exact for Poetry. https://python-poetry.org/docs/dependency-specification/ */
function poetryDependency(name: string, value: Json | undefined): PackageFact {
  const written = value !== undefined && isObject(value) ? text(value.version) : text(value);
  const exact = /^(?:==\s*)?(\d[\w.!+-]*)$/.exec(written ?? '')?.[1];
  return exact === undefined
    ? open('pypi', name, `${name} ${written ?? JSON.stringify(value)}`)
    : { type: 'pypi', name, version: exact, role: 'declared' };
}

/** Items of `dependencies:` and of its `pip:` that say no version. https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html */
function* environment(content: string): Generator<PackageFact> {
  let dependencies = false;
  let pipIndent = -1;
  for (const line of shortLines(content)) {
    const top = /^([\w-]+):/.exec(line);
    if (top !== null) dependencies = top[1] === 'dependencies';
    const match = dependencies ? /^(\s*)-\s+(\S.*)$/.exec(line) : null;
    if (match === null) continue;
    const [indent, item] = [(match[1] as string).length, unquoted(match[2] as string)];
    if (item === 'pip:') {
      pipIndent = indent;
      continue;
    }
    if (pipIndent >= 0 && indent <= pipIndent) pipIndent = -1;
    if (pipIndent >= 0) yield* requirement(item, false);
    else {
      const spec = /^(?:[\w./-]+::)?([\w.-]+)\s*(.*)$/.exec(item);
      if (spec !== null && !/^==?\s*[\w.!+]+(?:=[\w.*]+)?$/.test(spec[2] as string))
        yield open('conda', spec[1] as string, item);
    }
  }
}

function unquoted(item: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(item);
  return (quoted?.[2] ?? item.replace(/(?:^|\s)#.*$/, '')).trim();
}
