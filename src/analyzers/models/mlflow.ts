import { decodedText } from '../../bounded-file.ts';
import { printable } from '../../errors.ts';
import { type YamlPair, yamlPairs } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, type RiskFact, unknown } from '../analyzer.ts';
import { modelRisk } from './model-risk.ts';

/** Models of MLflow: their own file, and the modules that two flavours keep the name of in a file beside it. */
export const mlflow = analyzer({
  name: 'mlflow',
  version: 2,
  files: ['**/MLmodel', '**/keras_module.txt', '**/pickle_module_info.txt'],
  maxBytes: LIMITS.settingsBytes,
  *read(file) {
    const text = decodedText(file.bytes);
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    if (name === 'MLmodel') yield* mlflowFacts(text);
    else yield* mlflowModule(name, text);
  },
});

/** The name of a module that is imported, alone in a file. */
function* mlflowModule(name: string, text: string): Iterable<Fact> {
  const value = text.trim();
  const key = name.startsWith('keras') ? 'keras_module' : 'pickle_module';
  if (runsCode({ above: [], key, value })) yield broughtCode(printable(`${name} ${value}`, 400), undefined);
}

/**
 * What loading a model of MLflow runs, by its `MLmodel`: `mlflow.pyfunc.load_model` puts `code` on the path before all else and imports
 * `loader_module`; `model_code_path` is run as it is; flavours import the module or the class that they are told.
 * https://mlflow.org/docs/latest/ml/model/, https://mlflow.org/docs/latest/ml/model/models-from-code/
 */
export function* mlflowFacts(text: string, where?: string): Iterable<Fact> {
  const { pairs, unread } = yamlPairs(text);
  const seen = new Set<string>();
  for (const pair of pairs) {
    // Only what stands below `flavors` is its loaders'; `metadata` is its writer's own.
    if (pair.above[0] !== 'flavors' || !runsCode(pair)) continue;
    const detail = printable(`${pair.key} ${pair.value}`, 400);
    if (seen.has(detail)) continue;
    seen.add(detail);
    yield broughtCode(detail, where);
  }
  if (unread !== undefined && seen.size === 0) yield unknown(`${where ?? 'MLmodel'}: ${printable(unread, 200)}`);
}

/** Modules and classes that flavours import by name, and where MLflow's own models have them. */
const IMPORTED: ReadonlyMap<string, RegExp> = new Map([
  ['loader_module', /^mlflow(?:\.|$)/],
  ['keras_module', /^(?:keras|tf_keras|tensorflow\.keras|tensorflow\.python\.keras)(?:\.|$)/],
  ['model_class', /^(?:xgboost|lightgbm|sklearn|keras|torch|transformers|diviner|prophet)(?:\.|$)/],
  ['pickle_module', /^(?:mlflow\.pytorch\.pickle_module|cloudpickle|pickle|dill)$/],
]);
const BROUGHT = new Set(['code', 'code_path', 'code_paths', 'model_code_path']);

function runsCode({ key, value }: YamlPair): boolean {
  if (value === '') return false;
  return BROUGHT.has(key) || IMPORTED.get(key)?.test(value) === false;
}

const broughtCode = (detail: string, where: string | undefined): RiskFact =>
  modelRisk('model-brings-code', 'HIGH', 'the model brings Python code that loading it runs', detail, where);
