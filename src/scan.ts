import type { Scheme } from './advisories/severity.ts';
import type { AdvisoryStore } from './advisories/store.ts';
import type { Analyzer } from './analyzers/analyzer.ts';
import { analyzers as allAnalyzers } from './analyzers/index.ts';
import { coverageOf, notices } from './coverage/notices.ts';
import { assemble } from './inventory/assemble.ts';
import { type AttestationReach, attestedSboms } from './inventory/attested-sboms.ts';
import { shownLayers, shownSubject } from './inventory/image-config.ts';
import { sbomInventory } from './inventory/sbom.ts';
import { type LayerCache, noCache } from './layers/cache.ts';
import { type ReadImage, readImage } from './layers/read-image.ts';
import { squash } from './layers/squash.ts';
import { match } from './matching/match.ts';
import type { Image, Inventory, Report } from './model.ts';
import { type Progress, silent } from './progress.ts';
import { VERSION } from './version.ts';

/** Of a bill of materials there are no files. */
const NOTHING_READ: ReadImage = { files: squash([]), facts: [], owners: new Map(), indexes: [], cached: 0 };

/** What is common to everything that reads an image. */
export interface ReadingOptions {
  readonly cache?: LayerCache;
  readonly analyzers?: readonly Analyzer[];
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** How far attached SBOMs are looked for; default `known`: those that the image's own index names. */
export interface AttestedOptions {
  readonly attestations?: AttestationReach;
}

export interface ScanOptions extends ReadingOptions, AttestedOptions {
  readonly store: AdvisoryStore;
  /** How to choose between ratings; default: the publisher of the package first. */
  readonly scheme?: Scheme;
  /** The moment the report speaks for; default: now. */
  readonly now?: Date;
}

/**
 * Reads an image and says what is in it. The image stays open: closing it is its opener's business.
 * Throws PlimsollError `corrupt`, `limit`, `digest-mismatch`, `network`, `registry`, `interrupted`.
 */
export async function takeInventory(
  image: Image,
  options: ReadingOptions = {},
): Promise<{ inventory: Inventory; read: ReadImage }> {
  if (image.document) return { inventory: sbomInventory(image.document), read: NOTHING_READ };
  const read = await readImage(image, {
    analyzers: options.analyzers ?? allAnalyzers,
    cache: options.cache ?? noCache,
    progress: options.progress ?? silent,
    signal: options.signal,
  });
  return { inventory: assemble(read, shownLayers(image.subject), image.subject.config), read };
}

/** The whole story: the layers are read once, what they prove becomes an inventory, the inventory is matched and judged. Throws as `takeInventory`. */
export async function scanImage(image: Image, options: ScanOptions): Promise<Report> {
  const started = performance.now();
  const { inventory, read } = await takeInventory(image, options);
  const { store, attestations: reach, signal } = options;
  const attested = await attestedSboms(image, inventory, { reach, signal });
  const matched = match(inventory.packages, store, options.scheme);
  const now = options.now ?? new Date();
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    created: now.toISOString(),
    subject: shownSubject(image.subject),
    database: store.info,
    ...(inventory.os ? { os: inventory.os } : {}),
    packages: inventory.packages,
    coverage: coverageOf(inventory, store),
    findings: matched.findings,
    risks: inventory.risks,
    unknowns: inventory.unknowns,
    notices: [...(image.notices ?? []), ...notices(inventory, matched, store, now), ...attested.notices],
    ...(attested.attestations.length > 0 ? { attestations: attested.attestations } : {}),
    filtered: { hidden: 0 },
    statistics: {
      milliseconds: Math.round(performance.now() - started),
      layers: image.layers.length,
      cachedLayers: read.cached,
      files: inventory.files,
    },
  };
}
