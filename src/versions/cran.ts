import { versionLike } from './known.ts';
import { compareDigits } from './order.ts';

/**
 * Orders two R package versions: numbers separated by dots or dashes; of two that agree, the longer is newer. Total, never
 * throws; what is no number counts as 0. https://cran.r-project.org/doc/manuals/R-exts.html#The-DESCRIPTION-file
 */
export function compareCran(a: string, b: string): number {
  const left = a.trim().split(/[.-]/);
  const right = b.trim().split(/[.-]/);
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const difference = compareDigits(digits(left[i]!), digits(right[i]!));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const digits = (part: string): string => (/^\d+$/.test(part) ? part : '0');

/** Whether R takes this text for a version. */
export const isCranVersion = versionLike(/^\d+(?:[.-]\d+)*$/);
