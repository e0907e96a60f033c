/**
 * Plimsoll as a library (docs/library.md). What a command does is a function of the same name:
 *
 *     const report = await scan('oci:./layout', { severityFrom: 'vendor' }, surroundings());
 */

export { schemeNamed, schemes } from './advisories/ratings/index.ts';
export type { AdvisoryStore } from './advisories/store/index.ts';
export { databasePath, memoryStore, openStore } from './advisories/store/index.ts';
export { type Analyzer, analyzer, type Fact, unknown } from './analyzers/analyzer.ts';
export { analyzers } from './analyzers/index.ts';
export { type AcceptRequest, accept } from './application/accept.ts';
export { type Benched, type BenchRequest, benchmark } from './application/bench.ts';
export { type CompareRequest, compareTargets } from './application/compare.ts';
export {
  exportDatabase,
  type InstallRequest,
  importDatabase,
  pullDatabase,
  pushDatabase,
  type RegistryRequest,
  type UpdateRequest,
  updateDatabase,
} from './application/database.ts';
export {
  type DatabaseStatus,
  databaseStatus,
  statementsNamed,
  vulnerabilityDossier,
} from './application/database-view.ts';
export { bomDiff, diff } from './application/diff.ts';
export { type ExplainRequest, explainVulnerability } from './application/explain.ts';
export { type ExposureRequest, type TargetExposure, targetExposure } from './application/exposure.ts';
export { type FixRequest, type PlannedFix, planFix } from './application/fix.ts';
export { writeEdits } from './application/fix-edits.ts';
export { type InventoryRequest, inventory, type TargetInventory } from './application/inventory.ts';
export { type ImageAccess, type OpenedTarget, openTarget, withTarget } from './application/open-target.ts';
export { explainPolicy } from './application/policy.ts';
export { type ScanRequest, scan } from './application/scan.ts';
export { type ScanOptions, scanImage } from './application/scan-image.ts';
export { type ScannedTarget, scanSeveral } from './application/scan-several.ts';
export { storedReport } from './application/stored-report.ts';
export { type DatabaseView, type JudgingStore, openJudgingStore } from './application/stores.ts';
export { type Surroundings, surroundings } from './application/surroundings.ts';
export { type VerifyRequest, verifyTarget } from './application/verify.ts';
export { type CompareInput, compare } from './compare/compare.ts';
export type { Comparison } from './compare/comparison.ts';
export { type Explanation, explain } from './compare/explain.ts';
export { replay } from './compare/replay.ts';
export { type Ecosystem, ecosystem } from './ecosystems/ecosystem.ts';
export { ecosystems } from './ecosystems/index.ts';
export { type ErrorCode, PlimsollError } from './errors.ts';
export { home } from './home.ts';
export { takeInventory } from './inventory/take.ts';
export { type LayerCache, noCache, openLayerCache } from './layers/cache.ts';
export { LIMITS } from './limits.ts';
export { match } from './matching/match.ts';
export type * from './model.ts';
export { filterReport, worstReaches } from './policy/filter.ts';
export { type Progress, silent } from './progress.ts';
export { type Goal, parseGoal } from './remediate/goal.ts';
export { makePlan, type Planning, readEarlier, verify } from './remediate/plan/index.ts';
export type { Plan, PlanStep, Trial } from './remediate/plan.ts';
export type { Verification } from './remediate/verification.ts';
export { benchFormatNamed, benchFormats } from './report/bench/index.ts';
export { compareFormatNamed, compareFormats } from './report/compare/index.ts';
export { bomDiffFormats, diffFormatNamed, diffFormats } from './report/diff/index.ts';
export { fixFormatNamed, fixFormats } from './report/fix/index.ts';
export { pieces, reportFormatNamed, reports } from './report/index.ts';
export { lenses, lensNamed, scanners } from './scanners/index.ts';
export { readReport, reportBytes, reportFile } from './scanners/read.ts';
export { memoryImage } from './sources/files/index.ts';
export { openImage } from './sources/open.ts';
export { VERSION } from './version.ts';
