export type { IndexAsker } from './gather.ts';
export { takeLock } from './lock.ts';
export { PACKED } from './part.ts';
export { swap } from './swap.ts';
export type { DocumentResult, Following, PartialReading, UpdateOptions, UpdateSummary } from './update.ts';
