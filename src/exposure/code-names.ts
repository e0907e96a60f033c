/** How the names of files end that some program runs or loads; those that say so themselves are known by what was kept of them. */
const ENDINGS: ReadonlySet<string> = new Set(
  'py pyc pl pm rb js mjs cjs php lua tcl r R jl jar war class el elc scm so sh wasm node dll exe beam'.split(' '),
);
/** Unless they declare types alone: `index.d.ts`. */
const OF_TYPESCRIPT: ReadonlySet<string> = new Set(['ts', 'tsx', 'cts', 'ctsx', 'mts', 'mtsx']);
const VERSIONED_LIBRARY = /\.so\.[\d.]+$/;

/** Whether a file is code by its name. Asked of every file of an image: nearly all are told by what stands behind the last dot. */
export function isNamedAsCode(path: string): boolean {
  const dot = path.lastIndexOf('.');
  if (dot < 0) return false;
  const ending = path.slice(dot + 1);
  if (ENDINGS.has(ending)) return true;
  if (OF_TYPESCRIPT.has(ending)) return !path.endsWith('.d', dot);
  // Behind the last dot of a version there are digits or nothing.
  return (ending === '' || isDigit(ending.charCodeAt(0))) && VERSIONED_LIBRARY.test(path);
}
const isDigit = (letter: number): boolean => letter >= 0x30 && letter <= 0x39;
