import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { assessmentOf } from '../coverage/assessment.ts';
import { neededFeeds } from '../coverage/needed-feeds.ts';
import { coverageOf, notices, platformNotices } from '../coverage/notices.ts';
import { heardThenCutOff } from '../interruption.ts';
import { type AttestationReach, attestedSboms } from '../inventory/attested-sboms.ts';
import { shownSubject } from '../inventory/image-config.ts';
import { inventoryOf, type TakenInventory } from '../inventory/kept.ts';
import type { ReadingOptions } from '../inventory/take.ts';
import { withKnownWheels } from '../inventory/wheels-of-code.ts';
import { matchKept } from '../matching/kept-match.ts';
import { doubted } from '../matching/unpublished.ts';
import type { Image, Report } from '../model.ts';
import { withCompleteness } from '../policy/judge.ts';
import type { SignatureCheck } from '../sources/signatures/index.ts';
import { VERSION } from '../version.ts';

/** How far attached SBOMs are looked for; default `known`: those that the image's own index names. */
interface AttestedOptions {
  readonly attestations?: AttestationReach;
  /** Who must have signed one for it to count as proved. */
  readonly check?: SignatureCheck;
}

export interface ScanOptions extends ReadingOptions, AttestedOptions {
  readonly store: AdvisoryStore;
  /** How to choose between ratings; default: the publisher of the package first. */
  readonly scheme?: Scheme;
  /** What was read of the image before; it is not read again. */
  readonly taken?: TakenInventory;
  /** The moment the report speaks for; default: now. */
  readonly now?: Date;
}

/** The whole story: the layers are read once, what they prove becomes an inventory, the inventory is matched and judged. Throws as `takeInventory`. */
export async function scanImage(image: Image, options: ScanOptions): Promise<Report> {
  const started = performance.now();
  const read = options.taken ?? (await inventoryOf(image, options));
  const known = withKnownWheels(read.inventory, (module) => options.store.wheels?.(module) ?? []);
  const inventory = { ...known, packages: doubted(known.packages, options.store) };
  const taken = { ...read, inventory };
  const { store, attestations: reach, signal, check } = options;
  const attested = await attestedSboms(image, inventory, { reach, signal, ...(check ? { check } : {}) });
  const matched = await heardThenCutOff(signal, () => matchKept(taken, store, options.scheme, options.cache));
  const now = options.now ?? new Date();
  const needed = neededFeeds(inventory, matched.findings, store);
  const report: Report = {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    created: now.toISOString(),
    subject: shownSubject(image.subject, inventory),
    database: store.info,
    ...(needed.length > 0 ? { needed } : {}),
    ...(inventory.os ? { os: inventory.os } : {}),
    ...(inventory.start ? { start: inventory.start } : {}),
    ...(inventory.packageSources === undefined ? {} : { packageSources: inventory.packageSources }),
    packages: inventory.packages,
    coverage: coverageOf(inventory, store),
    findings: matched.findings,
    risks: inventory.risks,
    unknowns: [...inventory.unknowns, ...matched.problems],
    notices: [
      ...(image.notices ?? []),
      ...platformNotices(image.subject, inventory),
      ...notices(inventory, matched, store, now, needed),
      ...attested.notices,
    ],
    ...(inventory.signs === undefined ? {} : { signs: inventory.signs }),
    ...(attested.attestations.length > 0 ? { attestations: attested.attestations } : {}),
    filtered: { hidden: 0 },
    statistics: {
      milliseconds: Math.round(performance.now() - started),
      layers: image.layers.length,
      cachedLayers: read.cachedLayers,
      files: inventory.files,
    },
  };
  // As of a day, data need not be younger than that.
  const day = store.moment === undefined ? now : new Date(store.moment);
  const assessment = assessmentOf(inventory, matched, { needed, day });
  return withCompleteness({ ...report, assessment: { ...assessment, complete: false } });
}
