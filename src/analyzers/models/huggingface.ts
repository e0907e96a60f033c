import { readJson, whyNoJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { analyzer, type Fact, type PackageFact } from '../analyzer.ts';
import { templateRisks } from './chat-template.ts';
import { libraryCode, remoteCode } from './library-code.ts';

/**
 * Files of models in Hugging Face's layout: which model and revision a cache holds, chat templates, and code that
 * `trust_remote_code=True` would import. https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export const huggingface = analyzer({
  name: 'huggingface',
  version: 8,
  files: [
    '**/models--*/refs/*',
    '**/tokenizer_config.json',
    '**/chat_template.json',
    '**/chat_template.jinja',
    '**/additional_chat_templates/*.jinja',
    '**/processor_config.json',
    '**/preprocessor_config.json',
    '**/generation_config.json',
    '**/config.json',
    '**/model_index.json',
    '**/adapter_config.json',
  ],
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    const name = fileNameOf(file.path);
    if (file.path.includes('/refs/') || file.path.startsWith('models--')) yield* revision(file.path, file.text());
    else if (name.endsWith('.jinja')) yield* templateRisks(file.text(), name);
    else yield* modelTexts(name, file.text());
  },
});

/** `models--ORG--NAME/refs/main` holds the commit that `main` was when the model was fetched. */
function* revision(path: string, text: string): Iterable<PackageFact> {
  const repository = /(?:^|\/)models--([^/]+)\/refs\/[^/]+$/.exec(path)?.[1];
  const commit = text.trim();
  if (repository === undefined || !/^[0-9a-f]{40}$/.test(commit)) return;
  const name = repository.replace('--', '/');
  yield {
    type: 'huggingface',
    name,
    version: commit,
    certainty: 'exact',
    properties: { kind: 'machine-learning-model' },
  };
}

/** Keys of which one is in a file that has something to tell; `\\u`: keys may be written with escapes. */
const TELLING = /"(?:auto_map|chat_template|custom_pipelines|auto_mapping|_class_name)"|\\u00/;

/** What a JSON file of settings has of templates and of code that is brought along; `name`: of the file, without folders. */
export function* modelTexts(name: string, text: string): Iterable<Fact> {
  const known = /^(?:tokenizer_config|chat_template|processor_config)\.json$/.test(name);
  if (!known && !TELLING.test(text)) return;
  let value: unknown;
  try {
    value = readJson(withoutNumbersOfPython(text.replace(/^\ufeff/, '')));
  } catch (error) {
    yield { kind: 'unknown', reason: `${name}: ${whyNoJson(error)}` };
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = new Map(Object.entries(value));
  yield* templates(fields.get('chat_template'), name);
  yield* libraryCode(name, fields);
  yield* remoteCode(fields);
}

/** Python's reader takes `NaN` and `Infinity`, which are no JSON. https://docs.python.org/3/library/json.html#infinite-and-nan-number-values */
function withoutNumbersOfPython(text: string): string {
  if (!/NaN|Infinity/.test(text)) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/gs, (token) => (token.startsWith('"') ? token : 'null'));
}

/** One template, a list of named ones, or (in processors) a table of them. */
function* templates(value: unknown, name: string): Iterable<Fact> {
  if (typeof value === 'string') yield* templateRisks(value, name);
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    for (const [which, template] of Object.entries(value))
      if (typeof template === 'string') yield* templateRisks(template, `${name}, ${which}`);
    return;
  }
  for (const item of value) {
    const template: unknown = typeof item === 'object' && item !== null ? item.template : undefined;
    if (typeof template === 'string') yield* templateRisks(template, `${name}, ${String(item.name)}`);
  }
}
