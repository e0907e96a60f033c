import { PlimsollError, printable } from '../errors.ts';
import { spdxSupplierNamed, supplierNamed } from '../formats/supplier.ts';
import { home } from '../home.ts';
import { isReleaseMissing, systemNamed } from '../inventory/system-names.ts';
import { type LayerCache, noCache, openLayerCache } from '../layers/cache.ts';
import type { Image, Supplier } from '../model.ts';
import type { NamedBy } from '../network/reach.ts';
import { openImage, registryOf } from '../sources/open.ts';
import { parsePlatform } from '../sources/platform.ts';
import type { Surroundings } from './surroundings.ts';

/** How an image is reached, whatever is then done with it. */
export interface ImageAccess {
  /** Which image of a multi-platform one: `linux/arm64`. */
  readonly platform?: string;
  /** `false`: every layer is read anew, and nothing is remembered. */
  readonly cache?: boolean;
  /** Plain HTTP to the registry that `credentialsFor` names, or any certificate of it. */
  readonly insecure?: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Bearer token for the registry. */
  readonly registryToken?: string;
  /** The operating system of a bill of materials that names none: `debian:12`, `bookworm`. */
  readonly distro?: string;
  /** Whom the target is from, as the user says: `ACME <security@acme.example>`. */
  readonly supplier?: string;
  /** The registry that these are for (`registryOf`). Default: the target's own. */
  readonly credentialsFor?: string;
  /** How long the files of the target may be read, in milliseconds: what was read until then is the result. */
  readonly timeout?: number;
  /** Who named the target: how far inside its registry may be. Default `user`. */
  readonly namedBy?: NamedBy;
}

/** An opened image, and the layer cache to read it with; `close` closes both. */
export interface OpenedTarget {
  readonly image: Image;
  readonly cache: LayerCache;
  close(): Promise<void>;
}

/** Opens what the user named, and the layer cache; both are the caller's to close. Throws as `openImage`. */
export async function openTarget(target: string, access: ImageAccess, around: Surroundings): Promise<OpenedTarget> {
  const { environment, progress, signal } = around;
  const { platform, username, password, registryToken, namedBy } = access;
  const own = await registryOf([target]);
  const registry = access.credentialsFor ?? own;
  // Like a password, the leave to do without encryption is for one registry.
  const insecure = access.insecure === true && (registry === undefined || own === registry || namedBy !== undefined);
  // A word that nobody knows is told before anything is fetched.
  checkDistro(access.distro);
  const supplier = supplierAsked(access.supplier);
  const opened = await openImage(target, {
    environment,
    progress,
    signal,
    ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
    ...(insecure ? { insecure } : {}),
    ...(registry === undefined ? {} : { credentials: { registry, username, password, token: registryToken } }),
    ...(namedBy === undefined ? {} : { namedBy }),
  });
  const named = withSupplier(withDistro(opened, access.distro, around), supplier);
  const image = access.timeout === undefined ? named : { ...named, readingMs: access.timeout };
  const cache =
    access.cache === false ? noCache : await openLayerCache(home(environment), (message) => progress.say(message));
  return {
    image,
    cache,
    async close() {
      cache.close();
      await image.close();
    },
  };
}

/** Throws `usage` for a distribution that nobody knows, and for one without its release. */
function checkDistro(distro: string | undefined): void {
  if (distro === undefined) return;
  const named = systemNamed(distro);
  if (named === undefined || isReleaseMissing(named))
    throw new PlimsollError(
      'usage',
      named ? `--distro "${distro}" names no release` : `no distribution is called "${distro}"`,
      {
        hint: 'write it with its release: debian:12, ubuntu:22.04, alpine:3.18, or a codename',
      },
    );
}

/** What an image's own files say is never overruled. */
function withDistro(image: Image, distro: string | undefined, { progress }: Surroundings): Image {
  if (distro === undefined) return image;
  if (image.bill !== undefined) return { ...image, bill: { ...image.bill, assumedSystem: distro } };
  progress.say('--distro is for bills of materials: what the files of an image say of its system is proven');
  return image;
}

/** Whom a text names. Throws `usage` where it is nobody. An organization, unless it is written as SPDX writes a person: `Person: Jane Doe`. */
function supplierAsked(text: string | undefined): Supplier | undefined {
  if (text === undefined) return undefined;
  const named = spdxSupplierNamed(text) ?? supplierNamed(text);
  if (named === undefined)
    throw new PlimsollError('usage', `--supplier "${printable(text, 100)}" names nobody`, {
      hint: 'write a name, and an address if there is one: "ACME <security@acme.example>"',
    });
  return /^person:/i.test(text) ? named : { ...named, kind: 'organization' };
}

const withSupplier = (image: Image, supplier: Supplier | undefined): Image =>
  supplier === undefined ? image : { ...image, subject: { ...image.subject, supplier } };

/** Opens a target, works with it and closes it, however the work ends. Throws as `openImage` and the work. */
export async function withTarget<T>(
  target: string,
  access: ImageAccess,
  around: Surroundings,
  work: (opened: OpenedTarget) => Promise<T>,
): Promise<T> {
  const opened = await openTarget(target, access, around);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/**
 * How images are reached by a command that opens several: what the user gave goes to the registry of the first of them that may
 * come from one, and where none does, to nobody.
 */
export async function boundAccess<T extends ImageAccess>(access: T, targets: readonly string[]): Promise<T> {
  const credentialsFor = await registryOf(targets);
  if (credentialsFor !== undefined) return { ...access, credentialsFor };
  const { username: _, password: __, registryToken: ___, ...rest } = access;
  return rest as T;
}
