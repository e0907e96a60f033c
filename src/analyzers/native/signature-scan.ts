import type { WindowView } from '../../formats/compression/index.ts';
import {
  anchorSearch,
  elfArchitecture,
  elfEnd,
  elfHeader,
  LANGUAGE_MARKS,
  type MarksSeen,
} from '../../formats/executables/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { LIBRARY_NAMES, type LibraryName, withoutWheelHash } from './libraries.ts';
import { PROGRAM_NAMES, type ProgramName, SIGNATURES, type Signature } from './signatures.ts';
import { textMatches } from './text-matches.ts';

/** A version that a file tells of itself. */
export interface Sighting {
  readonly project: string;
  readonly version: string;
  /** The text that told it. */
  readonly text: string;
  /** Libraries that would make this a mention instead of a copy, if the file asks the loader for them. */
  readonly linked?: RegExp;
}

/** Looks for version texts while a file passes by. */
interface SignatureScan {
  /** Says too what else begins in the view. With a `project` nothing of it was looked for. */
  visit(view: WindowView): MarksSeen;
  end(): readonly Sighting[];
  /** Whether a whole program or library of some size lies among its data, which it may write out and start. */
  carriesProgram(): boolean;
  /** Whether the line table of a Go program has begun, as it does in each of them whatever was taken out. */
  readonly hasGoTable: boolean;
}

/** Signatures that one pass over a file looks for. */
interface Prepared {
  readonly search: ReturnType<typeof anchorSearch>;
  readonly byAnchor: readonly (readonly Signature[])[];
}

function prepared(signatures: readonly Signature[], besides: readonly string[] = []): Prepared {
  const anchors = [...new Set(signatures.map(({ anchor }) => anchor))];
  return {
    search: anchorSearch([...anchors, ...besides]),
    byAnchor: anchors.map((anchor) => signatures.filter((signature) => signature.anchor === anchor)),
  };
}

/** How programs for Linux of 64 and of 32 bits begin (class, order of bytes, version, System V or GNU). https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const PROGRAM_MARKS = ['\x02\x01\x01\0', '\x02\x01\x01\x03', '\x01\x01\x01\0'].map((kind) => `\x7fELF${kind}`);
/** The same of the line table of Go 1.2, 1.16, 1.18 and 1.20, on machines of 64 bits whose instructions are of one byte or of four. https://go.dev/src/internal/abi/symtab.go */
const GO_TABLE_MARKS = ['\xfb', '\xfa', '\xf0', '\xf1'].flatMap((first) =>
  ['\x01', '\x04'].map((least) => `${first}\xff\xff\xff\0\0${least}\x08`),
);
/** Programs and libraries; what compilers keep for themselves and code of graphics processors is no such thing. */
const RUNS: ReadonlySet<number> = new Set([2, 3]);
/** Enough for the program headers of any program. */
const HEADERS = 1024;

function isProgramAt(bytes: Buffer, at: number): boolean {
  const head = bytes.subarray(at, at + HEADERS);
  const header = elfHeader(head);
  if (header === undefined || !RUNS.has(header.type) || elfArchitecture(head) === undefined) return false;
  return (elfEnd(head) ?? 0) >= LIMITS.closedBytes;
}

/** The shortest anchor sets the pace of a search: those that only some files are believed in do not slow down all others. */
const general = prepared(
  SIGNATURES.filter(({ files }) => files === undefined),
  [...PROGRAM_MARKS, ...GO_TABLE_MARKS, ...Object.values(LANGUAGE_MARKS)],
);
const LANGUAGES = Object.keys(LANGUAGE_MARKS) as (keyof MarksSeen)[];
const special = SIGNATURES.filter(({ files }) => files !== undefined);
/** Text kept on either side of an anchor. */
const BEFORE = 64;
const AFTER = 512;

/** A library or program whose version stands in its file as a text of its own. */
interface Bare {
  readonly project: string;
  readonly pattern: RegExp;
  readonly read: (text: string) => string;
  readonly within: string | undefined;
  readonly program: boolean;
}

/** The libraries that a file name stands for. */
export const librariesNamed = (name: string): readonly LibraryName[] =>
  LIBRARY_NAMES.filter(({ files }) => files.test(name));

const byProject = new Map<string, Prepared>();
/** The search for the texts of one project alone. */
function searchFor(project: string): Prepared {
  const known = byProject.get(project) ?? prepared(SIGNATURES.filter((signature) => signature.project === project));
  byProject.set(project, known);
  return known;
}

