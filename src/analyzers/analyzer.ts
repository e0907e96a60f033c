import type { Certainty, Entry, PackageRole, PackageSource, Recovery, Risk, Supplier } from '../model.ts';
import type { VersionDispute } from './disputed.ts';

/** A file that an analyzer asked for. */
export interface AnalyzedFile {
  readonly path: string;
  readonly entry: Entry;
  readonly bytes: Buffer;
  /** UTF-8 text; bytes that are not UTF-8 become U+FFFD. */
  text(): string;
}

/** A package as one file proves it. The core adds path, layer, ecosystem and purl. */
export interface PackageFact {
  readonly kind?: 'package';
  /** purl type. */
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  readonly source?: { readonly name: string; readonly version: string };
  readonly maintainer?: string;
  readonly supplier?: Supplier;
  readonly licenses?: readonly string[];
  readonly certainty?: Certainty;
  /** Default `installed`. */
  readonly role?: PackageRole;
  /** Absent: its own package manager's metadata says so. */
  readonly recovered?: Recovery;
  /** The release that it was built for and runs on, where that is not the image's: a snap brings its own. */
  readonly builtFor?: { readonly id: string; readonly versionId?: string };
  /** Its list alone names it, where lists were inflated. */
  readonly phantom?: true;
  /** Some of the files that its list says it brings, from the folder of the list; none where the list, or the archive itself, has nothing besides what names it. */
  readonly brings?: readonly string[];
  readonly requires?: readonly string[];
  /** Paths beside the file that says so: unless one of them is in the image, the package is not. */
  readonly needs?: readonly string[];
  /** The versions of the Go compiler that it says it was built with. */
  readonly goCompilers?: readonly string[];
  /** What something beside its metadata says it is instead. */
  readonly disputed?: VersionDispute;
  readonly properties?: Readonly<Record<string, string>>;
}

/** The operating system as a release file states it. */
export interface OsFact {
  readonly kind: 'os';
  readonly id: string;
  readonly versionId?: string;
  readonly codename?: string;
  readonly name: string;
  readonly idLike?: readonly string[];
}

/** Where packages of the operating system come from. */
export interface PackageSourceFact extends PackageSource {
  readonly kind: 'package-source';
}

/** Files that an OS package claims to own: paths joined by line feeds, as package databases write them. */
export interface OwnershipFact {
  readonly kind: 'owns';
  readonly type: string;
  readonly name: string;
  readonly paths: string;
}

/** Python's import packages and modules that one distribution holds, joined by spaces. */
interface ModulesFact {
  readonly kind: 'modules';
  readonly names: string;
}

/** Packages of an operating system that a file names without saying their versions, joined by spaces. */
interface NamedFact {
  readonly kind: 'named';
  readonly type: string;
  readonly names: string;
}

/** What a file that a package of the system lists, or a second list of an installer, says of the version of a package. */
interface ToldFact {
  readonly kind: 'told';
  readonly type: string;
  readonly of: string;
  readonly madeOf: string;
  readonly stated: string;
}

/** What a program or library that a package of the system lists says of itself: the project, as `analyzers/native` calls it, and its version. */
interface StatedFact {
  readonly kind: 'states';
  readonly project: string;
  readonly stated: string;
}

/** A program or library that no package of the system owns, whether anything is known of it or not. */
interface ProgramFact {
  readonly kind: 'program';
}

/** Archives that Python imports from, as a `.pth` file names them, one a line. */
interface ImportsFromFact {
  readonly kind: 'imports-from';
  readonly paths: string;
}

/** A program that was packed, and that was unpacked to be read: whatever was found in it. */
interface UnpackedFact {
  readonly kind: 'unpacked';
}

/** The packages and functions of source code that a program was made of, packed (`formats/executables/linked-code.ts`). */
interface LinkedFact {
  readonly kind: 'linked';
  readonly language: 'go' | 'rust';
  readonly functions: string;
}

/** A file that holds others which nobody here opens. */
export interface ClosedFact {
  readonly kind: 'closed';
  /** `inside`: what runs or is mounted as it lies there, or cannot be read at all; `archive`: what somebody may unpack; `bundle`: code that was merged. */
  readonly as: 'inside' | 'archive' | 'bundle';
  /** In words: `a squashfs file system`. */
  readonly what: string;
}

/** What a Python distribution's metadata says installed it, where that is a package manager of the operating system, or conda. */
interface InstallerFact {
  readonly kind: 'installer';
  readonly name: string;
}

/**
 * What a file says of the operating system without being made for it: the sources of its package manager, its keys, how its C library was
 * built. Heard where neither a release file nor packages tell.
 */
export interface SystemTraceFact {
  readonly kind: 'system-trace';
  readonly id: string;
  readonly versionId?: string;
  readonly codename?: string;
  /** What kind of trace it is, in words: `the sources of its packages`. */
  readonly of: string;
}

/** SHA-256 of files as a publisher's list states them, in base64url without padding, joined by spaces. */
interface PublishedFact {
  readonly kind: 'published';
  readonly digests: string;
}

/** The licences of a package that another file lists. */
interface LicencesFact {
  readonly kind: 'licences';
  readonly type: string;
  readonly name: string;
  readonly licenses: readonly string[];
}

