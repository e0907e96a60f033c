import { drive } from '../../formats/cursor.ts';
import { analyzer, type RiskFact } from '../analyzer.ts';
import { importedNames, LONGEST_NAMED_CODE, namedCode } from './named-code.ts';
import { windows } from './windows.ts';

/** Settings of models that name code: YAML of any program, and the tables of which loaders import what they name. */
export const modelSettings = analyzer({
  name: 'model-settings',
  version: 2,
  files: ['**/*.yaml', '**/*.yml', '**/MLmodel', '**/modules.json', '**/config.json', '**/adapter_config.json'],
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
  // https://mlflow.org/docs/latest/model.html: `mlflow.pyfunc.load_model` puts `code` on the path and imports `loader_module`.
  const loader = /^\s{0,20}loader_module:\s{0,8}["']?([\w.]{1,200})/m.exec(text)?.[1];
  if (!path.endsWith('MLmodel') || loader === undefined || /^mlflow\b/.test(loader)) return;
  yield {
    kind: 'risk',
    category: 'model',
    rule: 'model-brings-code',
    severity: 'MEDIUM',
    title: 'the model brings Python code that loading it imports',
    detail: `loader_module ${loader}`,
  };
}
