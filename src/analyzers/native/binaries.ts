import { isSystemType } from '../../ecosystems/index.ts';
import { before } from '../../formats/ends.ts';
import {
  type AuditableCrate,
  auditableStream,
  type ElfFile,
  type ElfSegment,
  elfStream,
  goFunctions,
  goStream,
  goTraces,
  isElf,
  rustFunctions,
} from '../../formats/executables/index.ts';
import { readJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import type { Entry } from '../../model.ts';
import { analyzer, type BodyReader, type Fact, type PackageFact, unknown } from '../analyzer.ts';
import { bundledIn } from '../systems/index.ts';
import { goFacts, traced } from './go-facts.ts';
import { gpuLibrary } from './gpu-libraries.ts';
import { type LibraryName, withoutWheelHash } from './libraries.ts';
import { librariesNamed, type Sighting, signatureScan } from './signature-scan.ts';
import { CPE } from './signatures.ts';
import { unpacking } from './unpacking.ts';

/**
 * Every ELF file in one pass: the name a library gives itself, version texts of programs and of libraries linked into
 * them, Go build information, the crates of Rust programs. A file is read at most once and what holds no text is skipped,
 * so that four questions cost no more than one. What UPX packed is unpacked in memory and read as if it lay there.
 */
export const binaries = analyzer({
  name: 'binaries',
  version: 19,
  effort: 'scans',
  begins: '\x7f',
  magic: isElf,
  unownedOnly: true,
  stream: (entry) => unpacking(entry, bodyReader),
});

/** One ELF file as it lies there. */
function bodyReader(entry: Entry): BodyReader {
  const rust = auditableStream(() => loadedUntil(elf.segments));
  const signatures = signatureScan(entry.path);
  const go = goStream(() => elf.segments);
  const traces = goTraces();
  const functions = goFunctions();
  const symbols = rustFunctions();
  const elf = elfStream(
    entry.size,
    (view) => {
      const seen = signatures.visit(view);
      // Linked by another linker (cgo) without a build id, a program is known by the mark of Go's build information alone: its names and
      // functions have passed by when that comes, and half of them would be a false answer; its modules before Go 1.18 as well, which are kept.
      go.visit(view, seen);
      // With its notes and its build information taken out, one has its line table still, and behind that the names of its files.
      if (elf.go || signatures.hasGoTable) {
        traces.visit(view);
        functions.visit(view);
      }
      rust.visit(view, seen);
      symbols.visit(view, rust.rust);
    },
    () => rust.rust,
  );
  return {
    push: (chunk, offset) => elf.push(chunk, offset),
    *end() {
      const file = elf.end();
      if (file === undefined) return;
      const info = go.end();
      if (info !== undefined) yield* goFacts(info, traces.compiled());
      const isNoted = file.notes.some(({ owner }) => owner === 'Go');
      const told = info ?? (isNoted || signatures.hasGoTable ? go.left(traces.end()) : undefined);
      const linked = functions.end(told?.path);
      const isGo = linked !== undefined || isNoted;
      // The mark of a line table alone is among the constants of others, too.
      const left = info !== undefined ? undefined : isGo ? told : traces.end();
      yield* traced(left);
      if (isGo && info === undefined && left?.main === undefined && !left?.dependencies.length)
        yield { kind: 'closed', as: 'inside', what: 'a Go program that tells of none of its modules' };
      if (linked !== undefined) yield { kind: 'linked', language: 'go', functions: linked.packed };
      yield* crateFacts(rust, symbols, file);
      yield* packageNotes(file);
      yield* nativeFacts(file, signatures.end(), entry.path, info !== undefined);
      if (signatures.carriesProgram())
        yield { kind: 'closed', as: 'inside', what: 'a program with another program among its data' };
    },
  };
}

/** What a file was built for: machines that NVD tells apart. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html (e_machine) */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [2, 'sparc'],
  [3, '386'],
  [8, 'mips'],
  [22, 's390x'],
  [40, 'arm'],
  [43, 'sparc'],
  [50, 'ia64'],
  [62, 'amd64'],
  [183, 'arm64'],
]);

/** Type of the note in which distributions write what package a file was built for. https://uapi-group.org/specifications/specs/package_metadata_for_executable_files/ */
const PACKAGE_NOTE = 0xcafe1a7e;

/**
 * The source package that a file was built from, as its distribution's linker wrote it: exact, and heard only where no package database
 * accounts for the system (`hiding/unlisted/`).
 */
function* packageNotes({ notes }: ElfFile): Generator<Fact> {
  for (const { owner, type, body } of notes) {
    if (owner !== 'FDO' || type !== PACKAGE_NOTE || body.length > 4096) continue;
    const note = notedIn(before(body.toString('utf8'), '\0'));
    const { type: kind, name, version, architecture, osCpe } = note;
    if (typeof kind !== 'string' || !isSystemType(kind) || typeof name !== 'string' || typeof version !== 'string')
      continue;
    // rpm's macros used to write the architecture behind the release.
    const suffix = `.${text(architecture) ?? ''}`;
    const plain = suffix.length > 1 && version.endsWith(suffix) ? version.slice(0, -suffix.length) : version;
    yield {
      type: kind,
      name,
      version: plain,
      source: { name, version: plain },
      ...(typeof architecture === 'string' ? { architecture } : {}),
      certainty: 'content',
      recovered: 'code',
    };
    const [, id, versionId] =
      /^cpe:\/o:(?:[\w-]+:)?([a-z_]+):(\d[\w.]{0,20})/.exec(typeof osCpe === 'string' ? osCpe : '') ?? [];
    if (id !== undefined && versionId !== undefined)
      yield { kind: 'system-trace', id: SYSTEMS_OF_CPE.get(id) ?? id, versionId, of: 'the notes in its programs' };
  }
}

