import type { Json, JsonObject, JsonPath, XmlElement } from '../formats/text/index.ts';
import type { FixState, Rating, Severity } from '../model.ts';
import type { Lens } from './lens.ts';
import type { Once } from './once.ts';

/** What a name in a report is the name of. */
type PackageKind = 'binary' | 'source' | 'unknown';

/** One vulnerability in one package, as another scanner reports it. */
export interface ForeignFinding {
  /**
   * The row of the report it stands in. Rows are what the scanner counts; one row may speak of several packages or
   * vulnerabilities and is then several findings with the same number.
   */
  readonly row: number;
  /** As the scanner writes it: CVE, GHSA, or its own. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** As the scanner writes it. */
  readonly package: string;
  readonly kind: PackageKind;
  /** The source package, where the report names it besides the binary. */
  readonly source?: { readonly name: string; readonly version?: string };
  /** Installed version, as the scanner writes it. Empty when the report does not say. */
  readonly version: string;
  /** purl type (`deb`, `pypi`), where the report tells. */
  readonly type?: string;
  readonly purl?: string;
  readonly severity: Severity;
  /** The scanner's own word, where it differs. */
  readonly severityOriginal?: string;
  /** Who gave it, as the report states: `debian`, `nvd`, `ghsa`. Absent where the report does not say. */
  readonly severitySource?: string;
  /** The distribution's own word for it that the report passes on: `unimportant`, `minor issue`. */
  readonly vendorWord?: string;
  /** Every rating that the report holds for it. */
  readonly ratings: readonly Rating[];
  readonly fix: { readonly state: FixState; readonly versions: readonly string[] };
  /** The scanner's own word for the state of a fix (`affected`, `wont-fix`, `fix_deferred`). Absent: the format has none. */
  readonly status?: string;
  readonly locations: readonly string[];
  /** diffID or digest of the layer. */
  readonly layer?: string;
  /** Which feed or namespace it was found in. */
  readonly feed?: string;
  /** How it was matched: `exact-indirect-match`, `cpe-match`. */
  readonly match?: string;
  /** Held back by the scanner itself, with the reason it gives: not counted as a row. */
  readonly suppressed?: string;
  /** What the report itself says of the id: `rejected`, `disputed`, or `unanalysed`: nobody whom the scanner asks has rated it. */
  readonly validity?: 'rejected' | 'disputed' | 'unanalysed';
  readonly title?: string;
  readonly url?: string;
  readonly published?: string;
}

/** Why a finding is held back that the scan was told to leave out by its fix state alone: a filter, not a rule about it. */
export const BY_FIX_STATE = 'only findings with another fix state were asked for';

/** Which image a report is about, as far as it says. */
export interface ForeignSubject {
  readonly name?: string;
  /** Manifest digest. */
  readonly digest?: string;
  /** Digest of the configuration. */
  readonly imageId?: string;
  readonly repoDigests?: readonly string[];
  /** `linux/amd64`, or the architecture alone. */
  readonly platform?: string;
  /** `debian:12`, lower case. */
  readonly os?: string;
  readonly diffIDs?: readonly string[];
}

/** How the scan was set up, as far as the report states it: what it left out by that is known, not concluded. */
export interface ScanSettings {
  /** Which layers were looked at: those of the final file system, or each. */
  readonly scope?: 'squashed' | 'all-layers';
  /** Only findings with a fix, or without one. */
  readonly only?: 'fixed' | 'not-fixed';
  /** Severities that the report was restricted to, in the scanner's words. */
  readonly severities?: readonly string[];
  /** A folder was scanned, not an image: some scanners read other files there. */
  readonly folder?: boolean;
  /** Packages of the system were not looked at, although the system is known. */
  readonly withoutSystem?: boolean;
  /** Whether products are matched by CPE, by purl type. */
  readonly cpeMatching?: ReadonlyMap<string, boolean>;
}

/** Something that a reader had to pass over or decide, counted. */
export interface ReadNote {
  readonly code:
    | 'duplicate-key'
    | 'unknown-severity'
    | 'unreadable-row'
    | 'coarse'
    | 'partial'
    | 'several-subjects'
    | 'other-findings'
    | 'summary-mismatch'
    | 'empty';
  readonly message: string;
  readonly count: number;
}

/** A report of another scanner, read. */
export interface ScannerReport {
  /** The plug-in: `trivy`, `grype`. */
  readonly scanner: string;
  /** For people: `Trivy 0.42.1`. */
  readonly title: string;
  /** `Trivy JSON`, `SARIF`, ... */
  readonly format: string;
  readonly version?: string;
  /** File, or `lens:trivy`. */
  readonly where: string;
  readonly subject: ForeignSubject;
  readonly created?: string;
  readonly database?: { readonly date?: string; readonly version?: string };
  /** How many rows the report has: the total its scanner would print. */
  readonly rows: number;
  readonly findings: readonly ForeignFinding[];
  /** Findings that the scanner lists as held back. */
  readonly suppressed: readonly ForeignFinding[];
  /** The report's own summary, where it has one. */
  readonly claimed?: Readonly<Record<string, number>>;
  readonly settings?: ScanSettings;
  readonly notes: readonly ReadNote[];
}

