/** The files that a Dockerfile's COPY takes from: their names, and the texts of those that decide what is installed. */

import { lstat, opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOf } from '../../formats/paths.ts';
import { type IgnoreRules, ignoreRules } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';

/** A build context, as far as it was read. */
export interface BuildContext {
  /** Paths below its folder, without what `.dockerignore` leaves out. */
  readonly files: readonly string[];
  /** What was left undone where there was more to do than the budgets allow: said to whoever asked. */
  readonly cut?: string;
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
  const rules = ignoreRules(isList ? await readFile(list, 'utf8').catch(() => '') : '');
  const files = await filesBelow(folder, rules).catch(() => undefined);
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
  const isHuge = status?.isFile() === true && !isList;
  return { ...contextOf(files, texts), ...cutOf(isHuge || rules.wasCut()) };
}

const cutOf = (isCut: boolean): Pick<BuildContext, 'cut'> =>
  isCut ? { cut: 'its .dockerignore is too large for its files: some count as copied that it may leave out' } : {};

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

async function filesBelow(folder: string, rules: IgnoreRules): Promise<string[] | undefined> {
  const files: string[] = [];
  const folders = [''];
  let seen = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const ignored = rules.below(at);
    const listing = await opendir(join(folder, at));
    for await (const entry of listing) {
      seen += 1;
      if (seen > LIMITS.contextFiles) return undefined;
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      // Links are not followed: they stay links in the image, too.
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && !ignored(entry.name)) files.push(path);
    }
  }
  return files.sort();
}
