// Long because all nouns are read in one place, on purpose.

/**
 * The nouns. Readonly types that every room of the house shares; verbs live elsewhere. One word for one idea:
 * *statement*, what a publisher says of a package; *advisory*, the stored group of statements of one record; *candidate*, a
 * package with the statements that may concern it; *finding*, a candidate judged affected; *row*, a finding as a report counts
 * it; *ecosystem*, `Debian`; *namespace*, `Debian:11`.
 *
 * Paths are POSIX, relative to the image root, without a leading slash ("etc/os-release"). Sizes are bytes, dates ISO 8601.
 */

/** Where an image can come from; also the prefixes of the command line (`docker:`, `registry:`, ...). */
export type SourceName = 'registry' | 'docker' | 'archive' | 'oci' | 'dir' | 'project' | 'sbom' | 'memory';

/** https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** What a folder is for, as its native files say: a folder names no platform of its own. */
export interface FolderPlatform extends Platform {
  /** The file that says so. */
  readonly by: string;
}

/** One entry of the image's history. https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface Instruction {
  readonly createdBy: string;
  readonly created?: string;
  readonly comment?: string;
  readonly emptyLayer: boolean;
}

/** The part of the image configuration that describes how a container is run. */
export interface RunConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly Shell?: readonly string[] | null;
  readonly OnBuild?: readonly string[] | null;
  readonly Healthcheck?: Readonly<{
    Test?: readonly string[];
    Interval?: number;
    Timeout?: number;
    Retries?: number;
  }> | null;
}

/** The image configuration. https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  readonly platform: Platform;
  readonly created?: string;
  readonly author?: string;
  readonly run: RunConfig;
  readonly history: readonly Instruction[];
  /** diffIDs, lowest layer first. */
  readonly diffIDs: readonly string[];
}

/** What is known of a layer without reading it. */
export interface LayerInfo {
  /** 0 is the lowest layer. */
  readonly index: number;
  /** Digest of the uncompressed tar, as the image configuration claims it. */
  readonly diffID: string;
  /** Digest of the blob as it is stored or sent (compressed or not). */
  readonly digest?: string;
  readonly mediaType?: string;
  readonly size?: number;
  /** The instruction of the image's history that made this layer. */
  readonly instruction?: string;
}

/** What a tar entry (or a directory entry) is, after the OCI whiteout names have been understood. */
export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'whiteout' | 'opaque' | 'other';

/**
 * One entry of a layer. A `whiteout` or `opaque` keeps the marker's own path (`etc/.wh.passwd`, `etc/.wh..wh..opq`).
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#representing-changes
 */
