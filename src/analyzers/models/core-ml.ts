import { type Cursor, drive, type Steps, Truncated } from '../../formats/cursor.ts';
import { NotAMessage, type ProtoBudget, protoBudget, readMessage, readText } from '../../formats/models/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact } from '../analyzer.ts';
import { modelComponent } from './component.ts';
import { modelRisk } from './model-risk.ts';

/**
 * Core ML: models and layers whose work a class of the application does, by a name that the model chooses. No code is brought along.
 * https://github.com/apple/coremltools/blob/main/mlmodel/format/Model.proto, .../NeuralNetwork.proto
 */
export const coreMl = analyzer({
  name: 'core-ml',
  version: 2,
  files: ['**/*.mlmodel'],
  stream: (entry) => drive((cursor) => coreMlFacts(cursor, entry.path), entry.size),
});

/** Kinds of models: those that hold others, neural networks, and one that is the application's. */
const PIPELINES: ReadonlySet<number> = new Set([200, 201, 202]);
const NETWORKS: ReadonlySet<number> = new Set([303, 403, 500]);
const CUSTOM_MODEL = 555;
const CUSTOM_LAYER = 500;
const CLASS_NAME = 10;

interface Walk {
  readonly cursor: Cursor;
  readonly budget: ProtoBudget;
  readonly classes: Set<string>;
}

function* coreMlFacts(cursor: Cursor, path: string): Steps<readonly Fact[]> {
  const walk: Walk = { cursor, budget: protoBudget(), classes: new Set() };
  const facts: Fact[] = [];
  try {
    yield* model(walk, 0);
    facts.push(modelComponent(path, 'core-ml'));
  } catch (error) {
    if (!(error instanceof Truncated || error instanceof NotAMessage)) throw error;
    facts.push({ kind: 'unknown', reason: `not a sound Core ML model: ${error.message}` });
  }
  if (walk.classes.size > 0)
    facts.push(
      modelRisk(
        'core-ml-custom-class',
        'LOW',
        'the model needs a class of the application for its work',
        [...walk.classes].slice(0, 8).join(', '),
      ),
    );
  return facts;
}

function model(walk: Walk, depth: number): Steps<void> {
  if (depth > LIMITS.archiveNesting) throw new NotAMessage('models lie too deep inside each other');
  return readMessage(walk.cursor, walk.budget, ({ number, wire }) => {
    if (wire !== 2) return undefined;
    if (number === CUSTOM_MODEL) return custom(walk);
    if (PIPELINES.has(number)) return pipeline(walk, depth, number !== 202);
    return NETWORKS.has(number) ? network(walk) : undefined;
  });
}

/** A pipeline lists models; one that classifies or regresses holds a pipeline as its first field. */
const pipeline = (walk: Walk, depth: number, wrapped: boolean): Steps<void> =>
  readMessage(walk.cursor, walk.budget, ({ number, wire }) => {
    if (number !== 1 || wire !== 2) return undefined;
    return wrapped ? pipeline(walk, depth, false) : model(walk, depth + 1);
  });

const network = (walk: Walk): Steps<void> =>
  readMessage(walk.cursor, walk.budget, (field) =>
    field.number === 1 && field.wire === 2
      ? readMessage(walk.cursor, walk.budget, ({ number, wire }) =>
          number === CUSTOM_LAYER && wire === 2 ? custom(walk) : undefined,
        )
      : undefined,
  );

const custom = (walk: Walk): Steps<void> =>
  readMessage(walk.cursor, walk.budget, ({ number, wire, length }) =>
    number === CLASS_NAME && wire === 2 ? className(walk, length) : undefined,
  );

function* className({ cursor, classes }: Walk, length: number): Steps<void> {
  const name = yield* readText(cursor, length);
  if (classes.size < 100) classes.add(name);
}
