export { PLACEHOLDER } from './assignments.ts';
export { findSecrets, mask, type SearchOptions, secretRisks, withoutSecrets } from './search.ts';
export { secrets, systemSecrets } from './secrets.ts';
