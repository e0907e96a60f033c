import { addTo } from '../../collections.ts';
import { loadZstd, unzstdWhole } from '../../formats/compression/index.ts';
import { readJson } from '../../formats/json-values.ts';
import { type Json, object, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, type PackageFact, unknown } from '../analyzer.ts';
import { sourceOfBinary } from './chisel-sources.ts';

/**
 * Packages of chiselled images, which have parts of Ubuntu's packages and no package database: the manifest that chisel leaves, lines of JSON,
 * packed with zstd, with packages and the paths that their slices brought.
 * https://github.com/canonical/chisel/blob/main/internal/manifestutil
 */
export const chisel = analyzer({
  name: 'chisel',
  version: 2,
  // A release says where: Canonical's say `/var/lib/chisel`, and anybody may cut by a release of his own.
  files: ['manifest.wall', '**/manifest.wall'],
  prepare: loadZstd,
  *read(file): Generator<Fact> {
    const isRoot = !file.path.endsWith('/var/lib/chisel/manifest.wall');
    const owned = new Map<string, string[]>();
    const packages: PackageFact[] = [];
    for (const line of unzstdWhole(file.bytes, LIMITS.manifestWallBytes).toString('utf8').split('\n')) {
      if (line.trim() === '') continue;
      const entry = object(readJson(line) as Json);
      if (entry.jsonwall !== undefined && text(entry.schema)?.startsWith('1.') === false)
        yield unknown(`a manifest of schema ${text(entry.schema)}, which is not known`);
      if (entry.kind === 'package')
        packages.push(...packageOf(text(entry.name), text(entry.version), text(entry.arch)));
      if (entry.kind === 'content') own(owned, text(entry.slice), text(entry.path));
    }
    yield* packages;
    // What a system in a folder owns is listed from its own root.
    for (const [name, paths] of isRoot ? owned : []) yield { kind: 'owns', type: 'deb', name, paths: paths.join('\n') };
  },
});

function packageOf(
  name: string | undefined,
  version: string | undefined,
  architecture: string | undefined,
): PackageFact[] {
  if (name === undefined || version === undefined) return [];
  const source = { name: sourceOfBinary(name), version };
  return [{ type: 'deb', name, version, source, ...(architecture === undefined ? {} : { architecture }) }];
}

/** `libssl3t64_libs` is a slice of `libssl3t64`; no package has an underscore in its name. */
function own(owned: Map<string, string[]>, slice: string | undefined, path: string | undefined): void {
  const name = slice?.slice(0, slice.indexOf('_'));
  if (!name || path === undefined || path.endsWith('/')) return;
  addTo(owned, name, path.replace(/^\/+/, ''));
}
