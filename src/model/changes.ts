/** What to change, as a summary. */
import type { Severity } from './statement.ts';

/** A source package or a language package brought to another version, as the summary of a plan tells it. */
export interface PackageChange {
  readonly name: string;
  /** Absent: it is not installed yet. */
  readonly from?: string;
  /** Absent: whichever its package manager has; which one that is nobody was asked. */
  readonly to?: string;
  /** True: nobody says that it can be installed. It is left out of the counts. */
  readonly unsure?: true;
  /** How many more go if a version can be installed of which nobody says so; they are in no count. */
  readonly more?: number;
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
  /** How many more would go, and why nobody can tell without asking; the most first. Absent: none. */
  readonly hopes?: readonly { readonly reason: string; readonly findings: number }[];
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
