/** The files that a Dockerfile's COPY takes from: their names, and the texts of those that decide what is installed. */

import { lstat, opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutEnd, withoutStart } from '../../formats/ends.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { matchesGlob } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';

/** A build context, as far as it was read. */
export interface BuildContext {
  /** Paths below its folder, without what `.dockerignore` leaves out. */
  readonly files: readonly string[];
  /** The text of a file that decides what is installed: by its path in the context, else by its last name alone. */
  text(path: string): string | undefined;
}

/** Requirements, environments and scripts. */
const TEXTS = /(?:requirements|constraints|environment|conda)[^/]*\.(?:txt|in|ya?ml)$|\.(?:py|sh)$/i;

/** Reads the context in this folder; undefined where it holds more files than the budget or cannot be listed. */
export async function readBuildContext(folder: string): Promise<BuildContext | undefined> {
  const list = join(folder, '.dockerignore');
  // A pipe would be waited for without end, through a link as well.
  const status = await lstat(list).catch(() => undefined);
  const isList = status?.isFile() === true && status.size <= LIMITS.contextTextBytes;
  const ignored = ignoreRules(isList ? await readFile(list, 'utf8').catch(() => '') : '');
  const files = await filesBelow(folder, ignored).catch(() => undefined);
  if (files === undefined) return undefined;
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const path of files.filter((file) => TEXTS.test(file)).slice(0, LIMITS.contextTexts)) {
    const full = join(folder, path);
    const stats = await lstat(full).catch(() => undefined);
    if (!stats?.isFile() || bytes + stats.size > LIMITS.contextTextBytes) continue;
    bytes += stats.size;
    texts.set(path, await readFile(full, 'utf8').catch(() => ''));
  }
  return contextOf(files, texts);
}

/** A context of these files and texts. */
export function contextOf(files: readonly string[], texts: ReadonlyMap<string, string>): BuildContext {
  const byName = new Map([...texts].map(([path, text]) => [fileNameOf(path), text]));
  return {
    files,
    text(path) {
      const plain = path.replace(/^(?:\.?\/)+/, '');
      // Where a COPY has put it the words of a RUN say; its name is nearly always still its own.
      return texts.get(plain) ?? byName.get(fileNameOf(plain));
    },
  };
}

async function filesBelow(folder: string, ignored: (path: string) => boolean): Promise<string[] | undefined> {
  const files: string[] = [];
  const folders = [''];
  let seen = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const listing = await opendir(join(folder, at));
    for await (const entry of listing) {
      seen += 1;
      if (seen > LIMITS.contextFiles) return undefined;
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      // Links are not followed: they stay links in the image, too.
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && !ignored(path)) files.push(path);
    }
  }
  return files.sort();
}

/** https://docs.docker.com/build/concepts/context/#dockerignore-files: the last rule that matches a path or a folder above it counts. */
function ignoreRules(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && line.length <= LIMITS.pathBytes)
    .slice(0, LIMITS.contextRules)
    .map((line) => ({
      keep: line.startsWith('!'),
      wanted: withoutStart(withoutEnd(line.replace(/^!/, ''), '/'), '/')
        .split('/')
        .filter((part, at, all) => part !== '**' || all[at - 1] !== '**'),
    }));
  const budget = { steps: LIMITS.contextSteps };
  return (path) => {
    const names = path.split('/');
    const last = rules.findLast(({ wanted }) => leadsTo(wanted, names, budget));
    return last !== undefined && !last.keep;
  };
}

/**
 * Whether a pattern matches a path or a folder above it. `**` stands for any number of folders, the other wildcards stay within a
 * name. All places of the pattern that a name may have come to are followed together: one after the other they are without number.
 */
function leadsTo(wanted: readonly string[], names: readonly string[], budget: { steps: number }): boolean {
  let places = new Set([0]);
  for (const name of names) {
    const next = new Set<number>();
    // A set goes on with what is added to it on the way: `**` may also stand for nothing.
    for (const at of places) {
      budget.steps--;
      if (wanted[at] === '**') {
        next.add(at);
        places.add(at + 1);
      } else if (at < wanted.length && matchesGlob(name, wanted[at]!, budget)) next.add(at + 1);
    }
    places = next;
    if (budget.steps < 0 || places.size === 0) return false;
    if ([...places].some((at) => wanted.slice(at).every((part) => part === '**'))) return true;
  }
  return false;
}
