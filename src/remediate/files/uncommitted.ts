import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type GitIndexEntry, readGitIndex } from '../../formats/databases/index.ts';
import { LIMITS } from '../../limits.ts';

/**
 * Whether a file under git has changes that git could not bring back: its content is not what was last staged or committed.
 * False where nothing is known: no repository, a file that git does not know, an index that cannot be read. git itself is not
 * run: in a repository of others its configuration names programs (`core.fsmonitor`, filters, hooks).
 * @param path absolute, links resolved
 */
export async function hasUncommittedChanges(path: string): Promise<boolean> {
  const repository = await repositoryOf(path);
  if (repository === undefined) return false;
  const entries = await entriesFor(repository, relative(repository.folder, path).split(sep).join('/'));
  if (entries.length === 0 || entries.some(({ ignored }) => ignored)) return false;
  if (entries.some(({ stage }) => stage !== 0)) return true;
  const content = await readFile(path);
  // A checkout may have turned line ends into those of the system.
  const texts = [content, Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')];
  return !entries.some(({ digest }) => texts.some((text) => blobDigest(text, digest.length) === digest));
}

/** https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
const blobDigest = (content: Buffer, length: number): string =>
  createHash(length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');

interface Repository {
  /** Of the working tree. */
  readonly folder: string;
  /** Where its index is. */
  readonly git: string;
}

/** Only a `.git` makes a repository, as with git's `safe.bareRepository=explicit`. https://git-scm.com/docs/gitrepository-layout */
async function repositoryOf(path: string): Promise<Repository | undefined> {
  let folder = dirname(path);
  for (let up = 0; up < LIMITS.gitFolders; up++) {
    const git = join(folder, '.git');
    const there = await stat(git).catch(() => undefined);
    if (there?.isDirectory()) return { folder, git };
    if (there?.isFile() && there.size < LIMITS.pathBytes) {
      const target = /^gitdir: (.+?)\r?\n?$/.exec(await readFile(git, 'utf8').catch(() => ''))?.[1];
      return target === undefined ? undefined : { folder, git: resolve(folder, target) };
    }
    if (dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
  return undefined;
}

async function entriesFor({ git }: Repository, path: string): Promise<readonly GitIndexEntry[]> {
  const index = await readIndex(join(git, 'index'));
  if (index === undefined) return [];
  const own = index.entries.filter((entry) => entry.path === path);
  if (own.length > 0 || index.shared === undefined) return own;
  // A split index: the shared one has the name; a newer digest stands in the own one, without a name.
  const base = await readIndex(join(git, `sharedindex.${index.shared}`));
  const direct = (base?.entries ?? []).filter((entry) => entry.path === path);
  return direct.length === 0 ? [] : [...direct, ...index.entries.filter((entry) => entry.path === '')];
}

async function readIndex(path: string): Promise<ReturnType<typeof readGitIndex>> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile() || there.size > LIMITS.gitIndexBytes) return undefined;
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && readGitIndex(bytes);
}
