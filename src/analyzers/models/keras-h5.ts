import { drive } from '../../formats/cursor.ts';
import { beginsWith } from '../../formats/magic.ts';
import { HDF5_SIGNATURE } from '../../formats/models/index.ts';
import { analyzer } from '../analyzer.ts';
import { kerasFacts } from './keras-risks.ts';

/** Keras models in HDF5: their configuration may hold Python bytecode. */
export const kerasH5 = analyzer({
  name: 'keras-h5',
  version: 5,
  // A user block may stand before the signature, beyond the bytes that are shown to `magic`.
  files: ['**/*.h5', '**/*.hdf5'],
  begins: '\x89',
  magic: (head) => beginsWith(head, HDF5_SIGNATURE),
  stream: (entry) => drive((cursor) => kerasFacts(cursor, undefined, entry.path), entry.size),
});
