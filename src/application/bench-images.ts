/** Opens the images that the benchmark judges, and ties them to the scan, the layer cache and their registry. */

import type { EngineImage } from '../cis/engine/index.ts';
import { type ImageFacts, type ImageScan, type ImageSignatures, imageFactsOf } from '../cis/image/index.ts';
import { got, missed, type Reading } from '../cis/reading.ts';
import { lazily } from '../collections.ts';
import { digestIn } from '../ecosystems/oci.ts';
import { PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import type { LayerCache } from '../layers/cache.ts';
import type { Image, Inventory, Subject } from '../model.ts';
import { registryOf } from '../sources/open.ts';
import { boundAccess, type ImageAccess, openTarget } from './open-target.ts';
import type { Surroundings } from './surroundings.ts';

/** The images of one run; all are closed with it. */
interface BenchImages {
  named(targets: readonly string[]): Promise<ImageFacts[]>;
  local(image: EngineImage): Promise<ImageFacts>;
  close(): Promise<void>;
}

/** Nothing is opened before it is asked for. */
export function openBenchImages(given: ImageAccess, around: Surroundings): BenchImages {
  // What was given is for one registry: that of the first image that was named.
  let access = given;
  const opened: { close(): Promise<void> }[] = [];
  const open = async (target: string): Promise<ImageFacts> => {
    const it = await openTarget(target, access, around);
    opened.push(it);
    return factsOf(it.image, it.cache, access, around);
  };
  return {
    named: async (targets) => {
      access = await boundAccess(given, targets);
      const images: ImageFacts[] = [];
      for (const target of targets) images.push(await open(target));
      return images;
    },
    local: (image) => open(`docker:${image.RepoTags?.[0] ?? image.Id}`),
    close: async () => {
      for (const image of opened.reverse()) await image.close();
    },
  };
}

/** What the checks ask of an image that is open: nothing is read before it is asked for. */
export async function factsOf(
  image: Image,
  cache: LayerCache,
  access: ImageAccess,
  around: Surroundings,
): Promise<ImageFacts> {
  const { takeInventory } = await import('../inventory/take.ts');
  const reading = { cache, progress: around.progress, signal: around.signal };
  const read = lazily(() => takeInventory(image, reading));
  return imageFactsOf(image, {
    read,
    scan: async () => imageScan(image.subject, read, around),
    signatures: () => signaturesOf(image, access, around),
    signal: around.signal,
  });
}

/** The vulnerabilities, by the advisory database of this machine; without one the check says what to do. */
async function imageScan(
  subject: Subject,
  read: () => Promise<{ readonly inventory: Inventory }>,
  around: Surroundings,
): Promise<Reading<ImageScan>> {
  const [{ openStore, databasePath }, { match }, { neededFeeds, oldestInWords }, { coverageOf, notices }, { gapsOf }] =
    await Promise.all([
      import('../advisories/store/sqlite-store.ts'),
      import('../matching/match.ts'),
      import('../coverage/needed-feeds.ts'),
      import('../coverage/notices.ts'),
      import('../policy/judge.ts'),
    ]);
  let store: Awaited<ReturnType<typeof openStore>>;
  try {
    store = await openStore(databasePath(home(around.environment)));
  } catch (error) {
    if (error instanceof PlimsollError) return missed('broken', error.line);
    throw error;
  }
  try {
    const { inventory } = await read();
    const matched = match(inventory.packages, store);
    const covered = coverageOf(inventory, store);
    const count = (assessed: boolean) =>
      covered
        .filter((coverage) => coverage.assessed === assessed)
        .reduce((sum, coverage) => sum + coverage.packages, 0);
    const { packages, unknowns } = inventory;
    const { findings } = matched;
    const needed = neededFeeds(inventory, findings, store);
    const told = notices(inventory, matched, store, new Date(), needed);
    const gaps = gapsOf({ subject, packages, unknowns, coverage: covered, notices: told });
    const data = oldestInWords({ database: store.info, needed });
    return got({ findings, gaps, assessed: count(true), unassessed: count(false), data });
  } catch (error) {
    if (error instanceof PlimsollError && error.code !== 'interrupted') return missed('broken', error.line);
    throw error;
  } finally {
    store.close();
  }
}

async function signaturesOf(
  image: Image,
  access: ImageAccess,
  around: Surroundings,
): Promise<Reading<ImageSignatures>> {
  const { subject } = image;
  if (subject.source !== 'registry')
    return missed('absent', `the image comes from ${subject.source}, not from a registry`);
  const [{ createHttp }, { createKeychain }, { findSignatures }] = await Promise.all([
    import('../network/http.ts'),
    import('../sources/registry/keychain.ts'),
    import('../cis/image/signatures.ts'),
  ]);
  const http = createHttp({ environment: around.environment });
  const { username, password, registryToken: token, credentialsFor } = access;
  const registry = credentialsFor ?? (await registryOf([subject.name]));
  const keychain = createKeychain({
    environment: around.environment,
    signal: around.signal,
    ...(registry === undefined ? {} : { given: { registry, username, password, token } }),
  });
  const digests = [subject.digest, ...(subject.repoDigests ?? []).map(digestIn)];
  try {
    return await findSignatures({
      http,
      keychain,
      name: subject.name,
      digests: digests.filter((digest) => digest !== undefined),
      signal: around.signal,
      ...(access.insecure && registry === (await registryOf([`registry:${subject.name}`])) ? { insecure: true } : {}),
    });
  } finally {
    await http.close();
  }
}
