import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { withoutEnd } from '../../formats/ends.ts';
import {
  commandsStartedBy,
  type Dockerfile,
  type DockerInstruction,
  parseDockerfile,
  pipWords,
  readToml,
  shellCommands,
} from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { missingFile } from '../../missing-file.ts';
import { misunderstood } from './dockerfile-match.ts';
import { type EmbeddedFile, embeddedAt, embeddedFiles } from './embedded-files.ts';
import { lockFiles, type PlacedLock } from './lock-files.ts';
import { readRequirements } from './requirements-file.ts';

/** A file of the build that may be changed. */
export interface BuildFile {
  /** Relative to the folder of the Dockerfile, with forward slashes: how the diff names it. */
  readonly path: string;
  readonly absolute: string;
  readonly text: string;
  readonly kind: 'dockerfile' | 'requirements' | 'constraints' | 'environment' | 'project' | 'manifest';
}

/** The Dockerfile and what it installs from. */
export interface BuildFiles {
  readonly folder: string;
  readonly dockerfile: Dockerfile;
  readonly files: readonly BuildFile[];
  /** Lists of requirements that stand in the Dockerfile itself, and that it installs from. */
  readonly embedded: readonly EmbeddedFile[];
  /** Lock files of the folder; of a project, those of its folders. */
  readonly locks: readonly PlacedLock[];
  /** Files that are named and cannot be read or changed, and why. */
  readonly notes: readonly string[];
  /** Places of the Dockerfile that no builder takes: nothing is changed there. */
  readonly misunderstood: readonly string[];
}

/** Reads a Dockerfile and the files its instructions install from. Throws `not-found` and `io`. */
export async function readBuildFiles(path: string, buildArguments?: ReadonlyMap<string, string>): Promise<BuildFiles> {
  const absolute = resolve(path);
  const text = await readText(absolute, path);
  const dockerfile = parseDockerfile(text, buildArguments);
  const folder = dirname(absolute);
  const files = new Map<string, BuildFile>();
  const notes: string[] = [];
  const name = slashes(relative(folder, absolute));
  files.set(absolute, { path: name, absolute, text, kind: 'dockerfile' });
  const written = embeddedFiles(dockerfile);
  const embedded = new Set<EmbeddedFile>();
  for (const wanted of namedFiles(dockerfile)) {
    const own = wanted.kind === 'project' ? undefined : embeddedAt(written, wanted.path);
    if (own !== undefined) {
      if (wanted.kind !== 'environment') embedded.add(own);
      continue;
    }
    const file = await locate(folder, wanted.path, dockerfile, wanted.mounted);
    if (file === undefined) {
      if (wanted.stated) notes.push(`${wanted.path}, which line ${wanted.line} installs from, is not in ${folder}`);
    } else await takeFile(file, wanted.kind, folder, files, notes);
  }
  const locks: PlacedLock[] = [];
  await noteLock(folder, locks);
  return {
    folder,
    dockerfile,
    files: [...files.values()],
    embedded: [...embedded],
    locks,
    notes,
    misunderstood: misunderstood(dockerfile, path),
  };
}

const slashes = (path: string): string => path.split(sep).join('/');

async function readText(absolute: string, shown: string): Promise<string> {
  const status = await stat(absolute).catch(() => undefined);
  if (!status) throw missingFile(shown);
  if (!status.isFile()) throw new PlimsollError('io', 'this is no file', { where: shown });
  if (status.size > LIMITS.dockerfileBytes)
    throw new PlimsollError('limit', 'the file is too large to be one of a build', { where: shown });
  const bytes = await readFile(absolute);
  const text = bytes.toString('utf8');
  // Writing back what was not UTF-8 would change bytes nobody asked to change.
  if (!Buffer.from(text, 'utf8').equals(bytes))
    throw new PlimsollError('unsupported', 'the file is not UTF-8', { where: shown });
  return text;
}

