export { type CisOutcome, judgeBenchmark } from './cis-rule.ts';
export { aboutPreset, type PolicyLine, policyInWords } from './explain.ts';
export { judgePolicy, type PolicyFacts } from './judge-policy.ts';
export { licenceReader } from './licence-terms.ts';
export type { Policy } from './policy.ts';
export { PRESETS } from './presets.ts';
export { readPolicy } from './read.ts';
