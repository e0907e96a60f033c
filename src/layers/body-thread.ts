import { parentPort, workerData } from 'node:worker_threads';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { analyzers as allAnalyzers } from '../analyzers/index.ts';
import { asPlimsollError } from '../errors.ts';
import { type WorkClock, workClock } from '../work.ts';
import { type BodyRequest, type FromBodyThread, type Slots, slotOf, type ToBodyThread } from './body-messages.ts';
import { streamSource } from './byte-source.ts';
import { show } from './examine.ts';
import type { LayerFact } from './layer-index.ts';
import { bodyIn, factsOfStored, storedWindow } from './stored-body.ts';

/** The thread's side of `body-pool.ts`: shows one body after the other to the analyzers that want it. */
const port = parentPort as NonNullable<typeof parentPort>;
const slots = workerData as Slots;
const tell = (message: FromBodyThread): void => port.postMessage(message);
/** Bodies are read one at a time. */
const window = storedWindow();
const byName = new Map(allAnalyzers.map((analyzer) => [analyzer.name, analyzer]));

/** Parts of a passing body on their way. */
interface Parts {
  readonly arrived: { readonly slot: number; readonly bytes: number }[];
  over: boolean;
  /** Nobody will read any more of them. */
  closed: boolean;
  wake(): void;
}

const passing = new Map<number, Parts>();

async function* partsOf(parts: Parts): AsyncGenerator<Uint8Array> {
  for (;;) {
    const part = parts.arrived.shift();
    if (part) {
      try {
        yield slotOf(slots, part.slot, part.bytes);
      } finally {
        tell({ kind: 'free', slot: part.slot });
      }
    } else if (parts.over) return;
    else
      await new Promise<void>((resolve) => {
        parts.wake = resolve;
      });
  }
}

function close(id: number, parts: Parts): void {
  parts.closed = true;
  for (const { slot } of parts.arrived.splice(0)) tell({ kind: 'free', slot });
  if (parts.over) passing.delete(id);
}

/** The facts of a body that comes in parts. */
async function factsOfParts(
  { id, entry }: BodyRequest,
  wanting: readonly Analyzer[],
  clock: WorkClock,
): Promise<readonly LayerFact[]> {
  const parts = passing.get(id);
  if (!parts) return [];
  const facts: LayerFact[] = [];
  const source = streamSource(partsOf(parts));
  try {
    await show(entry, bodyIn(source, entry.size), wanting, { keep: (fact) => facts.push(fact), clock });
  } finally {
    source.close();
    close(id, parts);
  }
  return facts;
}

async function answer(request: BodyRequest): Promise<FromBodyThread> {
  const { id, entry, analyzers, stored, leftMs, deadline } = request;
  const clock = workClock(undefined, { imageMs: leftMs, deadline });
  const head = () => ({ id, ms: clock.taken, cut: clock.isCut });
  try {
    const wanting = analyzers.flatMap((name) => byName.get(name) ?? []);
    const facts = await (stored
      ? factsOfStored({ entry, ...stored }, wanting, clock, window)
      : factsOfParts(request, wanting, clock));
    return { kind: 'facts', ...head(), facts };
  } catch (error) {
    const code = error instanceof Error && 'syscall' in error ? 'io' : 'internal';
    const { message, where, hint, code: known } = asPlimsollError(error, code, stored?.file);
    return { kind: 'failed', ...head(), failed: { code: known, message, where, hint } };
  }
}

// One at a time: a second body would only wait for the processor.
let turn: Promise<void> = Promise.resolve();
port.on('message', (message: ToBodyThread) => {
  if (message.kind === 'body') {
    if (!message.stored) passing.set(message.id, { arrived: [], over: false, closed: false, wake() {} });
    turn = turn.then(async () => tell(await answer(message)));
    return;
  }
  const parts = passing.get(message.id);
  if (message.kind === 'part') {
    if (!parts || parts.closed) tell({ kind: 'free', slot: message.slot });
    else parts.arrived.push(message);
  } else if (parts) {
    parts.over = true;
    if (parts.closed) passing.delete(message.id);
  }
  parts?.wake();
});
