import { parentPort, workerData } from 'node:worker_threads';
import { asPlimsollError } from '../errors.ts';
import type { Soon } from './byte-source.ts';
import { decompressed, fileChunks, metered } from './decompress.ts';
import type { FromThread, ToThread, UnpackTask } from './unpack.ts';

/** The thread's side of `unpack.ts`: hashes and decompresses one layer into slots of shared memory. */
const { source, where, outer, inner, slots, slotBytes } = workerData as UnpackTask;
const port = parentPort as NonNullable<typeof parentPort>;
const tell = (message: FromThread, given: readonly ArrayBuffer[] = []): void => port.postMessage(message, given);

const chunks: Uint8Array[] = [];
const free: number[] = Array.from({ length: slots.byteLength / slotBytes }, (_, index) => index);
let ended = false;
/** Both the reader of chunks and the writer of slots may be waiting. */
let waiting: (() => void)[] = [];
port.on('message', (message: ToThread) => {
  if (message.kind === 'chunk') chunks.push(message.bytes);
  else if (message.kind === 'end') ended = true;
  else free.push(message.slot);
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake();
});
const news = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve);
  });
async function* incoming(): AsyncGenerator<Uint8Array> {
  for (;;) {
    const next = chunks.shift();
    if (next) {
      yield next;
      const memory = next.buffer as ArrayBuffer;
      tell({ kind: 'taken', memory }, [memory]);
    } else if (ended) return;
    else await news();
  }
}

async function unpackLayer(): Promise<void> {
  const stored = metered(source ? fileChunks(source.path, source.offset, source.length) : incoming(), outer);
  let slot = -1;
  const room = (): Soon<Uint8Array> => {
    const next = free.shift();
    if (next === undefined) return news().then(room);
    slot = next;
    return new Uint8Array(slots, slot * slotBytes, slotBytes);
  };
  // Hashed here, while what was inflated is still in the processor's cache: the main thread has the analyzers to do.
  const plain = metered(decompressed(stored.stream, where, room), inner);
  for await (const chunk of plain.stream) tell({ kind: 'filled', slot, bytes: chunk.length });
  tell({ kind: 'done', storedBytes: stored.meter.bytes, outer: stored.meter.digest(), inner: plain.meter.digest() });
}

unpackLayer()
  .catch((error: unknown) => {
    const code = error instanceof Error && 'syscall' in error ? 'io' : 'internal';
    const { message, where: place, hint, ...known } = asPlimsollError(error, code, where);
    tell({ kind: 'failed', code: known.code, message, where: place, hint });
  })
  // With nobody to listen to, the thread ends of itself.
  .finally(() => port.close());
