import { arch } from 'node:os';
import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Image, Notice, Platform } from '../model.ts';
import type { Descriptor } from './manifest.ts';

const NODE_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  mipsel: 'mipsle',
  ppc64: 'ppc64le',
};
const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd', 'wasip1'];
/** Other spellings of an architecture, as uname and Debian have them. https://github.com/containerd/platforms */
const ALIASES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  i386: ['386'],
  i686: ['386'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

/** Linux on the architecture of this machine: what an image is opened for unless the user says otherwise. */
export function hostPlatform(architecture: string = arch()): Platform {
  return normalizePlatform({ os: 'linux', architecture: NODE_ARCHITECTURES[architecture] ?? architecture });
}

/** `linux/arm64`, `linux/arm/v7`, or an architecture alone; `usage` when it is neither. */
export function parsePlatform(text: string): Platform {
  const parts = text.trim().toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+(\([^)]*\))?$/.test(part))) {
    throw new PlimsollError('usage', `not a platform: ${text}`, { hint: 'write it as linux/amd64 or linux/arm64/v8' });
  }
  const [first = '', second, variant] = parts;
  if (second === undefined && SYSTEMS.includes(first)) return { ...hostPlatform(), os: first };
  if (second === undefined) return normalizePlatform({ os: 'linux', architecture: first });
  return normalizePlatform({
    os: first.replace(/\(.*/, ''),
    architecture: second,
    ...(variant === undefined ? {} : { variant }),
  });
}

