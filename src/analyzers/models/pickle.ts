import { beginsLikePickle, looksLikePickle, PICKLE_BEGINS, walkPickles } from '../../formats/models/index.ts';
import { analyzer } from '../analyzer.ts';
import { driven } from '../driven.ts';
import { modelComponent } from './component.ts';
import { pickleRisks } from './pickle-risks.ts';

/** Names under which nothing else is kept. */
const NAMED = /\.(?:pkl|pickle|pckl|dill|cloudpickle)$/i;

/**
 * Pickles that lie in a file as they are, whatever its name: `pickle.dump`, joblib without compression, PyTorch's
 * format before 1.6. What loading them would import and call is read from their opcodes; nothing is executed.
 */
export const pickle = analyzer({
  name: 'pickle',
  version: 12,
  begins: PICKLE_BEGINS,
  magic: (head, entry) =>
    looksLikePickle(head, entry.size <= head.length) || (NAMED.test(entry.path) && beginsLikePickle(head)),
  stream: ({ path, size }) =>
    driven(walkPickles, size, function* (file) {
      if (file.torchLegacy) yield modelComponent(path, 'pytorch-legacy');
      yield* pickleRisks(file);
    }),
});
