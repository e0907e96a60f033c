import { LIMITS } from '../../limits.ts';
import type { OwnershipFact } from '../analyzer.ts';

/**
 * The claim of a package to its files, given as folder and name: databases write each folder once, so a small hostile one
 * could stand for terabytes of paths. What exceeds `LIMITS.ownedPathBytes` is left out; undefined when there is none.
 */
export function ownedPaths(
  type: string,
  name: string,
  files: Iterable<readonly [folder: string, name: string]>,
): OwnershipFact | undefined {
  const paths: string[] = [];
  let length = 0;
  for (const [folder, file] of files) {
    const size = folder.length + file.length + 2; // the slash and the line feed
    if (size > LIMITS.pathBytes) continue;
    length += size;
    if (length > LIMITS.ownedPathBytes) break;
    const path = folder === '' ? file : folder.endsWith('/') ? `${folder}${file}` : `${folder}/${file}`;
    paths.push(path.replace(/^\/+/, ''));
  }
  return paths.length === 0 ? undefined : { kind: 'owns', type, name, paths: paths.join('\n') };
}
