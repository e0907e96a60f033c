import { parentPort } from 'node:worker_threads';
import { analyzers as allAnalyzers } from '../analyzers/index.ts';
import { asPlimsollError } from '../errors.ts';
import { workClock } from '../work.ts';
import type { BodyAnswer, BodyRequest } from './body-pool.ts';
import { fileSource } from './byte-source.ts';
import { examine } from './examine.ts';
import type { LayerFact } from './layer-index.ts';
import { bodyIn } from './stored-body.ts';

/** The thread's side of `body-pool.ts`: shows one body after the other to the analyzers that want it. */
const port = parentPort as NonNullable<typeof parentPort>;
const byName = new Map(allAnalyzers.map((analyzer) => [analyzer.name, analyzer]));

async function answer({ id, file, offset, entry, analyzers, leftMs }: BodyRequest): Promise<BodyAnswer> {
  const clock = workClock(undefined, { imageMs: leftMs });
  const head = () => ({ id, ms: Math.max(0, leftMs - clock.left), cut: clock.isCut });
  try {
    const facts: LayerFact[] = [];
    const wanting = analyzers.flatMap((name) => byName.get(name) ?? []);
    const source = fileSource(file, offset, entry.size, Math.min(entry.size, 1 << 18));
    try {
      await examine(entry, bodyIn(source, entry.size), wanting, [], (fact) => facts.push(fact), clock);
    } finally {
      source.close();
    }
    return { ...head(), facts };
  } catch (error) {
    const code = error instanceof Error && 'syscall' in error ? 'io' : 'internal';
    const { message, where, hint, code: known } = asPlimsollError(error, code, file);
    return { ...head(), failed: { code: known, message, where, hint } };
  }
}

// One at a time: a second body would only wait for the processor.
let turn: Promise<void> = Promise.resolve();
port.on('message', (request: BodyRequest) => {
  turn = turn.then(async () => port.postMessage(await answer(request)));
});
