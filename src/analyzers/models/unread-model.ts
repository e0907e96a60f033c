import { beginsWith } from '../../formats/magic.ts';
import { analyzer, unknown } from '../analyzer.ts';

/**
 * Formats that can carry code and that nobody here reads: engines of TensorRT (plug-ins and host code in them), Java's own
 * serialization (what it makes of a stream is up to the classes that are there), RAR archives with a model's name, ONNX Runtime's own
 * format (operators of Python and data elsewhere, as in ONNX).
 */
const UNREAD: readonly {
  readonly magic: Buffer;
  readonly what: string;
  readonly name?: RegExp;
  readonly at?: number;
}[] = [
  { magic: Buffer.from('ftrt', 'latin1'), what: 'an engine of TensorRT' },
  { magic: Buffer.from('aced0005', 'hex'), what: 'a serialized Java object', name: /\.ser$|model/i },
  { magic: Buffer.from('ORTM', 'latin1'), what: "a model in ONNX Runtime's own format", at: 4 },
  // `onnx.load` takes each of these by its name. Data elsewhere and operators of Python are in them as in the others.
  { magic: Buffer.alloc(0), what: 'an ONNX model as text', name: /\.onnx(?:json|te?xt)$/i },
  { magic: Buffer.from('Rar!\x1a\x07', 'latin1'), what: 'a RAR archive', name: /model|weights|checkpoint|ckpt/i },
];

/** What may be a model that runs code, and is not assessed: gates on models must not be green for it. */
export const unreadModel = analyzer({
  name: 'unread-model',
  version: 3,
  magic: (head, entry) => kindOf(head, entry.path) !== undefined,
  stream(entry) {
    let what: string | undefined;
    return {
      push(chunk, offset) {
        if (offset === 0) what = kindOf(chunk, entry.path)?.what;
        return Number.POSITIVE_INFINITY;
      },
      *end() {
        if (what !== undefined) yield unknown(`${what}: not read`);
      },
    };
  },
});

const kindOf = (head: Buffer, path: string) =>
  UNREAD.find(({ magic, name, at }) => beginsWith(head, magic, at ?? 0) && (name === undefined || name.test(path)));