interface Named {
  readonly path: string;
  readonly kind: BuildFile['kind'];
  readonly line: number;
  /** False: it is only likely to be there. */
  readonly stated: boolean;
  /** Where it lies in the build's folder, where that is mounted for the instruction. */
  readonly mounted?: string;
}

/** Every text that a shell runs: the argument of RUN and its here-documents. */
const shellTexts = ({ argument, heredocs }: DockerInstruction): string[] => [
  argument,
  ...heredocs.map(({ body }) => body),
];

function* namedFiles(dockerfile: Dockerfile): Generator<Named> {
  for (const instruction of dockerfile.instructions)
    for (const named of namedIn(instruction)) {
      const mounted = mountedFrom(instruction, named.path);
      yield mounted === undefined ? named : { ...named, mounted };
    }
}

/** What `--mount=type=bind,source=deps,target=/deps` puts at a path, in the build's folder. https://docs.docker.com/reference/dockerfile/#run---mounttypebind */
function mountedFrom({ flags }: DockerInstruction, path: string): string | undefined {
  for (const { name, value } of flags) {
    if (name !== 'mount') continue;
    const settings = new Map((value ?? '').split(',').map((pair) => pair.split('=', 2) as [string, string]));
    const target = settings.get('target') ?? settings.get('dst') ?? settings.get('destination');
    if ((settings.get('type') ?? 'bind') !== 'bind' || settings.has('from') || target === undefined) continue;
    const source = settings.get('source') ?? settings.get('src') ?? '.';
    if (path === target) return source;
    if (path.startsWith(`${target.replace(/\/$/, '')}/`)) return join(source, path.slice(target.length));
  }
  return undefined;
}

