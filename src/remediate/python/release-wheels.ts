import { isPep440 } from '../../versions/pep440.ts';
import { isPrerelease } from '../../versions/pep440-specifier.ts';
import type { IndexFile } from './installable.ts';
import { parseWheelName } from './wheel-tags.ts';

/**
 * One wheel of each release, by version: those of several platforms hold the same sources. One for all platforms before one for Linux, and that
 * before others. Pre-releases are left out, which nobody has who did not ask for them.
 */
export function releaseWheels(files: readonly IndexFile[]): ReadonlyMap<string, IndexFile> {
  const wheels = new Map<string, { readonly file: IndexFile; readonly rank: number }>();
  for (const file of files) {
    const name = parseWheelName(file.filename);
    if (name === undefined || !isPep440(name.version) || isPrerelease(name.version)) continue;
    const rank = name.platforms.includes('any') ? 0 : name.platforms.some((tag) => tag.includes('linux')) ? 1 : 2;
    const other = wheels.get(name.version);
    if (other === undefined || rank < other.rank) wheels.set(name.version, { file, rank });
  }
  return new Map([...wheels].map(([version, { file }]) => [version, file]));
}
