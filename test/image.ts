/**
 * Images for tests, written as sentences:
 *
 *     image(
 *       layer({ 'etc/os-release': 'ID=debian\nVERSION_ID="11"\n' }).by('ADD rootfs.tar /'),
 *       layer({ 'var/lib/dpkg/status': removed, 'opt/app': emptied, 'usr/bin/python': symlink('python3.9') }).gzipped(),
 *     )
 *
 * The bytes are real: tar archives, a configuration, a manifest, and their digests.
 */
import type { Image } from '../src/model.ts';
import {
  type ImageBlobs,
  imageBlobs,
  type MemoryImage,
  type MemoryInstruction,
  type MemoryLayer,
  memoryImage,
} from '../src/sources/files/memory.ts';
import type { TarAttributes, TarEntries, TarEntry } from '../src/sources/files/tar-writer.ts';

export { sha256 } from '../src/sources/files/memory.ts';
export { type TarEntries, type TarEntry, tar } from '../src/sources/files/tar-writer.ts';

/** A layer that can still be told how it came about. */
export interface LayerBuilder extends MemoryLayer {
  /** With the instruction that made it. */
  by(createdBy: string): LayerBuilder;
  /** Stored as gzip; the diffID stays that of the tar. */
  gzipped(): LayerBuilder;
  /** With long names as GNU tar writes them (default: PAX). */
  gnu(): LayerBuilder;
  /** With a diffID that is not its own. */
  claiming(diffID: string): LayerBuilder;
}

function builder(value: MemoryLayer): LayerBuilder {
  return {
    ...value,
    by: (createdBy) => builder({ ...value, createdBy }),
    gzipped: () => builder({ ...value, compression: 'gzip' }),
    gnu: () => builder({ ...value, longNames: 'gnu' }),
    claiming: (diffID) => builder({ ...value, diffID }),
  };
}

/** A layer of files; or of raw bytes, for layers that are no good tar. Pairs instead of an object allow a path twice. */
export function layer(content: TarEntries | Uint8Array): LayerBuilder {
  return builder(content instanceof Uint8Array ? { blob: content } : { files: content });
}

/** An instruction that left no layer: `instruction('ENV PYTHON_VERSION=3.9.16')`. */
export const instruction = (text: string): MemoryInstruction => ({ instruction: text });

/** A file with attributes: `file('#!/bin/sh', { mode: 0o4755 })`. */
export const file = (content: string | Uint8Array, attributes: TarAttributes = {}): TarEntry => ({
  content,
  ...attributes,
});
/** A symbolic link, its target as written. */
export const symlink = (target: string): TarEntry => ({ symlink: target });
/** A hard link to another path of the archive. */
export const hardlink = (target: string): TarEntry => ({ hardlink: target });
export const directory = (attributes: TarAttributes = {}): TarEntry => ({ directory: true, ...attributes });
export const device = (kind: 'fifo' | 'character' | 'block'): TarEntry => ({ device: kind });
/** Hides the path in lower layers (`.wh.` marker). */
export const removed: TarEntry = { removed: true };
/** Hides what lower layers hold in the directory (opaque marker). */
export const emptied: TarEntry = { emptied: true };

type Part = MemoryLayer | MemoryInstruction;

/** An opened image of these layers, lowest first. */
export function image(...parts: readonly Part[]): Image {
  return memoryImage({ layers: parts });
}

/** The same with a reference, platform, run configuration. */
export function imageWith(facts: Omit<MemoryImage, 'layers'>, ...parts: readonly Part[]): Image {
  return memoryImage({ ...facts, layers: parts });
}

/** What a registry, an archive or a layout would store for these layers. */
export function blobs(...parts: readonly Part[]): ImageBlobs {
  return imageBlobs({ layers: parts });
}
