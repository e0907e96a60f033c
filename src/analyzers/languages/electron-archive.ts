import { type Cursor, position, type Steps, skip, Truncated, take } from '../../formats/cursor.ts';
import { readJson, whyNoJson } from '../../formats/json-values.ts';
import { isObject, type Json, object, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { expanded, tick } from '../../work.ts';
import { analyzer, type Fact, unknown } from '../analyzer.ts';
import { driven } from '../driven.ts';
import { isSearched, secretRisks } from '../secrets/index.ts';
import { npmPackageOf } from './npm.ts';

/**
 * Archives of Electron: the npm packages of a desktop program, and what its makers left in their own files. A list of all files in JSON, then
 * their bytes as they are. What lies beside the archive (`app.asar.unpacked`) is read by itself. https://github.com/electron/asar#format
 */
export const electronArchive = analyzer({
  name: 'electron-archive',
  version: 1,
  files: ['**/*.asar'],
  stream(entry) {
    const facts: Fact[] = [];
    return driven(
      (cursor) => readArchive(cursor, entry.path, facts),
      entry.size,
      () => facts,
    );
  },
});

interface Member {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/** Adds what it finds; what ends before its list says is read as far as it goes, and told. */
function* readArchive(cursor: Cursor, archive: string, facts: Fact[]): Steps<void> {
  try {
    yield* readFiles(cursor, archive, facts);
  } catch (error) {
    if (!(error instanceof Truncated || error instanceof SyntaxError)) throw error;
    facts.push(unknown(error instanceof Truncated ? error.message : 'its list of files is no JSON'));
  }
}

function* readFiles(cursor: Cursor, archive: string, facts: Fact[]): Steps<void> {
  const sizes = yield* take(cursor, 16, 'the list of files');
  const [pickled, length] = [sizes.readUInt32LE(4), sizes.readUInt32LE(12)];
  if (sizes.readUInt32LE(0) !== 4 || length > pickled || length > LIMITS.electronListBytes) throw new SyntaxError();
  const list = readJson((yield* take(cursor, length, 'the list of files')).toString('utf8')) as Json;
  let tooLong = 0;
  for (const { path, offset, size } of wanted(list, archive)) {
    tick();
    const start = 8 + pickled + offset;
    // Several may share their bytes, and a list may lie: what was passed is not read again.
    if (start < position(cursor)) continue;
    if (!(yield* skip(cursor, start - position(cursor)))) break;
    if (size > LIMITS.electronFileBytes) {
      tooLong += 1;
      continue;
    }
    expanded(size);
    const content = (yield* take(cursor, size, path)).toString('utf8');
    facts.push(...factsOf(path, content, archive));
    if (facts.length > LIMITS.factsPerFile) break;
  }
  if (tooLong > 0) facts.push(unknown(`${tooLong} of its files are too large to be read`));
}

const isManifest = (path: string): boolean => /(?:^|\/)package\.json$/.test(path);

/** Files that are looked at, in the order in which they lie. */
function wanted(list: Json, archive: string): Member[] {
  const members: Member[] = [];
  const folders: [string, Json, number][] = [['', list, 0]];
  let seen = 0;
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const [at, node, depth] = folder;
    if (depth > LIMITS.pathSegments) continue;
    for (const [name, child] of Object.entries(object(object(node).files))) {
      tick();
      if (++seen > LIMITS.zipEntries || at.length + name.length > LIMITS.pathBytes) continue;
      const path = at === '' ? name : `${at}/${name}`;
      if (!isObject(child)) continue;
      if (isObject(child.files)) folders.push([path, child, depth + 1]);
      const [offset, size] = [Number(text(child.offset)), Number(child.size)];
      if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(size) || offset < 0 || size < 0) continue;
      if (isManifest(path) || isSearched(within(archive, path), size)) members.push({ path, offset, size });
    }
  }
  return members.sort((a, b) => a.offset - b.offset);
}

/** As if it lay unpacked beside the archive, but for folders of the system in which the archive itself may lie. */
const within = (archive: string, path: string): string => `app/${archive.slice(archive.lastIndexOf('/') + 1)}/${path}`;

function* factsOf(path: string, content: string, archive: string): Iterable<Fact> {
  if (isManifest(path)) {
    try {
      const npmPackage = npmPackageOf(readJson(content) as Json, path);
      if (npmPackage) yield npmPackage;
    } catch (error) {
      yield unknown(`${path}: ${whyNoJson(error)}`);
    }
  }
  if (isSearched(within(archive, path), content.length))
    yield* secretRisks(
      content,
      { assignments: /\.(?:json|ya?ml|env|js|ts)$/.test(path) },
      (line) => `${path}, line ${line}`,
    );
}
