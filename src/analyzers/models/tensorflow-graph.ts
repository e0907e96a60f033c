import { printable } from '../../errors.ts';
import { type Cursor, drive, type Steps, Truncated } from '../../formats/cursor.ts';
import { NotAMessage, type ProtoBudget, protoBudget, readMessage, readText } from '../../formats/models/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, type RiskFact } from '../analyzer.ts';
import { modelComponent } from './component.ts';
import { judgeConfig } from './keras-risks.ts';
import { modelRisk } from './model-risk.ts';
import { dangerousOperation, operationRisk } from './tensorflow-operations.ts';

/**
 * TensorFlow graphs: the operations that a SavedModel or frozen graph runs when it is called, in its functions too.
 * https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto, .../framework/graph.proto
 */
export const tensorflowGraph = analyzer({
  name: 'tensorflow-graph',
  version: 3,
  files: ['**/saved_model.pb', '**/keras_metadata.pb'],
  begins: '\n',
  magic: (head, entry) => entry.size > 64 && beginsLikeGraph(head),
  stream(entry) {
    const name = fileNameOf(entry.path);
    const read = name === 'saved_model.pb' ? savedModel : name === 'keras_metadata.pb' ? kerasMetadata : frozenGraph;
    return drive((cursor) => guarded(cursor, entry.path, read), entry.size);
  },
});

interface Walk {
  readonly budget: ProtoBudget;
  readonly facts: Fact[];
  /** Nodes by dangerous operation, the first few of each. */
  readonly nodes: Map<string, { count: number; readonly names: string[] }>;
}

function* guarded(
  cursor: Cursor,
  path: string,
  read: (cursor: Cursor, walk: Walk) => Steps<void>,
): Steps<readonly Fact[]> {
  const walk: Walk = { budget: protoBudget(), facts: [], nodes: new Map() };
  try {
    yield* read(cursor, walk);
    if (read !== kerasMetadata)
      walk.facts.push(modelComponent(path, read === savedModel ? 'tensorflow-saved-model' : 'tensorflow-graph'));
  } catch (error) {
    if (!(error instanceof Truncated || error instanceof NotAMessage)) throw error;
    walk.facts.push({ kind: 'unknown', reason: `not a sound TensorFlow graph: ${error.message}` });
    walk.facts.push(
      modelRisk('tensorflow-graph-incomplete', 'MEDIUM', 'the graph could only be read in part', error.message),
    );
  }
  return [...operationRisks(walk), ...walk.facts];
}

function* operationRisks(walk: Walk): Iterable<RiskFact> {
  for (const [operation, { count, names }] of walk.nodes) {
    const danger = dangerousOperation(operation);
    const more = count > names.length ? ` and ${count - names.length} more` : '';
    if (danger) yield operationRisk(operation, danger, `nodes ${names.join(', ')}${more}`);
  }
}

const savedModel = (cursor: Cursor, walk: Walk): Steps<void> =>
  readMessage(cursor, walk.budget, ({ number, wire }) =>
    number === 2 && wire === 2
      ? readMessage(cursor, walk.budget, (field) =>
          field.number === 2 && field.wire === 2 ? graph(cursor, walk) : undefined,
        )
      : undefined,
  );

const frozenGraph = (cursor: Cursor, walk: Walk): Steps<void> => graph(cursor, walk);

function graph(cursor: Cursor, walk: Walk): Steps<void> {
  return readMessage(cursor, walk.budget, ({ number, wire }) => {
    if (wire !== 2) return undefined;
    if (number === 1) return node(cursor, walk, '');
    return number === 2 ? library(cursor, walk) : undefined;
  });
}

function library(cursor: Cursor, walk: Walk): Steps<void> {
  return readMessage(cursor, walk.budget, ({ number, wire }) =>
    number === 1 && wire === 2 ? functionDefinition(cursor, walk) : undefined,
  );
}

