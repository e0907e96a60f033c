/** What a step installs from files and repositories, for 4.11: versions and commits that are left open. */

import { before } from '../../formats/ends.ts';
import type { ShellCommand } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';

/** What can be said of a step's packages. */
export interface Openness {
  /** Requirements without a version, a commit or a hash. */
  readonly open: readonly string[];
  /** Files whose content decides, and which could not be looked at. */
  readonly unseen: readonly string[];
}

/** Reads a file that a step names; undefined where it is not there. */
export type Look = (path: string) => string | undefined;
/** Where nothing is known of files. */
export const NOWHERE: Look = () => undefined;

const COMMIT = /@[0-9a-f]{40}(?:[#&?].*)?$/i;
const REPOSITORY = /(?:^|[\s@])(?:git|hg|svn|bzr)\+[a-z]+:/i;

/** `git+https://...` without a commit: whatever the branch or tag means at build time. */
export const isOpenRepository = (word: string): boolean => REPOSITORY.test(` ${word}`) && !COMMIT.test(word);

/** Depth of requirement files that name others. */
const DEPTH = 4;

/** A requirements file, and those that it names. */
export function openRequirements(path: string, look: Look, depth = 0): Openness {
  const text = look(path);
  if (text === undefined || depth > DEPTH) return { open: [], unseen: [path] };
  const open: string[] = [];
  const unseen: string[] = [];
  for (const line of text.replace(/\\\r?\n/g, ' ').split('\n')) {
    const words = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (words === '') continue;
    const other = /^(?:-r|--requirement)[=\s]+(\S+)/.exec(words)?.[1];
    if (other !== undefined) {
      const nested = openRequirements(other, look, depth + 1);
      open.push(...nested.open);
      unseen.push(...nested.unseen);
    } else if (isOpenRequirement(words)) open.push(words.slice(0, 80));
  }
  return { open: open.slice(0, 100), unseen };
}

function isOpenRequirement(line: string): boolean {
  const plain = line.replace(/^(?:-e|--editable)[=\s]+/, '');
  if (REPOSITORY.test(` ${plain}`)) return isOpenRepository(plain);
  if (/^-/.test(plain) || /--hash[=\s]/.test(plain) || /^(?:\.|\/|file:)/.test(plain)) return false;
  if (/\s@\s|^https?:/.test(plain)) return !/\b(?:sha256|sha512)=/.test(plain.slice(before(plain, '#').length));
  const version = plain.split(';')[0]!;
  return !/={2,3}\s*[^*\s]/.test(version) || /={2,3}[^,=]*\*/.test(version);
}

/** Names that a constraints file gives one version, in lower case; undefined where it is not there. */
export function constraintNames(path: string, look: Look): ReadonlySet<string> | undefined {
  const text = look(path);
  if (text === undefined) return undefined;
  return new Set(
    text.split('\n').flatMap((line) => {
      const name = /^\s*([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*===?\s*[^*\s]+\s*(?:[;#].*)?$/.exec(
        line.slice(0, LIMITS.pathBytes),
      )?.[1];
      return name === undefined ? [] : [name.toLowerCase()];
    }),
  );
}

/** An environment.yml: lines of its list without a version. */
function openEnvironment(path: string, look: Look): Openness {
  const text = look(path);
  if (text === undefined) return { open: [], unseen: [path] };
  const from = text.search(/^dependencies\s*:/m);
  const open =
    from < 0
      ? []
      : text
          .slice(from)
          .split('\n')
          .flatMap((line) => {
            const item = /^\s*-\s+["']?([A-Za-z0-9_][^"'#]*?)["']?\s*(?:#.*)?$/
              .exec(line.slice(0, LIMITS.pathBytes))?.[1]
              ?.trim();
            if (item === undefined || item === 'pip' || item.endsWith(':')) return [];
            return REPOSITORY.test(` ${item}`)
              ? isOpenRepository(item)
                ? [item]
                : []
              : /[=@]/.test(item)
                ? []
                : [item];
          });
  return { open: open.slice(0, 100), unseen: [] };
}

const CONDA = /^(?:conda|mamba|micromamba)$/;
const CONDA_VALUES = new Set([
  '-n',
  '--name',
  '-p',
  '--prefix',
  '-c',
  '--channel',
  '--solver',
  '--platform',
  '--subdir',
]);

/** What a conda command leaves open; undefined for other commands. */
export function condaOpenness({ program, words }: ShellCommand, look: Look): Openness | undefined {
  if (!CONDA.test(program)) return undefined;
  const rest = words.slice(1).filter((word) => word !== 'env');
  const verb = rest.findIndex((word) => /^(?:install|create|update|upgrade)$/.test(word));
  if (verb < 0) return undefined;
  const open: string[] = [];
  const unseen: string[] = [];
  for (let at = verb + 1; at < rest.length; at++) {
    const word = rest[at]!;
    const file = /^(?:-f|--file)(?:=(.+))?$/.exec(word);
    if (file !== null) {
      const path = file[1] ?? rest[++at] ?? '';
      const openness = /\.ya?ml$/.test(path) ? openEnvironment(path, look) : condaList(path, look);
      open.push(...openness.open);
      unseen.push(...openness.unseen);
    } else if (CONDA_VALUES.has(word)) at++;
    else if (/^[A-Za-z0-9_][\w.:-]*(?:[<>!~].*)?$/.test(word) && word !== 'base') open.push(word);
  }
  return { open, unseen };
}

/** `conda install --file`: a specification on each line. */
function condaList(path: string, look: Look): Openness {
  const text = look(path);
  if (text === undefined) return { open: [], unseen: [path] };
  const lines = text.split('\n').map((line) => before(line, '#').trim());
  return { open: lines.filter((line) => line !== '' && !/[=@]/.test(line)).slice(0, 100), unseen: [] };
}
