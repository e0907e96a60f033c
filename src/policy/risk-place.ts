import type { Risk } from '../model.ts';

/** Where a risk is, in words: the file with line, cell or byte; or the part of the image's configuration. */
export function riskPlace({ evidence, at }: Risk): string {
  if (evidence.path === '') return `image configuration${at === undefined ? '' : `: ${at}`}`;
  return `/${evidence.path}${at === undefined ? '' : `:${at}`}`;
}
