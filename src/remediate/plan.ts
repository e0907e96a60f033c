import type { DatabaseInfo, FixState, Notice, OperatingSystem, Severity, StatementState, Subject } from '../model.ts';
import type { Conflict, Option } from './conflict.ts';
import type { Verification } from './verification.ts';

/** A vulnerability in a package, cut down to what a plan says of it. */
export interface PlannedFinding {
  readonly id: string;
  /** Package type (purl) and name: source package where the format has one. */
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly severity: Severity;
  readonly fix: { readonly state: FixState; readonly version?: string };
  readonly state: StatementState;
  /** The publisher's own remark on its state: `Minor issue`. */
  readonly note?: string;
  readonly purl: string;
  /** Folders that it lies in, for what can lie in several; see `placesOf`. */
  readonly places?: readonly string[];
  readonly exploited?: string;
  /** True: the goal asks for it to go. */
  readonly goal: boolean;
  /** Of a finding that the plan clears: why nobody can tell whether it goes. It is in no count of what is cleared. */
  readonly hoped?: string;
  /** Index of the layer that brought the package, and whether that layer is the base image's. */
  readonly layer?: number;
  readonly inherited?: boolean;
}

/** How large a version step is: by the first number that differs. */
export type Jump = 'major' | 'minor' | 'patch' | 'revision' | 'new';

export type Verified = 'index' | 'recorded' | 'advisory';

/** One package brought from one version to another. */
export interface Change {
  readonly type: string;
  readonly name: string;
  /** The source package of an OS package, which findings are told of, where it goes by another name. */
  readonly source?: string;
  /** Absent: it is not installed yet. */
  readonly from?: string;
  /** Absent: it is removed. */
  readonly to?: string;
  readonly jump: Jump;
  /** Who says that `to` can be installed: a package index that was asked, what the database recorded of one, or only the advisory. */
  readonly verified: Verified;
  /** Why nobody can tell whether `to` can be installed here, whoever else has it: the image's installer asks somebody else. */
  readonly doubt?: string;
  /** Folder of the environment, for language packages. */
  readonly environment?: string;
  /** True: a newer version that an installer might take has findings that this one has not, so that a lower bound is not enough. */
  readonly exact?: true;
  /** Why it is changed although it has no finding of the goal: `tensorflow 2.12.0 requires numpy<1.24`. */
  readonly because?: string;
}

type RiskLevel = 'low' | 'medium' | 'high';

export type StepKind = 'os' | 'python' | 'conda' | 'npm' | 'language' | 'remove' | 'base' | 'user' | 'model';

/** One thing to do: what, how, what it clears, what it leaves and what it may break. */
export interface PlanStep {
  readonly id: string;
  readonly kind: StepKind;
  readonly title: string;
  /** For a shell in the image, or as RUN in a Dockerfile. */
  readonly commands: readonly string[];
  /** What nobody can promise of the commands, in a sentence: that several versions install together. */
  readonly caution?: string;
  readonly changes: readonly Change[];
  /** Findings that the re-match shows to be gone after this step alone. */
  readonly clears: readonly PlannedFinding[];
  /** Findings of the packages it touches that stay. */
  readonly leaves: readonly PlannedFinding[];
  /** Findings that are not there today and come with it: what it clears weighs more. */
  readonly brings: readonly PlannedFinding[];
  readonly risk: { readonly level: RiskLevel; readonly why: readonly string[] };
  /** False: advice, not part of the prediction. */
  readonly applied: boolean;
  /** Places in the build files that the written change touches: `Dockerfile:12`. */
  readonly edits: readonly string[];
  /** What no edit writes, since a URL, a repository or a path says what is installed: where that stands, and what to do there. */
  readonly byHand?: readonly { readonly name: string; readonly place: string; readonly what: string }[];
  /** Of a step that puts another base below the image and was scanned for it. */
  readonly base?: BaseComparison;
}

/** Something of the base that the image uses, and who does. */
export interface UsedOfBase {
  /** `libgomp.so.1`, `gcc`. */
  readonly name: string;
  /** `/usr/lib/python3.9/...so`, `Dockerfile:12`, `ENTRYPOINT`. */
  readonly by: string;
}

/** What putting another base below the image would mean besides its findings. */
export interface BaseComparison {
  /** Shared libraries and interpreters of the base that files of the added layers are linked to (ELF `NEEDED`, `#!`), and the other has not. */
  readonly missingLibraries: readonly UsedOfBase[];
  /** Programs of the base that RUN, ENTRYPOINT, CMD or the health check call, and the other has not. */
  readonly missingPrograms: readonly UsedOfBase[];
  /** True: the image has more programs than were asked what they are linked to. */
  readonly isCut?: true;
  /** Bytes of all files of the base. */
  readonly unpacked: { readonly before: number; readonly after: number };
  /** Bytes of the base's layers as a registry sends them. */
  readonly sent?: { readonly before: number; readonly after: number };
}