function* functionDefinition(cursor: Cursor, walk: Walk): Steps<void> {
  let name = '';
  yield* readMessage(cursor, walk.budget, (field) => {
    if (field.wire !== 2) return undefined;
    if (field.number === 3) return node(cursor, walk, name);
    if (field.number !== 1) return undefined;
    return readMessage(cursor, walk.budget, (inner) =>
      inner.number === 1 && inner.wire === 2
        ? (function* () {
            name = yield* readText(cursor, inner.length);
          })()
        : undefined,
    );
  });
}

function* node(cursor: Cursor, walk: Walk, inFunction: string): Steps<void> {
  let name = '';
  let operation = '';
  const attributes = { addressed: false };
  yield* readMessage(cursor, walk.budget, ({ number, wire, length }) => {
    if (wire !== 2) return undefined;
    if (number === ATTRIBUTE) return attribute(cursor, walk, attributes);
    if (number > 2) return undefined;
    return (function* () {
      const text = yield* readText(cursor, length);
      if (number === 1) name = text;
      else operation = text;
    })();
  });
  const danger = dangerousOperation(operation);
  if (danger === undefined || (danger.addressed && !attributes.addressed)) return;
  const seen = walk.nodes.get(operation) ?? { count: 0, names: [] };
  seen.count += 1;
  if (seen.names.length < 5) seen.names.push(printable(inFunction === '' ? name : `${name} in ${inFunction}`, 160));
  walk.nodes.set(operation, seen);
}

const ATTRIBUTE = 5;
const ADDRESS = /^(?:file|grpc|https?):\/\//i;

/** An entry of a node's table: its value (2) is a text (2), or a list (1) of them (2). */
function attribute(cursor: Cursor, walk: Walk, asset: { addressed: boolean }): Steps<void> {
  const texts = (inList: boolean): Steps<void> =>
    readMessage(cursor, walk.budget, ({ number, wire, length }) => {
      if (wire !== 2) return undefined;
      if (number === 2)
        return (function* () {
          if (ADDRESS.test(yield* readText(cursor, Math.min(length, 64)))) asset.addressed = true;
        })();
      return number === 1 && !inList ? texts(true) : undefined;
    });
  return readMessage(cursor, walk.budget, ({ number, wire }) =>
    number === 2 && wire === 2 ? texts(false) : undefined,
  );
}

/** Keras's notes beside a SavedModel: JSON texts, one for each object. */
const kerasMetadata = (cursor: Cursor, walk: Walk): Steps<void> =>
  readMessage(cursor, walk.budget, ({ number, wire }) =>
    number === 1 && wire === 2
      ? readMessage(cursor, walk.budget, (field) =>
          field.number === 5 && field.wire === 2 ? metadata(cursor, walk, field.length) : undefined,
        )
      : undefined,
  );

function* metadata(cursor: Cursor, walk: Walk, length: number): Steps<void> {
  const text = yield* readText(cursor, length);
  if (length > LIMITS.protoText) walk.facts.push({ kind: 'unknown', reason: 'Keras metadata is too large to be read' });
  else if (text.includes('class_name')) walk.facts.push(...judgeConfig(text, 'keras_metadata.pb'));
}

/** A GraphDef's first field is its first node, which begins with its name and its operation. */
function beginsLikeGraph(head: Buffer): boolean {
  if (head[0] !== 0x0a) return false;
  let at = 1;
  while (at < 6 && (head[at] as number) >= 128) at += 1;
  at += 1;
  const nameLength = head[at + 1] as number;
  const operationAt = at + 2 + nameLength;
  if (head[at] !== 0x0a || !(nameLength < 128) || head[operationAt] !== 0x12) return false;
  const operation = head.toString(
    'latin1',
    operationAt + 2,
    operationAt + 2 + Math.min(head[operationAt + 1] as number, 64),
  );
  return (
    /^[A-Z][A-Za-z0-9_>]{2,63}$/.test(operation) &&
    /^[A-Za-z0-9.][\w./-]*$/.test(head.toString('latin1', at + 2, operationAt))
  );
}
