import { walkPickles } from '../../formats/models/index.ts';
import { analyzer } from '../analyzer.ts';
import { driven } from '../driven.ts';

/** Modules that a pickle names, which whoever loads it imports; asked about where a program loads pickles. */
export const pickleCode = analyzer({
  name: 'code-pickle',
  version: 1,
  onDemand: true,
  rarely: true,
  files: ['**/*.pkl', '**/*.pickle', '**/*.pckl', '**/*.joblib', '**/*.dill', '**/*.cloudpickle', '**/*.sav'],
  stream: ({ size }) =>
    driven(walkPickles, size, function* ({ walks }) {
      const events = walks.flatMap(({ events }) => events);
      const modules = new Set(events.flatMap(({ module }) => (/^[\w.]+$/.test(module) ? module : [])));
      const isUntold = events.some(({ unresolved }) => unresolved);
      if (modules.size > 0 || isUntold)
        yield { kind: 'code', language: 'pickle', text: [...modules, ...(isUntold ? ['?'] : [])].join(' ') };
    }),
});