/** Something that should have been readable and was not. */
interface UnknownFact {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** Something dangerous that is no vulnerable package: a model that runs code when loaded, a secret, a notebook without a token. */
export interface RiskFact extends Omit<Risk, 'evidence'> {
  readonly kind: 'risk';
  /** SHA-256 of the file, in base64url without padding: what a publisher's list states is no secret of the image's maker. */
  readonly content?: string;
}

/** That a file completes another one (`Analyzer.completes`): both are to be read together. Consumed before anything is made of facts. */
interface CompletingFact {
  readonly kind: 'completes';
}

/** What code of one language says it leads to, in the words of whoever follows that language (`exposure/`): a script as it stands, a library's needs. */
interface CodeFact {
  readonly kind: 'code';
  /** `elf`, `script`, `text`, `python`, ... One fact for each language of a file. */
  readonly language: string;
  readonly text: string;
}

export type Fact =
  | PackageFact
  | OsFact
  | PackageSourceFact
  | OwnershipFact
  | ModulesFact
  | NamedFact
  | ClosedFact
  | ToldFact
  | StatedFact
  | ProgramFact
  | ImportsFromFact
  | UnpackedFact
  | LinkedFact
  | InstallerFact
  | SystemTraceFact
  | PublishedFact
  | LicencesFact
  | RiskFact
  | UnknownFact
  | CodeFact
  | CompletingFact;

/** A plug-in that proves packages or facts from the files of an image: a predicate and a pure reader. */
export interface Analyzer {
  readonly name: string;
  /** Part of the layer cache's key: raise it whenever the same file would give other facts. */
  readonly version: number;
  /** Which files: globs over image paths (`*` is within a name, `**` any number of folders). One without a wildcard is looked up through symbolic links as well. */
  readonly files?: readonly string[];
  /** Or by content: is asked with the first `LIMITS.magicBytes` (or fewer) bytes of every regular file that `files` does not match. */
  readonly magic?: (head: Buffer, entry: Entry) => boolean;
  /**
   * With `magic`: the first bytes that such files can have, as numbers or as text in latin1. Of others it is not asked: thirty analyzers are too
   * many to ask of each of a hundred thousand files. Absent: any.
   */
  readonly begins?: string | readonly number[];
  /** With `magic`: of smaller files it is not asked. */
  readonly leastBytes?: number;
  /**
   * With `magic`, for what concerns nearly every file and seldom finds anything: whether a small body (`LIMITS.askedWholeBytes`) can hold what is looked for.
   * Asked where all of it is at hand; elsewhere it is read.
   */
  readonly mayHold?: (body: Buffer) => boolean;
  /** Bytes of the body that `read` may need, where that differs from `LIMITS.fileBytes`. A larger file becomes an Unknown. */
  readonly maxBytes?: number;
  /**
   * What it says matters only for files that no OS package owns; about others it is not heard. In layers that can be sought in,
   * such a file is read last, and only if nobody owns it.
   */
  readonly unownedOnly?: true;
  /**
   * The reverse: it is heard of files that an OS package lists as its own alone, what others say of files that nobody owns. Not through
   * links: what a package's own file confirms is not worth another pass over its layer.
   */
  readonly ownedOnly?: true;
  /**
   * With `unownedOnly`: it is heard of files that an upper layer hides as well (secrets can be had from the image all the same), and
   * therefore asked when the file passes by. For what is cheap to read.
   */
  readonly hiddenToo?: true;
  /**
   * What it says is heard only where what can be loaded is worked out, and of files that are reached. In a layer that can be sought in, a
   * file is read then, and by nobody else for it.
   */
  readonly onDemand?: true;
  /** With `onDemand`: few images start what it concerns. No body is kept for it but where the configuration has these words: its layer passes by once more where it is asked about. `true`: in all. */
  readonly rarely?: RegExp | true;
  /** What a large body costs, for who decides where it is read: `glances`: little of it is read; `scans`: a millisecond a megabyte. Absent: eight. One that `scans` `onDemand` is asked at once where somebody else reads the file. */
  readonly effort?: 'glances' | 'scans';
  /** Awaited before a file is read: loads what cannot be loaded at once. */
  readonly prepare?: () => Promise<unknown>;
  /** Pure: the same bytes give the same facts. What it throws becomes an Unknown. */
  read?(file: AnalyzedFile): Iterable<Fact>;
  /**
   * For a file that completes another one (the log of a database): which, by its path. Where `read` said so of a visible file, both are
   * read together once all layers are known, and what `join` says takes the place of what `inPlaceOf` said of the other.
   */
  readonly completes?: Completion;
  /** Instead of `read`, for files of any size: the body passes by once, front to back. */
  stream?(entry: Entry): BodyReader;
}

/** How a file completes another one. */
interface Completion {
  /** The path of the file that it completes. */
  readonly path: (path: string) => string;
  /** The analyzer that reads the other file alone. */
  readonly inPlaceOf: string;
  /** Pure. `completed` is undefined where the other file is not there. What it throws becomes an Unknown, beside what was said before. */
  join(file: AnalyzedFile, completed: AnalyzedFile | undefined): Iterable<Fact>;
}

/** Consumes a body of any size in bounded memory. */
export interface BodyReader {
  /**
   * Takes the next chunk, which begins at `offset` of the file; valid only during the call.
   * Returns how many of the following bytes it does not need (a source that can seek will not read them);
   * `Infinity`: it has seen enough.
   */
  push(chunk: Buffer, offset: number): number;
  /** How many of the next bytes are enough to go on with, for readers that skip much; by default as many as are read at once. */
  enough?(): number;
  /** Called once, at the end of the body or after `Infinity`. */
  end(): Iterable<Fact>;
}

/** Types the value; no registration. */
export const analyzer = (value: Analyzer): Analyzer => value;

/** A problem as data. */
export const unknown = (reason: string): UnknownFact => ({ kind: 'unknown', reason });
