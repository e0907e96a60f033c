import { Readable } from 'node:stream';
import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Allowance } from './allowance.ts';
import type { RawBody } from './exchange.ts';
import { explainFailure } from './failure.ts';

/** That a server sent, but next to nothing for as long as anybody waits: whoever asks about silence takes it for that. */
class Dripping extends Error {
  readonly code = 'ETIMEDOUT';
}

interface BodyOptions {
  /** For errors: the address or socket. */
  readonly where: string;
  readonly idleMs: number;
  readonly signal: AbortSignal | undefined;
  readonly allowance?: Allowance | undefined;
}

/**
 * A body that ends in an error of ours when the connection breaks, and that does not wait for ever on a server that
 * drips: in each `idleMs` spent waiting at least `LIMITS.idleBytes` have to come, and in the long run `LIMITS.slowBytesPerSecond`.
 */
export function readBody(
  raw: RawBody,
  options: BodyOptions,
): { body: AsyncIterable<Uint8Array>; discard(): Promise<void> } {
  return {
    body: chunks(raw, options),
    async discard() {
      // A short rest is read so that the connection can be used again, a long one is cut off.
      await raw.dump(LIMITS.errorBodyBytes).catch(() => {});
    },
  };
}

async function* chunks(raw: RawBody, { where, idleMs, signal, allowance }: BodyOptions): AsyncGenerator<Uint8Array> {
  let waited = 0;
  let came = 0;
  let waitedInAll = 0;
  let cameInAll = 0;
  try {
    for (;;) {
      const asked = performance.now();
      const chunk = await raw.next();
      if (chunk === undefined) return;
      const wait = performance.now() - asked;
      waited += wait;
      waitedInAll += wait;
      came += chunk.length;
      cameInAll += chunk.length;
      if (waitedInAll > LIMITS.slowMs && cameInAll < (waitedInAll / 1_000) * LIMITS.slowBytesPerSecond)
        throw new PlimsollError('network', 'the server sends too slowly', { where });
      allowance?.charge(chunk.length, where);
      if (waited > idleMs) {
        if (came < LIMITS.idleBytes)
          throw new PlimsollError('network', 'the server sends too slowly', { where, cause: new Dripping() });
        waited = 0;
        came = 0;
      }
      yield chunk;
    }
  } catch (error) {
    throw explainFailure(error, where, signal);
  } finally {
    raw.destroy();
  }
}

/** An iterable as the stream that undici sends. */
export const asReadable = (body: AsyncIterable<Uint8Array>): Readable => Readable.from(body, { objectMode: false });
