export { connectRegistry, type RegistryClient } from './client.ts';
export { answerError, errorText } from './error.ts';
export type { GivenCredentials, Keychain } from './keychain.ts';
export { nextQuery } from './pages.ts';
export { listReferrers, manifestIfThere } from './referrers.ts';
export type { RegistryOptions } from './registry.ts';
export type { TagList } from './tags.ts';
