import { createHash } from 'node:crypto';
import { addTo } from '../collections.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { fileNameOf, folderOf } from '../formats/paths.ts';
import { firstOf, keptDigest, type PythonSource, sourcesInRecord, tells } from '../formats/python/index.ts';
import { type CopiedModule, nearestWheel, wheelsOfLists } from '../hiding/known-wheels.ts';
import { layerPaths } from '../layers/layer-paths.ts';
import type { ReadImage } from '../layers/read-image.ts';
import type { TarMember } from '../layers/tar.ts';
import { wholeBodies } from '../layers/whole-body.ts';
import { LIMITS } from '../limits.ts';
import type { Inventory, UnlistedModule } from '../model.ts';

/** `usr/lib/python3/site-packages/requests/adapters.py` -> the path as far as the import package. */
function modulePathOf(path: string): string | undefined {
  const begin = path.lastIndexOf('-packages/');
  if (begin < 0) return undefined;
  const from = begin + '-packages/'.length;
  const end = path.indexOf('/', from);
  return end < 0 ? path.replace(/(?:\.[\w-]{1,60})?\.(?:pyc?|so)$/, '') : path.slice(0, end);
}

/** A source that is to be digested, or a list of another copy that is to be read. */
type Wanted =
  | { readonly kind: 'source'; readonly module: string; readonly name: PythonSource }
  | { readonly kind: 'list'; readonly modules: readonly string[]; readonly name: string; readonly version: string };

/**
 * The inventory, with the digests of the sources of Python code that nothing lists, and with what the lists of other copies in the image (or in its lower
 * layers) make of them: `withKnownWheels` makes packages of that. An ordinary image has no such code, and no layer of it passes by once more.
 */
export async function withUnlistedSources(inventory: Inventory, read: ReadImage): Promise<Inventory> {
  const { unlisted = [] } = inventory;
  if (unlisted.length === 0) return inventory;
  const wanted = wantedOf(unlisted, read);
  const sources = new Map<string, Map<PythonSource, string>>();
  const copies = new Map<string, CopiedModule[]>();
  let listBytes = 0;
  for (const [layer, files] of wanted) {
    const [placeOf, wholeOf] = [layerPaths(), wholeBodies()];
    const take = (file: Wanted, bytes: Buffer): void => {
      if (file.kind === 'list') {
        // Once for all import packages that it names: a list of megabytes may name hundreds.
        const listed = sourcesInRecord(bytes.toString('utf8'));
        for (const module of file.modules) {
          const own = listed.get(module);
          if (own !== undefined) addTo(copies, module, { name: file.name, version: file.version, sources: own });
        }
        return;
      }
      const digest = keptDigest(createHash('sha256').update(bytes).digest('base64url'));
      const own = sources.get(file.module) ?? new Map<PythonSource, string>();
      sources.set(file.module, own);
      if (tells(digest)) own.set(file.name, digest);
    };
    await read.later.again(layer, (member: TarMember) => {
      const placed = placeOf(member);
      const file = placed?.type === 'file' ? files.get(placed.path) : undefined;
      if (file === undefined) return undefined;
      if (member.size > limitOf(file)) return undefined;
      if (file.kind === 'list') {
        listBytes += member.size;
        if (listBytes > LIMITS.copiedListBytes) return undefined;
      }
      const whole = wholeOf(member.body);
      return whole instanceof Promise ? whole.then((bytes) => take(file, bytes)) : take(file, whole);
    });
  }
  const lists = new Map([...copies].map(([module, those]) => [module, wheelsOfLists(those)] as const));
  const modules = unlisted.map((module) => {
    const own = firstOf(sources.get(module.path) ?? new Map());
    const name = fileNameOf(module.path);
    const copied = nearestWheel(name, own, lists.get(name) ?? []);
    return { ...module, sources: [...own], ...(copied && { copied }) };
  });
  return { ...inventory, unlisted: modules };
}

function limitOf(file: Wanted): number {
  if (file.kind === 'list') return LIMITS.recordBytes;
  return file.name.endsWith('.so') ? LIMITS.compiledModuleBytes : LIMITS.sourceBytes;
}

const SOURCE = /\.(?:py|so)$/;

/** Which files of which layers are to be read. */
function wantedOf(
  unlisted: readonly UnlistedModule[],
  { files, indexes }: ReadImage,
): Map<number, Map<string, Wanted>> {
  const wanted = new Map<number, Map<string, Wanted>>();
  const want = (layer: number, path: string, file: Wanted): void => {
    const those = wanted.get(layer) ?? new Map<string, Wanted>();
    wanted.set(layer, those.set(path, file));
  };
  const modules = new Set(unlisted.map(({ path }) => path));
  let count = 0;
  for (const { path, found: entry } of files.entries()) {
    if (entry.type !== 'file' || !SOURCE.test(path)) continue;
    const module = modulePathOf(path);
    if (module === undefined || !modules.has(module)) continue;
    count += 1;
    if (count > LIMITS.unlistedSources) break;
    want(entry.layer, path, { kind: 'source', module, name: path.slice(module.length) });
  }
  const names = new Set(unlisted.map(({ path }) => fileNameOf(path)));
  for (const [layer, { facts }] of indexes.entries()) {
    const distributions = new Map<string, { readonly name: string; readonly version: string }>();
    for (const { path, fact } of facts)
      if (
        (fact.kind === undefined || fact.kind === 'package') &&
        fact.type === pypi.type &&
        fact.recovered === undefined
      )
        distributions.set(folderOf(path), fact);
    for (const { path, fact } of facts) {
      if (fact.kind !== 'modules' || !path.endsWith('.dist-info/RECORD')) continue;
      const brought = fact.names.split(' ').filter((name) => names.has(name));
      const distribution = distributions.get(folderOf(path));
      if (brought.length > 0 && distribution !== undefined)
        want(layer, path, { kind: 'list', modules: brought, name: distribution.name, version: distribution.version });
    }
  }
  return wanted;
}
