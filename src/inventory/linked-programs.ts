import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { Inventory, LinkedProgram } from '../model.ts';

/** Programs that say what code they were made of, as many as are kept. */
export function linkedPrograms({ facts }: ReadImage): Pick<Inventory, 'linked'> {
  let left: number = LIMITS.linkedBytesKept;
  const linked: LinkedProgram[] = [];
  for (const { path, fact } of facts) {
    if (fact.kind !== 'linked') continue;
    left -= fact.functions.length;
    if (left >= 0) linked.push({ path, language: fact.language, functions: fact.functions });
  }
  return linked.length > 0 ? { linked } : {};
}
