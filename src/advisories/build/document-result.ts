import type { Outcome } from './writer.ts';

/** What became of one document. */
export type DocumentResult = { readonly name: string; readonly milliseconds: number } & (
  | ({ readonly kind: 'updated' } & Outcome)
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string; readonly kept: boolean }
);
