export { type BomSide, bomDiffOf, diffOf } from './diff.ts';
export type {
  BomDiff,
  ChangeCause,
  Diff,
  DiffSide,
  FindingDifference,
  PackageDifference,
  RiskDifference,
} from './noun.ts';
export { type DiffInput, sideOfForeign, sideOfReport } from './side.ts';
