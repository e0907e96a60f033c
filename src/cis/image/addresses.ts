/** Where ADD and COPY take from: addresses, and whether one means the same bytes for ever. */
import type { BuildStep } from './steps.ts';

/** `https:`, `git@host:`: what the builder fetches. Schemes are not told apart by case. */
export const isRemote = (source: string): boolean =>
  /^(?:https?|ftp|git|ssh):\/\//i.test(source) || /^[\w.-]+@[\w.-]+:/.test(source);

/** A repository at a commit: what it holds follows from its name. https://docs.docker.com/build/concepts/context/#git-repositories */
export const isFixedAddress = (source: string): boolean => /#[0-9a-f]{40}(?::.*)?$/i.test(source);

/** The sources of ADD or COPY, variables replaced where the builder does; of an image's history as it tells them. */
export function sourcesOf({ values, words, text }: BuildStep): readonly string[] {
  const told = values.length > 0 ? values : words;
  if (told.length > 0) return told.slice(0, -1);
  return text
    .replace(/ in \S+\s*$/, ' .')
    .replace(/[[\]",]/g, ' ')
    .trim()
    .split(/\s+/)
    .slice(0, -1);
}
