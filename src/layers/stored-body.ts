import type { ByteSource } from './byte-source.ts';
import type { TarBody } from './tar.ts';

/** A body that is all there is in its source. */
export function bodyIn(source: ByteSource, size: number): TarBody {
  return {
    get remaining() {
      return size - source.position;
    },
    chunk: (max) => source.chunk(Math.min(max, size - source.position)),
    async skip(count) {
      await source.skip(count);
    },
  };
}
