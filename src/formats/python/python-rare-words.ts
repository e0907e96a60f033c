/** Words that are looked for in the whole of a Python file once it was read, its texts and comments too: three files in four have none of them. */
export type RareWord =
  | 'import_module'
  | '__import__'
  | '__builtins__'
  | 'exec'
  | 'eval'
  | 'subprocess_exec'
  | 'subprocess_shell'
  | 'modules[';

/** Where each of the words stands that a file has. */
export type RareWords = ReadonlyMap<RareWord, readonly number[]>;

/**
 * Each word with letters of it by which it is looked for, and how many stand before these. V8 looks for the first of them the way the C library does: what
 * begins with a letter that few words have (`xec`) is found at half the price of what begins with the most frequent one (`exec`), and all of
 * them for less than a regular expression takes.
 */
const SOUGHT: readonly (readonly [word: RareWord, by: string, before: number])[] = [
  ['import_module', '_mod', 6],
  ['__import__', '__im', 0],
  ['__builtins__', '__bu', 0],
  ['exec', 'xec', 1],
  ['eval', 'val', 1],
  ['subprocess_exec', '_exec', 10],
  ['subprocess_shell', '_she', 10],
  ['modules[', 'ules[', 3],
];

/** The rare words of a file, which is given as letters, one for each byte. */
export function rareWords(written: string): RareWords {
  const words = new Map<RareWord, number[]>();
  for (const [word, by, before] of SOUGHT)
    for (let at = written.indexOf(by); at >= 0; at = written.indexOf(by, at + by.length)) {
      if (!written.startsWith(word, at - before) || at < before) continue;
      const places = words.get(word);
      if (places === undefined) words.set(word, [at - before]);
      else places.push(at - before);
    }
  return words;
}
