import { pypi } from '../../ecosystems/pypi.ts';
import { parseRequirement } from '../../formats/text/index.ts';
import { repinned } from './pin.ts';
import type { WantedPin } from './requirements-file.ts';
import type { TextEdit } from './text-edit.ts';

/** A dependency in a pyproject.toml. */
export interface ProjectDeclaration {
  readonly name: string;
  readonly kind: 'pep508' | 'poetry';
  /** The string's content: a whole requirement, or Poetry's version. */
  readonly value: string;
  readonly range: readonly [number, number];
  readonly line: number;
}

/** Tables whose arrays hold requirements. https://packaging.python.org/en/latest/specifications/pyproject-toml/ */
const ARRAYS = /^(?:project|dependency-groups|tool\.uv|tool\.pdm\.dev-dependencies|project\.optional-dependencies)$/;
const POETRY = /^tool\.poetry(?:\.group\.[\w-]+)?\.(?:dev-)?dependencies$/;

/**
 * The dependencies of a pyproject.toml with their places. Only what stands in the usual shape is understood: strings in arrays, and
 * Poetry's `name = "^1.2"` or `name = { version = "^1.2" }`; the rest of the file is not looked at, and stays as it is.
 */
export function readProject(text: string): ProjectDeclaration[] {
  const found: ProjectDeclaration[] = [];
  let table = '';
  let inArray = false;
  let at = 0;
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const start = at;
    at += line.length + 1;
    const head = inArray ? null : /^\s*\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line);
    if (head) {
      table = (head[1] as string).replace(/["'\s]/g, '');
      continue;
    }
    const assignment = inArray ? null : /^\s*["']?([\w.-]+)["']?\s*=\s*/.exec(line);
    if (POETRY.test(table) && assignment) {
      const one = poetryVersion(line, assignment[1] as string, assignment[0].length);
      if (one && assignment[1] !== 'python')
        found.push({ ...one, range: [start + one.range[0], start + one.range[1]], line: number });
      continue;
    }
    const key = assignment?.[1];
    const wanted =
      inArray ||
      (key !== undefined &&
        ARRAYS.test(table) &&
        /^\s*\[/.test(line.slice(assignment![0].length)) &&
        (table !== 'project' || key === 'dependencies') &&
        (table !== 'tool.uv' || /dependencies$/.test(key)));
    if (!wanted) continue;
    const strings = [...line.slice(inArray ? 0 : assignment![0].length).matchAll(/"([^"\\]*)"|'([^']*)'|#.*$|(\])/g)];
    const shift = start + (inArray ? 0 : assignment![0].length);
    inArray = true;
    for (const match of strings) {
      if (match[0].startsWith('#')) break;
      if (match[3] !== undefined) {
        inArray = false;
        break;
      }
      const value = match[1] ?? match[2] ?? '';
      const parsed = parseRequirement(value);
      if (!parsed || parsed.url !== undefined) continue;
      const from = shift + match.index + 1;
      found.push({
        name: pypi.normalize(parsed.name),
        kind: 'pep508',
        value,
        range: [from, from + value.length],
        line: number,
      });
    }
  }
  return found;
}

function poetryVersion(line: string, name: string, from: number): Omit<ProjectDeclaration, 'line'> | undefined {
  const rest = line.slice(from);
  const match = /^"([^"\\]*)"|^\{.*?\bversion\s*=\s*"([^"\\]*)"/.exec(rest);
  const value = match?.[1] ?? match?.[2];
  if (!match || value === undefined) return undefined;
  const start = from + match[0].lastIndexOf(`"${value}"`) + 1;
  return { name: pypi.normalize(name), kind: 'poetry', value, range: [start, start + value.length] };
}

/** The edit that brings a dependency to a version; undefined where what is written cannot be understood. */
export function pinProject(
  one: ProjectDeclaration,
  { to, exact }: Pick<WantedPin, 'to' | 'exact'>,
): TextEdit | undefined {
  const [start, end] = one.range;
  if (exact && one.kind === 'poetry') return { start, end, text: to };
  if (one.kind === 'poetry') {
    const sign = /^\s*(\^|~)/.exec(one.value)?.[1];
    if (sign !== undefined) return { start, end, text: `${sign}${to}` };
    if (/^\s*\d/.test(one.value) && !one.value.includes(',')) return { start, end, text: to };
    const specifier = one.value.trim() === '*' ? `>=${to}` : repinned(one.value, to);
    return specifier === undefined ? undefined : { start, end, text: specifier };
  }
  const parsed = parseRequirement(one.value);
  const head = /^\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?/.exec(one.value)?.[0];
  const specifier = parsed && repinned(parsed.specifier, to, exact);
  if (specifier === undefined || head === undefined) return undefined;
  const semicolon = one.value.indexOf(';');
  const tail = semicolon < 0 ? '' : one.value.slice(semicolon);
  return { start, end, text: `${head.trimEnd()}${specifier}${tail === '' ? '' : ` ${tail}`}` };
}