/** What a file becomes. */
export interface FileEdit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Unified diff with `a/` and `b/` prefixes, and the same with credentials masked, for eyes and reports. */
  readonly diff: string;
  readonly shown: string;
}

type Counts = Readonly<Record<Severity, number>>;

/** A report in numbers. */
export interface FindingTally {
  readonly severities: Counts;
  readonly total: number;
  readonly fixable: number;
  readonly goal: number;
}

/** How the base image was told from what was built on it. */
export interface BaseImage {
  /** `python:3.9.16-bullseye`, where it is known. */
  readonly name?: string;
  readonly digest?: string;
  /** How many of the image's layers are its own; 0: not known where it ends. */
  readonly layers: number;
  readonly by: 'dockerfile' | 'given' | 'annotation' | 'label' | 'provenance' | 'history' | 'unknown';
  readonly evidence: readonly string[];
}

/** A layer, what made it, and how many findings it brought. */
export interface LayerShare {
  readonly index: number;
  readonly diffID: string;
  readonly instruction?: string;
  readonly inherited: boolean;
  /** `Dockerfile:12`. */
  readonly line?: string;
  readonly findings: number;
  readonly fixable: number;
  /** Where several instructions made it: which of them brought how many; those of which that is not told are in none. */
  readonly within?: readonly InstructionShare[];
}

/** An instruction of a layer that several made, and how many findings it brought. */
export interface InstructionShare {
  readonly instruction: string;
  /** `Dockerfile:12`. */
  readonly line?: string;
  readonly findings: number;
  readonly fixable: number;
}

/** Where the findings come from. */
export interface Attribution {
  readonly base: BaseImage;
  readonly inherited: number;
  readonly added: number;
  readonly layers: readonly LayerShare[];
}

/** A finding that stays, and why. */
export interface Remainder extends PlannedFinding {
  readonly reason: string;
}

/** A Python environment of the image. */
export interface EnvironmentSummary {
  readonly path: string;
  readonly python: string;
  readonly distributions: number;
  /** Constraints that are broken already, as `pip check` would say. */
  readonly broken: readonly string[];
}

/** The result of `plimsoll fix`. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly kind: 'fix';
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly created: string;
  readonly subject: Subject;
  readonly database: DatabaseInfo;
  readonly os?: OperatingSystem;
  readonly goal: string;
  /** Whether all of the goal goes that has a fix. */
  readonly reached: boolean;
  /** Findings of today that the words of the goal mean and that it cannot ask to go, since no fix is known; absent: none. */
  readonly withoutFix?: number;
  readonly attribution: Attribution;
  readonly environments: readonly EnvironmentSummary[];
  /** Shortest first: what is applied, then advice. */
  readonly steps: readonly PlanStep[];
  readonly conflicts: readonly Conflict[];
  readonly options: readonly Option[];
  readonly today: FindingTally;
  /** What is left where nothing goes that is only hoped for. */
  readonly predicted: FindingTally;
  /** What is left where all of that goes too; absent: nothing is hoped for. */
  readonly atBest?: FindingTally;
  /** Findings of today that the re-match does not show any more; those that are only hoped for say so. */
  readonly cleared: readonly PlannedFinding[];
  readonly remaining: readonly Remainder[];
  /** Findings that the plan brings, and that are in the prediction. */
  readonly brought: readonly PlannedFinding[];
  /** Folders of packages that bring copies of others and are changed: what their new version brings is not known. */
  readonly uncertain: readonly string[];
  readonly edits: readonly FileEdit[];
  /** To be run in the folder of the Dockerfile once the edits are made. */
  readonly locks: readonly LockRenewal[];
  readonly notices: readonly Notice[];
  /** What came of building it, where that was asked for. */
  readonly trial?: Trial;
}

/** How a lock file of the build is brought to what the plan says. */
export interface LockRenewal {
  /** `uv.lock`, beside the Dockerfile. */
  readonly file: string;
  /** `uv` */
  readonly program: string;
  readonly args: readonly string[];
  /** Where it is to be run, from the folder that was named; absent: there. */
  readonly folder?: string;
}

/** A plan that was built: what became of its prediction. */
export interface Trial {
  /** `buildah`. */
  readonly builder: string;
  readonly seconds: number;
  /** True: it was built, the prediction held and no check complained. */
  readonly kept: boolean;
  /** What the build said at its end, where it failed. */
  readonly failure?: string;
  /** Predicted against real, by finding. */
  readonly verification?: Verification;
  /** `pip check`, `conda doctor`, imports, lock files. */
  readonly checks: readonly TrialCheck[];
}

/** Something that was run for a trial. */
export interface TrialCheck {
  /** `pip check`, `conda doctor`, `import`, `lock`. */
  readonly name: string;
  /** Environment, package or file. */
  readonly about: string;
  /** Absent: it could not be run. */
  readonly good?: boolean;
  /** What it complained of, or why it could not be run. */
  readonly said: string;
}
