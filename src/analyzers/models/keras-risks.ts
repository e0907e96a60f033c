import { PlimsollError, printable } from '../../errors.ts';
import { type Cursor, fill, remaining, type Steps } from '../../formats/cursor.ts';
import { jsonOf, readJson } from '../../formats/json-values.ts';
import { readHdf5Root } from '../../formats/models/index.ts';
import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import type { Fact, RiskFact } from '../analyzer.ts';
import { modelComponent } from './component.ts';
import { judgeGlobal } from './global-verdict.ts';
import { KERAS_LAYERS } from './keras-layers.ts';
import { modelRisk } from './model-risk.ts';

/**
 * What loading a Keras model would run: Lambda layers with code, objects of modules that are not Keras's, wrapped
 * pickles. The model's configuration is JSON, in an attribute of an HDF5 file or a member of a .keras zip.
 * https://keras.io/guides/serialization_and_saving/
 */

/** The configuration in an HDF5 file's `model_config`, if it has one. */
export function* kerasFacts(cursor: Cursor, where?: string, path?: string): Steps<Iterable<Fact>> {
  const root = yield* readHdf5Root(cursor);
  if (!root) return [];
  const facts: Fact[] = root.problems.slice(0, 3).map((problem) => ({
    kind: 'unknown',
    reason: `HDF5 attributes${where === undefined ? '' : ` of ${printable(where, 200)}`}: ${problem}`,
  }));
  if (path !== undefined && root.strings.has('model_config')) facts.push(modelComponent(path, 'keras-h5'));
  const named = root.names.includes('model_config');
  const config = root.strings.get('model_config');
  if (config !== undefined) facts.push(...judgeConfig(config, 'model_config', where));
  const training = root.strings.get('training_config');
  if (training !== undefined) facts.push(...judgeConfig(training, 'training_config', where));
  if ((named && config === undefined) || (root.problems.length > 0 && config === undefined)) {
    facts.push(
      modelRisk(
        'keras-config-unread',
        'MEDIUM',
        'the model configuration could not be read',
        root.problems[0] ?? 'model_config is no text',
        where,
      ),
    );
  }
  return facts;
}

/** The configuration of a .keras zip: adds what it finds to `facts`. Other programs' config.json say nothing here. Returns the text, if it was read. */
export function* readKerasConfig(cursor: Cursor, where: string, facts: Fact[]): Steps<string | undefined> {
  const text = yield* configText(cursor, where, facts);
  if (text?.includes('class_name')) facts.push(...judgeConfig(text, 'config.json', where));
  return text;
}

/** A file of JSON that is an architecture as `to_json` writes it: adds what it finds to `facts`. Other JSON says nothing here. */
export function* readKerasJson(cursor: Cursor, facts: Fact[]): Steps<void> {
  const text = yield* configText(cursor, 'it', facts);
  if (!text?.includes('"class_name"')) return;
  let top: unknown;
  try {
    top = readJson(text.replace(/^\ufeff/, ''));
  } catch (error) {
    // What is no JSON is no model; what is too much of it may be one.
    if (error instanceof PlimsollError) facts.push(unreadConfig('the architecture', error));
    return;
  }
  if (typeof top !== 'object' || top === null || Array.isArray(top)) return;
  // Every model has both, and Keras refuses what has not.
  const isModel = textAt(top as JsonObject, 'class_name') !== '' && Object.hasOwn(top, 'config');
  if (isModel) facts.push(...judgeConfig(text, 'the architecture'));
}

