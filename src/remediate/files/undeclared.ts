import { pypi } from '../../ecosystems/pypi.ts';
import type { Change, PlanStep } from '../plan.ts';
import { addBeside } from './add-beside.ts';
import type { BuildFile } from './build-files.ts';
import type { FileDraft } from './declarations.ts';
import { type EditPlanning, isLocked } from './edit-planning.ts';
import { addRequirement, readRequirements, type WantedPin } from './requirements-file.ts';
import { lineAt } from './text-edit.ts';

/** Whether a file of requirements has hashes: then pip takes nothing that has none. */
export const isHashed = (drafts: ReadonlyMap<string, FileDraft>): boolean =>
  [...drafts.values()].some(
    ({ file: { kind, text } }) =>
      (kind === 'requirements' || kind === 'constraints') &&
      readRequirements(text).requirements.some(({ hashes }) => hashes !== undefined),
  );

/** What installs the others is no requirement of theirs. */
const TOOLS = new Set(['pip', 'setuptools', 'wheel']);

/** What came with a declared package is written behind the declared ones, with a word on why it is there. */
export async function addUndeclared(
  planning: EditPlanning,
  step: PlanStep,
  change: Change,
  pin: WantedPin,
  drafts: ReadonlyMap<string, FileDraft>,
  places: string[],
): Promise<boolean> {
  if (change.type !== pypi.type || planning.inherited(change)) return false;
  // In a project they are there for what requires them.
  if (planning.match !== undefined && TOOLS.has(pypi.normalize(change.name))) return false;
  const all = [...drafts.values()];
  const ids = step.clears
    .filter(({ name }) => pypi.normalize(name) === pypi.normalize(change.name))
    .map(({ id }) => id);
  const why =
    ids.length > 0
      ? `not used directly: clears ${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', ...' : ''}`
      : change.because;
  const wanted: WantedPin = { ...pin, ...(why === undefined ? {} : { comment: why }) };
  const lists = ['constraints', 'requirements'].flatMap((kind) => all.filter(({ file }) => file.kind === kind));
  if (lists.length === 0) return addedBeside(planning, step, change, wanted, all, places);
  const draft = lists.find((draft) => takesIn(planning, change, draft));
  if (!draft) return false;
  const file = readRequirements(draft.file.text);
  const hashed = file.requirements.some(({ hashes }) => hashes !== undefined);
  const edit = addRequirement(draft.file.text, file, {
    ...wanted,
    hashes: hashed ? await planning.hashes(pypi.normalize(change.name), pin.to) : [],
  });
  if (!edit) return false;
  draft.edits.push(edit);
  places.push(`${draft.file.path}:${lineAt(draft.file.text, edit.start)}`);
  return true;
}

/**
 * Whether a file has a place for what nobody declared. One with hashes is all that pip takes where it is installed from, so what comes in has
 * to be brought by what is in it: of anything else the own requirements are missing there, and pip refuses the whole file.
 */
function takesIn(planning: EditPlanning, change: Change, { file, edits }: FileDraft): boolean {
  const { match, bringersOf } = planning;
  if (match === undefined || bringersOf === undefined) return true;
  // What is not installed yet says who wants it.
  const wants = /^(\S+) \S+ requires /.exec(change.because ?? '')?.[1];
  const bringers = new Set([...bringersOf(change), ...(wants === undefined ? [] : [pypi.normalize(wants)])]);
  if (file.kind === 'constraints') return [...installedUnder(planning, file)].some((name) => bringers.has(name));
  const written = [file.text, ...edits.map(({ text }) => text)].flatMap((text) => readRequirements(text).requirements);
  return !written.some(({ hashes }) => hashes !== undefined) || written.some(({ name }) => bringers.has(name));
}

/**
 * Names that are installed under a file of constraints: those of the lists, and the words of instructions that name it. It has no say in what another instruction
 * installs without it.
 */
function installedUnder({ build }: EditPlanning, { path }: BuildFile): ReadonlySet<string> {
  const own = path.slice(path.lastIndexOf('/') + 1);
  const listed = build.files
    .filter(({ kind }) => kind === 'requirements')
    .flatMap(({ text }) => readRequirements(text).requirements.map(({ name }) => name));
  const words = build.dockerfile.instructions
    .filter(({ keyword, argument }) => keyword === 'RUN' && argument.includes(own))
    .flatMap(({ argument }) => argument.match(/[A-Za-z0-9][\w.-]*/g) ?? []);
  return new Set([...listed, ...words.map(pypi.normalize)]);
}

/** Where a project has no list of requirements, it is named beside the declaration of whoever brings it. */
function addedBeside(
  planning: EditPlanning,
  step: PlanStep,
  change: Change,
  pin: WantedPin,
  drafts: readonly FileDraft[],
  places: string[],
): boolean {
  const bringers = planning.bringersOf?.(change);
  if (planning.match !== undefined || bringers === undefined || isLocked(planning, step)) return false;
  for (const { file, edits } of drafts) {
    if (file.kind !== 'project' && file.kind !== 'environment') continue;
    const edit = addBeside(file.text, file.kind, bringers, { ...pin, name: pypi.normalize(pin.name) });
    if (edit === undefined) continue;
    edits.push(edit);
    places.push(`${file.path}:${lineAt(file.text, edit.start)}`);
    return true;
  }
  return false;
}
