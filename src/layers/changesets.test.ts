import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directory, file, image, layer, removed, symlink, type TarEntry } from '../../test/image.ts';
import { indexLayer } from './index-layer.ts';
import { selection } from './selection.ts';
import { type FileSystem, squash } from './squash.ts';

/**
 * Random stacks of layers against a naive model of the specification: a plain map of paths that every layer changes in turn.
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets
 */

type Kind = 'file' | 'directory' | 'symlink' | 'whiteout' | 'opaque';
type Change = readonly [path: string, kind: Kind];
type Tree = Map<string, { readonly kind: Kind; readonly layer: number }>;

const parent = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const below = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`);

/** First what the layer takes away from those below it, then what it adds. */
function apply(tree: Tree, changes: readonly Change[], number: number): void {
  for (const [path, kind] of changes) {
    if (kind === 'whiteout') drop(tree, (other) => other === path || below(other, path));
    if (kind === 'opaque') drop(tree, (other) => below(other, path));
  }
  for (const [path, kind] of changes) {
    // What has a child or a marker in it is a directory, whether the archive says so or not.
    for (let folder = kind === 'opaque' ? path : parent(path); folder !== ''; folder = parent(folder)) {
      const at = tree.get(folder);
      if (at && at.kind !== 'directory') tree.delete(folder);
    }
    if (kind === 'whiteout' || kind === 'opaque') continue;
    // Only a directory over a directory keeps what is in it.
    if (kind !== 'directory') drop(tree, (other) => below(other, path));
    tree.set(path, { kind, layer: number });
  }
}

function drop(tree: Tree, which: (path: string) => boolean): void {
  for (const path of [...tree.keys()]) if (which(path)) tree.delete(path);
}

const ENTRIES: Record<Kind, TarEntry> = {
  file: file('x'),
  directory: directory(),
  symlink: symlink('nowhere'),
  whiteout: removed,
  opaque: { emptied: true },
};

async function squashed(stack: readonly (readonly Change[])[]): Promise<FileSystem> {
  const built = image(...stack.map((changes) => layer(changes.map(([path, kind]) => [path, ENTRIES[kind]] as const))));
  const tables = [];
  for (const layer of built.layers) {
    const index = await indexLayer(layer, await layer.open(), selection([]), 'test');
    tables.push(index.entries);
  }
  return squash(tables);
}

const seen = (files: FileSystem): [string, string][] =>
  [...files.entries()]
    .map(({ path, found: actual }): [string, string] => [path, `${actual.type} of layer ${actual.layer}`])
    .sort();

const expected = (stack: readonly (readonly Change[])[]): [string, string][] => {
  const tree: Tree = new Map();
  for (const [number, changes] of stack.entries()) apply(tree, changes, number);
  return [...tree]
    .map(([path, { kind, layer: number }]): [string, string] => [path, `${kind} of layer ${number}`])
    .sort();
};

const NAMES = ['a', 'b', 'wh', '.c'];
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const change = fc.tuple(path, fc.constantFrom<Kind>('file', 'directory', 'directory', 'symlink', 'whiteout', 'opaque'));

/** Folders above a path, the nearest last. */
const above = (path: string): string[] => [...path.matchAll(/\//g)].map((slash) => path.slice(0, slash.index));

/** One meaning for each path of a layer, and nothing below what the same layer says is no directory. */
const sound = (changes: readonly Change[]): readonly Change[] => {
  const kinds = new Map<string, Kind>();
  const marker = (kind: Kind): boolean => kind === 'whiteout' || kind === 'opaque';
  const other = (at: string): boolean => kinds.has(at) && kinds.get(at) !== 'directory';
  const kept = changes.filter(([at, kind]) => {
    if (marker(kind)) return true;
    const inhabited = kind !== 'directory' && [...kinds.keys()].some((inside) => below(inside, at));
    if (kinds.has(at) || inhabited || above(at).some(other)) return false;
    kinds.set(at, kind);
    return true;
  });
  return kept.filter(([at, kind]) => !marker(kind) || ![...above(at), ...(kind === 'opaque' ? [at] : [])].some(other));
};
const stack = fc.array(fc.array(change, { maxLength: 8 }).map(sound), { minLength: 1, maxLength: 4 });

describe('changesets', () => {
  it('are applied as the specification says, whatever the layers', async () => {
    await fc.assert(
      fc.asyncProperty(stack, async (layers) => {
        expect(seen(await squashed(layers))).toEqual(expected(layers));
      }),
      { numRuns: 600 },
    );
  });

  it('do not depend on where in its layer a marker stands', async () => {
    await fc.assert(
      fc.asyncProperty(stack, fc.gen(), async (layers, random) => {
        const marker = ([, kind]: Change): boolean => kind === 'whiteout' || kind === 'opaque';
        const moved = layers.map((changes) => {
          const rest = changes.filter((it) => !marker(it));
          for (const it of changes.filter(marker)) rest.splice(random(fc.nat, { max: rest.length }), 0, it);
          return rest;
        });
        expect(seen(await squashed(moved))).toEqual(seen(await squashed(layers)));
      }),
      { numRuns: 300 },
    );
  });

  it('find exactly what they list', async () => {
    await fc.assert(
      fc.asyncProperty(stack, fc.array(path), async (layers, others) => {
        const files = await squashed(layers);
        const listed = new Map([...files.entries()].map(({ path: at, found: actual }) => [at, actual]));
        for (const at of [...listed.keys(), ...others]) expect([at, files.find(at)]).toEqual([at, listed.get(at)]);
      }),
      { numRuns: 300 },
    );
  });
});
