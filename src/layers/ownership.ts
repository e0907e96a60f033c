import type { LayerFact } from './layer-index.ts';
import type { FileSystem } from './squash.ts';

/** The OS package that owns a file. */
export interface Owner {
  readonly type: string;
  readonly name: string;
}

/**
 * Who owns which of the given files. Package databases list a file under the path it was installed to, which may lead through
 * a link (`/lib` is `/usr/lib`): both ways of writing it are compared.
 */
export function ownersOf(paths: Iterable<string>, facts: readonly LayerFact[], files: FileSystem): Map<string, Owner> {
  const asked = new Set(paths);
  const owners = new Map<string, Owner>();
  const topLinks = topLevelLinks(files);
  for (const { fact } of facts) {
    if (fact.kind !== 'owns') continue;
    const owner: Owner = { type: fact.type, name: fact.name };
    for (const path of lines(fact.paths)) {
      if (asked.has(path)) owners.set(path, owner);
      const slash = path.indexOf('/');
      const target = slash < 0 ? undefined : topLinks.get(path.slice(0, slash));
      if (target !== undefined && asked.has(target + path.slice(slash))) owners.set(target + path.slice(slash), owner);
    }
  }
  return owners;
}

/** `lib` -> `usr/lib`, where the image has such links. */
function topLevelLinks(files: FileSystem): Map<string, string> {
  const links = new Map<string, string>();
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'libexec']) {
    const real = files.find(name)?.type === 'symlink' ? files.resolve(name) : undefined;
    if (real) links.set(name, real.path);
  }
  return links;
}

function* lines(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    if (end > at) yield text.slice(at, end);
    at = end + 1;
  }
}
