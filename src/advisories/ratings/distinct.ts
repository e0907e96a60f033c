import type { Rating } from '../../model.ts';

/** Each rating once: the same source by the same method with the same vector, score and word. */
export function distinctRatings(ratings: readonly Rating[]): readonly Rating[] {
  const seen = new Map<string, Rating>();
  for (const rating of ratings) {
    const { source, method, vector, score, severity, original } = rating;
    const key = [source, method, vector, score, severity, original].join('\0');
    if (!seen.has(key)) seen.set(key, rating);
  }
  return [...seen.values()];
}
