import type { ConnectOpts, Socket } from 'node:net';

/** What Node reads from a socket at a time. */
const READ_BYTES = 64 * 1024;
/**
 * As much as undici is to take of a head or a trailer (`maxHeaderSize`), whose pieces it keeps while more of them is to come. What goes round is at least as
 * long, so that a piece which began in one memory is whole before that one's turn comes again; less is copied. A server that stretches its head
 * with blanks, which undici does not count, spoils its own. Also what a record of TLS carries at most.
 */
export const HEAD_BYTES = 16 * 1024;

/**
 * Lets a socket read into two memories in turn. Left alone, Node takes new memory for each 64 KiB that come, and V8, which counts it, collects its
 * whole heap for every ten megabytes of a download. What is read must be used up before the socket reads again: so it is where undici's handlers
 * copy what they are shown (`exchange.ts`). While something waits in the socket, what comes is read into new memory, as always.
 * https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
 */
export function readMemory(): NonNullable<ConnectOpts['onread']> {
  /** The one that is not being read into, of each socket. */
  const others = new WeakMap<Socket, Uint8Array>();
  /** Node asks for memory when a socket is made, and behind each call of `callback`. */
  let next: Uint8Array | undefined;
  const fresh = (): Uint8Array => Buffer.allocUnsafeSlow(READ_BYTES);
  return {
    buffer() {
      const memory = next ?? fresh();
      next = undefined;
      return memory;
    },
    callback(this: Socket, count: number, memory: Uint8Array): boolean {
      if (count < HEAD_BYTES) {
        next = memory;
        return this.push(Buffer.from(memory.subarray(0, count)));
      }
      next = this.readableLength === 0 ? (others.get(this) ?? fresh()) : fresh();
      others.set(this, memory);
      return this.push(Buffer.from(memory.buffer, memory.byteOffset, count));
    },
  };
}
