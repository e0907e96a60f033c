import { conda } from '../../ecosystems/others.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { pathIn } from '../../formats/paths.ts';
import type { Change, FileEdit, LockRenewal, PlanStep } from '../plan.ts';
import type { BuildFiles } from './build-files.ts';
import { declarations, type FileDraft } from './declarations.ts';
import { directInWords } from './direct.ts';
import { inlineDirect, inlinePins, runText } from './dockerfile-edit.ts';
import type { DockerfileMatch } from './dockerfile-match.ts';
import { type EditPlanning, isLocked } from './edit-planning.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { insertionPoint, unwritable } from './insertion-point.ts';
import { type LockPin, renewalCommand } from './lock-files.ts';
import { maskedDiff, maskerOf } from './masked-text.ts';
import { shutsOut } from './pin.ts';
import { readPixiConda, readProject } from './pyproject-file.ts';
import type { WantedPin } from './requirements-file.ts';
import { safeEdits } from './safe-edits.ts';
import { applyEdits, lineAt } from './text-edit.ts';
import { addUndeclared, isHashed } from './undeclared.ts';
import { unifiedDiff } from './unified-diff.ts';

interface Edits {
  readonly files: readonly FileEdit[];
  /** Places by step: `Dockerfile:12`. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** By step: what a person has to change, since it is taken from a place and no pin may stand beside that. */
  readonly byHand: ReadonlyMap<string, NonNullable<PlanStep['byHand']>>;
  readonly notes: readonly string[];
  readonly locks: readonly LockRenewal[];
  /** Of a project: changes that no file has a place for and no lock pins. An installer may choose otherwise, so no plan may count on them. */
  readonly unwritten: readonly Change[];
}

/** Turns the applied steps of a plan into changes of the build's files: pins where packages are declared, else a RUN. */
export async function makeEdits(planning: EditPlanning): Promise<Edits> {
  const drafts = new Map(planning.build.files.map((file): [string, FileDraft] => [file.path, { file, edits: [] }]));
  const places = new Map<string, string[]>();
  const byHand = new Map<string, ByHand[]>();
  const notes: string[] = [];
  const unwritten: Change[] = [];
  for (const step of planning.steps) {
    if (!step.applied) continue;
    const own: string[] = [];
    places.set(step.id, own);
    const hand: ByHand[] = [];
    const left =
      step.kind === 'python' || step.kind === 'conda' || (step.kind === 'npm' && planning.match === undefined)
        ? await declared(planning, step, drafts, own, hand, notes)
        : undefined;
    if (hand.length > 0) byHand.set(step.id, hand);
    if (left !== undefined && left.length === 0) continue;
    // What conda's lock pins comes with the renewed lock, and an update behind it would leave that.
    if (step.kind === 'conda' && !step.changes.every(planning.inherited) && installsLock(planning.build)) continue;
    // npm moves a lock to what package.json allows, of everything.
    if (planning.match === undefined && left !== undefined && step.kind !== 'npm' && !isLocked(planning, step))
      unwritten.push(...left.filter(({ from, to }) => from !== undefined && to !== undefined));
    insertRun(planning, step, left, drafts, own, notes);
  }
  const locks = renewals(planning, byHand);
  // A trial is of an image: nobody offers one for a project.
  const tried = (program: string): string =>
    planning.match === undefined ? '' : ` (--try does so where ${program} is installed)`;
  for (const lock of locks)
    notes.push(
      `${lock.file} pins the whole tree: run \`${renewalCommand(lock)}\` after the change, and commit both${tried(lock.program)}`,
    );
  const files = [...drafts.values()].flatMap(({ file, edits }): FileEdit[] => {
    const { safe, unsafe } =
      file.kind === 'dockerfile' ? safeEdits(planning.build.dockerfile, edits) : { safe: edits, unsafe: [] };
    for (const { start, text } of unsafe)
      notes.push(
        `${file.path}:${lineAt(file.text, start)}: what stands around it is not understood, so this is not written there: ${text.trim()}`,
      );
    const after = applyEdits(file.text, safe);
    if (after === file.text) return [];
    const diff = unifiedDiff(file.path, file.text, after);
    const shown = maskedDiff(diff, maskerOf(file.text, file.kind));
    if (shown !== diff)
      notes.push(
        `${file.path} holds a credential: it is masked in the change that is shown here (--write and -f diff keep it)`,
      );
    return [{ path: file.path, before: file.text, after, diff, shown }];
  });
  return { files, places, byHand, notes, locks, unwritten };
}

