/** Candidates, and how they become findings. */
import type { Exposure, ExposureClass } from './exposure.ts';
import type { NoInterest } from './inventory.ts';
import type { Lookup, Package } from './package.ts';
import type {
  AffectedImport,
  AffectedRange,
  Rating,
  Severity,
  Statement,
  StatementState,
  Vulnerability,
} from './statement.ts';

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
       * installed one is not known; it is about another stream of the module, a build of another flavour, the program on another platform; it names no
       * version and is much older than what is installed (undecidable); another of the publisher's statements settles it.
       */
      readonly because:
        | 'withdrawn'
        | 'state'
        | 'version'
        | 'unknown-version'
        | 'module'
        | 'flavour'
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

/**
 * The code that a vulnerability is in, as advisories name it, and whether the programs that the package was built into hold it. A finding in
 * code that no program holds is one all the same: the next build may link it.
 */
export interface AffectedCode {
  readonly imports: readonly AffectedImport[];
  /** Whether one of these packages is in one of the programs. `unknown`: they were not looked into, or do not say. */
  readonly linked: 'yes' | 'no' | 'unknown';
  /** Whether one of these functions is; where an advisory names none, any of the package. */
  readonly present: 'yes' | 'no' | 'unknown';
  /** Which of them, with the last part of their package: `html.Parse`; the first of many. */
  readonly functions?: readonly string[];
  /** The programs that hold them. */
  readonly programs?: readonly string[];
  /** How far it is from what runs, where that is known better than of the package as a whole. */
  readonly exposure?: Exposure;
}

/**
 * A module that the prose of a record names, and how near it is. Weak: a name may be said in passing, and what no text names may be at fault; it
 * changes neither the class of the package nor what a gate says.
 */
export interface NamedModule {
  /** `django.utils.html`. */
  readonly module: string;
  /** `urlize`, where the text goes on to it. */
  readonly member?: string;
  /** Whether the module defines or imports that; absent where it was not looked up: it was not read, or takes names from elsewhere. */
  readonly holds?: boolean;
  readonly path: string;
  readonly class: ExposureClass;
}

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
  /** When NVD published its record, where its data that is held here has one. */
  readonly publishedByNvd?: string;
  readonly modified?: string;
  readonly exploited?: string;
  readonly epss?: number;
  /** The code that it is in, where an advisory names it. */
  readonly code?: AffectedCode;
  /** Modules of the package that its title or description names, as far as the image has them. */
  readonly named?: readonly NamedModule[];
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