function* namedIn(instruction: DockerInstruction): Generator<Named> {
  if (instruction.keyword !== 'RUN') return;
  const line = instruction.range.start.line;
  for (const { flag, path } of listsOfPip(instruction)) yield { path, kind: kindOfFlag(flag), line, stated: true };
  for (const text of shellTexts(instruction)) {
    if (/\b(?:conda|mamba|micromamba)\b/.test(text))
      for (const [, path = ''] of text.matchAll(/\s(?:-f|--file)[\s=]*([^\s;&|'"=][^\s;&|'"]*\.ya?ml)/g))
        if (!isLockOfConda(path)) yield { path, kind: 'environment', line, stated: true };
    if (/\bconda-lock\b/.test(text))
      for (const path of ['environment.yml', 'environment.yaml'])
        yield { path, kind: 'environment', line, stated: false };
    if (
      /\bpip3?\s+install\b[^;&|]*\s(?:-e\s*)?\.(?:\[[^\]]*\])?(?:\s|$)|\b(?:poetry\s+install|uv\s+sync|pdm\s+(?:install|sync))\b/.test(
        text,
      )
    )
      yield { path: 'pyproject.toml', kind: 'project', line, stated: false };
    if (/\bpipenv\s+(?:install|sync|requirements)\b/.test(text))
      yield { path: 'Pipfile', kind: 'project', line, stated: false };
    if (/\bpixi\s+(?:install|run|shell-hook)\b/.test(text))
      for (const path of ['pixi.toml', 'pyproject.toml']) yield { path, kind: 'project', line, stated: false };
  }
}

/** What conda-lock writes says no more than what it was made of. */
const isLockOfConda = (path: string): boolean => /(?:^|[/.-])conda-lock\.ya?ml$/.test(path);

/** What the commands of pip and uv install from: in `pip install a && rm -rf b` nothing, whatever looks like an option. */
function* listsOfPip(instruction: DockerInstruction): Generator<{ readonly flag: string; readonly path: string }> {
  const words = instruction.words.map(({ value }) => value);
  const own = instruction.form === 'json' ? [{ program: basename(words[0] ?? ''), words, text: '' }] : [];
  const texts = own.length > 0 ? [] : shellTexts(instruction);
  for (const command of [...own, ...texts.flatMap(shellCommands)])
    for (const started of [command, ...commandsStartedBy(command)]) {
      const words = pipWords(started) ?? [];
      for (let at = 0; at < words.length; at++) {
        const [, flag, joined = ''] = LIST_OPTION.exec(words[at] as string) ?? [];
        if (flag === undefined) continue;
        // The end of a subshell is no letter of a name.
        const written = joined === '' ? (words[at + 1] ?? '') : joined;
        const path = withoutEnd(written.replace(/^(['"])(.*)\1$/, '$2'), ')');
        if (path !== '') yield { flag, path };
      }
    }
}

/** The file may be joined to it: `-rlist.txt`, `--requirement=list.txt`. */
const LIST_OPTION = /^(-[rc]|--(?:requirements?|constraints?)(?==|$))=?(.*)$/;

const kindOfFlag = (flag: string): 'requirements' | 'constraints' =>
  /^(?:-c|--constraint)/.test(flag) ? 'constraints' : 'requirements';

/** A path of the image is looked for in the build's folder: as written, by what COPY put there, by its name. */
async function locate(
  folder: string,
  written: string,
  dockerfile: Dockerfile,
  mounted: string | undefined,
): Promise<string | undefined> {
  const plain = written.replace(/^\$\{?\w+\}?\//, '').replace(/^\/+/, '');
  const sources = dockerfile.instructions
    .filter(({ keyword, flags }) => keyword === 'COPY' && !flags.some(({ name }) => name === 'from'))
    .flatMap(({ words }) => words.slice(0, -1).map(({ value }) => value));
  const name = basename(plain);
  const copied = sources.flatMap((source) => [
    ...(basename(source) === name ? [source] : []),
    join(/[*?[]/.test(basename(source)) ? dirname(source) : source, name),
  ]);
  const parts = plain.split('/');
  const endings = parts.map((_, index) => parts.slice(index).join('/'));
  for (const candidate of [
    ...(mounted === undefined ? [] : [mounted.replace(/^\/+/, '')]),
    plain,
    ...copied,
    ...endings,
  ]) {
    const absolute = resolve(folder, candidate);
    if (isWithin(folder, absolute) && (await stat(absolute).catch(() => undefined))?.isFile()) return absolute;
  }
  return undefined;
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

/** Reads a file, with those that it includes. What cannot be read is a note. */
export async function takeFile(
  absolute: string,
  kind: BuildFile['kind'],
  folder: string,
  files: Map<string, BuildFile>,
  notes: string[],
): Promise<void> {
  if (files.has(absolute)) return;
  if (files.size >= LIMITS.buildFiles) {
    notes.push(`more than ${LIMITS.buildFiles} files are included; the rest is not looked at`);
    return;
  }
  const path = slashes(relative(folder, absolute));
  let text: string;
  try {
    // A link must not lead what is written out of the folder either.
    if (!isWithin(await realpath(folder), await realpath(absolute)))
      throw new PlimsollError('usage', `leads out of ${folder}`, { where: path });
    text = await readText(absolute, path);
    if (kind === 'project') readToml(text);
  } catch (error) {
    notes.push(`${path}: ${error instanceof PlimsollError ? error.message : String(error)}`);
    return;
  }
  files.set(absolute, { path, absolute, text, kind });
  if (kind !== 'requirements' && kind !== 'constraints') return;
  for (const include of readRequirements(text).includes) {
    const target = resolve(dirname(absolute), include.path);
    if (/^https?:/.test(include.path)) notes.push(`${path} includes ${include.path}, which is not looked at`);
    else if (!isWithin(folder, target)) notes.push(`${path} includes ${include.path}, which lies outside ${folder}`);
    else if (!(await stat(target).catch(() => undefined))?.isFile())
      notes.push(`${path} includes ${include.path}, which is not there`);
    else await takeFile(target, include.kind, folder, files, notes);
  }
}

/** Lock files beside a project's declarations: the command that renews them is part of the plan. */
async function noteLock(folder: string, locks: PlacedLock[]): Promise<void> {
  for (const lock of lockFiles)
    if ((await stat(join(folder, lock.file)).catch(() => undefined))?.isFile()) locks.push({ ...lock, folder: '' });
}
