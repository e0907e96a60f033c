import { printable } from '../../errors.ts';
import { type Cursor, drive, type Steps, Truncated } from '../../formats/cursor.ts';
import { NotAMessage, type ProtoBudget, protoBudget, readMessage, readText } from '../../formats/models/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, type RiskFact } from '../analyzer.ts';
import { modelComponent } from './component.ts';
import { modelRisk } from './model-risk.ts';

/**
 * ONNX models: tensors that are read from other files, by a path that the model chooses, and operators that need a
 * native library or Python. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, .../docs/ExternalData.md
 */
export const onnx = analyzer({
  name: 'onnx',
  version: 3,
  files: ['**/*.onnx'],
  begins: '\x08',
  magic: (head, entry) => entry.size > 64 && beginsLikeOnnx(head),
  stream: (entry) => drive((cursor) => onnxFacts(cursor, entry.path), entry.size),
});

interface Walk {
  readonly cursor: Cursor;
  readonly budget: ProtoBudget;
  /** Operators by domain. */
  readonly operators: Map<string, Set<string>>;
  /** Operators that are Python code, however many others come before them. */
  readonly python: Set<string>;
  /** Domains of functions that the model defines itself. */
  readonly defined: Set<string>;
  /** Where tensors are read from outside the model's folder. */
  readonly escaping: Set<string>;
  readonly properties: Record<string, string>;
}

/** What a model in ONNX's format says; `path`: of the file that it is, absent within an archive. */
export function* onnxFacts(cursor: Cursor, path?: string): Steps<readonly Fact[]> {
  const walk: Walk = {
    cursor,
    budget: protoBudget(),
    operators: new Map(),
    python: new Set(),
    defined: new Set(),
    escaping: new Set(),
    properties: {},
  };
  const facts: Fact[] = [];
  try {
    yield* model(walk);
    if (path !== undefined) facts.push(modelComponent(path, 'onnx', { properties: walk.properties }));
  } catch (error) {
    if (!(error instanceof Truncated || error instanceof NotAMessage)) throw error;
    facts.push({ kind: 'unknown', reason: `not a sound ONNX model: ${error.message}` });
    if (walk.operators.size > 0)
      facts.push(modelRisk('onnx-incomplete', 'LOW', 'the model could only be read in part', error.message));
  }
  return [...externalRisks(walk), ...operatorRisks(walk), ...facts];
}

const PRODUCER = 2;
const PRODUCER_VERSION = 3;
const GRAPH = 7;
const FUNCTION = 25;
const TRAINING = 20;

function model(walk: Walk): Steps<void> {
  const { cursor, budget } = walk;
  return readMessage(cursor, budget, ({ number, wire, length }) => {
    if (wire !== 2) return undefined;
    if (number === GRAPH) return graph(walk, 1, 5, 0);
    if (number === FUNCTION) return functionDefinition(walk);
    if (number === TRAINING) return training(walk);
    if (number !== PRODUCER && number !== PRODUCER_VERSION) return undefined;
    return text(cursor, length, (value) => {
      walk.properties[number === PRODUCER ? 'producer' : 'producerVersion'] = printable(value, 100);
    });
  });
}

function* text(cursor: Cursor, length: number, use: (value: string) => void): Steps<void> {
  use(yield* readText(cursor, length));
}

/** A graph's or function's nodes (field `nodes`) and a graph's initializers (field `tensors`, 0 where there are none). */
function graph(walk: Walk, nodes: number, tensors: number, depth: number): Steps<void> | undefined {
  // Subgraphs are the bodies of If, Loop and Scan.
  if (depth > LIMITS.onnxNesting) throw new NotAMessage('graphs lie too deep inside each other');
  return readMessage(walk.cursor, walk.budget, ({ number, wire }) => {
    if (wire !== 2) return undefined;
    if (number === nodes) return node(walk, depth);
    if (number === SPARSE_INITIALIZER) return sparse(walk);
    return number === tensors ? tensor(walk) : undefined;
  });
}

/** Graphs that are run before a training (1) and in it (2). */
const training = (walk: Walk): Steps<void> =>
  readMessage(walk.cursor, walk.budget, ({ number, wire }) =>
    wire === 2 && (number === 1 || number === 2) ? graph(walk, 1, 5, 0) : undefined,
  );

function* functionDefinition(walk: Walk): Steps<void> {
  const { cursor, budget } = walk;
  yield* readMessage(cursor, budget, ({ number, wire, length }) => {
    if (wire !== 2) return undefined;
    if (number === 7) return node(walk, 0);
    return number === 10 ? text(cursor, length, (domain) => walk.defined.add(domain)) : undefined;
  });
}

