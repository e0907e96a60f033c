/** What stands behind a stream of Node's zlib, asked on this thread: its streams hop to another one for each chunk. */
export interface ZlibStepper {
  step(
    flush: number,
    input: Uint8Array,
    from: number,
    output: Uint8Array,
    to: number,
  ): { readonly used: number; readonly made: number; readonly failure: string | undefined };
  /** Begins with another stream, whatever became of the last one. */
  reset(): void;
  close(): void;
}

/** The same from Node 12 on; npm's own tar reads packages through it too. */
interface Native {
  writeSync(
    flush: number,
    input: Uint8Array,
    from: number,
    length: number,
    output: Uint8Array,
    to: number,
    room: number,
  ): void;
  reset(): void;
  onerror(message: string, errno: number, code: string): void;
}

/** Undefined where this Node's streams are built otherwise. */
export function openHandle(stream: { destroy(): void }): ZlibStepper | undefined {
  const { _handle: handle, _writeState: left } = stream as unknown as {
    _handle?: Native;
    _writeState?: Uint32Array;
  };
  if (typeof handle?.writeSync !== 'function' || !(left instanceof Uint32Array)) return undefined;
  let failure: string | undefined;
  handle.onerror = (message) => {
    failure = message;
  };
  return {
    step(flush, input, from, output, to) {
      const length = input.length - from;
      handle.writeSync(flush, input, from, length, output, to, output.length - to);
      // After a call: room left in the output, then input left.
      const [roomLeft = 0, inputLeft = 0] = failure === undefined ? left : [];
      return { used: length - inputLeft, made: output.length - to - roomLeft, failure };
    },
    reset() {
      failure = undefined;
      handle.reset();
    },
    close: () => stream.destroy(),
  };
}
