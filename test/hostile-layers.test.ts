import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PlimsollError } from '../src/errors.ts';
import { takeInventory } from '../src/inventory/take.ts';
import type { Image, Inventory, LayerContent } from '../src/model.ts';
import { HOSTILE_LAYERS } from './corpora/hostile-layers.ts';
import { image, layer, sha256 } from './image.ts';

// A bomb is one by its ratio, from a floor on. With the real floor each would unpack a quarter of a gigabyte before it is known.
vi.mock('../src/limits.ts', async (original) => {
  const { LIMITS, ...rest } = await original<typeof import('../src/limits.ts')>();
  return { ...rest, LIMITS: { ...LIMITS, ratioFloor: 16 * 1024 * 1024 } };
});

/** Every hostile layer is read both ways there are: as a stream, as over a network, and by seeking, as from a file. */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base = layer({ 'etc/os-release': 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n' });

type Way = 'as a stream' | 'by seeking';

function opened(blob: Buffer, way: Way): Image {
  const built = image(base, layer(blob).claiming(diffIDOf(blob)));
  if (way === 'as a stream') return built;
  const path = join(folder, 'layer');
  writeFileSync(path, blob);
  const [lower, upper] = built.layers;
  const content: LayerContent = { kind: 'file', path, offset: 0, length: blob.length };
  return { ...built, layers: [lower!, { ...upper!, open: async () => content }] };
}

/** The digest of what is in it where that can be had; what is no sound gzip or zstd fails before digests are compared. */
function diffIDOf(blob: Buffer): string {
  if (blob.length > 4_000_000) return sha256(Buffer.alloc(0));
  try {
    return sha256(blob[0] === 0x1f ? gunzipSync(blob) : blob[0] === 0x28 ? rawZstd(blob) : blob);
  } catch {
    return sha256(Buffer.alloc(0));
  }
}

/** The content of the corpus' own zstd frames of stored blocks. */
function rawZstd(blob: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + 9 <= blob.length; ) {
    const length = blob.readUIntLE(at + 6, 3) >>> 3;
    parts.push(blob.subarray(at + 9, at + 9 + length));
    at += 9 + length;
  }
  return Buffer.concat(parts);
}

async function read(blob: Buffer, way: Way): Promise<Inventory | PlimsollError> {
  try {
    return (await takeInventory(opened(blob, way))).inventory;
  } catch (error) {
    if (error instanceof PlimsollError) return error;
    throw error;
  }
}

const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe.each(['as a stream', 'by seeking'] as const)('a hostile layer, read %s', (way) => {
  let before = 0;
  beforeAll(() => {
    before = process.platform === 'linux' ? openFiles() : 0;
  });

  it.each(HOSTILE_LAYERS.map((it) => [it.name, it] as const))('%s', async (_, { blob, outcome }) => {
    const result = await read(blob(), way);
    if (outcome instanceof RegExp) {
      expect(result).toBeInstanceOf(PlimsollError);
      const { code, line } = result as PlimsollError;
      expect(line).toMatch(outcome);
      expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
      expect(line).toContain('layer 2 of 2');
      expect(['corrupt', 'limit', 'unsupported', 'digest-mismatch']).toContain(code);
    } else {
      expect(result).not.toBeInstanceOf(PlimsollError);
      const { packages, os, unknowns } = result as Inventory;
      expect(packages.map(({ name }) => name)).toEqual(outcome);
      expect(os?.id).toBe('debian');
      for (const { path, reason } of unknowns) expect(`${path}${reason}`).not.toMatch(/[\u0000-\u001f\u007f]/);
    }
  });

  // Stands behind all of them.
  it.skipIf(process.platform !== 'linux')('leaves no file open, whatever came of it', async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(openFiles()).toBeLessThanOrEqual(before + 2);
  });
});

it('pollutes no prototype', () => {
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