function* node(walk: Walk, depth: number): Steps<void> {
  const { cursor, budget } = walk;
  let operator = '';
  let domain = '';
  yield* readMessage(cursor, budget, ({ number, wire, length }) => {
    if (wire !== 2) return undefined;
    if (number === 4) return text(cursor, length, (value) => (operator = value));
    if (number === 7) return text(cursor, length, (value) => (domain = value));
    return number === 5 ? attribute(walk, depth) : undefined;
  });
  if (PYTHON_OPERATORS.has(operator) && walk.python.size < 100) walk.python.add(`${domain}: ${operator}`);
  const seen = walk.operators.get(domain) ?? new Set();
  if (seen.size < 50) seen.add(operator);
  if (walk.operators.size < 1_000) walk.operators.set(domain, seen);
}

const SPARSE_INITIALIZER = 15;

/** A sparse tensor is a tensor of values (1) and one of their places (2). */
const sparse = (walk: Walk): Steps<void> =>
  readMessage(walk.cursor, walk.budget, ({ number, wire }) =>
    wire === 2 && (number === 1 || number === 2) ? tensor(walk) : undefined,
  );

/** An attribute may hold a tensor (5, 10), a sparse one (22, 23) or a graph (6, 11). */
function attribute(walk: Walk, depth: number): Steps<void> {
  return readMessage(walk.cursor, walk.budget, ({ number, wire }) => {
    if (wire !== 2) return undefined;
    if (number === 5 || number === 10) return tensor(walk);
    if (number === 22 || number === 23) return sparse(walk);
    return number === 6 || number === 11 ? graph(walk, 1, 5, depth + 1) : undefined;
  });
}

const EXTERNAL_DATA = 13;

/** A tensor's `external_data` is a list of keys and values; `location` is a path beside the model. */
function tensor(walk: Walk): Steps<void> {
  const { cursor, budget } = walk;
  return readMessage(cursor, budget, ({ number, wire }) =>
    number === EXTERNAL_DATA && wire === 2 ? pair(walk) : undefined,
  );
}

function* pair(walk: Walk): Steps<void> {
  const { cursor, budget } = walk;
  let key = '';
  let value = '';
  yield* readMessage(cursor, budget, ({ number, wire, length }) => {
    if (wire !== 2) return undefined;
    if (number === 1) return text(cursor, length, (got) => (key = got));
    return number === 2 ? text(cursor, length, (got) => (value = got)) : undefined;
  });
  if (key === 'location' && escapes(value) && walk.escaping.size < 100) walk.escaping.add(value);
}

/** Leaves the model's folder: absolute, with `..`, with a drive letter or an address. */
const escapes = (location: string): boolean =>
  /^(?:[\\/~]|[A-Za-z]:|[a-z][a-z0-9+.-]*:\/\/)/.test(location) ||
  location.split(/[\\/]/).includes('..') ||
  location.includes('\0');

function* externalRisks(walk: Walk): Iterable<RiskFact> {
  if (walk.escaping.size === 0) return;
  const shown = [...walk.escaping].slice(0, 5).map((location) => printable(location, 200));
  yield modelRisk(
    'onnx-external-data-escapes',
    'HIGH',
    'a tensor is read from outside the folder of the model',
    shown.join(', '),
  );
}

/** Domains whose operators the runtimes bring along. */
const KNOWN_DOMAIN =
  /^(?:$|ai\.onnx(?:\.|$)|com\.microsoft(?:\.|$)|com\.ms\.|org\.pytorch(?:\.|$)|pkg\.|onnxscript\.|ai\.graphcore$|trt\.plugins$|local(?:\.|$))/;
/** Operators that are Python code. https://onnxruntime.ai/docs/reference/operators/custom-python-operator.html */
const PYTHON_OPERATORS = new Set(['PyOp', 'PythonOp', 'PyCustomOp', 'PythonOpGrad']);

function* operatorRisks(walk: Walk): Iterable<RiskFact> {
  const custom: string[] = [];
  if (walk.python.size > 0)
    yield modelRisk(
      'onnx-python-operator',
      'HIGH',
      'the model calls Python code',
      [...walk.python].slice(0, 8).join(', '),
    );
  for (const [domain, operators] of walk.operators) {
    if ((!KNOWN_DOMAIN.test(domain) || domain.startsWith('ai.onnx.contrib')) && !walk.defined.has(domain)) {
      custom.push(...[...operators].map((operator) => `${domain}.${operator}`));
    }
  }
  if (custom.length === 0) return;
  const more = custom.length > 8 ? ` and ${custom.length - 8} more` : '';
  yield modelRisk(
    'onnx-custom-operators',
    'LOW',
    'the model needs a native library for its operators',
    `${custom.slice(0, 8).join(', ')}${more}`,
  );
}

/** `ir_version`, then the producer's name as text, then another of the model's fields. */
export function beginsLikeOnnx(head: Buffer): boolean {
  const version = head[1] as number;
  if (head[0] !== 0x08 || version < 1 || version > 20 || head[2] !== 0x12) return false;
  const length = head[3] as number;
  const name = head.toString('latin1', 4, 4 + Math.min(length, 100));
  const next = head[4 + length];
  return length < 100 && /^[\x20-\x7e]*$/.test(name) && [0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(next ?? -1);
}
