/**
 * The nouns: readonly types that every room of the house shares, by subject in `model/`; verbs live elsewhere. One word for one idea:
 * *statement*, what a publisher says of a package; *advisory*, the stored group of statements of one record; *candidate*, a
 * package with the statements that may concern it; *finding*, a candidate judged affected; *row*, a finding as a report counts
 * it; *ecosystem*, `Debian`; *namespace*, `Debian:11`.
 *
 * Paths are POSIX, relative to the image root, without a leading slash ("etc/os-release"). Sizes are bytes, dates ISO 8601.
 */
export type {
  Attachments,
  Attestation,
  AttestedPackage,
  AttestedSbom,
  Bill,
  BillEntry,
  OtherVersions,
} from './model/attachments.ts';
export type { ChangeStep, ChangeSummary, PackageChange } from './model/changes.ts';
export type { DatabaseInfo, FeedInfo, NeededFeed } from './model/database.ts';
export {
  distance,
  EXPOSURE_CLASSES,
  type Exposure,
  type ExposureClass,
  type ExposureStep,
  type RunningState,
  type Seen,
  type StartPicture,
} from './model/exposure.ts';
export type {
  AffectedCode,
  Candidate,
  Considered,
  Finding,
  FixState,
  Judgement,
  NamedModule,
  Reason,
} from './model/finding.ts';
export type { GateRule, GateVerdict } from './model/gate.ts';
export type {
  FolderPlatform,
  Image,
  ImageConfig,
  Instruction,
  Platform,
  RunConfig,
  SourceName,
  Subject,
} from './model/image.ts';
export {
  ABSENT_LAYER,
  type AssessedDatabase,
  type AssessedSystem,
  type Assessment,
  type CodeShare,
  type Coverage,
  DECLARATIONS,
  type Inventory,
  type LinkedProgram,
  type NearestWheel,
  type NoInterest,
  type Notice,
  type PackageSource,
  type Remark,
  type Risk,
  type RiskCategory,
  type Sign,
  TIME_OVER,
  type Unknown,
  type UnlistedModule,
  type Unpinned,
} from './model/inventory.ts';
export type { Entry, EntryType, Layer, LayerContent, LayerInfo, PassingLayer } from './model/layer.ts';
export type {
  Answering,
  Certainty,
  Evidence,
  Lookup,
  OperatingSystem,
  Package,
  PackageRole,
  Recovery,
  Supplier,
} from './model/package.ts';
export { installationKey, isInstalled, isInUse } from './model/package.ts';
export type { Report } from './model/report.ts';
export {
  type AffectedImport,
  type AffectedRange,
  type Rating,
  SEVERITIES,
  type Severity,
  STATEMENT_STATES,
  type Statement,
  type StatementState,
  severityRank,
  type Vulnerability,
  WORST_FIRST,
} from './model/statement.ts';
export { JUSTIFICATIONS, type Suppressed, type Suppression } from './model/suppression.ts';
