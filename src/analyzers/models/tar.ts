import { analyzer } from '../analyzer.ts';
import { driven } from '../driven.ts';
import { isTar } from './appended-zip.ts';
import { readModel } from './body.ts';
import { nemoComponent } from './component.ts';

/**
 * Tars with models in them: PyTorch before 0.1.10 wrote its pickles and storages so, NeMo still does.
 * Members are recognised by their content.
 */
export const modelTar = analyzer({
  name: 'model-tar',
  version: 13,
  magic: isTar,
  stream: ({ path, size }) =>
    driven(
      (cursor) => readModel(cursor, { depth: 0 }),
      size,
      ({ facts }) => [...nemoComponent(path), ...facts],
    ),
});
