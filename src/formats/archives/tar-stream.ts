import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, position, remaining, type Steps, skip, take, within } from '../cursor.ts';
import { isZeroBlock, parseTarHeader, TAR_BLOCK } from './tar-header.ts';

/**
 * A tar inside a file, for what lies in it: each regular member is shown to `body`, which may stop early.
 * Long names of extension headers are not applied: names only serve to say where something was found.
 * Returns what was wrong with it, if anything. Throws `Truncated`.
 */
export function* walkTar(
  cursor: Cursor,
  body: (name: string, cursor: Cursor) => Steps<void>,
): Steps<string | undefined> {
  for (let members = 0; members < LIMITS.zipMembers; members += 1) {
    tick();
    if (remaining(cursor) < TAR_BLOCK) return undefined;
    const block = yield* take(cursor, TAR_BLOCK, 'a tar header');
    if (isZeroBlock(block)) return undefined;
    const header = parseTarHeader(block);
    if (typeof header === 'string') return `${header} at byte ${position(cursor) - TAR_BLOCK}`;
    const { name, size } = header;
    if (header.typeflag === '0' || header.typeflag === '\0' || header.typeflag === '7') {
      yield* within(cursor, size, () => body(name, cursor));
    } else if (!'123456'.includes(header.typeflag)) yield* skip(cursor, size);
    yield* skip(cursor, (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK);
  }
  return `more than ${LIMITS.zipMembers} members`;
}
