import { type AttestationReach, type AttestedSboms, attestedSboms } from '../inventory/attested-sboms.ts';
import { shownSubject } from '../inventory/image-config.ts';
import { inventoryOf } from '../inventory/kept.ts';
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
}

/** What a target holds, and what it says of itself. */
export interface TargetInventory {
  readonly subject: Subject;
  readonly inventory: Inventory;
  /** SBOMs attached to the image, held against its files. */
  readonly attested: AttestedSboms;
}

/** Opens a target and lists what its files prove. Needs no database. Throws as `openImage` and `takeInventory`. */
export async function inventory(
  target: string,
  request: InventoryRequest,
  around: Surroundings,
): Promise<TargetInventory> {
  const { progress, signal } = around;
  const check = request.attestationSigner && (await signatureCheck(request.attestationSigner));
  return withTarget(target, request, around, async ({ image, cache }) => {
    const taken = await inventoryOf(image, { cache, progress, signal });
    const reach = request.attestations ?? 'known';
    const attested = await attestedSboms(image, taken.inventory, { reach, signal, ...(check ? { check } : {}) });
    return { subject: shownSubject(image.subject, taken.inventory), inventory: taken.inventory, attested };
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
    const taken = await inventoryOf(image, { cache, progress, signal });
    return { inventory: taken.inventory, subject: image.subject, besides: await besides?.(image) };
  });
}
