/** What an image holds, what could not be read, and how far it can be judged. */
import type { Exposure, StartPicture } from './exposure.ts';
import type { FolderPlatform } from './image.ts';
import type { Evidence, OperatingSystem, Package, Recovery } from './package.ts';
import type { Severity } from './statement.ts';

/** Something that a package manager takes packages from, as its settings name it. */
export interface PackageSource {
  readonly manager: 'apt' | 'apk' | 'rpm' | 'pip' | 'npm' | 'conda';
  /**
   * `bullseye-security main`; the id of a repository; `$releasever`: the release that dnf is told; of pip, npm and conda the setting and its file
   * (`no-index in /etc/pip.conf`, whose address is empty).
   */
  readonly label: string;
  /** As written, without credentials; of conda the name of a channel as well. */
  readonly address: string;
  /** The day at which it stands still, ISO 8601: a snapshot. */
  readonly frozen?: string;
}

/** Who says of a layer that nobody could fetch it: `Unknown.analyzer`. */
export const ABSENT_LAYER = 'absent-layer';

/** The same of what was passed over because the time for reading was over. */
export const TIME_OVER = 'time-over';

/** A problem that became data: something that should have been readable and was not. */
export interface Unknown {
  readonly path: string;
  readonly layer?: number;
  readonly analyzer: string;
  readonly reason: string;
}

/** The analyzer of an unknown that is a declaration without an exact version: its file was read. */
export const DECLARATIONS = 'declarations';

/** Something that is worth one line, and is neither package nor risk. */
export interface Remark {
  /** The folder it is about. */
  readonly path: string;
  readonly message: string;
}

/** How much code of one kind something knows: the package that owns it, its own package manager, or what it says of itself. */
export interface CodeShare {
  /**
   * `libraries`: shared libraries in the folders that distributions have for them, of which a package of the system lists the known ones; `programs`: ELF
   * files that no package of the system owns; `python`: import packages and modules in folders that Python installs into; `javascript`: folders of npm
   * packages; `java`: archives.
   */
  readonly kind: 'libraries' | 'programs' | 'python' | 'javascript' | 'java';
  readonly all: number;
  readonly known: number;
}

/** A sign that an image hides something from scanners: a check that spoke up, and what it saw. */
export interface Sign {
  /** The check: `database-deleted`. */
  readonly check: string;
  /** `warning`: somebody took something away; `info`: ordinary builds do so too. */
  readonly level: 'warning' | 'info';
  /** One plain sentence with what was seen. */
  readonly message: string;
  /** What it was seen at, a few of them. */
  readonly paths: readonly string[];
  /** How many files it was seen at, where those are what was not read. */
  readonly files?: number;
  /** How many programs it was seen at, where some of them could be read. */
  readonly programs?: number;
}

export type RiskCategory = 'model' | 'notebook' | 'secret' | 'configuration';

/** Something dangerous in the image that is no vulnerable package. */
export interface Risk {
  readonly category: RiskCategory;
  /** Stable id of the rule, kebab-case: `pickle-calls-os-system`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  /** What was seen, with secrets masked. */
  readonly detail?: string;
  /** Line, cell or offset within the file. */
  readonly at?: string;
  readonly evidence: Evidence;
}

/** A package that a project asks for without saying which version: nobody can judge it before it is installed. */
export interface Unpinned {
  readonly type: string;
  readonly name: string;
  readonly namespace?: string;
  /** As it is written: `torch>=1.13`. */
  readonly requirement: string;
  /** The file that asks for it. */
  readonly path: string;
}

/** A program that says which packages and functions of source code it was made of. */
export interface LinkedProgram {
  readonly path: string;
  readonly language: 'go' | 'rust';
  /** Packed: `linkedFunctions` (`formats/executables/`) reads it. */
  readonly functions: string;
  /** How far the program is from what the container runs; absent where that was not asked. */
  readonly exposure?: Exposure;
}

/** The wheel that Python code without metadata is most like. */
export interface NearestWheel {
  /** The distribution, normalised. */
  readonly name: string;
  /** Every version whose wheel has as many of the files, ascending: what differs between them is not there, or was changed. */
  readonly versions: readonly string[];
  /** Sources that are the same, and all that were compared. */
  readonly same: number;
  readonly compared: number;
  /** All are the same, but those that may state a version. */
  readonly isWhole: boolean;
  /** The known releases next to those of `versions`, between which one that is not known may lie. */
  readonly below?: string;
  readonly above?: string;
}

/** A Python import package in a folder that Python installs into, that nothing lists and that tells no version. */
export interface UnlistedModule {
  /** The folder, or the file without its ending. */
  readonly path: string;
  readonly evidence: Evidence;
  /** Its sources from there on (`/adapters.py`), each with the first 96 bits of its SHA-256 (base64url): what known wheels are compared with. */
  readonly sources: readonly (readonly [name: string, digest: string])[];
  /** What the lists of other copies in the image make of it: whoever builds an image can write such a list. */
  readonly copied?: NearestWheel;
  readonly exposure?: Exposure;
}

