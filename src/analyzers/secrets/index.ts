export { PLACEHOLDER } from './assignments.ts';
export { isSearched, SECRET_FILE_BYTES } from './files.ts';
export { findSecrets, mask, type SearchOptions, secretRisks, withoutSecrets } from './search.ts';
export { secrets, systemSecrets } from './secrets.ts';
