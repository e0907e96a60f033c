export { createAuthorizedRequest } from './auth.ts';
export { connectRegistry, type RegistryClient } from './client.ts';
export { answerError, errorText } from './error.ts';
export type { Keychain } from './keychain.ts';