/** Whether an instruction installs from a lock that pins conda packages. */
const installsLock = ({ dockerfile, locks }: BuildFiles): boolean =>
  locks.some(({ ofConda }) =>
    dockerfile.instructions.some(({ keyword, argument }) => keyword === 'RUN' && ofConda?.test(argument)),
  );

type ByHand = NonNullable<PlanStep['byHand']>[number];

/** A lock pins what the declarations let move: how each is taken there, for what is declared and for what is not. */
function renewals({ build, steps, concerns }: EditPlanning, byHand: Edits['byHand']): LockRenewal[] {
  const isByHand = ({ id }: PlanStep, change: Change): boolean =>
    (byHand.get(id) ?? []).some(({ name }) => name === change.name);
  const moved = steps.filter(({ applied, kind }) => applied && (kind === 'python' || kind === 'conda'));
  return build.locks.flatMap(({ file, program, renew, folder }): LockRenewal[] => {
    const path = pathIn(folder, file);
    const pins = moved
      .filter((step) => concerns?.(step, path) ?? true)
      .flatMap((step) => step.changes.flatMap((change) => (isByHand(step, change) ? [] : pinOf(change, build))));
    return pins.length === 0 ? [] : [{ file: path, program, args: renew(pins), ...(folder === '' ? {} : { folder }) }];
  });
}

/** What is new comes along with whatever needs it. */
function pinOf({ type, name, from, to, exact }: Change, { files }: BuildFiles): LockPin[] {
  if (to === undefined || from === undefined) return [];
  const own = type === pypi.type ? pypi.normalize(name) : name.toLowerCase();
  const declared = files.some(
    ({ kind, text }) =>
      (kind === 'project' && type === pypi.type && readProject(text, own).length > 0) ||
      (kind === 'project' && type === conda.type && readPixiConda(text, own).length > 0) ||
      (kind === 'environment' &&
        readEnvironmentFile(text).some((declaration) => declaration.type === type && declaration.name === own)),
  );
  return [{ name, version: to, declared, ...(exact ? { exact } : {}) }];
}

function insertRun(
  planning: EditPlanning,
  step: PlanStep,
  left: readonly Change[] | undefined,
  drafts: ReadonlyMap<string, FileDraft>,
  places: string[],
  notes: string[],
): void {
  const { build, match, user } = planning;
  const main = [...drafts.values()].find(({ file }) => file.kind === 'dockerfile');
  if (!main || match === undefined) return;
  const commands =
    left === undefined || left.length === step.changes.length ? step.commands : [installLine(planning, step, left)];
  const point = insertionPoint(match, planning.layersOf(step), user, step.kind);
  const there = sameRun(match, commands);
  if (there !== undefined) {
    notes.push(`${main.file.path}:${there} does this already, and the image is older than that line: build it anew`);
    return;
  }
  const why = unwritable(commands, point);
  if (why !== undefined) {
    notes.push(`${main.file.path}: ${step.title} is not written there: ${why}`);
    return;
  }
  const edit = runText(commands, commentOf(step, left), point, build.dockerfile);
  main.edits.push(edit);
  places.push(`${main.file.path}:${lineAt(main.file.text, edit.start)}`);
}

const installLine = (planning: EditPlanning, step: PlanStep, left: readonly Change[]): string =>
  `${planning.pip(step)} install --no-cache-dir ${left
    .map(({ name, to }) => `${name}==${to}`)
    .sort()
    .join(' ')}`;

