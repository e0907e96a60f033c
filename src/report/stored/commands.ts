import { shellWord } from '../../ecosystems/fixing.ts';
import { printable } from '../../errors.ts';

/** What a program of ours is told: its verbs, and its options, those with a value of their own first. */
interface Grammar {
  readonly verbs?: readonly string[];
  readonly valued?: readonly string[];
  readonly options?: readonly string[];
  /** Its words are what it is about, and may be any: paths, folders, images. */
  readonly free?: true;
}

const RPM: Grammar = { verbs: ['upgrade', 'clean', 'update'], options: ['-y', '--non-interactive'] };
const PIP: Grammar = { verbs: ['install', 'uninstall'], options: ['--no-cache-dir', '--no-deps', '-y'] };
const NAMED: Grammar = { options: ['-D', '--create-home'], valued: ['-u', '--uid'] };
const LOCKS: Grammar = {
  verbs: ['lock', 'add', 'update', 'upgrade'],
  valued: ['--upgrade-package', '--update', '--directory', '-C', '-p', '--manifest-path', '-f', '--lockfile'],
  options: ['--lock', '--no-interaction', '--update-reuse', '--no-sync', '--no-install'],
};

/** Every program that a command of a plan begins with; a new one that is left out here is told by a test. */
const PROGRAMS: ReadonlyMap<string, Grammar> = new Map<string, Grammar>([
  [
    'apt-get',
    {
      verbs: ['update', 'upgrade', 'install', 'purge'],
      options: ['-y', '--no-install-recommends', '--only-upgrade'],
    },
  ],
  ['apk', { verbs: ['upgrade'], options: ['--no-cache'] }],
  ...['dnf', 'yum', 'microdnf', 'tdnf', 'zypper'].map((tool): [string, Grammar] => [tool, RPM]),
  ['pacman', { options: ['-Syu', '--noconfirm'] }],
  ['adduser', NAMED],
  ['useradd', NAMED],
  ['pip', PIP],
  ['gem', { verbs: ['install'], valued: ['-v'] }],
  ['conda', { verbs: ['install', 'update'], options: ['-y'], valued: ['-p'] }],
  [
    'npm',
    {
      verbs: ['install', 'update', 'pkg'],
      options: ['-g', '--omit=dev', '--production', '--no-save'],
      valued: ['--prefix'],
    },
  ],
  ['cd', { free: true }],
  ['docker', { verbs: ['build'], options: ['--pull', '--no-cache'], free: true }],
  ['plimsoll', { verbs: ['fix'], options: ['--write'], valued: ['--goal', '--dockerfile'], free: true }],
  ...['uv', 'poetry', 'pdm', 'pipenv', 'pixi', 'conda-lock'].map((tool): [string, Grammar] => [tool, LOCKS]),
]);

/** Whole commands that have words of their own. */
const WHOLE: ReadonlySet<string> = new Set(['rm -rf /var/lib/apt/lists/*', 'test -f package.json']);

/** A word as `shellWord` writes it: bare, or in quotes that the next blank or the end follows. */
const WORD = /(?:[\w@%+=:,./-]+|'(?:[^']|'\\'')*')(?: |$)/y;

/** A package, with a version or without: it begins as a name does, and leads nowhere. */
const PACKAGE = /^[\w@.][\w@%+=:,./~^!<>*[\]-]*$/;

const LONGEST = 1 << 16;

/**
 * Whether a plan of ours could say this: programs, verbs and options of a closed list, and words that are quoted as ours are. A report that
 * somebody else wrote may say anything, and what stands below `$` is pasted.
 */
export function isOurCommand(command: string): boolean {
  if (command.length > LONGEST || /[\p{Cc}\u2028\u2029]/u.test(command)) return false;
  // A remark, which no shell runs.
  if (command.startsWith('# ') || WHOLE.has(command)) return true;
  if (/^FROM [a-z0-9][\w.:/@-]*$/.test(command)) return true;
  return command.split(' && ').every((part) => WHOLE.has(part) || isPart(part));
}

function isPart(part: string): boolean {
  const words: string[] = [];
  WORD.lastIndex = 0;
  for (let match = WORD.exec(part); match !== null; match = WORD.exec(part))
    words.push(match[0].trimEnd().replace(/^'|'$/g, '').replaceAll("'\\''", "'"));
  if (words.map(shellWord).join(' ') !== part) return false;
  const [first = '', ...rest] = words;
  // The pip of an environment that is not the first on PATH.
  const isModule = /^\/[^-].*\/bin\/python\d+(?:\.\d+)?$/.test(first) && rest[0] === '-m' && rest[1] === 'pip';
  const grammar = isModule ? PIP : PROGRAMS.get(first);
  return grammar !== undefined && isSaid(grammar, isModule ? rest.slice(2) : rest);
}

function isSaid({ verbs, valued = [], options = [], free }: Grammar, words: readonly string[]): boolean {
  const plain = words.filter((word, at) => !valued.includes(word) && !valued.includes(words[at - 1] ?? ''));
  const values = words.filter((_, at) => valued.includes(words[at - 1] ?? ''));
  const [verb, ...named] = plain.filter((word) => !options.includes(word));
  const about = verbs === undefined ? (verb === undefined ? named : [verb, ...named]) : named;
  return (
    (verbs === undefined || verbs.includes(verb ?? '')) &&
    values.every((word) => !word.startsWith('-')) &&
    about.every((word) => !word.startsWith('-') && (free || (PACKAGE.test(word) && !/:\/\/|^\.|\.\.\//.test(word))))
  );
}

/** What stands in the place of a command that is none of ours: a remark, with what it says. */
export const inItsPlace = (command: string): string =>
  isOurCommand(command)
    ? command
    : `# no command of plimsoll, though the report has it: ${printable(shellWord(command), 300)}`;
