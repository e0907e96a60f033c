import { drive } from '../../formats/cursor.ts';
import { analyzer, type RiskFact } from '../analyzer.ts';
import { modelRisk } from './model-risk.ts';
import { importedNames, LONGEST_NAMED_CODE, namedCode, unescaped } from './named-code.ts';
import { windows } from './windows.ts';

/** Settings of models that name code: YAML of any program, and the tables of which loaders import what they name. */
export const modelSettings = analyzer({
  name: 'model-settings',
  version: 4,
  files: [
    '**/*.yaml',
    '**/*.yml',
    '**/MLmodel',
    '**/modules.json',
    '**/config.json',
    '**/adapter_config.json',
    '**/model_index.json',
    '**/*.pmml',
  ],
  stream(entry) {
    const found = new Map<string, RiskFact>();
    const reader = drive(
      (cursor) =>
        windows(cursor, LONGEST_NAMED_CODE, (text) => {
          for (const risk of settingsRisks(entry.path, text)) found.set(`${risk.rule} ${risk.detail}`, risk);
        }),
      entry.size,
    );
    return {
      push: (chunk, offset) => reader.push(chunk, offset),
      end() {
        reader.end();
        return found.values();
      },
    };
  },
});

function* settingsRisks(path: string, text: string): Iterable<RiskFact> {
  yield* namedCode(text);
  if (path.endsWith('modules.json')) yield* importedNames(text);
  if (path.endsWith('MLmodel')) yield* broughtCode(text);
  if (/\.pmml$/i.test(path) && /<!ENTITY\s{1,20}(?:%\s{1,20})?[\w.:-]{1,200}\s{1,20}(?:SYSTEM|PUBLIC)\b/i.test(text))
    yield modelRisk(
      'pmml-external-entity',
      'HIGH',
      'a reader that follows entities reads a file or an address that the model names',
      'an external entity in its document type',
    );
}

/** Keys under which MLflow finds code, in YAML of either style and in JSON. */
const CODE_KEY =
  /(?:^|[\s{,"'])(loader_module|model_code_path|code|code_paths?)["']?\s{0,99}:(\s{0,99})(?:(?:[!&]\S{0,60}|[>|][-+0-9]{0,2}|#[^\n]{0,80})\s{1,99}){0,4}(?:(?:\[|-\s)\s{0,99})?(["']?)([^\s"'{}[\],:&!|>#-][^\s"',{}[\]]{0,199})/g;
/** Lines of plain words below `metadata`, which is its writer's own. Nothing that could be of another style of YAML. */
const METADATA = /^metadata:[ \t]{0,9}\r?\n(?:[ \t]{1,40}[\w-]{1,99}:(?: [\w .-]{0,200})?\r?\n){1,200}/gm;

/**
 * `mlflow.pyfunc.load_model` puts `code` on the path before all else and imports `loader_module`; `model_code_path` is run as it is.
 * https://mlflow.org/docs/latest/ml/model/, https://mlflow.org/docs/latest/ml/model/models-from-code/
 */
function* broughtCode(written: string): Iterable<RiskFact> {
  const text = unescaped(written.replaceAll('\0', '')).replace(METADATA, '');
  for (const { 0: all, 1: key = '', 2: blanks = '', 3: quote = '', 4: value = '', index } of text.matchAll(CODE_KEY)) {
    if (key === 'loader_module' && /^mlflow(?:\.|$)/.test(value)) continue;
    if (quote === '' && /^(?:null|Null|NULL|~)$/.test(value)) continue;
    // No value: the next line has the next key.
    const end = index + all.length;
    if (
      blanks.includes('\n') &&
      (quote === '' ? value.endsWith(':') : /^["']\s{0,9}:\s/.test(text.slice(end, end + 12)))
    )
      continue;
    yield modelRisk(
      'model-brings-code',
      'HIGH',
      'the model brings Python code that loading it runs',
      `${key} ${value}`,
    );
  }
}
