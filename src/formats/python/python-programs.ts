/** How a call of Python's standard library names the program that it starts. */
export type Naming =
  /** A list of words, or one text for a shell: `subprocess.run`. */
  | 'words'
  /** A text for a shell: `os.system`. */
  | 'shell'
  /** The program alone, its words elsewhere: `os.execvp`. */
  | 'program'
  /** Words one after the other: `create_subprocess_exec`. */
  | 'spread'
  /** Looked up only: `shutil.which`. */
  | 'lookup';

const CALLS: readonly (readonly [Naming, string])[] = [
  ['words', 'subprocess.run subprocess.call sp.run sp.call check_call check_output Popen'],
  ['shell', 'os.system os.popen getoutput getstatusoutput create_subprocess_shell'],
  [
    'program',
    'os.execv os.execve os.execvp os.execvpe os.execl os.execle os.execlp os.execlpe posix_spawn posix_spawnp pty.spawn',
  ],
  ['spread', 'create_subprocess_exec'],
  ['lookup', 'which'],
];
/** Calls by their bare names, where a file has them by `from subprocess import run`. */
const BARE: readonly (readonly [Naming, string])[] = [
  ['words', 'run call'],
  ['shell', 'system popen'],
  ['program', 'execv execve execvp execvpe execl execle execlp execlpe'],
];

/** Names that are called, and what that means. https://docs.python.org/3/library/subprocess.html */
export const STARTING_CALLS: readonly (readonly [name: string, naming: Naming, isBare: boolean])[] = [
  [CALLS, false] as const,
  [BARE, true] as const,
].flatMap(([list, isBare]) =>
  list.flatMap(([naming, names]) => names.split(' ').map((name) => [name, naming, isBare] as const)),
);

/** Names of the standard library's that start programs are taken over by a file, or called otherwise: then `unclear`. */
export function takesOver(statement: string): 'names' | 'unclear' | undefined {
  if (/\bsubprocess[ \t]+as[ \t]+(?!sp\b)/.test(statement)) return 'unclear';
  if (!/^from[ \t]+(?:subprocess|os)[ \t]+import\b/.test(statement)) return undefined;
  return /\b(?:run|call|check_call|check_output|Popen|system|popen|exec\w+)[ \t]+as\b/.test(statement)
    ? 'unclear'
    : 'names';
}

/** What Python puts in the place of its own interpreter. */
export const OWN_INTERPRETER = 'sys.executable';
/** Words of one command, and letters of one word, that are kept. */
export const [STARTED_WORDS, STARTED_LETTERS] = [24, 600] as const;
