import { packageTypes, SYSTEM_TYPES } from '../ecosystems/index.ts';
import type { Certainty, FixState, PackageRole, Recovery, Severity, StatementState } from '../model.ts';
import type { CauseCode } from './causes.ts';

/** Where a rule was read: nobody should have to take our word for it. */
interface Cited {
  /** The rule in one sentence. */
  readonly says: string;
  /** Repository and file, documentation page or thread; `inferred` where it was concluded from results. */
  readonly cite: string;
}

/** Conditions on a package; all that are given must hold. Patterns may hold `*`. */
export interface PackageTest {
  /** purl types. */
  readonly types?: readonly string[];
  readonly exceptTypes?: readonly string[];
  readonly roles?: readonly PackageRole[];
  readonly certainties?: readonly Certainty[];
  /** True: a package of the distribution owns the file that proves it. */
  readonly owned?: boolean;
  readonly names?: readonly string[];
  readonly sources?: readonly string[];
  /** Patterns of the maintainer, lower case. */
  readonly maintainers?: readonly string[];
  /** Patterns that every path it was seen at matches. */
  readonly paths?: readonly string[];
  /** Names of packages, each with patterns that the name of one of its files matches, without its folders. */
  readonly someFile?: Readonly<Record<string, readonly string[]>>;
  /** Patterns of the text in a program's file that tells its version. */
  readonly texts?: readonly string[];
  /** os-release ids. */
  readonly systems?: readonly string[];
  /** How a package was found whose own metadata the image hides. */
  readonly recovered?: readonly Recovery[];
}

/** Packages that a scanner does not look at, and the code of what that causes. */
export interface PackageRule extends Cited {
  readonly code: CauseCode;
  readonly when: PackageTest;
  readonly unless?: PackageTest;
}

/** Statements that a scanner drops, and the code of what that causes. */
export interface StatementRule extends Cited {
  readonly code: CauseCode;
  readonly when: {
    readonly states?: readonly StatementState[];
    /** Patterns of the id; `!` in front means all others. */
    readonly ids?: readonly string[];
    readonly validity?: readonly ('rejected' | 'disputed' | 'withdrawn')[];
    readonly types?: readonly string[];
    /** Not what has one of these ids. */
    readonly exceptIds?: readonly string[];
    /** The publisher names no fixed version. */
    readonly unfixed?: boolean;
  };
}

/** Whose statements a scanner reads for packages of these types; a publisher not listed is not read. */
interface ReadRule extends Cited {
  readonly types: readonly string[];
  /**
   * Publishers as the database names them; `vendor` is the distribution's own, `*` is all, `ghsa` what GitHub has reviewed, `ghsa:malware` its
   * advisories on malicious packages.
   */
  readonly publishers: readonly string[];
  /** Of GitHub's records on one vulnerability in one package the one that came out last alone counts, by month and then by id. */
  readonly ofSeveral?: 'last';
}

/** Which of two versions is compared, and how. */
export interface VersionRule extends Cited {
  /** Of OS packages: that of the source package or that of the binary. */
  readonly os: 'source' | 'binary';
  /** `2.6.0+cu124`: whether `+cu124` counts. */
  readonly pythonLocal: 'ignored' | 'compared';
  /** Whether `2.6.0a0` is before a fix in `2.6.0`: with `affected-without-local` it is, and `2.6.0a0+ecf3bae` is not. */
  readonly pythonPreRelease: 'affected' | 'affected-without-local';
  /** Bounds of Python records that it cannot read, so that they match nothing: with a local part, in capitals, or with `alpha1`, `beta1`, `preview1` in full. */
  readonly pythonBounds?: 'plain';
  /**
   * Of a flaw that a distribution calls open while it names the version of a fix to come: with `compared` that version is no longer
   * affected, and the fix counts as there; else every version is, without a fix.
   */
  readonly comingFix?: 'compared';
  /** Of a range without an end how far GitHub knows it to go: with `counts` it ends there. */
  readonly lastKnown?: 'counts';
  /** Types of packages of which the database keeps one fixed version for a vulnerability, whichever of several was written last. */
  readonly keepsOneFix?: Cited & { readonly types: readonly string[] };
}

/** Cut points of a score: the severity of the first whose bound the score is below, else the last. */
export type Scale = readonly (readonly [below: number, severity: Severity])[];

/** CVSS v3 and v4 qualitative scale. https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale */
export const CVSS3: Scale = [
  [0.1, 'NEGLIGIBLE'],
  [4, 'LOW'],
  [7, 'MEDIUM'],
  [9, 'HIGH'],
  [11, 'CRITICAL'],
];

/** NVD's scale for CVSS v2, which knows no critical. https://nvd.nist.gov/vuln-metrics/cvss */
export const CVSS2: Scale = [
  [4, 'LOW'],
  [7, 'MEDIUM'],
  [11, 'HIGH'],
];

/** One step of finding a severity: the first step that gives one ends the search. */
export type RatingStep = Cited & {
  readonly name: string;
  /** Only for packages of these types, or on these systems (os-release ids); absent: all. */
  readonly types?: readonly string[];
  readonly systems?: readonly string[];
  /** Not for packages of these names. */
  readonly exceptNames?: readonly string[];
} & (
    | {
        /** The distribution's own word for this package, for the worst package of its release, or of all releases. */
        readonly take: 'word';
        readonly scope: 'package' | 'release' | 'all-releases';
        readonly map: Readonly<Record<string, Severity>>;
      }
    | {
        /** The state of the statement. */ readonly take: 'state';
        readonly map: Partial<Record<StatementState, Severity>>;
      }
    | {
        /** A CVSS score: versions in order of preference, each with its scale. */
        readonly take: 'cvss';
        readonly publishers: readonly string[];
        readonly versions: readonly { readonly method: string; readonly scale: Scale }[];
      }
    | {
        /** A severity word of these publishers. */ readonly take: 'rating';
        readonly publishers: readonly string[] /** Severities that the scanner's own scale does not have, and what it makes of them. */;
        readonly map?: Partial<Record<Severity, Severity>>;
        /** What these publishers are assumed to rate records on malicious packages, which our copy of them does not hold, and why that: what rests on it is inferred. */
        readonly malware?: { readonly severity: Severity; readonly because: string };
      }
  );

