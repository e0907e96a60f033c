import { typeNamed } from '../../ecosystems/index.ts';
import { npm } from '../../ecosystems/npm.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { type DockerInstruction, type HistoryStep, makesLayer, targetPath } from '../../formats/text/index.ts';
import type { Package } from '../../model.ts';
import { fit } from './history.ts';

/** An instruction that may have brought what a layer of several instructions holds. */
export interface Maker {
  readonly keyword: string;
  /** What it runs or copies, here-documents included. */
  readonly text: string;
  /** For COPY and ADD: where to, without slashes at its ends. */
  readonly target?: string;
  /** `Dockerfile:12`, where a Dockerfile was given. */
  readonly line?: string;
  /** When it was done, in milliseconds since 1970, as the history says. */
  readonly done?: number;
}

/** The makers in a merged layer: the Dockerfile's instructions where it is known, else the steps of the history. */
export function makersOf(
  steps: readonly HistoryStep[],
  chain: readonly DockerInstruction[],
  file: string | undefined,
): Maker[] {
  if (file !== undefined && chain.some(makesLayer)) {
    const left = [...steps];
    let walked: string | undefined;
    return chain.flatMap((instruction): Maker[] => {
      if (instruction.keyword === 'WORKDIR') walked = targetPath(walked, instruction.words[0]?.value ?? '');
      if (!makesLayer(instruction)) return [];
      const step = taken(left, instruction);
      return [
        {
          ...doneAt(step),
          keyword: instruction.keyword,
          text: [instruction.argument, ...instruction.heredocs.map(({ body }) => body)].join('\n'),
          line: `${file}:${instruction.range.start.line}`,
          ...targetOf(instruction.keyword, instruction.words.at(-1)?.value, step?.folder ?? walked),
        },
      ];
    });
  }
  return steps.map((step) => ({
    ...doneAt(step),
    keyword: step.keyword,
    text: step.argument,
    ...targetOf(step.keyword, step.argument.trim().split(/\s+/).at(-1), step.folder),
  }));
}

/** The step of the history that is this instruction; steps before it are used up. */
function taken(left: HistoryStep[], instruction: DockerInstruction): HistoryStep | undefined {
  const at = left.findIndex((step) => fit(step, instruction) > 0);
  return at < 0 ? undefined : left.splice(0, at + 1).at(-1);
}

function doneAt(step: HistoryStep | undefined): { done?: number } {
  const done = Date.parse(step?.created ?? '');
  return Number.isNaN(done) ? {} : { done };
}

function targetOf(keyword: string, path: string | undefined, folder: string | undefined): { target?: string } {
  const target = keyword === 'RUN' || path === undefined ? undefined : targetPath(folder, path);
  return target === undefined ? {} : { target };
}

/**
 * Which of the instructions in a merged layer brought a package: the one that copied to where it lies, the one that installs it by
 * name or from a file that lists it, else the only one that installs such packages, else the one that was at work when its files
 * were written. Where a whole root file system was copied in as well, what that brought was written before any installation began.
 * Undefined where that is not told.
 * `listed`: names that a requirements file lists, by the name of the file; `written`: when its files were, in milliseconds since 1970;
 * `began`: as `installationsBegan` tells.
 */
export function makerOf(
  pkg: Package,
  makers: readonly Maker[],
  listed: ReadonlyMap<string, ReadonlySet<string>>,
  written?: number,
  began?: ReadonlyMap<Maker, number>,
): Maker | undefined {
  const direct = installerOf(pkg, makers, listed);
  if (direct) return direct;
  const paths = pkg.evidence.map(({ path }) => path);
  const installers = installersOf(bringerOf(pkg).type, makers);
  const copied = makers
    .filter(
      ({ target }) =>
        target !== undefined && paths.some((path) => target === '' || path === target || path.startsWith(`${target}/`)),
    )
    .sort((a, b) => (b.target?.length ?? 0) - (a.target?.length ?? 0))[0];
  // A copy of a whole root file system is the least telling of all.
  if (copied && copied.target !== '') return copied;
  const [only, ...others] = installers;
  if (only === undefined) return copied;
  if (others.length > 0) {
    const wasThere = installers.every((installer) => (written ?? Infinity) < (began?.get(installer) ?? -Infinity));
    return copied !== undefined && wasThere ? copied : atWork(makers, installers, written);
  }
  if (copied === undefined) return only;
  const start = began?.get(only);
  if (start === undefined || written === undefined) return undefined;
  return written < start ? copied : only;
}

/** Of an instruction, told once: an image may have many, each of many words, and as many packages as it likes. */
interface Words {
  readonly installs: Map<string, boolean>;
  /** What it names, as packages of PyPI are spelled and as others are; made when asked for. */
  readonly named: Map<boolean, ReadonlySet<string>>;
}
const told = new WeakMap<Maker, Words>();

