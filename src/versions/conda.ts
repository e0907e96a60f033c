import { compareDigits, compareText } from './order.ts';

/** A run of digits, or of anything else. */
type Atom = string;
/** A version's parts between dots, each of which begins with a number. */
type Parts = readonly (readonly Atom[])[];

interface CondaVersion {
  readonly epoch: string;
  readonly parts: Parts;
  /** Behind a plus sign. */
  readonly local: Parts;
}

const isNumber = (atom: Atom): boolean => /^\d/.test(atom);

/**
 * Orders two versions as conda does: dots and underscores part them, a part that begins with a letter has a zero before it, letters sort
 * before numbers (`1.1a1` before `1.1`), `dev` before all other letters and `post` behind all numbers; `1.1.1_` sorts before `1.1.1a`.
 * https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/models/version/index.html
 */
export function compareConda(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareParts(left.parts, right.parts) ||
    compareParts(left.local, right.local)
  );
}

/** Whether a version begins as another does, part by part: `1.21.3` as `1.21`, but not `1.210`. Only of a last part of letters a beginning is enough: `1.1.1w` as `1.1.1`, `1.0rc1` as `1.0rc`. */
export function startsAsConda(version: string, beginning: string): boolean {
  const [whole, first] = [parse(version), parse(beginning)];
  if (compareDigits(whole.epoch, first.epoch) !== 0) return false;
  if (first.local.length === 0) return startsAs(whole.parts, first.parts);
  return compareParts(whole.parts, first.parts) === 0 && startsAs(whole.local, first.local);
}

function startsAs(whole: Parts, first: Parts): boolean {
  const last = first.length - 1;
  if (compareParts(whole.slice(0, last), first.slice(0, last)) !== 0) return false;
  const [have, wanted] = [whole[last] ?? [], first[last] ?? []];
  const end = wanted.length - 1;
  if (compareAtoms(have.slice(0, end), wanted.slice(0, end)) !== 0) return false;
  const [mine = '0', other = '0'] = [have[end], wanted[end]];
  if (!isNumber(other)) return !isNumber(mine) && mine.startsWith(other);
  return compareAtom(mine, other) === 0;
}

function parse(text: string): CondaVersion {
  const [, epoch = '0', version = '', local] = /^(?:(\d+)!)?([^+]*)(?:\+(.*))?$/s.exec(text.trim().toLowerCase()) ?? [];
  return { epoch, parts: partsOf(version), local: local === undefined ? [] : partsOf(local) };
}

function partsOf(text: string): Parts {
  // An underscore at the end belongs to the last part: it sorts before letters.
  const kept = /[_-]$/.test(text) ? '_' : '';
  const parts = (kept === '' ? text : text.slice(0, -1)).split(/[._-]/);
  return parts.map((part, at) => {
    const atoms = `${part}${at === parts.length - 1 ? kept : ''}`.match(/\d+|\D+/g) ?? [];
    return atoms[0] !== undefined && isNumber(atoms[0]) ? atoms : ['0', ...atoms];
  });
}

function compareParts(a: Parts, b: Parts): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = compareAtoms(a[at] ?? [], b[at] ?? []);
    if (order !== 0) return order;
  }
  return 0;
}

function compareAtoms(a: readonly Atom[], b: readonly Atom[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = compareAtom(a[at] ?? '0', b[at] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** `dev`, other letters, numbers, `post`. */
const rank = (atom: Atom): number => (isNumber(atom) ? 2 : atom === 'dev' ? 0 : atom === 'post' ? 3 : 1);

function compareAtom(a: Atom, b: Atom): number {
  const order = rank(a) - rank(b);
  if (order !== 0) return order;
  return isNumber(a) ? compareDigits(a, b) : compareText(a, b);
}
