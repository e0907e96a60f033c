import { pypi } from '../../ecosystems/pypi.ts';
import type { Marker, Operand } from '../../formats/text/index.ts';
import type { Platform } from '../../model.ts';
import { isPep440 } from '../../versions/pep440.ts';
import { parseSpecifiers, satisfies } from '../../versions/pep440-specifier.ts';

/** What environment markers ask for: `python_version`, `sys_platform`, ... */
export type MarkerValues = ReadonlyMap<string, string>;

/**
 * The values of a Python interpreter in a Linux container. `python` is as full as it is known (`3.9.16`, `3.9`).
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
 */
export function markerValues(python: string, platform: Platform | undefined, implementation = 'cpython'): MarkerValues {
  const [major = '3', minor = '0'] = python.split('.');
  const full = python.split('.').length > 2 ? python : `${major}.${minor}.0`;
  const windows = platform?.os === 'windows';
  return new Map([
    ['python_version', `${major}.${minor}`],
    ['python_full_version', full],
    ['os_name', windows ? 'nt' : 'posix'],
    ['sys_platform', windows ? 'win32' : 'linux'],
    ['platform_system', windows ? 'Windows' : 'Linux'],
    ['platform_machine', machineOf(platform)],
    ['platform_release', ''],
    ['platform_version', ''],
    ['platform_python_implementation', implementation === 'pypy' ? 'PyPy' : 'CPython'],
    ['implementation_name', implementation],
    ['implementation_version', full],
  ]);
}

const MACHINES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['386', 'i686'],
  ['arm', 'armv7l'],
]);

/** `amd64` is `x86_64` to Python. */
export function machineOf(platform: Platform | undefined): string {
  const architecture = platform?.architecture ?? '';
  return MACHINES.get(architecture) ?? architecture;
}

const VERSIONS = new Set(['python_version', 'python_full_version', 'implementation_version', 'platform_release']);

/** Whether a marker holds; `extras` are those asked for of the package whose requirement it is. */
export function holds(marker: Marker, values: MarkerValues, extras: ReadonlySet<string> = new Set()): boolean {
  if (marker.kind !== 'compare') {
    const left = holds(marker.left, values, extras);
    return marker.kind === 'and'
      ? left && holds(marker.right, values, extras)
      : left || holds(marker.right, values, extras);
  }
  const { left, operator, right } = marker;
  if (isExtra(left) || isExtra(right)) return extraHolds(isExtra(left) ? right : left, operator, values, extras);
  const versions = [left, right].some((side) => 'variable' in side && VERSIONS.has(side.variable));
  return compareValues(operandValue(left, values), operator, operandValue(right, values), versions);
}

const isExtra = (operand: Operand): boolean => 'variable' in operand && operand.variable === 'extra';

const operandValue = (operand: Operand, values: MarkerValues): string =>
  'value' in operand ? operand.value : (values.get(operand.variable) ?? '');

function extraHolds(named: Operand, operator: string, values: MarkerValues, extras: ReadonlySet<string>): boolean {
  const has = extras.has(normalizeExtra(operandValue(named, values)));
  if (operator === '==') return has;
  return operator === '!=' ? !has : false;
}

/** Extras are compared as names are. https://packaging.python.org/en/latest/specifications/name-normalization/ */
export const normalizeExtra = pypi.normalize;

function compareValues(left: string, operator: string, right: string, versions: boolean): boolean {
  if (operator === 'in') return right.includes(left);
  if (operator === 'not in') return !right.includes(left);
  // As versions where the right side makes a specifier, as `packaging` does, else as text.
  if (versions && isPep440(left)) {
    const clauses = parseSpecifiers(`${operator}${right}`);
    if (clauses && clauses.length > 0) return satisfies(left, clauses, 'installed');
  }
  if (operator === '==' || operator === '===') return left === right;
  if (operator === '!=') return left !== right;
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  if (operator === '<=') return left <= right;
  return operator === '>=' && left >= right;
}
