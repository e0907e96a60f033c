import { before } from '../formats/ends.ts';
import { LIMITS } from '../limits.ts';
import type { RunningState, Seen, StartPicture } from '../model.ts';
import type { Reached, World } from './model.ts';

/**
 * What processes that run were seen to have is loaded, whatever leads to it; where the closure knows a way there, that stays the way. Names
 * in their memory count where a file of the image is called so.
 */
export function withSeen(
  reached: ReadonlyMap<string, Reached>,
  { tree }: World,
  state: RunningState | undefined,
): { readonly reached: ReadonlyMap<string, Reached>; readonly live?: StartPicture['live'] } {
  if (state === undefined) return { reached };
  const all = new Map(reached);
  const files: Record<Seen['how'], number> = { mapped: 0, open: 0, named: 0 };
  const take = (path: string, seen: Seen): boolean => {
    const real = tree.real(path);
    if (real === undefined) return false;
    const known = all.get(real);
    if (known?.seen !== undefined && known.seen.how !== 'named') return true;
    if (known?.seen === undefined) files[seen.how] += 1;
    all.set(real, { ...(known ?? reachedFrom(real, seen)), reach: 'loaded', seen: { ...seen, path: real } });
    return true;
  };
  const elsewhere = [...state.elsewhere];
  // What is mapped first: it says more than a name.
  for (const how of ['mapped', 'open', 'named'] as const)
    for (const seen of state.files.values()) {
      if (seen.how !== how) continue;
      const source = sourceOf(seen.path);
      const isThere = take(seen.path, seen);
      const isOfSource = source !== undefined && take(source, seen);
      if (!isThere && !isOfSource && how !== 'named') elsewhere.push(seen.path);
    }
  return {
    reached: all,
    live: {
      processes: state.processes.map(({ pid, command }) => ({ pid, command: programOf(command) })),
      files,
      elsewhere: elsewhere.length,
      examples: elsewhere.slice(0, LIMITS.liveElsewhere),
      notes: state.notes,
    },
  };
}

/** The program and the script or module that it runs; other arguments are nobody's business. */
function programOf([program, ...words]: readonly string[]): string[] {
  if (program === undefined) return [];
  const at = words.findIndex(
    (word) => word === '-m' || (!word.startsWith('-') && /\.(?:py|js|mjs|cjs|jar|sh|rb|pl)$/.test(word)),
  );
  return [program, ...(at < 0 ? [] : words.slice(at, at + (words[at] === '-m' ? 2 : 1)))];
}

/** A file that only the running process leads to. */
function reachedFrom(path: string, { how, by }: Seen): Reached {
  const process = { program: path, arguments: [], environment: new Map<string, string>(), folder: '' };
  return { path, reach: 'loaded', deferred: 0, how: `${how} by ${by}`, process };
}

/** The module's source of what CPython compiled: `a/__pycache__/b.cpython-39.pyc` is of `a/b.py`. https://peps.python.org/pep-3147/ */
function sourceOf(path: string): string | undefined {
  if (!path.endsWith('.pyc')) return undefined;
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  if (parts.pop() !== '__pycache__') return undefined;
  return [...parts, `${before(name, '.')}.py`].join('/');
}