function* configText(cursor: Cursor, where: string, facts: Fact[]): Steps<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  while (size <= LIMITS.kerasConfigBytes && (yield* fill(cursor, 1))) {
    const part = Buffer.from(cursor.bytes.subarray(cursor.at, cursor.end));
    parts.push(part);
    size += part.length;
    cursor.at = cursor.end;
  }
  if (remaining(cursor) > 0 && size > LIMITS.kerasConfigBytes) {
    facts.push({ kind: 'unknown', reason: `${where}: larger than ${LIMITS.kerasConfigBytes} bytes` });
    return undefined;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Of a configuration that is no JSON, or more of it than is read. */
function unreadConfig(name: string, error: unknown, where?: string): RiskFact {
  const isTooMuch = error instanceof PlimsollError;
  const title = `the model configuration ${isTooMuch ? 'could not be read' : 'is no JSON'}`;
  return modelRisk('keras-config-unread', 'MEDIUM', title, isTooMuch ? `${name}: ${error.message}` : name, where);
}

/** The risks in one configuration. */
export function* judgeConfig(text: string, name: string, where?: string): Iterable<RiskFact> {
  let config: unknown;
  try {
    config = readJson(text.replace(/^\ufeff/, ''));
  } catch (error) {
    yield unreadConfig(name, error, where);
    return;
  }
  const seen = new Set<string>();
  for (const layer of objectsOf(config)) {
    if (layer === TOO_MANY) {
      yield modelRisk(
        'keras-config-unread',
        'MEDIUM',
        'the model configuration has more objects than are read',
        name,
        where,
      );
      return;
    }
    for (const fact of judgeObject(layer, where)) {
      // The code of a Lambda layer is an object of its own inside it, and has been reported with the layer.
      const key = fact.detail === BARE_LAMBDA ? fact.rule : `${fact.rule}\0${fact.detail}`;
      if (!seen.has(key)) yield fact;
      seen.add(key).add(fact.rule);
    }
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

const BARE_LAMBDA = 'a lambda in the configuration';

/** What stands for objects that were not looked at. */
const TOO_MANY: JsonObject = {};

/** Every object of a JSON value, without recursion: its depth is the writer's choice. */
function* objectsOf(value: unknown): Iterable<JsonObject> {
  const pending: unknown[] = [value];
  for (let count = 0; pending.length > 0; count += 1) {
    tick();
    if (count >= LIMITS.kerasObjects) return yield TOO_MANY;
    const next = pending.pop();
    if (typeof next === 'string' && next.startsWith('{') && next.includes('class_name')) pending.push(jsonOf(next));
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) yield next as JsonObject;
    for (const child of Object.values(next)) pending.push(child);
  }
}

const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);
const textAt = (object: JsonObject, key: string): string => {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
};

function* judgeObject(object: JsonObject, where?: string): Iterable<RiskFact> {
  const className = textAt(object, 'class_name').split('>').at(-1) as string;
  const config = own(object, 'config');
  const inner = typeof config === 'object' && config !== null ? (config as JsonObject) : undefined;
  if (className === 'Lambda' && inner) yield* judgeLambda(inner, where);
  if (className === '__lambda__') {
    yield modelRisk('keras-lambda-code', 'HIGH', 'a layer carries Python bytecode', BARE_LAMBDA, where);
  }
  if (className === 'TorchModuleWrapper') {
    yield modelRisk(
      'keras-carries-pickle',
      'HIGH',
      'a layer carries a pickled PyTorch module',
      'TorchModuleWrapper',
      where,
    );
  }
  if (SAVED_MODEL_LAYERS.has(className))
    yield modelRisk(
      'keras-loads-saved-model',
      'HIGH',
      'a layer loads a saved model, and runs its graph',
      shownLoad(className, inner),
      where,
    );
  const vocabulary = inner && own(inner, 'vocabulary');
  if (typeof vocabulary === 'string' && vocabulary !== '') {
    yield modelRisk(
      'keras-reads-file',
      'HIGH',
      'loading it reads a file or an address',
      `${className} reads ${vocabulary}`,
      where,
    );
  }
  yield* judgeModule(object, className, config, where);
  if (inner && isCustom(object, className))
    yield modelRisk(
      'keras-custom-object',
      'LOW',
      'it needs a class that is not of Keras, which the program that loads it has to bring',
      textAt(object, 'registered_name') || className,
      where,
    );
}

/** Layers that are a model of their own, in a folder or file that the configuration names. */
const SAVED_MODEL_LAYERS: ReadonlySet<string> = new Set([
  'TFSMLayer',
  'JaxLayer',
  'FlaxLayer',
  'KerasLayer',
  'SavedModelLayer',
]);

function shownLoad(className: string, config: JsonObject | undefined): string {
  const place = config && (textAt(config, 'filepath') || textAt(config, 'handle') || textAt(config, 'model_dir'));
  return place ? `${className} loads ${place}` : className;
}

/**
 * Keras 3 names the module of what it knows, and the registered name of what it does not; before that, `package>Name` was what a program
 * had registered, and a layer's class not among Keras's own one that it had to hand over.
 */
function isCustom(object: JsonObject, className: string): boolean {
  if (className === '' || className === 'function' || className.startsWith('__')) return false;
  if (Object.hasOwn(object, 'registered_name')) {
    const registered = textAt(object, 'registered_name');
    const module = textAt(object, 'module');
    return (
      registered !== '' && !KERAS_MODULES.test(module) && module !== 'builtins' && !/^keras(?:_\w+)?>/.test(registered)
    );
  }
  if (textAt(object, 'class_name').includes('>'))
    return !/^(?:keras\w*|Addons|TensorFlow)[.>]/i.test(textAt(object, 'class_name'));
  // A layer of a Sequential model has no nodes; what every layer has is a name and whether it is trained.
  const config = own(object, 'config');
  const isLayer =
    Object.hasOwn(object, 'inbound_nodes') ||
    (textAt(object, 'module') === '' &&
      typeof config === 'object' &&
      config !== null &&
      textAt(config as JsonObject, 'name') !== '' &&
      typeof own(config as JsonObject, 'trainable') === 'boolean');
  return isLayer && !KERAS_LAYERS.has(className);
}

function* judgeLambda(config: JsonObject, where?: string): Iterable<RiskFact> {
  const code = own(config, 'function');
  const name = textAt(config, 'name');
  // Bytecode is a list whose first item is base64 (Keras 1, 2) or an object of its own class (Keras 3).
  if (
    Array.isArray(code) ||
    (typeof code === 'object' && code !== null && textAt(code as JsonObject, 'class_name') === '__lambda__')
  ) {
    yield modelRisk(
      'keras-lambda-code',
      'HIGH',
      'a layer carries Python bytecode',
      `Lambda layer ${name || 'without a name'}`,
      where,
    );
  } else if (typeof code === 'string') {
    yield modelRisk(
      'keras-lambda-name',
      'LOW',
      'a Lambda layer calls a function by its name',
      `Lambda layer ${name}: ${code}`,
      where,
    );
  }
}

const KERAS_MODULES =
  /^(?:keras|keras_core|keras_hub|keras_nlp|keras_cv|keras_tuner|tf_keras|tensorflow\.keras|tensorflow\.python\.keras|tensorflow_addons|tensorflow_hub|tensorflow|numpy)(?:\.|$)/;
/** What no configuration has a reason to name: these load, fetch or switch checks off. */
const UNSAFE_KERAS =
  /(?:^|\.)(?:enable_unsafe_deserialization|disable_safe_mode|get_file|load_model|load_weights|_load_model|deserialize_keras_object|run_command|extract_archive|utils\.file_utils)/;

/** Keras 3 imports `module` and takes `class_name` (or, for a function, the name in `config`) from it. */
function* judgeModule(object: JsonObject, className: string, config: unknown, where?: string): Iterable<RiskFact> {
  const module = textAt(object, 'module');
  // A wrapped module's bytes bear the same key.
  if (module === '' || className === '') return;
  const name = className === 'function' && typeof config === 'string' ? config : className;
  const full = `${module}.${name}`;
  const verdict = judgeGlobal(module, name);
  if (verdict.verdict === 'dangerous' && !(KERAS_MODULES.test(module) && verdict.severity === 'MEDIUM')) {
    yield modelRisk(
      'keras-imports-dangerous',
      verdict.severity,
      'loading it imports what runs code',
      `${full}: ${verdict.why}`,
      where,
    );
  } else if (UNSAFE_KERAS.test(full)) {
    yield modelRisk(
      'keras-imports-dangerous',
      'HIGH',
      'loading it calls a function that no configuration needs',
      full,
      where,
    );
  } else if (!KERAS_MODULES.test(module) && module !== 'builtins') {
    yield modelRisk('keras-imports-unknown', 'LOW', 'loading it imports a module that is not of Keras', full, where);
  }
}