/** The one spelling of a platform: no alias, and no variant that its architecture implies (`arm64/v8`, `amd64/v1`); `arm` alone is `arm/v7`. */
function normalizePlatform(platform: Platform): Platform {
  const [architecture, implied] = ALIASES[platform.architecture] ?? [platform.architecture];
  let variant = platform.variant || implied;
  if (variant !== undefined && /^\d+$/.test(variant)) variant = `v${variant}`;
  if (architecture === 'arm' && variant === undefined) variant = 'v7';
  if ((architecture === 'arm64' && variant === 'v8') || (architecture === 'amd64' && variant === 'v1'))
    variant = undefined;
  return { os: platform.os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** `linux/arm/v7` */
export const platformText = (platform: Platform): string =>
  [platform.os, platform.architecture, ...(platform.variant === undefined ? [] : [platform.variant])].join('/');

/**
 * How well an image for one platform serves another: 0 exactly, higher is worse, undefined not at all. A 32-bit ARM runs
 * the lower variants too; for other architectures the plain variant comes before the special ones.
 */
function platformDistance(offered: Platform, wanted: Platform): number | undefined {
  const a = normalizePlatform(offered);
  const b = normalizePlatform(wanted);
  if (a.os !== b.os || a.architecture !== b.architecture) return undefined;
  if (a.variant === b.variant) return 0;
  if (b.variant === undefined) return 1 + level(a.variant);
  if (a.architecture === 'arm')
    return level(a.variant) < level(b.variant) ? level(b.variant) - level(a.variant) : undefined;
  return a.variant === undefined ? 1 : undefined;
}

const level = (variant: string | undefined): number => Number.parseInt(variant?.slice(1) ?? '0', 10) || 0;

/** One manifest chosen from an index, and what the user should know of the choice. */
interface PlatformChoice {
  readonly descriptor: Descriptor;
  readonly notice?: Notice;
}

/**
 * Chooses from the manifests of an index. `wanted` is what the user asked for; without it this machine's platform is
 * taken, or the only one that there is. Attestations (`unknown/unknown`) are never chosen. Throws `platform` with the
 * list of platforms when none fits.
 */
export function choosePlatform(
  manifests: readonly Descriptor[],
  wanted: Platform | undefined,
  where: string,
): PlatformChoice {
  const images = manifests.filter((manifest) => !isAttestation(manifest));
  const platform = wanted ?? hostPlatform();
  const ranked = images
    .map((descriptor) => ({
      descriptor,
      distance: descriptor.platform && platformDistance(descriptor.platform, platform),
    }))
    .filter((candidate): candidate is { descriptor: Descriptor; distance: number } => candidate.distance !== undefined)
    .sort((a, b) => a.distance - b.distance);
  if (ranked[0]) return { descriptor: ranked[0].descriptor };
  const [only] = images;
  if (only && images.length === 1 && (wanted === undefined || only.platform === undefined)) {
    return only.platform === undefined
      ? { descriptor: only }
      : { descriptor: only, notice: onlyPlatform(only.platform, platform) };
  }
  const offered = [
    ...new Set(images.map((image) => (image.platform ? platformText(normalizePlatform(image.platform)) : 'unnamed'))),
  ];
  throw new PlimsollError('platform', `no image for ${platformText(platform)}`, {
    where,
    hint:
      offered.length === 0
        ? 'the index lists no image at all'
        : `choose with --platform from ${offered.sort().join(', ')}`,
  });
}

/** Documents that are read for their platforms. */
const ASKED = 32;

/** What a document that an index names without a platform says: that of its image, or, where it is an index itself, what that lists. */
export type PlatformTold = Platform | readonly Descriptor[] | undefined;

/**
 * Fills in platforms that an index leaves out, from the images' own configurations, and puts what an index lists in that index's place, for it may
 * be of several platforms: `ask` reads the document, undefined where it cannot be told. Asked only where there is a choice to make.
 */
export async function withPlatforms(
  manifests: readonly Descriptor[],
  ask: (descriptor: Descriptor) => Promise<PlatformTold>,
): Promise<readonly Descriptor[]> {
  let left = ASKED;
  const images = (list: readonly Descriptor[]): number =>
    list.filter((descriptor) => !isAttestation(descriptor)).length;
  const told = async (list: readonly Descriptor[], depth: number): Promise<readonly Descriptor[]> => {
    const result: Descriptor[] = [];
    for (const descriptor of list) {
      const isUnnamed = descriptor.platform === undefined && !isAttestation(descriptor);
      const answer = isUnnamed && left > 0 ? await asked(descriptor) : undefined;
      if (answer === undefined || (isList(answer) && depth >= LIMITS.indexDepth)) result.push(descriptor);
      else if (!isList(answer)) result.push({ ...descriptor, platform: answer });
      else result.push(...(await told(named(answer, descriptor), depth + 1)));
    }
    return result;
  };
  const asked = (descriptor: Descriptor): Promise<PlatformTold> => {
    left -= 1;
    return ask(descriptor).catch(() => undefined);
  };
  return images(manifests) < 2 ? manifests : told(manifests, 1);
}

const isList = (told: Platform | readonly Descriptor[]): told is readonly Descriptor[] => Array.isArray(told);

/** What an index lists is called what the index is called, unless it says otherwise. */
export const named = (
  manifests: readonly Descriptor[],
  { annotations }: Pick<Descriptor, 'annotations'>,
): readonly Descriptor[] =>
  manifests.map((descriptor) => ({ ...descriptor, annotations: { ...annotations, ...descriptor.annotations } }));

/** The attestations that BuildKit lays beside images. https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
function isAttestation(manifest: Descriptor): boolean {
  return (
    manifest.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    manifest.platform?.architecture === 'unknown'
  );
}

const onlyPlatform = (only: Platform, host: Platform): Notice => ({
  level: 'info',
  code: 'platform-only',
  message: `the image exists only for ${platformText(normalizePlatform(only))}, not for ${platformText(host)}: that one was scanned`,
});

/** Throws `platform` when the user asked for another platform than the configuration of the image states. */
export function checkPlatform(actual: Platform, wanted: Platform | undefined, where: string): void {
  if (wanted === undefined || actual.architecture === UNSTATED || platformDistance(actual, wanted) !== undefined)
    return;
  throw new PlimsollError('platform', `no image for ${platformText(wanted)}`, {
    where,
    hint: `it exists only for ${platformText(normalizePlatform(actual))}`,
  });
}

/** The architecture of a configuration that states none. */
export const UNSTATED = 'unknown';

/** What has no platform cannot be refused for another one; that it was not looked at is said. */
export function saidOfPlatform(image: Image, wanted: Platform | undefined): Image {
  const { source, config, platform } = image.subject;
  if (wanted === undefined || (platform ?? config?.platform) !== undefined) return image;
  const what = source === 'sbom' ? 'a bill of materials' : 'it';
  const notice: Notice = {
    level: 'info',
    code: 'platform-ignored',
    message: `--platform ${wanted.os}/${wanted.architecture} was not looked at: ${what} names no platform`,
  };
  return { ...image, notices: [...(image.notices ?? []), notice] };
}
