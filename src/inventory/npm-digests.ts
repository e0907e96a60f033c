import { normalize } from 'node:path/posix';
import { npm } from '../ecosystems/npm.ts';
import { folderOf } from '../formats/paths.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import type { Package } from '../model.ts';

/**
 * The digest of an installed npm package as npm noted it when it fetched it: what the lock file beside it states for that very folder and version.
 * It is of the archive in the registry, by which a package is known there, and not of the files as they lie in the image.
 */
export function withNpmDigests(facts: readonly VisibleFact[]): (pkg: Package) => Package {
  const stated = new Map<string, Readonly<Record<string, string>>>();
  for (const { path, fact } of facts)
    if (
      (fact.kind === undefined || fact.kind === 'package') &&
      fact.type === npm.type &&
      fact.recovered === 'lock-file'
    )
      if (fact.properties !== undefined)
        stated.set(`${normalize(`./${folderOf(path)}/${fact.needs?.[0]}`)}@${fact.version}`, fact.properties);
  return (pkg) => {
    if (pkg.type !== npm.type || stated.size === 0) return pkg;
    const all = pkg.evidence.map(({ path }) => stated.get(`${folderOf(path)}@${pkg.version}`));
    const [first] = all;
    // One package in several folders has one digest, or none that could be told.
    const isOne =
      first !== undefined && all.every((other) => other?.sha512 === first.sha512 && other?.sha1 === first.sha1);
    return isOne ? { ...pkg, properties: { ...pkg.properties, ...first } } : pkg;
  };
}
