import { drive } from '../../formats/cursor.ts';
import { beginsWith } from '../../formats/magic.ts';
import { NPY_MAGIC } from '../../formats/models/index.ts';
import { analyzer } from '../analyzer.ts';
import { readModel } from './body.ts';

/** NumPy arrays of objects: `numpy.load(..., allow_pickle=True)` unpickles them. */
export const numpyArray = analyzer({
  name: 'numpy-array',
  version: 9,
  begins: '\x93',
  magic: (head) => beginsWith(head, NPY_MAGIC),
  stream(entry) {
    const reader = drive((cursor) => readModel(cursor, { depth: 0 }), entry.size);
    return { push: (chunk, offset) => reader.push(chunk, offset), end: () => reader.end().facts };
  },
});
