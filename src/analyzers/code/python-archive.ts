import { walkZip } from '../../formats/archives/index.ts';
import { type Cursor, drive, fill, remaining, type Steps, skip } from '../../formats/cursor.ts';
import { LIMITS } from '../../limits.ts';
import { type Analyzer, analyzer, type BodyReader, type Fact } from '../analyzer.ts';
import { elfCode } from './elf.ts';
import { ownedCode } from './owned.ts';
import { pythonCode, pythonExtensionCode } from './python.ts';

/** What is told of an archive that Python runs or imports from, as JSON. */
export interface PythonArchive {
  /** Paths of all files in it; what an archive within it holds lies below that one's name. */
  readonly names: string[];
  /** What files say that are code, by their place among the names: the language, and what that says. */
  readonly facts: [name: number, language: string, text: string][];
  /** Not all of it could be read. */
  isCut?: true;
}

interface Keeping {
  readonly archive: PythonArchive;
  /** Bytes that may still be kept. */
  left: number;
}

/** Archives within an archive: wheels that a PEX unpacks when it starts (`--no-pre-install-wheels`). */
const NESTED = /^\.deps\/[^/]+\.whl$|^\.bootstrap$/;
/** What tells the launchers of PEX and shiv what to start, and entry points. As they stand. */
const TEXT = /^(?:PEX-INFO|environment\.json)$|\.(?:dist|egg)-info\/entry_points\.txt$/;
const LISTED = /\.dist-info\/RECORD$|\.egg-info\/(?:installed-files|top_level)\.txt$/;
const LIBRARY = /\.so(?:\.[\d.]+)?$/;
const EXTENSION = /\.(?:cpython|pypy)[^/]*\.so$|\.abi3\.so$/;
/** What a name takes. */
const NAME_BYTES = 8;
/** Java's and documents are none of Python's. */
const OTHERS = /\.(?:[jwe]ar|rar|aar|docx|xlsx|pptx|npz|odt)$/i;

/**
 * Archives that Python runs (zipapp, PEX, shiv, `python x.py` of a zip) or has on its search path, with what the code in them says: sources, compiled modules
 * and libraries, which PEX and shiv unpack when they start.
 * https://docs.python.org/3/library/zipapp.html, https://docs.python.org/3/library/zipimport.html, https://docs.pex-tool.org/, https://shiv.readthedocs.io/
 */
export const pythonArchiveCode = analyzer({
  name: 'code-python-archive',
  version: 1,
  onDemand: true,
  rarely: true,
  files: ['**/*.pex', '**/*.pyz', '**/*.pyzw', '**/*.egg', '**/*.whl', '**/*.zip'],
  begins: '#P',
  magic: (head, { path }) =>
    /^(?:#![^\n]{1,400}python[^\n]{0,100}\n)?PK\x03\x04|^#!\/bin\/sh\n[\s\S]{0,500}\bPEX_ROOT=/.test(
      head.toString('latin1'),
    ) && !OTHERS.test(path),
  stream(entry) {
    const kept: Keeping = { archive: { names: [], facts: [] }, left: LIMITS.pythonArchiveBytes };
    const reader = drive<void>((cursor) => readArchive(cursor, '', kept), entry.size);
    return {
      push: (chunk, offset) => reader.push(chunk, offset),
      *end() {
        try {
          reader.end();
        } catch {
          kept.archive.isCut = true;
        }
        if (kept.archive.names.length > 0)
          yield { kind: 'code', language: 'python-archive', text: JSON.stringify(kept.archive) };
      },
    };
  },
});

/** Takes from what may be kept; false, and said, where that is used up. */
function affords(kept: Keeping, bytes: number): boolean {
  kept.left -= bytes;
  if (kept.left < 0) kept.archive.isCut = true;
  return kept.left >= 0;
}

