/** Layers, and what stands in them. */

/** What is known of a layer without reading it. */
export interface LayerInfo {
  /** 0 is the lowest layer. */
  readonly index: number;
  /** Digest of the uncompressed tar, as the image configuration claims it. */
  readonly diffID: string;
  /** Digest of the blob as it is stored or sent (compressed or not). */
  readonly digest?: string;
  readonly mediaType?: string;
  readonly size?: number;
  /** The instruction of the image's history that made this layer. */
  readonly instruction?: string;
}

/** What a tar entry (or a directory entry) is, after the OCI whiteout names have been understood. */
export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'whiteout' | 'opaque' | 'other';

/**
 * One entry of a layer. A `whiteout` or `opaque` keeps the marker's own path (`etc/.wh.passwd`, `etc/.wh..wh..opq`).
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#representing-changes
 */
export interface Entry {
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits with setuid, setgid and sticky (07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Target of a symlink (as written) or of a hard link (normalised path). */
  readonly link?: string;
}

/** The bytes of a layer, in the form its source can give cheapest. */
export type LayerContent =
  /** A sequential stream of the stored blob, compressed or not. A chunk is valid until the next is asked for. */
  | { readonly kind: 'stream'; readonly bytes: AsyncIterable<Uint8Array> }
  /** A region of a local file: an uncompressed tar in it is read by seeking over bodies nobody wants. */
  | { readonly kind: 'file'; readonly path: string; readonly offset: number; readonly length: number }
  /** A root file system directory on this machine; `only`: of all that lies in it this file alone. */
  | { readonly kind: 'directory'; readonly path: string; readonly only?: string };

/** A layer that can be read, as often as needed. */
export interface Layer extends LayerInfo {
  /**
   * What the cached analysis of this layer may be filed under besides its diffID: empty when the bytes are verified
   * against a digest while they are read, otherwise something that only this very file has (path, size, mtime).
   * `null`: never cached.
   */
  readonly identity: string | null;
  /** True when the reader has to check the stored blob against `digest` (it came over a network). */
  readonly verify: boolean;
  open(signal?: AbortSignal): Promise<LayerContent>;
}

/** A layer as it passes by in a source that is read once, front to back. */
export interface PassingLayer {
  /**
   * Where it is known before the content is read. Otherwise the digest of the uncompressed content tells which layer
   * it was; a content that turns out to be none of the image's layers is dropped.
   */
  readonly diffID?: string;
  readonly content: LayerContent;
}
