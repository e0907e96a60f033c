/** What publishers say. */

/** One ordered scale; `UNKNOWN` means that nobody said. */
export const SEVERITIES = ['UNKNOWN', 'NEGLIGIBLE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The scale from its other end. */
export const WORST_FIRST: readonly Severity[] = SEVERITIES.toReversed();

/** 0 for `UNKNOWN` up to 5 for `CRITICAL`. */
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

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
  /** `introduced` is the last version before it that is not affected: `> 1.2`, NVD's `versionStartExcluding`. */
  readonly isAfter?: true;
  readonly fixed?: string;
  readonly lastAffected?: string;
  /** From here on the publisher says nothing: another branch. */
  readonly limit?: string;
}

/** The part of a package that a vulnerability is in, as its advisory names it. https://ossf.github.io/osv-schema/#affectedecosystem_specific-field */
export interface AffectedImport {
  /** The package or module of the source: `golang.org/x/net/html`. */
  readonly path: string;
  /** Its functions and methods (`Parse`, `Tokenizer.Next`); empty: all of it. */
  readonly symbols: readonly string[];
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
  /** It speaks of the program only where it runs on one of these: `microsoft:windows`, `software:wordpress`, `hardware:arm64`; `software:go & microsoft:windows` asks for both. */
  readonly platforms?: readonly string[];
  /** The code that it is in, where the publisher says so. */
  readonly imports?: readonly AffectedImport[];
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
  /** When NVD published its record, where its data that is held here has one: it may be days later than anybody else's. */
  readonly publishedByNvd?: string;
  readonly modified?: string;
  readonly state?: 'rejected' | 'disputed' | 'withdrawn';
  /** In CISA's catalogue of known exploited vulnerabilities, since this date. */
  readonly exploited?: string;
  /** Probability of exploitation in the next 30 days, 0 to 1. https://www.first.org/epss/ */
  readonly epss?: number;
  /** Share of all CVEs with a lower probability, 0 to 1. */
  readonly epssPercentile?: number;
}