const isWanted = (name: string): boolean =>
  name.endsWith('.py') || LIBRARY.test(name) || TEXT.test(name) || LISTED.test(name) || NESTED.test(name);

function* readArchive(cursor: Cursor, within: string, kept: Keeping): Steps<void> {
  const { names, facts } = kept.archive;
  const walk = yield* walkZip(cursor, {
    wants({ name }) {
      if (name.endsWith('/') || !isPlain(name)) return false;
      if (within === '' && NESTED.test(name)) return true;
      if (!affords(kept, NAME_BYTES + within.length + name.length)) return false;
      names.push(within + name);
      return isWanted(name);
    },
    *body({ name, size }, body): Steps<void> {
      if (within === '' && NESTED.test(name)) return yield* readArchive(body, `${name}/`, kept);
      const at = names.length - 1;
      for (const { language, text } of yield* readFile(name, size ?? remaining(body), body, kept))
        if (affords(kept, NAME_BYTES + text.length)) facts.push([at, language, text]);
    },
  });
  if (walk.problems.some(({ kind }) => kind !== 'disagree' && kind !== 'crc')) kept.archive.isCut = true;
}

/** A way down into folders, and no other. */
const isPlain = (name: string): boolean =>
  name.length < LIMITS.pathBytes && !name.startsWith('/') && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(name);

type Code = Extract<Fact, { readonly kind: 'code' }>;

/** What the analyzers of single files say of it. */
function* readFile(path: string, size: number, body: Cursor, kept: Keeping): Steps<readonly Code[]> {
  if (LIBRARY.test(path)) {
    const readers = [elfCode, ...(EXTENSION.test(path) ? [pythonExtensionCode] : [])].map(
      ({ stream }) => stream?.({ path, size } as Parameters<NonNullable<Analyzer['stream']>>[0]) as BodyReader,
    );
    yield* passBy(body, readers);
    return readers.flatMap((reader) => codeOf(reader.end()));
  }
  const bytes = yield* bytesOf(body, kept);
  if (bytes === undefined) return path.endsWith('.py') ? [{ kind: 'code', language: 'python', text: 'unread' }] : [];
  const file = { path, bytes, text: () => bytes.toString('utf8') } as Parameters<NonNullable<Analyzer['read']>>[0];
  if (path.endsWith('.py')) return codeOf(pythonCode.read?.(file) ?? []);
  if (LISTED.test(path)) return codeOf(ownedCode.read?.(file) ?? []);
  return [{ kind: 'code', language: 'text', text: file.text() }];
}

const codeOf = (facts: Iterable<Fact>): readonly Code[] =>
  [...facts].filter((fact): fact is Code => 'kind' in fact && fact.kind === 'code');

/** Shows a body to readers, each of which takes all of it. */
function* passBy(body: Cursor, readers: readonly BodyReader[]): Steps<void> {
  const next = readers.map(() => 0);
  let offset = 0;
  while (yield* fill(body, 1)) {
    const chunk = body.bytes.subarray(body.at, body.end);
    for (const [nth, reader] of readers.entries()) {
      const from = Math.max(0, (next[nth] as number) - offset);
      if (from >= chunk.length) continue;
      const skipped = reader.push(chunk.subarray(from), offset + from);
      next[nth] = offset + chunk.length + skipped;
    }
    offset += chunk.length;
    if (!(yield* skip(body, chunk.length))) return;
    if (next.every((at) => at === Number.POSITIVE_INFINITY)) return;
  }
}

/** A file as a whole; undefined, where it is larger than is read of one. */
function* bytesOf(body: Cursor, kept: Keeping): Steps<Buffer | undefined> {
  while (body.end - body.at <= LIMITS.fileBytes && !body.ended) if (!(yield* fill(body, body.end - body.at + 1))) break;
  if (body.end - body.at <= LIMITS.fileBytes) return Buffer.from(body.bytes.subarray(body.at, body.end));
  kept.archive.isCut = true;
  return undefined;
}
