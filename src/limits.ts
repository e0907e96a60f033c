/**
 * Every budget for bytes that come from outside, in one place. A loop over such bytes names the budget beside it.
 * They are generous for real images (the largest public ML images were measured) and small for a machine.
 */
const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const LIMITS = {
  // --- layers ---
  /** Layers of one image. Engines stop at 127. */
  layers: 1_000,
  /** Entries (files, directories, links) of one layer. */
  layerEntries: 3_000_000,
  /** Bytes of all path names of one layer. */
  layerPathBytes: 256 * MiB,
  /** Uncompressed bytes of one layer. */
  layerBytes: 200 * GiB,
  /** Uncompressed to compressed: gzip cannot exceed 1032, zstd can; beyond this, and beyond `ratioFloor`, it is a bomb. */
  compressionRatio: 1_100,
  ratioFloor: 64 * MiB,
  /** zstd window: what containerd and docker accept. RFC 8878 recommends 8 MiB, `--long=27` makes 128 MiB. */
  zstdWindow: 128 * MiB,
  /** Read from a local file at a time. */
  readChunkBytes: 256 * KiB,
  /** One path (PATH_MAX is 4096; PAX paths may claim more). */
  pathBytes: 16 * KiB,
  /** A PAX or GNU extension header's body. */
  tarExtensionBytes: 1 * MiB,
  /** Extension headers in a row before the entry they speak of. */
  tarExtensions: 16,
  /** Symbolic links followed for one path (Linux: 40). */
  symlinks: 40,
  // --- analyzers ---
  /** Bytes from a file's beginning shown to analyzers that recognise by content. */
  magicBytes: 512,
  /** A file body handed to an analyzer, unless the analyzer asks for less or more. */
  fileBytes: 16 * MiB,
  /** All bodies kept in memory at one time while a layer is read. */
  heldBytes: 64 * MiB,
  /** Things one analyzer may yield for one file. */
  factsPerFile: 200_000,
  /** Items of one image, all analyzers together. */
  factsPerImage: 1_000_000,
  /** Unknowns kept for one layer; the rest is counted. */
  unknownsPerLayer: 1_000,
  // --- manifests, configuration ---
  /** A manifest or index (registries cap at 4 MiB). */
  manifestBytes: 4 * MiB,
  /** An image configuration. */
  configBytes: 8 * MiB,
  /** Manifests of one index. */
  indexManifests: 10_000,
  // --- network ---
  /** An error body that is read to be quoted. */
  errorBodyBytes: 8 * KiB,
  /** A token or JSON answer of a registry or engine that is not a manifest. */
  answerBytes: 4 * MiB,
  redirects: 5,
  /** Attempts for one request; waits double from `retryBaseMs`. */
  attempts: 5,
  retryBaseMs: 400,
  /** Longest wait a server's Retry-After may ask for. */
  retryAfterMs: 120_000,
  connectMs: 15_000,
  /** Silence on a body before it counts as stopped. */
  idleMs: 60_000,
  /** What has to come in each `idleMs` of waiting: a server that drips has stopped too. */
  idleBytes: 16 * KiB,
} as const;
