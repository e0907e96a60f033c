/**
 * Plimsoll as a library: open an image, read it, match it, render the result.
 *
 *     const image = await openImage('oci:./layout', { environment: process.env, progress: silent });
 *     const store = openStore(databasePath(home()));
 *     const report = await scanImage(image, { store });
 */

export { schemeNamed, schemes } from './advisories/ratings/index.ts';
export type { AdvisoryStore } from './advisories/store/index.ts';
export { databasePath, memoryStore, openStore } from './advisories/store/index.ts';
export { type Analyzer, analyzer, type Fact, unknown } from './analyzers/analyzer.ts';
export { analyzers } from './analyzers/index.ts';
export { scanImage } from './application/scan-image.ts';
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
export { makePlan, type Planning, readEarlier, type Verification, verify } from './remediate/plan/index.ts';
export { compareFormatNamed, compareFormats } from './report/compare/index.ts';
export { fixFormatNamed, fixFormats } from './report/fix/index.ts';
export { reportFormatNamed, reports } from './report/index.ts';
export { lenses, lensNamed, scanners } from './scanners/index.ts';
export { readReport, reportBytes, reportFile } from './scanners/read.ts';
export { memoryImage } from './sources/files/index.ts';
export { openImage } from './sources/open.ts';
export { VERSION } from './version.ts';