/** The line of a RUN that runs just these commands. */
function sameRun({ chain }: DockerfileMatch, commands: readonly string[]): number | undefined {
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const wanted = plain(commands.join(' && '));
  return chain.find(({ keyword, argument }) => keyword === 'RUN' && plain(argument) === wanted)?.range.start.line;
}

const SHOWN = 4;

/** What the line is there for, for whoever reads the file in a year. */
function commentOf(step: PlanStep, left: readonly Change[] | undefined): string {
  const names = new Set(left?.map(({ name }) => pypi.normalize(name)));
  const all = left === undefined || left.length === step.changes.length;
  const cleared = step.clears.filter(({ name }) => all || names.has(pypi.normalize(name)));
  const ids = [...new Set(cleared.map(({ id }) => id))];
  const title = all ? step.title : `upgrade ${left.map(({ name }) => name).join(', ')}`;
  const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : '';
  if (ids.length === 0) return `${title}, which others need`.replace(/[\r\n]+/g, ' ');
  return `${title}: clears ${ids.slice(0, SHOWN).join(', ')}${more}`.replace(/[\r\n]+/g, ' ');
}

/** Pins what the files declare; gives back what nobody declares. */
async function declared(
  planning: EditPlanning,
  step: PlanStep,
  drafts: ReadonlyMap<string, FileDraft>,
  places: string[],
  byHand: ByHand[],
  notes: string[],
): Promise<Change[]> {
  const { dockerfile } = planning.build;
  const inline = {
    pins: inlinePins(dockerfile, step.kind === 'python' ? step.changes : []),
    direct: inlineDirect(dockerfile),
  };
  const left: Change[] = [];
  const own = new Map([...drafts].filter(([path]) => planning.concerns?.(step, path) ?? true));
  for (const change of step.changes) {
    if (change.to === undefined) continue;
    // What others bring along need not be named: pip takes it from their requirements, unless every file is to have its hashes.
    if (change.from === undefined && !isHashed(own)) continue;
    const written = [...own.values()].flatMap((draft) => declarations(draft, change, inline, planning.build.embedded));
    const isExact = written.some(({ specifier = '' }) => /^={2,3}/.test(specifier));
    const direct = written.flatMap(({ draft, line, from }) =>
      from === undefined ? [] : [{ place: `${draft.file.path}:${line}`, from }],
    );
    if (direct.length > 0) {
      const { name, to } = change;
      byHand.push(...direct.map(({ place, from }) => ({ name, place, what: directInWords({ from }, name, to) })));
      continue;
    }
    const pin: WantedPin = {
      name: change.name,
      to: change.to,
      ...(change.exact ? { exact: true } : {}),
      hashes: written.some(({ hashed }) => hashed) ? await planning.hashes(pypi.normalize(change.name), change.to) : [],
    };
    let placed = false;
    for (const { draft, line, edit, specifier } of written) {
      // What a pin beside it decides, and it allows: the file that another is compiled from.
      if (planning.match === undefined && isExact && specifier !== undefined && isLoose(specifier, pin.to)) continue;
      const edits = edit(pin);
      if (edits === undefined) {
        notes.push(
          `${draft.file.path}:${line} pins ${change.name} with hashes or in a way that is not understood: write ${change.to} there by hand`,
        );
        placed = true;
        continue;
      }
      if (specifier !== undefined && specifier !== '' && !/^={2,3}/.test(specifier) && shutsOut(specifier, change.to))
        notes.push(`${draft.file.path}:${line} allowed ${change.name}${specifier} only: that bound is moved`);
      placed = true;
      if (edits.length === 0) continue;
      draft.edits.push(...edits);
      places.push(`${draft.file.path}:${line}`);
    }
    if (placed || (planning.comesAlong?.(change) && !isHashed(own))) continue;
    if (await addUndeclared(planning, step, change, pin, own, places)) continue;
    if (change.from !== undefined || planning.match === undefined) left.push(change);
  }
  return left;
}

const isLoose = (specifier: string, to: string): boolean => !/^={2,3}/.test(specifier) && !shutsOut(specifier, to);