/** What an image holds. */
export interface Inventory {
  readonly os?: OperatingSystem;
  /** Of a folder, where its native files say it. */
  readonly platform?: FolderPlatform;
  /** Where the system's packages come from; absent where nobody looked (a bill of materials, a project), empty where nothing is named. */
  readonly packageSources?: readonly PackageSource[];
  readonly packages: readonly Package[];
  readonly risks: readonly Risk[];
  readonly unknowns: readonly Unknown[];
  /** What is there in such numbers that it is told once: the test models of a package. */
  readonly remarks?: readonly Remark[];
  /** What speaks for something having been taken out of sight. */
  readonly signs?: readonly Sign[];
  /** What the container starts; absent where that was not asked. */
  readonly start?: StartPicture;
  /** Programs that say which code they were made of. */
  readonly linked?: readonly LinkedProgram[];
  /** Packed (`unpackModules` in `formats/python/` reads it): how near each module of a Python package is; absent where no Python starts. */
  readonly modules?: string;
  /** Only of a project before there is an image: what it declares without an exact version. */
  readonly unpinned?: readonly Unpinned[];
  /** Visible files in the squashed image. */
  readonly files: number;
  /** Files among them that a package of the operating system or of conda lists as its own; absent where no list was looked at. */
  readonly ownedFiles?: number;
  /** How much of the code that is there something knows. */
  readonly code?: readonly CodeShare[];
  /** Python code that nothing knows, for a database that knows wheels. */
  readonly unlisted?: readonly UnlistedModule[];
}

/** Why a package is not judged. */
export type NoInterest =
  /** Nobody publishes advisories on this kind of package, or its version is not known. */
  | 'no-ecosystem'
  /** The database holds no feed of this namespace. */
  | 'not-covered'
  /** The OS package that owns the file is judged in its place: the distribution patches without changing versions. */
  | 'owned'
  /** A conda package whose files hold a Python distribution: judged as that, not twice. */
  | 'twin'
  /** A lock file names it; nothing shows that it is installed. */
  | 'declared'
  /** A package manager kept it; nothing imports it. */
  | 'cache'
  /** Another package's tests read it. */
  | 'test'
  /** It belongs to a system in a folder of this one. */
  | 'nested'
  /** A defect of this program came in between; the unknowns say more. */
  | 'defect'
  /** Its version is none that can be compared (`(devel)`, `${revision}`, 0.0.0), or, of what was recovered, none that was published. */
  | 'unknown-version';

/** How far one kind of package could be judged: without it, "nothing found" says nothing. */
export interface Coverage {
  /** purl type. */
  readonly type: string;
  /** Advisory namespace; absent where no publisher that we read speaks of such packages. */
  readonly namespace?: string;
  readonly packages: number;
  /** The database holds a feed of this namespace. */
  readonly assessed: boolean;
  /** Why it was not, where that is not for want of a feed. */
  readonly reason?: string;
}

/** Something a reader of the report has to know before the numbers. */
export interface Notice {
  readonly level: 'info' | 'warning';
  readonly code: string;
  readonly message: string;
}

/** How the operating system is known, and how sure that is. */
export interface AssessedSystem {
  /** `packages`: they and what else speaks for it, where the release file does not (`because` says which). */
  readonly by: 'release-file' | 'packages' | 'nothing';
  /**
   * `confirmed`: installed packages were built for the release that the release file names; `stated`: it alone says so; `inferred`: there is none, or it
   * names nobody's system; `contradicted`: it and the packages name different ones. Absent: no system is known.
   */
  readonly certainty?: 'confirmed' | 'stated' | 'inferred' | 'contradicted';
  readonly because?: string;
}

/** Whether a database of the operating system's packages is there, and whether the image bears it out. */
export interface AssessedDatabase {
  /**
   * `consistent`: nothing speaks against it; `contradicted`: it leaves out, adds or states otherwise what the files show; `missing`: packages of a system are
   * there and nothing lists them; `none`: nothing of a system's packages is there.
   */
  readonly state: 'consistent' | 'contradicted' | 'missing' | 'none';
  /** Packages that it lists. */
  readonly packages: number;
}

/** How far an image could be judged: what "nothing found" is worth. */
export interface Assessment {
  /** All packages, and those that were held against advisories. */
  readonly packages: number;
  readonly assessed: number;
  /** Why the others were not, the most frequent reason first. */
  readonly notAssessed: readonly { readonly reason: NoInterest; readonly packages: number }[];
  /** Packages that no package manager lists and something else proves; they are among the assessed. */
  readonly recovered: readonly { readonly from: Recovery; readonly packages: number }[];
  readonly system: AssessedSystem;
  /** Absent in reports of earlier versions. */
  readonly packageDatabase?: AssessedDatabase;
  /** Files of the image, and those that a package database lists. */
  readonly files: number;
  readonly ownedFiles?: number;
  /** Files that could not be read whole. */
  readonly unreadable: number;
  /** Models among them, and those that break off or are not as they say of themselves, which are read as far as they go. */
  readonly unreadableModels?: number;
  /** Programs and libraries that are packed, read or not. Absent: none. */
  readonly packed?: number;
  /** Feeds that were needed and whose data are older than a week, the oldest first. Absent: none. */
  readonly oldFeeds?: readonly string[];
  /** What a project declares without an exact version: held against nothing. Absent: none. */
  readonly unpinned?: number;
  /** Files that hold others and were not opened: file systems, archives, packed programs, merged code. Absent: none. */
  readonly unopened?: number;
  /** Packages of which nothing but their list is there, in lists that were inflated: less sure, and among the assessed. Absent: none. */
  readonly phantom?: number;
  /** How much code of each kind that is there something knows. */
  readonly code?: readonly CodeShare[];
  /** Nothing is missing that somebody could mend: every package of a kind that advisories exist for was judged, by the image's own metadata. */
  readonly complete: boolean;
}
