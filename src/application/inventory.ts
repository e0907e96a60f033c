import { packageTypes } from '../ecosystems/index.ts';
import { PlimsollError } from '../errors.ts';
import { type AttestationReach, type AttestedSboms, attestedSboms } from '../inventory/attested-sboms.ts';
import { shownSubject } from '../inventory/image-config.ts';
import { inventoryOf } from '../inventory/kept.ts';
import { withKnownWheels } from '../inventory/wheels-of-code.ts';
import { nearest } from '../located-yaml.ts';
import type { Image, Inventory, Subject } from '../model.ts';
import { signatureCheck, type TrustedSigner } from '../sources/signatures/index.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of an inventory. */
export interface InventoryRequest extends ImageAccess {
  /** How far attached SBOMs are looked for; default `known`. */
  readonly attestations?: AttestationReach;
  /** Who must have signed one for it to count as proved; absent: signatures are not checked. */
  readonly attestationSigner?: TrustedSigner;
  /** Kinds of packages that are asked for. */
  readonly types?: readonly string[];
}

/** What a target holds, and what it says of itself. */
export interface TargetInventory {
  readonly subject: Subject;
  readonly inventory: Inventory;
  /** SBOMs attached to the image, held against its files. */
  readonly attested: AttestedSboms;
}

/** Opens a target and lists what its files prove. Needs no database. Throws as `openImage` and `takeInventory`, and `usage` for a kind that there is not. */
export async function inventory(
  target: string,
  request: InventoryRequest,
  around: Surroundings,
): Promise<TargetInventory> {
  const { progress, signal } = around;
  const check = request.attestationSigner && (await signatureCheck(request.attestationSigner));
  return withTarget(target, request, around, async ({ image, cache }) => {
    const held = withKnownWheels((await inventoryOf(image, { cache, progress, signal })).inventory);
    checkTypes(request.types ?? [], held.packages);
    const reach = request.attestations ?? 'known';
    const attested = await attestedSboms(image, held, { reach, signal, ...(check ? { check } : {}) });
    return { subject: shownSubject(image.subject, held), inventory: held, attested };
  });
}

/** What the rules of scanners are replayed over: the inventory and whose it is; `besides`: what else is asked of the open image. Throws as `inventory`. */
export async function evidence<T = undefined>(
  target: string,
  access: ImageAccess,
  around: Surroundings,
  besides?: (image: Image) => Promise<T>,
): Promise<{ readonly inventory: Inventory; readonly subject: Subject; readonly besides: T | undefined }> {
  const { progress, signal } = around;
  return withTarget(target, access, around, async ({ image, cache }) => {
    const held = withKnownWheels((await inventoryOf(image, { cache, progress, signal })).inventory);
    return { inventory: held, subject: image.subject, besides: await besides?.(image) };
  });
}

/** Throws `usage` for a kind that nobody knows and that nothing here is of: an empty list would be read as nothing found. Bills of materials may have kinds of their own. */
function checkTypes(types: readonly string[], packages: Inventory['packages']): void {
  const here = new Set(packages.map(({ type }) => type));
  const known = packageTypes.map(({ type }) => type);
  for (const type of types) {
    if (here.has(type) || known.includes(type)) continue;
    const near = nearest(type, known);
    throw new PlimsollError('usage', `--type: no kind of packages is called "${type}"`, {
      hint: `${near === undefined ? '' : `did you mean ${near}? `}here are ${[...here].sort().join(', ')}`,
    });
  }
}