/** Products of platform names whose os-release has another id. */
const SYSTEMS_OF_CPE: ReadonlyMap<string, string> = new Map([
  ['enterprise_linux', 'rhel'],
  ['centos_stream', 'centos'],
]);

function notedIn(text: string): JsonObject {
  try {
    return object(readJson(text) as Json);
  } catch {
    return {}; // no such note
  }
}

const loadedUntil = (segments: readonly ElfSegment[] | undefined): number =>
  Math.max(0, ...(segments ?? []).map(({ offset, fileSize }) => offset + fileSize));

function* crateFacts(
  stream: ReturnType<typeof auditableStream>,
  symbols: ReturnType<typeof rustFunctions>,
  { needed }: ElfFile,
): Generator<Fact> {
  let crates: readonly AuditableCrate[] | undefined;
  try {
    crates = stream.end();
  } catch (error) {
    yield unknown(`the list of crates cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  for (const { name, version, build, source, root } of crates ?? []) {
    if (build) continue; // compiled and run on the builder only
    yield {
      type: 'cargo',
      name,
      version,
      certainty: 'exact',
      properties: { source, ...(root ? { main: 'true' } : {}) },
    };
  }
  // Symbols of a program that leaves crates in libraries (-C prefer-dynamic) may be theirs.
  if (crates === undefined || needed.some((name) => RUST_LIBRARY.test(name))) return;
  const linked = symbols.end(ofOneVersion(crates));
  if (linked !== undefined) yield { kind: 'linked', language: 'rust', functions: linked.packed };
}

const RUST_LIBRARY = /^lib\w+-[0-9a-f]{16}\.so$/;

/** Crates, as code calls them, of which a program has one version: symbols do not say which of several they are of. */
function ofOneVersion(crates: readonly AuditableCrate[]): ReadonlySet<string> {
  const versions = new Map<string, number>();
  for (const { name, build } of crates)
    if (!build) versions.set(name.replaceAll('-', '_'), (versions.get(name.replaceAll('-', '_')) ?? 0) + 1);
  return new Set([...versions].flatMap(([name, count]) => (count === 1 ? name : [])));
}

/**
 * auditwheel writes the whole file name into the library as its soname, so that the release can be told from within the
 * file; where only the file is called so, or only the major release shows, the name alone says it.
 */
function tellsRelease(soname: string | undefined, version: string, library: LibraryName): boolean {
  const so = soname === undefined ? undefined : library.files.exec(withoutWheelHash(soname))?.groups?.so;
  return so !== undefined && version.includes('.') && library.release?.(so) === version;
}

/** Programs and libraries by what their files say and, where they say nothing, by their names. */
function* nativeFacts(
  file: ElfFile,
  sightings: readonly Sighting[],
  path: string,
  go: boolean,
): Generator<PackageFact> {
  const fileName = fileNameOf(path);
  const name = withoutWheelHash(
    file.soname !== undefined && file.soname.length > fileName.length ? file.soname : fileName,
  );
  const wheel = bundledIn(path);
  const role = wheel === undefined ? undefined : ('vendored' as const);
  const common = {
    type: 'generic',
    ...(role === undefined ? {} : { role }),
  };
  const machine = MACHINES.get(file.header.machine);
  const properties = (project: string, text?: string): Record<string, string> => ({
    ...(machine === undefined ? {} : { machine }),
    ...(file.soname === undefined ? {} : { soname: file.soname }),
    ...(wheel === undefined ? {} : { bundledIn: wheel }),
    ...(CPE.has(project) ? { cpe: CPE.get(project)! } : {}),
    ...(text === undefined ? {} : { text }),
  });
  const told = new Set<string>();
  for (const { project, version, text, linked } of sightings) {
    if (linked !== undefined && file.needed.some((needed) => linked.test(needed))) continue;
    // A Go or Rust program that merely talks of OpenSSL has no such copy; one that holds zlib's code does.
    if (go && project === 'postgresql') continue;
    told.add(project);
    yield { ...common, name: project, version, certainty: 'content', properties: properties(project, text) };
  }
  for (const library of librariesNamed(name)) {
    if (told.has(library.project)) continue;
    const so = library.files.exec(name)?.groups?.so;
    const version = (so !== undefined && library.release?.(so)) || '';
    // In a system's own folders a name without a version says nothing that the package database does not.
    if (version === '' && role === undefined) continue;
    told.add(library.project);
    const certainty = tellsRelease(file.soname, version, library) ? 'content' : 'name';
    yield { ...common, name: library.project, version, certainty, properties: properties(library.project) };
  }
  const gpu = gpuLibrary(name);
  if (gpu !== undefined && !told.has(gpu.project))
    yield {
      ...common,
      name: gpu.project,
      version: gpu.version,
      certainty: 'name',
      properties: properties(gpu.project),
    };
}
