import { compareNatural } from '../versions/natural.ts';

/**
 * Java 8u282 is written 1.8.0_282, 1.8.0-update_282, 8u282, 8-update282, 8.0.282 and 1.8.0.282.b08, the build behind it not always: one version
 * in the order of 8.0.282, 11.0.10, 17. https://openjdk.org/jeps/223
 */
function javaVersion(version: string): string {
  return version
    .replace(/^1\.(?=\d)/, '')
    .replace(/[-._+]b\d+$/i, '')
    .replace(/^(\d+(?:\.\d+)*)[-._ ]?u(?:pdate)?[-._ ]?(?=\d)/i, (_, release: string) =>
      release.includes('.') ? `${release}.` : `${release}.0.`,
    );
}

/** CUDA's `12.6U2` and `11.6 Update 2` are 12.6.2 and 11.6.2. */
const cudaVersion = (version: string): string => version.replace(/(?<=\d) ?u(?:pdate)? ?(?=\d)/i, '.');

/** MinIO's releases are moments: `RELEASE.2021-03-17T02-33-02Z`, in records without the word. */
const minioVersion = (version: string): string => version.replace(/^release[._-](?=\d)/i, '');

const SPELLED: ReadonlyMap<string, (version: string) => string> = new Map([
  ...['oracle:jdk', 'oracle:jre', 'oracle:openjdk', 'oracle:java_se', 'sun:jdk', 'sun:jre'].map(
    (product) => [product, javaVersion] as const,
  ),
  ['nvidia:cuda_toolkit', cudaVersion],
  ['minio:minio', minioVersion],
]);

/** The order of a product's versions where one of them has several spellings in its own packages and in NVD's records; undefined: it has none. */
export function compareOfProduct(product: string): ((a: string, b: string) => number) | undefined {
  const plain = SPELLED.get(product);
  return plain && ((a, b) => compareNatural(plain(a), plain(b)));
}