/** Prepares the search through one file; its name decides which texts are believed. With a `project`, for what that tells alone: a fraction of the work. */
export function signatureScan(path: string, project?: string): SignatureScan {
  const name = withoutWheelHash(fileNameOf(path));
  const isAsked = (named: LibraryName | ProgramName): boolean => project === undefined || named.project === project;
  const bares = [
    ...LIBRARY_NAMES.filter(isAsked).flatMap((library) => (library.files.test(name) ? bareLibrary(library, name) : [])),
    ...PROGRAM_NAMES.filter(isAsked).flatMap((program) => bareProgram(program, path)),
  ];
  const own = project === undefined ? special.filter(({ files }) => files?.test(name)) : [];
  const all = own.length === 0 ? [general] : [general, prepared(own)];
  const searches = project === undefined ? all : [searchFor(project)].filter(({ byAnchor }) => byAnchor.length > 0);
  const sightings = new Map<string, { sighting: Sighting; times: number }>();
  let tries = 0;
  let carriesProgram = false;
  let hasGoTable = false;
  const keep = (sighting: Sighting): void => {
    const key = `${sighting.project}\0${sighting.version}`;
    const known = sightings.get(key);
    if (known !== undefined) known.times++;
    else if (sightings.size < LIMITS.signaturesPerFile) sightings.set(key, { sighting, times: 1 });
  };
  return {
    visit(view) {
      const seen: Record<keyof MarksSeen, boolean> = { goInformation: false, goModules: false, rust: false };
      for (const { search, byAnchor } of searches)
        search.find(view.bytes, view.from, view.to, (at, anchor) => {
          const beside = anchor - byAnchor.length - PROGRAM_MARKS.length;
          const language = LANGUAGES[beside - GO_TABLE_MARKS.length];
          if (language !== undefined) {
            seen[language] = true;
            return;
          }
          if (tries++ >= LIMITS.signatureTries) return;
          tick();
          const signatures = byAnchor[anchor];
          if (signatures === undefined && beside >= 0) hasGoTable = true;
          else if (signatures === undefined) carriesProgram ||= view.start + at > 0 && isProgramAt(view.bytes, at);
          for (const signature of signatures ?? []) {
            if (project !== undefined && signature.files?.test(name) === false) continue;
            const sighting = tryAt(signature, view.bytes, at);
            if (sighting !== undefined) keep(sighting);
          }
        });
      for (const bare of bares) for (const sighting of bareSightings(bare, view)) keep(sighting);
      return seen;
    },
    end: () => onePerProject(withoutMentions([...sightings.values()]), bares),
    carriesProgram: () => carriesProgram,
    get hasGoTable() {
      return hasGoTable;
    },
  };
}

function bareLibrary(library: LibraryName, name: string): Bare[] {
  if (library.bare === undefined) return [];
  const so = library.files.exec(name)?.groups?.so;
  const within = library.project === 'python' ? so : undefined;
  return [
    { project: library.project, pattern: library.bare, read: library.read ?? ((text) => text), within, program: false },
  ];
}

function bareProgram(program: ProgramName, path: string): Bare[] {
  if (!program.files.test(path)) return [];
  return [
    {
      project: program.project,
      pattern: program.bare,
      read: (text) => text,
      within: program.within?.(path),
      program: true,
    },
  ];
}

function tryAt(signature: Signature, bytes: Buffer, at: number): Sighting | undefined {
  const from = Math.max(0, at - BEFORE);
  const text = bytes.toString('latin1', from, at + AFTER);
  signature.pattern.lastIndex = at - from;
  const match = signature.pattern.exec(text);
  const version = match?.[1];
  if (version === undefined) return undefined;
  return {
    project: signature.project,
    version: signature.read?.(version) ?? version,
    text: match![0].trim(),
    ...(signature.linked === undefined ? {} : { linked: signature.linked }),
  };
}

/** What the same C string says in front of a version, as in `/root/.pyenv/versions/3.11.7`. */
function beforeIt(text: string, at: number): string {
  let from = at;
  while (from > 0 && at - from < BEFORE && text[from - 1]! >= ' ' && text[from - 1]! <= '~') from -= 1;
  return text.slice(from, at);
}

function* bareSightings({ project, pattern, read, within }: Bare, view: WindowView): Generator<Sighting> {
  for (const { match, text } of textMatches(view, pattern)) {
    const version = match[1];
    if (version === undefined) continue;
    if (within !== undefined && !version.startsWith(`${within}.`)) continue;
    yield { project, version: read(version), text: `${beforeIt(text, match.index)}${match[0]}` };
  }
}

/** Of projects whose texts mention older versions, the one told most often; the first of equals. */
function withoutMentions(counted: readonly { readonly sighting: Sighting; readonly times: number }[]): Sighting[] {
  return counted
    .filter(({ sighting }) => {
      if (!MENTIONING.has(sighting.project)) return true;
      const others = counted.filter((other) => other.sighting.project === sighting.project);
      const most = Math.max(...others.map(({ times }) => times));
      return others.find(({ times }) => times === most)?.sighting === sighting;
    })
    .map(({ sighting }) => sighting);
}

const MENTIONING: ReadonlySet<string> = new Set(
  SIGNATURES.flatMap(({ project, mentions }) => (mentions ? project : [])),
);

/**
 * A version standing alone may be another's (libxml2 carries zlib's). Of several, a program's own is the greatest, since
 * the others say since when something exists (redis-cli lists them all); for a library none is believed.
 */
function onePerProject(sightings: readonly Sighting[], bares: readonly Bare[]): Sighting[] {
  return sightings.filter((sighting) => {
    const bare = bares.find(({ project }) => project === sighting.project);
    const rivals = sightings.filter(({ project }) => project === sighting.project);
    if (bare === undefined || rivals.length === 1) return true;
    return bare.program && rivals.every(({ version }) => compareNumbers(sighting.version, version) >= 0);
  });
}

/** Compares dotted numbers; what follows them does not matter. */
function compareNumbers(first: string, other: string): number {
  const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);
  const [left, right] = [numbers(first), numbers(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
