import { type Cursor, drive, type Steps, Truncated } from '../../formats/cursor.ts';
import { NotAMessage, type ProtoBudget, protoBudget, readMessage, readText } from '../../formats/models/index.ts';
import type { Severity } from '../../model.ts';
import { analyzer, type Fact } from '../analyzer.ts';
import { modelComponent } from './component.ts';
import { modelRisk } from './model-risk.ts';

/**
 * Programs of Paddle: blocks of operators that are run when the model is. Its parameters are pickles, or bytes without code.
 * https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/framework/framework.proto
 */
export const paddle = analyzer({
  name: 'paddle',
  version: 2,
  files: ['**/*.pdmodel', '**/__model__'],
  stream: (entry) => drive((cursor) => programFacts(cursor, entry.path), entry.size),
});

/** Operators that reach out of the program. */
export const OPERATORS_THAT_REACH_OUT: ReadonlyMap<string, { readonly severity: Severity; readonly why: string }> =
  new Map(
    (
      [
        ['HIGH', 'calls a Python function', 'py_func py_layer'],
        ['HIGH', 'writes files', 'save save_combine sparse_tensor_save checkpoint_notify'],
        ['HIGH', 'reads files that it names', 'load load_combine read_file create_custom_reader'],
        [
          'HIGH',
          'opens network connections',
          'listen_and_serv send recv partial_send partial_recv gen_nccl_id c_gen_nccl_id fetch_barrier',
        ],
      ] as const
    ).flatMap(([severity, why, names]) => names.split(' ').map((name) => [name, { severity, why }] as const)),
  );

const BLOCKS = 1;
const OPERATORS = 4;
const TYPE = 3;

function* programFacts(cursor: Cursor, path: string): Steps<readonly Fact[]> {
  const operators = new Map<string, number>();
  const facts: Fact[] = [];
  try {
    yield* program(cursor, protoBudget(), operators);
    facts.push(modelComponent(path, 'paddle'));
  } catch (error) {
    if (!(error instanceof Truncated || error instanceof NotAMessage)) throw error;
    // Another program may call a file `__model__`.
    if (path.endsWith('.pdmodel') || operators.size > 0)
      facts.push({ kind: 'unknown', reason: `not a sound program of Paddle: ${error.message}` });
  }
  for (const [operator, count] of operators) {
    const danger = OPERATORS_THAT_REACH_OUT.get(operator);
    if (danger)
      facts.push(
        modelRisk(
          `paddle-op-${operator.replaceAll('_', '-')}`,
          danger.severity,
          `the program ${danger.why} (${operator})`,
          `${count} of its operators`,
        ),
      );
  }
  return facts;
}

const program = (cursor: Cursor, budget: ProtoBudget, operators: Map<string, number>): Steps<void> =>
  within(cursor, budget, BLOCKS, () =>
    within(cursor, budget, OPERATORS, () =>
      readMessage(cursor, budget, ({ number, wire, length }) =>
        number === TYPE && wire === 2 ? operator(cursor, length, operators) : undefined,
      ),
    ),
  );

/** Each message that is field `wanted` of this one. */
const within = (cursor: Cursor, budget: ProtoBudget, wanted: number, read: () => Steps<void>): Steps<void> =>
  readMessage(cursor, budget, ({ number, wire }) => (number === wanted && wire === 2 ? read() : undefined));

function* operator(cursor: Cursor, length: number, operators: Map<string, number>): Steps<void> {
  const name = yield* readText(cursor, length);
  if (OPERATORS_THAT_REACH_OUT.has(name)) operators.set(name, (operators.get(name) ?? 0) + 1);
}