export interface Entry {
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits with setuid, setgid and sticky (07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Target of a symlink (as written) or of a hard link (normalised path). */
  readonly link?: string;
}

/** The bytes of a layer, in the form its source can give cheapest. */
export type LayerContent =
  /** A sequential stream of the stored blob, compressed or not. */
  | { readonly kind: 'stream'; readonly bytes: AsyncIterable<Uint8Array> }
  /** A region of a local file: an uncompressed tar in it is read by seeking over bodies nobody wants. */
  | { readonly kind: 'file'; readonly path: string; readonly offset: number; readonly length: number }
  /** A root file system directory on this machine. */
  | { readonly kind: 'directory'; readonly path: string };

/** A layer that can be read, as often as needed. */
export interface Layer extends LayerInfo {
  /**
   * What the cached analysis of this layer may be filed under besides its diffID: empty when the bytes are verified
   * against a digest while they are read, otherwise something that only this very file has (path, size, mtime).
   * `null`: never cached.
   */
  readonly identity: string | null;
  /** True when the reader has to check the stored blob against `digest` (it came over a network). */
  readonly verify: boolean;
  open(signal?: AbortSignal): Promise<LayerContent>;
}

/** What was scanned. */
export interface Subject {
  /** As the user wrote it. */
  readonly reference: string;
  readonly source: SourceName;
  /** Full name where there is one: `docker.io/library/python:3.9.16`, a path for archives. */
  readonly name: string;
  /** Manifest digest. */
  readonly digest?: string;
  /** Digest of the image configuration. */
  readonly imageId?: string;
  readonly repoTags?: readonly string[];
  readonly repoDigests?: readonly string[];
  readonly platform?: Platform;
  readonly created?: string;
  /** Bytes of the stored layers together. */
  readonly size?: number;
  readonly layers: readonly LayerInfo[];
  readonly config?: ImageConfig;
  /** Manifest or index annotations. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A layer as it passes by in a source that is read once, front to back. */
export interface PassingLayer {
  /**
   * Where it is known before the content is read. Otherwise the digest of the uncompressed content tells which layer
   * it was; a content that turns out to be none of the image's layers is dropped.
   */
  readonly diffID?: string;
  readonly content: LayerContent;
}

/** A document attached to an image that may be a bill of materials: where it hangs, not yet fetched. */
export interface Attestation {
  /** The image's index names it (BuildKit), it refers to the image (OCI 1.1), a tag is made of the image's digest (cosign), or it lies in the same layout. */
  readonly via: 'index' | 'referrer' | 'tag' | 'layout';
  /** Digest and size (as stated) of the document. */
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  /** Digest of the manifest, or of the index of several platforms, that it is attached to. */
  readonly attachedTo: string;
  /** As its descriptor states it. https://github.com/in-toto/attestation/tree/main/spec/predicates */
  readonly predicateType?: string;
  /** The part of the image it is about, where that is not the whole. https://github.com/sigstore/cosign/blob/main/specs/SBOM_SPEC.md#scopes */
  readonly scope?: string;
  /** What cosign wrote beside it to prove its signature, by annotation. */
  readonly signature?: Readonly<Record<string, string>>;
  /** Its bytes, size and digest verified. Throws as the source's other reads, and `limit`. */
  open(signal?: AbortSignal): Promise<Uint8Array>;
}

/** What was found attached to an image, and what stood in the way of finding more. */
export interface Attachments {
  readonly found: readonly Attestation[];
  /** Statements on how the image was built; absent: there are none. */
  readonly provenance?: readonly Attestation[];
  /** What is said of vulnerabilities in it; absent: nothing is. */
  readonly vex?: readonly Attestation[];
  readonly notices: readonly Notice[];
}

/** One entry of a bill of materials, whatever its format. */
export interface BillEntry {
  readonly name?: string;
  readonly version?: string;
  /** Package URLs, as written. */
  readonly purls: readonly string[];
  /** CPE names, as written (2.3 or 2.2). */
  readonly cpes: readonly string[];
  /** What a program wrote besides, by its own names: `syft:metadata:source`, `plimsoll:role`. */
  readonly facts: ReadonlyMap<string, string>;
  /** Where in the image it was seen. */
  readonly paths: readonly string[];
}

/** A software bill of materials as it was written: what it states is checked by nobody yet. */
export interface Bill {
  /** `CycloneDX 1.6`, `SPDX-2.3`, `Syft 16.0.34`. */
  readonly format: string;
  /** What it is about. */
  readonly name?: string;
  readonly digest?: string;
  readonly created?: string;
  /** The program that wrote it. */
  readonly creator?: string;
  /** The operating system, in the words of the bill. */
  readonly system?: { readonly name: string; readonly version?: string; readonly title?: string };
  /** The operating system that the user says it has, where neither the bill nor the packages in it name one: `debian:12`. */
  readonly assumedSystem?: string;
  readonly entries: readonly BillEntry[];
  /** Entries beyond the limit. */
  readonly left?: number;
}

/** An opened image: described, its layers not yet read. */
export interface Image {
  readonly subject: Subject;
  readonly layers: readonly Layer[];
  /** What the source states in place of layers. */
  readonly bill?: Bill;
  /** What the user should know of how it was opened (another platform than this machine's, for example). */
  readonly notices?: readonly Notice[];
  /**
   * What is attached to the image besides its layers: SBOM attestations. Listed only when asked for, opened one by one.
   * Without `search` only those that the image's own index names, which an image without one costs no request; with it
   * the registry is asked for referrers and cosign's tags as well. What goes wrong is a notice; only `interrupted` throws.
   */
  attestations?(options?: { readonly search?: boolean; readonly signal?: AbortSignal }): Promise<Attachments>;
  /**
   * For sources that give all layers in one pass and in their own order (an engine's export): where it exists, it is
   * used in place of `Layer.open`, which would go through the whole image for each layer. A layer whose diffID is known
   * beforehand passes only if `want` says so; one blob may be several layers of the image (equal diffIDs). Each content
   * is read or left before the next is asked for; leaving the iteration ends the transfer.
   */
  stream?(want: (diffID: string) => boolean, signal?: AbortSignal): AsyncIterable<PassingLayer>;
  close(): Promise<void>;
}

/** Where something was seen: the proof that hangs on a path. */
export interface Evidence {
  /** Empty where the image's configuration proves it, not a file. */
  readonly path: string;
  /** Index of the layer that brought it: the one with the visible copy, or for an entry of a package database the first that lists it. */
  readonly layer: number;
  readonly diffID: string;
  readonly digest?: string;
  readonly instruction?: string;
  readonly analyzer: string;
  /** The path that was asked for, where `path` was reached through a symbolic or hard link. */
  readonly via?: string;
}

/** How sure an analyzer is. `exact`: a package database or metadata says so; `content`: version string in the file; `name`: only a name such as a soname. */
export type Certainty = 'exact' | 'content' | 'name';

/**
 * What a copy of a package is there for: `installed`; `declared` by a lock file and perhaps not there; `vendored` inside
 * another package; `cache`: kept by a package manager and not on any import path; `test`: read by another package's tests; `nested`: of
 * a whole system that lies in a folder of this one (a root file system that was unpacked, a cross compiler's sysroot).
 */
export type PackageRole = 'installed' | 'declared' | 'vendored' | 'cache' | 'test' | 'nested';

/**
 * What proves a package whose own package manager no longer lists it: the database as a lower layer still has it (`lower-layer`), the
 * documentation that the package left behind, what its package manager wrote beside its database (`trace`: copies, logs, scripts), what its code says of itself, what the project's lock file fixes for its folder, what a packed program held when it was unpacked. All of them can
 * be lied about: they prove less.
 */
export type Recovery = 'lower-layer' | 'documentation' | 'trace' | 'code' | 'lock-file' | 'unpacked';

/**
 * What a container can do with a package, by the files of it, the strongest first: `loaded` when it starts; `importable`: reached by a lazy
 * or conditional import, or by a name in a library that opens others; `callable`: a program that something reached names; `present`: nothing
 * known leads to it; `not-code`: headers, documents, data; `unknown`: that could not be told.
 */
export const EXPOSURE_CLASSES = ['loaded', 'importable', 'callable', 'present', 'not-code', 'unknown'] as const;
export type ExposureClass = (typeof EXPOSURE_CLASSES)[number];

/** One step of the way from the start command to a file: how the step before it leads there. */
export interface ExposureStep {
  /** `NEEDED libwebp.so.7`, `import PIL`; of the first step `CMD`. */
  readonly how: string;
  readonly path: string;
}

/** That a running process has a file: mapped, held open, or (an interpreter has read it) by its path in the process's memory. */
export interface Seen {
  readonly how: 'mapped' | 'open' | 'named';
  /** In the image. */
  readonly path: string;
  /** Which process: `python3 (process 71)`. */
  readonly by: string;
}

/** What running processes of an image were seen to have loaded. */
export interface RunningState {
  readonly processes: readonly { readonly pid: number; readonly command: readonly string[] }[];
  /** By the path in the image. Names that stand in memory may be of no file at all. */
  readonly files: ReadonlyMap<string, Seen>;
  /** What they have mapped that is not the image's: from volumes, or written since the start. */
  readonly elsewhere: readonly string[];
  /** What could not be looked at, in sentences. */
  readonly notes: readonly string[];
}

/** How far a package is from what the container runs. Nothing is hidden by it. */
export interface Exposure {
  readonly class: ExposureClass;
  /** From the start command to the file of it that is reached first; absent where nothing leads to it. */
  readonly chain?: readonly ExposureStep[];
  /** A running process has a file of it; only where running processes were looked at. */
  readonly seen?: Seen;
}

/** What a container starts, and what that leads to, as a whole. */
export interface StartPicture {
  /** The command line; empty: there is none, and nothing is known of what is loaded. */
  readonly command: readonly string[];
  /** Where it is from. */
  readonly by: 'image' | 'user' | 'container' | 'nobody';
  /** Files that are reached, by how. */
  readonly files: { readonly loaded: number; readonly importable: number; readonly callable: number };
  /** What cannot be told, and what it makes unknown: in sentences. */
  readonly notes: readonly string[];
  /** What running processes were seen to have, where they were looked at (`--live`): files of the image by how, and others. */
  readonly live?: {
    /** With what they run, without further arguments: those may be secret. */
    readonly processes: RunningState['processes'];
    readonly files: Readonly<Record<Seen['how'], number>>;
    /** Files mapped that are not the image's, and the first of them. */
    readonly elsewhere: number;
    readonly examples: readonly string[];
    readonly notes: readonly string[];
  };
}

/** An installed package (or a program, library or file that counts as one). */
export interface Package {
  /** purl type: `deb`, `pypi`, `npm`, ... https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst */
  readonly type: string;
  /** As its own metadata spells it. */
  readonly name: string;
  readonly version: string;
  /** The advisory namespace it is matched in (`Debian:11`, `PyPI`); absent: nobody assesses it. */
  readonly namespace?: string;
  readonly purl: string;
  readonly architecture?: string;
  /** Source package and source version, where the format has them and as the package's own database states them. */
  readonly source?: { readonly name: string; readonly version: string };
  readonly maintainer?: string;
  readonly licenses?: readonly string[];
  /** Every place it was seen. */
  readonly evidence: readonly Evidence[];
  /** The OS package that owns the file that proves this one: a relation, not a deletion. */
  readonly ownedBy?: { readonly type: string; readonly name: string };
  readonly certainty?: Certainty;
  /** Absent: `installed`. */
  readonly role?: PackageRole;
  /** Absent: its own package manager's metadata says so. */
  readonly recovered?: Recovery;
  /** What it says it needs, one dependency each, in its own notation (`numpy<1.24,>=1.22`, `libc6 (>= 2.14)`). */
  readonly requires?: readonly string[];
  /** Whatever else an analyzer knows, flat and in strings. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Absent: it was not asked what the container can load (a bill of materials, a project). */
  readonly exposure?: Exposure;
}

/** The operating system of the image. https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export interface OperatingSystem {
  readonly id: string;
  readonly versionId?: string;
  readonly codename?: string;
  readonly name: string;
  readonly idLike?: readonly string[];
  readonly evidence?: Evidence;
  /** Why it is believed to be this one, where the release file does not say so: `base-files 11.1+deb11u7 and 46 packages built for Debian 11`. */
  readonly inferred?: string;
}

/** Something that the package manager of the system takes packages from, as its settings name it. */
export interface PackageSource {
  readonly manager: 'apt' | 'apk' | 'rpm';
  /** `bullseye-security main`; the id of a repository; `$releasever`: the release that dnf is told. */
  readonly label: string;
  /** As written, without credentials. */
  readonly address: string;
  /** The day at which it stands still, ISO 8601: a snapshot. */
  readonly frozen?: string;
}

/** A problem that became data: something that should have been readable and was not. */
export interface Unknown {
  readonly path: string;
  readonly layer?: number;
  readonly analyzer: string;
  readonly reason: string;
}

/** Something that is worth one line, and is neither package nor risk. */
export interface Remark {
  /** The folder it is about. */
  readonly path: string;
  readonly message: string;
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
  /** Only of a project before there is an image: what it declares without an exact version. */
  readonly unpinned?: readonly Unpinned[];
  /** Visible files in the squashed image. */
  readonly files: number;
  /** Files among them that a package of the operating system or of conda lists as its own; absent where no list was looked at. */
  readonly ownedFiles?: number;
}

/** One ordered scale; `UNKNOWN` means that nobody said. */
export const SEVERITIES = ['UNKNOWN', 'NEGLIGIBLE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What one source says of how bad a vulnerability is, with the original kept. */
export interface Rating {
  /** Who says so: `debian`, `nvd`, `ghsa`, `cisa-adp`, ... */
  readonly source: string;
  readonly severity: Severity;
  /** `CVSS:2.0`, `CVSS:3.0`, `CVSS:3.1`, `CVSS:4.0`, or `urgency` / `priority` / `text` for words. */
  readonly method: string;
  readonly vector?: string;
  readonly score?: number;
  /** The publisher's own word, where it used one (`not yet assigned`, `MODERATE`). */
  readonly original?: string;
}

/**
 * What a publisher says of one package in one namespace. Never collapsed into a yes or no:
 * the Debian tracker's states are kept apart, other publishers' are laid beside them.
 * https://security-team.debian.org/security_tracker.html
 */
export const STATEMENT_STATES = [
  'open',
  'fixed',
  'not-affected',
  'unimportant',
  'no-dsa',
  'ignored',
  'postponed',
  'end-of-life',
  'undetermined',
  'will-not-fix',
  'deferred',
  'withdrawn',
] as const;
export type StatementState = (typeof STATEMENT_STATES)[number];

/** An interval of versions: from `introduced` (absent: from the beginning) up to but without `fixed`, or up to and with `lastAffected`. */
export interface AffectedRange {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly lastAffected?: string;
  /** From here on the publisher says nothing: another branch. */
  readonly limit?: string;
}

/** What one publisher says of one vulnerability in one package; an advisory is the group of those that one record holds. */
export interface Statement {
  /** The publisher's own id: `CVE-...`, `GHSA-...`, `PYSEC-...`, `DSA-...`. */
  readonly id: string;
  /** The publisher: `debian`, `pysec`, `ghsa`, ... */
  readonly source: string;
  /** The namespace, as OSV writes it: `Debian:11`, `PyPI`. https://ossf.github.io/osv-schema/#defined-ecosystems */
  readonly namespace: string;
  /** Normalised package name within the namespace. */
  readonly package: string;
  readonly aliases: readonly string[];
  readonly state: StatementState;
  readonly ranges: readonly AffectedRange[];
  /** Versions affected besides the ranges. */
  readonly versions?: readonly string[];
  readonly ratings: readonly Rating[];
  readonly title?: string;
  readonly url?: string;
  /** The publisher's reason in its own words (Debian's `nodsa`). */
  readonly note?: string;
  readonly published?: string;
  readonly modified?: string;
  readonly withdrawn?: string;
  /** The bulletin that says it, where one bulletin speaks of several vulnerabilities: `DSA-5417`, `ALSA-2024:10831`. */
  readonly bulletin?: string;
  /** The day on which the fix came out, where a feed says so. */
  readonly fixDate?: string;
  /** The document of the database it stands in: `osv/PyPI`, `debian/tracker`. */
  readonly feed?: string;
  /** For builds of modules: the streams it speaks of (`nodejs:18`); empty where it does not say which. */
  readonly modules?: readonly string[];
  /** It speaks of the program only where it runs on one of these: `microsoft:windows`, `software:wordpress`, `hardware:arm64`. */
  readonly platforms?: readonly string[];
}

/** What is known of a vulnerability id whatever the package: ratings, dates, exploitation. */
export interface Vulnerability {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly ratings: readonly Rating[];
  readonly cwes?: readonly string[];
  readonly references?: readonly string[];
  readonly published?: string;
  readonly modified?: string;
  readonly state?: 'rejected' | 'disputed' | 'withdrawn';
  /** In CISA's catalogue of known exploited vulnerabilities, since this date. */
  readonly exploited?: string;
  /** Probability of exploitation in the next 30 days, 0 to 1. https://www.first.org/epss/ */
  readonly epss?: number;
  /** Share of all CVEs with a lower probability, 0 to 1. */
  readonly epssPercentile?: number;
}

/** Where a package is looked up, under which name, and which version the answers speak of. */
export interface Lookup {
  /** Namespace: `Debian:11`, `PyPI`, `CPE`. */
  readonly namespace: string;
  readonly name: string;
  /** By its source package, its own name, what it is elsewhere, or NVD's vendor and product (the weakest). */
  readonly by: 'source' | 'name' | 'identity' | 'product';
  readonly version: string;
  /** The stream of a module that the installed build is of (`nodejs:18`), as its label says or its build tells. */
  readonly module?: string;
  /** What the program was built for: `linux`, `windows`; absent: a container's `linux`. */
  readonly os?: string;
  readonly architecture?: string;
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
  /** Its version is none that can be compared (`(devel)`, `${revision}`, 0.0.0): only what is said of all versions was held against it. */
  | 'unknown-version';

/** What our own rules make of a statement for the version that is installed, and why. */
export type Judgement =
  | {
      readonly affected: true;
      readonly compared: Extract<Reason, { readonly step: 'compared' }>;
      /** The version that ends the affected interval the installed one is in. */
      readonly fixed?: string;
      /** Without this subscription there is no such fix: `Ubuntu Pro`. */
      readonly subscription?: string;
    }
  | {
      readonly affected: false;
      /**
       * The publisher took it back; its state says that no version is (known to be) affected; it is about other versions, or the
       * installed one is not known; it is about another stream of the module, about the program on another platform; it names no
       * version and is much older than what is installed (undecidable); another of the publisher's statements settles it.
       */
      readonly because:
        | 'withdrawn'
        | 'state'
        | 'version'
        | 'unknown-version'
        | 'module'
        | 'platform'
        | 'undecidable'
        | 'subscription';
    };

/** A statement that was considered for a package: the question that it answers, and what was made of it. */
export interface Considered {
  readonly statement: Statement;
  readonly lookup: Lookup;
  readonly judgement: Judgement;
}

/**
 * One vulnerability that statements say may concern one package. All that judge (our own matching, the replayed rules of other
 * scanners, explanations, plans) judge candidates; only `matching/` asks the database for them.
 */
export interface Candidate {
  /** The CVE where there is one, else the publisher's id. */
  readonly id: string;
  /** Every other id of the same vulnerability. */
  readonly aliases: readonly string[];
  readonly package: Package;
  /** Why the package is not judged by our own rules; absent: it is. */
  readonly passed?: NoInterest;
  /** The statements, each with the question that found it and our judgement; empty where only a report speaks of it. */
  readonly considered: readonly Considered[];
  /** The same statements, bare. */
  readonly statements: readonly Statement[];
  /** What is known of the vulnerability whatever the package, and the ratings among that. */
  readonly records: readonly Vulnerability[];
  readonly ratings: readonly Rating[];
  readonly validity?: 'rejected' | 'disputed' | 'withdrawn';
  readonly title?: string;
  readonly published?: string;
  /** Known only because another scanner's report says so; without statements in the database they are made of its rows. */
  readonly reported?: boolean;
}

/** How a finding came about: a typed chain that text, HTML, JSON and `explain` only render. */
export type Reason =
  | {
      readonly step: 'searched';
      readonly namespace: string;
      readonly name: string;
      readonly by: 'source' | 'name' | 'identity' | 'product';
    }
  | { readonly step: 'hit'; readonly advisory: string; readonly source: string; readonly url?: string }
  | {
      readonly step: 'compared';
      readonly version: string;
      readonly range: AffectedRange | { readonly exact: string };
      readonly comparator: string;
    }
  | { readonly step: 'state'; readonly state: StatementState; readonly source: string; readonly note?: string }
  | { readonly step: 'rated'; readonly severity: Severity; readonly source: string; readonly method: string };

/** Whether a fix exists. `subscription`: only for who pays for it; `wont-fix`: the publisher says it will not; `deferred`: later, perhaps. */
export type FixState = 'fixed' | 'subscription' | 'not-fixed' | 'wont-fix' | 'deferred' | 'unknown';

/** One vulnerability in one installed package: a candidate that is judged affected. */
export interface Finding {
  /** The CVE where there is one, else the publisher's id. */
  readonly id: string;
  /** Every other id of the same vulnerability. */
  readonly aliases: readonly string[];
  readonly package: Package;
  readonly severity: Severity;
  /** Who gave `severity`; `none` when nobody did. */
  readonly severitySource: string;
  readonly ratings: readonly Rating[];
  readonly state: StatementState;
  readonly fix: {
    readonly state: FixState;
    readonly version?: string;
    /** What has to be subscribed to for it: `Ubuntu Pro`. */
    readonly subscription?: string;
  };
  readonly title?: string;
  readonly description?: string;
  readonly url?: string;
  readonly published?: string;
  readonly modified?: string;
  readonly exploited?: string;
  readonly epss?: number;
  readonly cwes?: readonly string[];
  readonly references?: readonly string[];
  /** The publishers' statements this rests on. */
  readonly statements: readonly {
    readonly id: string;
    readonly source: string;
    readonly url?: string;
    readonly state: StatementState;
    /** The bulletin that says it, where one speaks of several vulnerabilities. */
    readonly bulletin?: string;
    /** When it came to be fixed, where its publisher says so. */
    readonly fixDate?: string;
  }[];
  readonly reasons: readonly Reason[];
}

/** One feed as the database holds it. */
export interface FeedInfo {
  readonly name: string;
  readonly records: number;
  /** Of when its data is: as the publisher says, else its newest record. */
  readonly dataDate?: string;
  /** When its publisher (or a mirror) was last asked, and it was taken or found unchanged. */
  readonly checked?: string;
  /** It was its publisher itself that was asked. */
  readonly fromPublisher?: true;
  /** Nothing in it tells its date: `dataDate` is the latest that it can be of. */
  readonly undated?: true;
  readonly url?: string;
  /** Records that could not be read, and the first few of them. */
  readonly rejected?: number;
  readonly rejectedExamples?: readonly string[];
  readonly error?: string;
}

/** The advisory database a scan was judged by. */
export interface DatabaseInfo {
  readonly path: string;
  readonly schema: number;
  readonly built: string;
  /** sha256 over the feeds' contents: two databases with the same digest give the same answers. */
  readonly digest: string;
  readonly records: number;
  readonly feeds: readonly FeedInfo[];
}

/** A feed that an image needed: what is said of its packages, what rates them, what is exploited. */
export interface NeededFeed {
  readonly name: string;
  readonly dataDate: string;
  readonly checked?: string;
  readonly fromPublisher?: true;
  /** Nothing in it tells its date: `dataDate` is the latest that it can be of. */
  readonly undated?: true;
}

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

/** One package on one side of a comparison of a bill of materials with the files. */
export interface AttestedPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** An SBOM that is attached to the image, held against what the files prove. It is never used in their place. */
export interface AttestedSbom {
  /** Digest of the attached document. */
  readonly digest: string;
  readonly via: Attestation['via'];
  readonly mediaType: string;
  /** Digest of the manifest or index it is attached to. */
  readonly attachedTo: string;
  /** `CycloneDX 1.5`, `SPDX-2.3`; absent where it could not be read. */
  readonly format?: string;
  /** The program that wrote it, as it says. */
  readonly creator?: string;
  readonly created?: string;
  /** Whether it is signed by whom `--attestation-key` or `--attestation-identity` named; without them nothing is checked, and anybody who can write to the registry can attach. */
  readonly signatureVerified: boolean;
  /** Whose signature was asked for, in words; absent: nobody's. */
  readonly signer?: string;
  /** Whether its statement names this image's digest among its subjects; absent where it names none. */
  readonly namesImage?: boolean;
  /** Why it was not compared. */
  readonly problem?: string;
  /** Absent where it was not compared. Lists are cut after `LIMITS.attestedPackages` entries; `counts` are whole. */
  readonly comparison?: {
    /** Whether it lists OS packages one by one or by the source they are built from. */
    readonly unit: 'binary' | 'source';
    readonly counts: {
      /** Entries of the document with a package URL. */
      readonly listed: number;
      readonly agreed: number;
      readonly missing: number;
      readonly phantom: number;
      readonly versions: number;
      /** Found by content or of kinds that SBOM programs do not look for, and not listed: no reproach. */
      readonly beyond: number;
    };
    /** Installed according to the files, not in the document. */
    readonly missing: readonly AttestedPackage[];
    /** In the document, not in the files. */
    readonly phantom: readonly AttestedPackage[];
    /** In both, in other versions. */
    readonly versions: readonly {
      readonly type: string;
      readonly name: string;
      readonly files: readonly string[];
      readonly attested: readonly string[];
    }[];
  };
}

/** Why a product is not affected. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md#status-justifications */
export const JUSTIFICATIONS: readonly string[] = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
];

/** Who took a finding out of the count, and why. */
export interface Suppression {
  /** The kind of document that says so. */
  readonly source: 'policy' | 'trivyignore' | 'grype' | 'openvex' | 'csaf' | 'cyclonedx';
  /** File and place: `plimsoll.yaml:12:5`. */
  readonly where: string;
  /** `accepted`: it stays and somebody answers for it; the others are VEX. */
  readonly status: 'accepted' | 'not_affected' | 'fixed' | 'false_positive';
  readonly reason?: string;
  /** VEX's own word for why: `vulnerable_code_not_in_execute_path`. */
  readonly justification?: string;
  /** Who answers for it; of a VEX document its author, and in words that nobody checked a signature. */
  readonly owner?: string;
  /** Nobody proved that it is its author's word: of every VEX document but attached ones whose signature was checked. */
  readonly unverified?: true;
  readonly until?: string;
}

/** A finding or risk that an exception took out of the count. */
export interface Suppressed {
  readonly finding?: Finding;
  readonly risk?: Risk;
  readonly by: Suppression;
}

/** What one gate says. */
export interface GateRule {
  /** As `--fail-on` takes it: `fixable:HIGH`. */
  readonly gate: string;
  readonly passed: boolean;
  /** What it caught, and the first few of that in words. */
  readonly count: number;
  readonly examples: readonly string[];
  /** Why it could not be judged: it fails then, whatever was caught. */
  readonly unjudged?: readonly string[];
  /** Findings that a policy's rule does not count yet. */
  readonly inGrace?: number;
  /** Of a policy's rule: where it stands (`plimsoll.yaml:4:7`, `preset batch`), and why it is there. */
  readonly where?: string;
  readonly why?: string;
}

/** What all gates of a run say: each of them can shut it. */
export interface GateVerdict {
  readonly passed: boolean;
  readonly rules: readonly GateRule[];
  /** The policy that was in force, by its file. */
  readonly policy?: { readonly file: string; readonly preset?: string };
}

/** A source package or a language package brought to another version, as the summary of a plan tells it. */
export interface PackageChange {
  readonly name: string;
  /** Absent: it is not installed yet. */
  readonly from?: string;
  /** Absent: whichever its package manager has; which one that is nobody was asked. */
  readonly to?: string;
  /** True: nobody says that it can be installed. It is left out of the counts. */
  readonly unsure?: true;
  /** Severities of what goes, each id once. */
  readonly clears: Readonly<Record<Severity, number>>;
  /** Something of what goes is being exploited. */
  readonly exploited?: true;
  /** What comes with it and is not there today. */
  readonly brings: readonly { readonly id: string; readonly severity: Severity }[];
  /** Why it changes although nothing of it goes. */
  readonly because?: string;
}

/** What is done with one package manager. */
export interface ChangeStep {
  /** `os`, `python`, `conda`, `npm`, `language`. */
  readonly kind: string;
  readonly title: string;
  readonly commands: readonly string[];
  readonly changes: readonly PackageChange[];
  /** False: to be done where it is declared or built; not in the counts. */
  readonly applied: boolean;
}

/** What to change: the plan of `plimsoll fix` as far as it can be made without asking anybody. */
export interface ChangeSummary {
  /** As `fix --goal` takes it. */
  readonly goal: string;
  /** Findings of the goal, counted as the report counts them: today, and how many of them go for sure. */
  readonly findings: number;
  readonly clears: number;
  readonly steps: readonly ChangeStep[];
  /** Findings of the goal that stay, by reason, the most first. */
  readonly stays: readonly {
    readonly reason: string;
    readonly findings: number;
    readonly packages: readonly string[];
  }[];
  /** What was not looked at, in sentences. */
  readonly unchecked: readonly string[];
  /** What makes the whole plan. */
  readonly command: string;
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
  /** How the operating system is known: its release file, its packages (`because` says which), or not at all. */
  readonly system: { readonly by: 'release-file' | 'packages' | 'nothing'; readonly because?: string };
  /** Files of the image, and those that a package database lists. */
  readonly files: number;
  readonly ownedFiles?: number;
  /** Files that could not be read whole. */
  readonly unreadable: number;
  /** Nothing is missing that somebody could mend: every package of a kind that advisories exist for was judged, by the image's own metadata. */
  readonly complete: boolean;
}

/** The result of a scan: the only input of every output format. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly created: string;
  readonly subject: Subject;
  readonly database: DatabaseInfo;
  /** The feeds of the database that this image needed, the one with the oldest data first. */
  readonly needed?: readonly NeededFeed[];
  readonly os?: OperatingSystem;
  /** What the container starts; absent where that was not asked. */
  readonly start?: StartPicture;
  /** As in the inventory. */
  readonly packageSources?: readonly PackageSource[];
  readonly packages: readonly Package[];
  /** One entry for each (type, namespace) among the packages. */
  readonly coverage?: readonly Coverage[];
  readonly findings: readonly Finding[];
  readonly risks: readonly Risk[];
  readonly unknowns: readonly Unknown[];
  readonly notices: readonly Notice[];
  /** What speaks for something having been taken out of sight; absent: nothing does. */
  readonly signs?: readonly Sign[];
  readonly assessment?: Assessment;
  /** SBOMs attached to the image, compared with the files; absent where none was found or asked for. */
  readonly attestations?: readonly AttestedSbom[];
  /** What to change, where that was asked for. */
  readonly changes?: ChangeSummary;
  /** What `--severity` and `--fixable` kept back: the findings above are what remained. */
  readonly filtered: { readonly severity?: readonly Severity[]; readonly fixable?: boolean; readonly hidden: number };
  /** What exceptions took out of findings and risks; absent: there were none to apply. */
  readonly suppressed?: readonly Suppressed[];
  /** What `--fail-on` says of it; absent: no gate was asked for. */
  readonly gate?: GateVerdict;
  /** Milliseconds, and what the layer cache answered. */
  readonly statistics: {
    readonly milliseconds: number;
    readonly layers: number;
    readonly cachedLayers: number;
    readonly files: number;
  };
}
