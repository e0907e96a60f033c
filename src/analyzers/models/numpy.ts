import { beginsWith } from '../../formats/magic.ts';
import { NPY_MAGIC } from '../../formats/models/index.ts';
import { analyzer } from '../analyzer.ts';
import { driven } from '../driven.ts';
import { readModel } from './body.ts';

/** NumPy arrays of objects: `numpy.load(..., allow_pickle=True)` unpickles them. */
export const numpyArray = analyzer({
  name: 'numpy-array',
  version: 9,
  begins: '\x93',
  magic: (head) => beginsWith(head, NPY_MAGIC),
  stream: (entry) =>
    driven(
      (cursor) => readModel(cursor, { depth: 0 }),
      entry.size,
      ({ facts }) => facts,
    ),
});
