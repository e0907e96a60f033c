import { drive } from '../../formats/cursor.ts';
import { beginsWith } from '../../formats/magic.ts';
import { analyzer } from '../analyzer.ts';
import { dangerousOperation, operationRisk } from './tensorflow-operations.ts';
import { windows } from './windows.ts';

const TFLITE_MAGIC = Buffer.from('TFL3', 'latin1');

/** `op: "WriteFile"` of a graph in text form. */
const TEXT_OPERATION = /\bop\s{0,8}:\s{0,8}["']([A-Za-z0-9_>]{1,64})["']/g;
/** TensorFlow's own operations in a TFLite model, by the custom code that the flex delegate takes. https://ai.google.dev/edge/litert/models/ops_select */
const FLEX_OPERATION = /\bFlex([A-Z][A-Za-z0-9_]{1,60})\b/g;
const LONGEST = 128;

/** TensorFlow's graphs that are no binary message: SavedModels and graphs as text, and TFLite models, by the operations that they name. */
export const tensorflowText = analyzer({
  name: 'tensorflow-text',
  version: 3,
  files: ['**/*.pbtxt', '**/*.tflite'],
  magic: (head) => beginsWith(head, TFLITE_MAGIC, 4),
  stream(entry) {
    const pattern = /\.pbtxt$/i.test(entry.path) ? TEXT_OPERATION : FLEX_OPERATION;
    const operations = new Set<string>();
    let addressed = false;
    const reader = drive(
      (cursor) =>
        windows(cursor, LONGEST, (text) => {
          for (const [, name = ''] of text.matchAll(pattern)) if (dangerousOperation(name)) operations.add(name);
          addressed ||= /\b(?:file|grpc|https?):\/\//i.test(text);
        }),
      entry.size,
    );
    return {
      push: (chunk, offset) => reader.push(chunk, offset),
      *end() {
        reader.end();
        for (const name of operations) {
          const danger = dangerousOperation(name);
          if (danger && (addressed || !danger.addressed))
            yield operationRisk(name, danger, 'named among its operations');
        }
      },
    };
  },
});
