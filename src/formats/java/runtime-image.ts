import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, type Steps, skip, take } from '../cursor.ts';

/** Little or big endian, as the machine it was linked for. */
const MAGIC = 0xcafedada;

/** Its first byte in either order. */
export const RUNTIME_IMAGE_BEGINS: readonly number[] = [MAGIC & 0xff, MAGIC >>> 24];

/** Whether a file begins as `jlink` writes the modules of a runtime. */
export const isRuntimeImage = (head: Buffer): boolean =>
  head.length >= 4 && (head.readUInt32LE(0) === MAGIC || head.readUInt32BE(0) === MAGIC);

const HEADER_BYTES = 28;
/** Kinds of what a place states, by the upper bits of their first byte; the lower say how many bytes follow. */
const END = 0;
const MODULE = 1;

/** Folders of the image itself. */
const OF_IMAGE: ReadonlySet<string> = new Set(['modules', 'packages']);

/**
 * The modules that a Java runtime was linked of (`lib/modules`): the index in front names for each resource the module it is of. Undefined where the
 * index is damaged or larger than is read. https://openjdk.org/jeps/220, and `ImageHeader` and `ImageLocation` of the JDK's `jdk.internal.jimage`
 */
export function* modulesOfRuntime(cursor: Cursor): Steps<ReadonlySet<string> | undefined> {
  const header = Buffer.from(yield* take(cursor, HEADER_BYTES, 'the header'));
  const isLittle = header.readUInt32LE(0) === MAGIC;
  const word = (at: number): number => (isLittle ? header.readUInt32LE(at) : header.readUInt32BE(at));
  const [tableLength, locationBytes, stringBytes] = [word(16), word(20), word(24)];
  if (locationBytes + stringBytes > LIMITS.runtimeIndexBytes || tableLength * 8 > LIMITS.runtimeIndexBytes)
    return undefined;
  yield* skip(cursor, tableLength * 8);
  const locations = Buffer.from(yield* take(cursor, locationBytes, 'the index'));
  const strings = Buffer.from(yield* take(cursor, stringBytes, 'the names'));
  const names = new Set<string>();
  const seen = new Set<number>();
  for (let at = 0; at < locations.length; ) {
    const first = locations[at] as number;
    const [kind, length] = [first >>> 3, (first & 7) + 1];
    if (kind === END) {
      tick();
      at += 1;
      continue;
    }
    if (at + 1 + length > locations.length) return undefined;
    if (kind === MODULE && length <= 4) {
      const offset = locations.readUIntBE(at + 1, length);
      if (!seen.has(offset)) {
        seen.add(offset);
        const end = strings.indexOf(0, offset);
        const name = strings.toString('utf8', offset, Math.min(end < 0 ? offset : end, offset + LIMITS.nameBytes));
        if (name !== '' && !OF_IMAGE.has(name)) names.add(name);
      }
    }
    at += 1 + length;
  }
  return names;
}
