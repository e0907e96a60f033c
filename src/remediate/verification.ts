import type { PlannedFinding } from './plan.ts';

/** A finding of an earlier report or plan, as far as that says. */
export type EarlierFinding = Pick<PlannedFinding, 'id' | 'type' | 'name' | 'version' | 'severity' | 'fix'> & {
  readonly aliases: readonly string[];
  readonly places: readonly string[];
  /** Other names of the same thing: the binaries of a source package. */
  readonly binaries?: readonly string[];
};

/** A finding that the scanner of the earlier report leaves out, and why: whether it was there before is not known. */
export type UntoldFinding = EarlierFinding & { readonly why: string };

/** What came of a change. */
export interface Verification {
  readonly schemaVersion: 1;
  readonly kind: 'verification';
  readonly before: { readonly reference: string; readonly created: string; readonly findings: number };
  readonly after: { readonly reference: string; readonly created: string; readonly findings: number };
  readonly cleared: readonly EarlierFinding[];
  readonly remaining: readonly EarlierFinding[];
  readonly fresh: readonly EarlierFinding[];
  /** Of the new image, what the scanner of the earlier report would not report by its rules, neither then nor now: neither new nor remaining. Absent: nothing. */
  readonly untold?: readonly UntoldFinding[];
  /** Of `cleared`, what the scanner of the earlier report would report of the new image all the same, by its rules. Absent: nothing. */
  readonly stillTold?: readonly EarlierFinding[];
  /** Against the plan's prediction, where there was one. */
  readonly prediction?: {
    readonly holds: boolean;
    /** Predicted to be gone, and still there. */
    readonly notCleared: readonly EarlierFinding[];
    /** Predicted to stay, and gone. */
    readonly clearedBesides: readonly EarlierFinding[];
    /** There now, and neither then nor predicted. */
    readonly unforeseen: readonly EarlierFinding[];
    /** Hoped for and never promised, and still there. */
    readonly hopedFor: readonly EarlierFinding[];
  };
  /** The class of findings that must not come: the plan's goal, or the one that was given. */
  readonly goal: string;
  /** Of `fresh`, those of the goal's class. */
  readonly freshOfGoal: readonly EarlierFinding[];
  /** `kept`: as promised, or something cleared and nothing of the goal new; `nothing`: nothing is cleared; `broken`: a promise was not kept, or something of the goal's class is new; `other`: not one of the packages that had findings is in it, and its system is not known to be the same. */
  readonly outcome: 'kept' | 'nothing' | 'broken' | 'other';
  /** The scanner whose report the first one is, where it is not ours. */
  readonly scanner?: string;
  /** True: both are the same image. */
  readonly sameImage: boolean;
  /** True: the two were judged by databases of different content, so that a difference may be the database's. */
  readonly otherDatabase: boolean;
  /** Findings of the new image that exceptions take out: they are counted neither before nor after. Absent: none. */
  readonly excepted?: number;
}