function wordsOf(maker: Maker): Words {
  const words = told.get(maker) ?? { installs: new Map(), named: new Map() };
  told.set(maker, words);
  return words;
}

function installs(maker: Maker, type: string): boolean {
  const { installs: known } = wordsOf(maker);
  const answer = known.get(type) ?? (maker.keyword === 'RUN' && typeNamed(type).installs?.test(maker.text) === true);
  known.set(type, answer);
  return answer;
}

function namesIn(maker: Maker, isPython: boolean): ReadonlySet<string> {
  const { named } = wordsOf(maker);
  const known = named.get(isPython);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const word of maker.text.split(/[\s'"]+/)) {
    const [, head = ''] = /^([A-Za-z0-9][\w.+-]*?)(?:\[[^\]]*\])?(?:[=<>!~:@].*)?$/.exec(word) ?? [];
    if (head !== '') names.add(isPython ? pypi.normalize(head) : head.toLowerCase());
  }
  named.set(isPython, names);
  return names;
}

const installersOf = (type: string, makers: readonly Maker[]): readonly Maker[] =>
  makers.filter((maker) => installs(maker, type));

/** The instruction that installs a package by its name, else the one that does so from a file that lists it. */
function installerOf(
  pkg: Package,
  makers: readonly Maker[],
  listed: ReadonlyMap<string, ReadonlySet<string>>,
): Maker | undefined {
  const { type, name } = bringerOf(pkg);
  const installers = installersOf(type, makers);
  const files = [...listed].flatMap(([file, own]) => (own.has(name) ? [file] : []));
  return (
    installers.findLast((maker) => namesIn(maker, type === pypi.type).has(name)) ??
    (files.length === 0 ? undefined : installers.findLast(({ text }) => files.some((file) => text.includes(file))))
  );
}

/** Packages are written one after the other; longer than this nothing comes within one installation. */
const PAUSE_MS = 60_000;

/**
 * When each instruction began to write packages, in milliseconds since 1970: the time of the first that it installs by name, or of what was
 * written before that without a pause, since what a package needs is unpacked before it. `written`: when the files of packages were.
 */
export function installationsBegan(
  packages: readonly Package[],
  makers: readonly Maker[],
  listed: ReadonlyMap<string, ReadonlySet<string>>,
  written: ReadonlyMap<Package, number>,
): ReadonlyMap<Maker, number> {
  const began = new Map<Maker, number>();
  for (const pkg of packages) {
    const time = written.get(pkg);
    const maker = time === undefined ? undefined : installerOf(pkg, makers, listed);
    if (time !== undefined && maker !== undefined) began.set(maker, Math.min(time, began.get(maker) ?? time));
  }
  const times = packages.flatMap((pkg) => written.get(pkg) ?? []).sort((a, b) => b - a);
  for (const [maker, first] of began) {
    let start = first;
    for (const time of times) if (time < start && start - time <= PAUSE_MS) start = time;
    began.set(maker, start);
  }
  return began;
}

/** The package that an installer brought: a library inside of a wheel came with that distribution, whose folders have its name. */
function bringerOf({ type, name, evidence, ownedBy }: Package): { readonly type: string; readonly name: string } {
  if (typeNamed(type).installs !== undefined)
    return { type, name: type === pypi.type ? pypi.normalize(name) : name.toLowerCase() };
  if (ownedBy !== undefined) return { type: ownedBy.type, name: ownedBy.name.toLowerCase() };
  for (const { path } of evidence) {
    const [, folder] = /\/(?:site|dist)-packages\/([^/]+)\//.exec(path) ?? [];
    if (folder !== undefined) return { type: pypi.type, name: pypi.normalize(folder.replace(/\.libs$/, '')) };
    const [, module] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    if (module !== undefined) return { type: npm.type, name: module.toLowerCase() };
  }
  return { type, name: name.toLowerCase() };
}

/** Files keep the second in which they were written, and a step is noted in the history when it is through. */
const SECOND = 1_000;
/** No step takes longer: what is older was written elsewhere. */
const STEP_MS = 6 * 3_600_000;

/** The first step that ended after a moment, if it is one of those that install: times are only told where the steps differ in theirs. */
function atWork(
  makers: readonly Maker[],
  installers: readonly Maker[],
  written: number | undefined,
): Maker | undefined {
  if (written === undefined || new Set(makers.map(({ done }) => done)).size < 2) return undefined;
  const first = makers.find(({ done }) => done !== undefined && done + SECOND > written);
  if (first?.done === undefined || first.done - written > STEP_MS) return undefined;
  return installers.includes(first) ? first : undefined;
}
