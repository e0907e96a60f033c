import { readJson, whyNoJson } from '../../formats/json-values.ts';
import { isObject } from '../../formats/text/index.ts';
import { analyzer, type Fact, unknown } from '../analyzer.ts';
import { secretRisks } from '../secrets/index.ts';
import { installFacts } from './notebook-installs.ts';

/**
 * Jupyter notebooks: secrets in their cells and in what those printed, and the packages that they install.
 * https://nbformat.readthedocs.io/en/latest/format_description.html
 */
export const notebook = analyzer({
  name: 'notebook',
  version: 2,
  files: ['**/*.ipynb'],
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    let document: unknown;
    try {
      document = readJson(file.text());
    } catch (error) {
      return yield unknown(whyNoJson(error));
    }
    for (const [index, cell] of cellsOf(document).entries()) yield* cellFacts(cell, index + 1);
  },
});

type JsonObject = Readonly<Record<string, unknown>>;

const listAt = (object: JsonObject, key: string): readonly unknown[] => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return Array.isArray(value) ? value : [];
};

/** Version 4 has cells, version 3 has them in worksheets. */
function cellsOf(document: unknown): readonly JsonObject[] {
  if (!isObject(document)) return [];
  const sheets = listAt(document, 'worksheets').filter(isObject);
  return [...listAt(document, 'cells'), ...sheets.flatMap((sheet) => listAt(sheet, 'cells'))].filter(isObject);
}

/** A text is a string or a list of lines. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('') : '';
}

function* cellFacts(cell: JsonObject, number: number): Iterable<Fact> {
  const source = textOf(cell.source ?? cell.input);
  const isCode = cell.cell_type === 'code';
  yield* secretRisks(source, { assignments: isCode }, (line) => `cell ${number}, line ${line}`);
  if (isCode) yield* installFacts(source, number);
  for (const output of listAt(cell, 'outputs').filter(isObject)) {
    const data = isObject(output.data) ? output.data : output;
    // Pictures and widgets are base64: only what is read as text can show a secret.
    const texts = [
      textOf(output.text),
      textOf(data['text/plain']),
      textOf(data['text/html']),
      textOf(output.traceback),
    ];
    yield* secretRisks(texts.join('\n'), {}, () => `output of cell ${number}`);
  }
}
