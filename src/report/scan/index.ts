export {
  clearingMost,
  commandOf,
  conditionsInWords,
  distinctSteps,
  findingsCleared,
  listedChanges,
  remarkOf,
  stepLine,
  sureChanges,
  targetInWords,
} from './changes.ts';
export { gateInWords } from './gate-words.ts';
export {
  type FixGroup,
  fixedVersion,
  type GroupedFinding,
  groupedRow,
  groupFindings,
  isFixable,
  isKernelHeader,
  titleLine,
  worstAndNearest,
} from './groups.ts';
export { inJson, jsonPieces, jsonReport } from './json.ts';
export { markdownReport } from './markdown.ts';
export { openvexReport } from './openvex.ts';
export { proofInWords, proofMarks } from './proof-words.ts';
export { sarifReport } from './sarif.ts';
export {
  type Counts,
  countSeverities,
  countsInWords,
  judgedAsLoadedInWords,
  type KindSummary,
  type Summary,
  summarize,
} from './summary.ts';
export { suppressedCount, suppressedInWords } from './suppressed-words.ts';
export { tableReport } from './table.ts';
export { worstInWords } from './table-changes.ts';
export { exposureOfGroup, namesInWords, nearnessInWords, shortInstruction, stateInWords } from './table-findings.ts';
export { loadableInWords } from './table-notes.ts';
export { riskLines } from './table-rest.ts';
export { nameAndFacts, severityName } from './table-summary.ts';
export { trivyReport } from './trivy.ts';
export { filterInWords, noticesToTell, scanVerdict } from './verdict.ts';
