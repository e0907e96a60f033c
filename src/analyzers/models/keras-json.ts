import { analyzer, type Fact } from '../analyzer.ts';
import { driven } from '../driven.ts';
import { readKerasJson } from './keras-risks.ts';

/**
 * The architecture of a Keras model as `to_json` writes it: `model_from_json` runs the code of its Lambda layers as loading a
 * whole model does. https://keras.io/guides/serialization_and_saving/
 */
export const kerasJson = analyzer({
  name: 'keras-json',
  version: 4,
  files: ['**/*model*.json', '**/*architecture*.json', '**/*keras*.json', '**/*network*.json'],
  begins: '{ \t\n\v\f\r\xa0',
  magic: (head, entry) =>
    /\.json$/i.test(entry.path) && /^\s*\{/.test(head.toString('latin1')) && head.includes('"class_name"'),
  stream(entry) {
    const facts: Fact[] = [];
    return driven(
      (cursor) => readKerasJson(cursor, facts),
      entry.size,
      () => facts,
    );
  },
});
