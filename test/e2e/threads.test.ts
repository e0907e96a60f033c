import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildMlImages, buildTorchImage } from '../../scripts/build-ml-images.ts';
import { images, lasting, plimsoll, scratch, titled } from './machine.ts';

/** However many threads read an image, its inventory is the same, byte for byte but for the time that it tells. */

const work = scratch();
afterAll(() => work.remove());

const cache = join(process.env.E2E_CACHE ?? lasting, 'plimsoll-ml');
const small = images('small');
const forms =
  'reason' in small
    ? []
    : [
        `oci:${small.path}/oci`,
        `oci:${small.path}/oci-zstd`,
        `oci:${small.path}/oci-zstd-chunked`,
        `archive:${small.path}/image.docker.tar`,
        `archive:${small.path}/image.oci.tar`,
        `dir:${small.path}/root`,
      ];
const ml = buildMlImages(cache);
const torch = buildTorchImage(cache);
const archives = [ml, torch].flatMap((image) => ('archive' in image ? [`archive:${image.archive}`] : []));
const missing = 'reason' in small ? small.reason : 'reason' in ml ? ml.reason : undefined;

async function inventory(reference: string, threads: number): Promise<{ text: string; memory: number | undefined }> {
  const done = await plimsoll(['inventory', reference, '-f', 'json', '--no-cache', '--threads', String(threads)], {
    home: work.path,
  });
  if (done.code !== 0) throw new Error(done.stderr);
  return { text: done.stdout.replace(/"created": "[^"]+"/, '"created": ""'), memory: done.memory };
}

describe(titled('an image read by one thread, two and eight', missing), () => {
  it.skipIf(missing !== undefined).each([...forms, ...archives].map((reference) => [reference]))(
    '%s has the same inventory, and memory stays within bounds',
    async (reference) => {
      const alone = await inventory(reference, 1);
      expect(alone.text.length).toBeGreaterThan(5_000);
      for (const [threads, limit] of [
        // 250 MB are aimed at. zstd layouts take 240 to 275, and took 301 beside other work: threads that wait hold what came meanwhile.
        [2, 360e6],
        // 350 are aimed at. Gzip and zstd layouts take 250 to 415, and took 426 beside other work.
        [8, 520e6],
      ] as const) {
        const many = await inventory(reference, threads);
        expect(many.text === alone.text, `${threads} threads`).toBe(true);
        expect(many.memory ?? 0, `${threads} threads`).toBeLessThan(limit);
      }
    },
  );
});