/** What a state means for a fix. */
export interface FixRule extends Cited {
  readonly states: Partial<Record<StatementState, FixState>>;
  /** By os-release id: states of a distribution that its feed reads otherwise. */
  readonly ofSystem?: Readonly<Record<string, Partial<Record<StatementState, FixState>>>>;
  /** Where the publisher adds a word of its own on why no fix comes: what that makes of the states for which it counts. */
  readonly noted?: Partial<Record<StatementState, FixState>>;
  /** Of a record that was fixed in several branches: all fixed versions, not that of the installed branch. */
  readonly branches?: 'all' | { readonly types: readonly string[] };
}

/** What is hidden although found. */
interface HideRule extends Cited {
  readonly code: CauseCode;
  readonly when: PackageTest & {
    readonly states?: readonly StatementState[];
    readonly severities?: readonly Severity[];
  };
}

/** What one row of the scanner's report is. */
export interface UnitRule extends Cited {
  readonly per: 'binary' | 'source' | 'vulnerability';
  /** The same package at two paths: two rows or one. */
  readonly copies: 'each' | 'once';
  /** Types of which files with one name and version are one package wherever they lie. */
  readonly merged?: readonly string[];
  /** Two records of one vulnerability (GHSA and PYSEC): one row, two, or one for each of GitHub's, under GitHub's id. */
  readonly aliases: 'merged' | 'separate' | 'github';
}

/** How one scanner, in one era, turns packages and statements into rows. Data: `compare/replay.ts` interprets it. */
export interface Lens {
  readonly name: string;
  readonly title: string;
  /** Which versions or years it stands for. */
  readonly era: string;
  /** Reports from before this date, or versions below, want an older lens. */
  readonly since?: { readonly date?: string; readonly version?: string };
  /** `last`: what it reports is in the final file system, unless it was told to look at each layer. */
  readonly view?: 'last';
  readonly leavesOut: readonly PackageRule[];
  /** What is left out besides where a folder is scanned. */
  readonly inFolders?: readonly PackageRule[];
  readonly reads: readonly ReadRule[];
  readonly drops: readonly StatementRule[];
  readonly version: VersionRule;
  readonly rates: readonly RatingStep[];
  readonly fix: FixRule;
  readonly hides: readonly HideRule[];
  readonly unit: UnitRule;
  /** What the scanner calls our severities, most severe first: its own headline. */
  readonly words: readonly (readonly [severity: Severity, word: string])[];
}

/** purl types of distribution packages. */
export const OS_TYPES: readonly string[] = SYSTEM_TYPES;

/** Types of languages' packages. */
export const LANGUAGE_TYPES: readonly string[] = packageTypes.flatMap(({ group, type }) =>
  group === 'language' ? [type] : [],
);

/** The types of distributions' packages that a scanner matches. */
export const systemTypesOf = (lens: string): readonly string[] =>
  packageTypes.flatMap(({ group, type, matchedBy }) =>
    group === 'system' && matchedBy?.includes(lens) !== false ? [type] : [],
  );

/** The languages whose packages a scanner matches, as their ecosystems say it. */
export const languagesOf = (lens: string): readonly string[] =>
  packageTypes.flatMap(({ group, type, matchedBy }) =>
    group === 'language' && matchedBy?.includes(lens) ? [type] : [],
  );

const DEFAULT_WORDS: Lens['words'] = [
  ['CRITICAL', 'critical'],
  ['HIGH', 'high'],
  ['MEDIUM', 'medium'],
  ['LOW', 'low'],
  ['NEGLIGIBLE', 'negligible'],
  ['UNKNOWN', 'unknown'],
];

/** What Plimsoll recovers where an image hides it (docs/hiding.md), and nobody else looks for. */
const NOT_RECOVERED: readonly PackageRule[] = [
  {
    code: 'layer.model',
    when: { recovered: ['lower-layer'] },
    says: 'Its metadata is in a lower layer only, and the final file system is what is looked at',
    cite: 'seen with Grype 0.121 and Trivy 0.74 on an image whose last layer deletes a dist-info folder',
  },
  {
    code: 'inventory.source-built',
    when: { recovered: ['documentation', 'trace', 'code', 'lock-file', 'unpacked', 'wheel'] },
    says: 'No metadata of a package manager names it: what its documentation, its code or a packed program says of itself is not read',
    cite: 'inferred: no package is made of these by any scanner known here',
  },
];

/** Types a lens and gives it the usual severity words where it has none of its own. No scanner sees what an image hides. */
export function lens(value: Omit<Lens, 'words'> & { readonly words?: Lens['words'] }): Lens {
  return { words: DEFAULT_WORDS, ...value, leavesOut: [...NOT_RECOVERED, ...value.leavesOut] };
}

/** The severity of a score on a scale. */
export function severityOf(score: number, scale: Scale): Severity {
  return (scale.find(([below]) => score < below) ?? scale.at(-1)!)[1];
}
