import type { RiskCategory, Severity } from '../../model.ts';
import type { Gate } from '../gate.ts';

/** A value of the policy, and who said so: a place of the file, or a preset. */
export interface Placed<T> {
  readonly value: T;
  /** `plimsoll.yaml:4:7`, `preset batch`. */
  readonly where: string;
  /** Why, where a preset says it. */
  readonly why?: string;
}

/** What thresholds are set for: kinds of packages, and of risks. */
export const PACKAGE_KINDS = ['os', 'language', 'native'] as const;
export type PackageKind = (typeof PACKAGE_KINDS)[number];
export const RISK_KINDS: readonly RiskCategory[] = ['model', 'notebook', 'secret', 'configuration'];
export type Kind = PackageKind | RiskCategory;

/** What a kind may not have. Several for one kind are judged each by itself. */
export interface Threshold {
  readonly kind: Kind;
  /** As it was written: `fixable:HIGH`, `any`. */
  readonly said: string;
  readonly gate: Gate;
}

/** Which licences may be there. */
export interface LicenceRule {
  /** Globs of SPDX ids, or of what a package says in its own words; any case. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** What becomes of packages that do not say, or that nobody can read. */
  readonly unknown: 'refused' | 'allowed';
  readonly of: readonly PackageKind[];
}

/** A time as it was written (`30d`), and what that is. */
export interface Duration {
  readonly said: string;
  readonly milliseconds: number;
}

/** What must be known before anything else counts. */
interface Coverage {
  /** Share of the packages that somebody could judge, 0 to 1, that has to be judged. */
  readonly packages?: Placed<number>;
  /** How many files may be unreadable. */
  readonly unreadable?: Placed<number>;
  /** How old the data may be that an image needs. */
  readonly databaseAge?: Placed<Duration>;
}

/** Which warnings of the CIS benchmark's image checks count. */
export type CisLevel = 'warn' | 'level1';

/** What an organisation lets run, as `policy:` of the configuration file says it. Nothing that is absent is asked for. */
export interface Policy {
  /** The file it stands in. */
  readonly file: string;
  readonly preset?: Placed<string>;
  /** Whose ratings count. */
  readonly scheme?: Placed<string>;
  readonly thresholds: readonly Placed<Threshold>[];
  readonly cis?: Placed<CisLevel>;
  readonly exploited?: Placed<'any' | 'fixable'>;
  readonly epss: readonly Placed<Gate>[];
  /** Milliseconds for each severity: so long after its publication a finding shuts no threshold. */
  readonly grace: ReadonlyMap<Severity, Placed<Duration>>;
  readonly endOfLife?: Placed<'refused'>;
  readonly coverage: Coverage;
  readonly registries?: Placed<readonly string[]>;
  readonly bases?: Placed<readonly string[]>;
  readonly licences?: Placed<LicenceRule>;
}