/** What a format's reader finds; the rest is added by `readReport`. */
export interface ReportBody {
  readonly scanner?: string;
  readonly title?: string;
  readonly version?: string;
  readonly subject: ForeignSubject;
  readonly created?: string;
  readonly database?: { readonly date?: string; readonly version?: string };
  readonly findings: Iterable<FindingFact>;
  readonly claimed?: Readonly<Record<string, number>>;
  readonly settings?: ScanSettings;
  readonly notes?: readonly ReadNote[];
}

/** What a reader passes on as it stands in the report. */
type FactTexts = Pick<
  ForeignFinding,
  | 'source'
  | 'type'
  | 'purl'
  | 'severitySource'
  | 'vendorWord'
  | 'status'
  | 'layer'
  | 'feed'
  | 'match'
  | 'suppressed'
  | 'validity'
  | 'title'
  | 'url'
  | 'published'
>;

/** A finding as a reader yields it: what can be left out has a default, the severity is the scanner's own word. */
export interface FindingFact extends FactTexts {
  /** Findings with the same row count once. Default: a row of its own. */
  readonly row?: string;
  readonly id: string | undefined;
  readonly aliases?: readonly (string | undefined)[];
  readonly package: string | undefined;
  readonly kind?: PackageKind;
  readonly version?: string;
  readonly severity?: string;
  readonly ratings?: readonly Rating[];
  readonly fix?: { readonly state?: FixState; readonly versions?: readonly string[] };
  readonly locations?: readonly (string | undefined)[];
}

/** A row taken out of a big document while it passed by: where it stood and what was kept of it. */
export interface Streamed {
  readonly at: JsonPath;
  readonly value: JsonObject;
}

/** A JSON document as its format asked for it. */
export interface JsonDocument {
  /** Everything that was not streamed. */
  readonly root: Json;
  /** What stood at a pattern, in order. */
  rows(pattern: string): readonly Streamed[];
}

/** A JSON report format of a scanner. */
export interface JsonFormat {
  readonly kind: 'json';
  /** `Trivy JSON`. */
  readonly name: string;
  /** Decides by the beginning of the document: arrays may be cut, the end may be missing. */
  recognise(head: Json): boolean;
  /** What there may be many of, by pattern, each cut down at once to what `read` needs. */
  readonly rows?: Readonly<Record<string, (row: JsonObject, once: Once) => JsonObject>>;
  /**
   * Rows are taken as they are written and parsed one by one, several times faster: what stands beside `rows` patterns is still read
   * with all care, but a key that stands twice within a row is not told of.
   */
  readonly quick?: true;
  /** What nobody needs. */
  readonly skip?: readonly string[];
  /** Pure: the same document gives the same findings. */
  read(document: JsonDocument): ReportBody;
}

/** An XML report format. */
export interface XmlFormat {
  readonly kind: 'xml';
  readonly name: string;
  recognise(root: XmlElement): boolean;
  read(root: XmlElement): ReportBody;
}

/** A report in plain text. */
export interface TextFormat {
  readonly kind: 'text';
  readonly name: string;
  recognise(head: string): boolean;
  read(text: string): ReportBody;
}

export type ForeignFormat = JsonFormat | XmlFormat | TextFormat;

/** What a scanner is run on: a path is whole, a name is as the user wrote it. */
export interface RunTarget {
  /** `archive`: of `docker save`; `oci-dir`, `oci-archive`: an OCI layout; `dir`: a root file system; `name`: whatever the scanner makes of it. */
  readonly kind: 'archive' | 'oci-archive' | 'oci-dir' | 'dir' | 'sbom' | 'docker' | 'podman' | 'registry' | 'name';
  readonly value: string;
}

/** How a scanner is run where it is installed. */
interface ScannerRun {
  readonly program: string;
  /**
   * Arguments that make it print its JSON report of a target to standard output, in its own spelling of the target.
   * Undefined: it cannot read targets of this kind.
   */
  arguments(target: RunTarget): readonly string[] | undefined;
  /** Exit codes that still mean a report. */
  readonly success: readonly number[];
  /** How it is asked which version it is and what its database is of. Absent: its report says so, or nobody knows. */
  readonly state?: {
    readonly arguments: readonly string[];
    /** Undefined: what it answers is none of this. */
    read(answer: string): ScannerState | undefined;
  };
}

/** A program and the database that it has. */
export interface ScannerState {
  readonly version?: string;
  /** When its database was made; absent: it has none yet, and will fetch one. */
  readonly date?: string;
  /** What keeps it from changing the database that it has: arguments, and variables. */
  readonly untouched?: {
    readonly arguments?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  };
}

/** True where a scanner is given a name of an image, which it asks an engine or a registry for. */
export function isName(kind: RunTarget['kind']): boolean {
  return kind === 'name' || kind === 'docker' || kind === 'registry';
}

/** Another scanner: how its reports are recognised and read, which rules it judges by, how it is run. */
export interface Scanner {
  readonly name: string;
  readonly title: string;
  readonly formats: readonly ForeignFormat[];
  /** Other names by which people ask for it: `scout`. */
  readonly also?: readonly string[];
  /** Newest first. */
  readonly lenses: readonly Lens[];
  readonly run?: ScannerRun;
}

/** Types the value; no registration. */
export const scanner = (value: Scanner): Scanner => value;

/** Types a JSON format. */
export const jsonFormat = (value: Omit<JsonFormat, 'kind'>): JsonFormat => ({ kind: 'json', ...value });
