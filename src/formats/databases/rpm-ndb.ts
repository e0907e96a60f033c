import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';

/**
 * rpm's own database ("ndb": SUSE, openEuler, some Photon): a slot directory, then blobs in 16-byte blocks.
 * Layout: https://github.com/rpm-software-management/rpm/blob/master/lib/backend/ndb/rpmpkg.cc
 */
const MAGIC = 0x506d7052; // "RpmP"
/** Says of nearly every file that it is none. */
const FIRST = MAGIC & 0xff;
const SLOT_MAGIC = 0x746f6c53; // "Slot"
const BLOB_MAGIC = 0x53626c42; // "BlbS"
const HEADER = 32;
const SLOT = 16;
const PAGE = 4096;
const BLOCK = 16;

/** True for the first bytes of `Packages.db`. */
export const isNdb = (head: Buffer): boolean =>
  head[0] === FIRST && head.length >= HEADER && head.readUInt32LE(0) === MAGIC;

/**
 * The header blobs in slot order. Throws an `Error` when the slot directory reaches beyond the file; a slot that points
 * to no blob ends the reading with an `Error`, since the rest of the database is then not to be trusted.
 */
export function* ndbBlobs(bytes: Buffer): Generator<Buffer> {
  if (!isNdb(bytes)) throw new Error('not an ndb database');
  const pages = bytes.readUInt32LE(12);
  const slots = Math.floor(bytes.length / SLOT);
  // The directory shares its first page with the 32-byte header: the first two slots are that header.
  const count = Math.min((pages * PAGE) / SLOT, slots);
  if (pages * PAGE > bytes.length) throw new Error('the slot directory of the ndb database is truncated');
  let passed = 0;
  for (let index = HEADER / SLOT; index < count; index++) {
    const at = index * SLOT;
    if (bytes.readUInt32LE(at) !== SLOT_MAGIC) throw new Error(`ndb slot ${index} has no magic`);
    const offset = bytes.readUInt32LE(at + 8);
    if (offset === 0) continue;
    tick();
    const blob = blobAt(bytes, offset * BLOCK, bytes.readUInt32LE(at + 4));
    passed += blob.length;
    if (passed > bytes.length) throw new Error('ndb blobs that lie over each other');
    yield blob;
  }
}

function blobAt(bytes: Buffer, at: number, packageNumber: number): Buffer {
  if (at + BLOCK > bytes.length || bytes.readUInt32LE(at) !== BLOB_MAGIC)
    throw new Error(`ndb blob of package ${packageNumber} is missing`);
  if (bytes.readUInt32LE(at + 4) !== packageNumber)
    throw new Error(`ndb blob belongs to another package than ${packageNumber}`);
  const length = bytes.readUInt32LE(at + 12);
  if (length > LIMITS.rpmHeaderBytes || at + BLOCK + length > bytes.length)
    throw new Error(`ndb blob of package ${packageNumber} is truncated`);
  return bytes.subarray(at + BLOCK, at + BLOCK + length);
}
