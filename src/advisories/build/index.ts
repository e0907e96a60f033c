export type { IndexAsker } from './gather.ts';
export { takeLock } from './lock.ts';
export { swap } from './swap.ts';
export type { DocumentResult, Rating, UpdateSummary } from './update.ts';
