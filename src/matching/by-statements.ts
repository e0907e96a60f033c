import type { Considered, Judgement, Statement } from '../model.ts';

/**
 * Remembers what is made of statements: planning holds the same ones against hundreds of versions. By the very
 * objects, which a store gives anew unless it remembers them itself, and by which of them are judged affected, or by what `of` says of each
 * judgement, and by the `name` that is asked with them; what else a version changes is not for this.
 */
export function byStatements<Made>(
  of: (judgement: Judgement) => string = affectedOrNot,
): (group: readonly Considered[], make: () => Made, name?: string) => Made {
  const numbers = new WeakMap<Statement, number>();
  const known = new Map<string, Made>();
  let last = 0;
  const numberOf = (statement: Statement): number => {
    const number = numbers.get(statement);
    if (number !== undefined) return number;
    last += 1;
    numbers.set(statement, last);
    return last;
  };
  return (group, make, name = '') => {
    let key = name;
    for (const { statement, judgement } of group) key += `\0${of(judgement)}\0${numberOf(statement)}`;
    let made = known.get(key);
    if (made === undefined) {
      made = make();
      known.set(key, made);
    }
    return made;
  };
}

const affectedOrNot = ({ affected }: Judgement): string => (affected ? '' : '-');
