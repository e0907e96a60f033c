import { endingOf } from './python-known-calls.ts';
import { matches } from './python-words.ts';

/** The brackets of calls in one file after another, by what stands right before each. */
export interface CallPlaces {
  clear(): void;
  /** Brackets come in the order in which they stand. */
  put(bracket: number, ending: number): void;
  /** Where `name` ends right before a bracket: the places at which it begins. */
  of(bytes: Uint8Array, name: Uint8Array): Generator<number>;
}

/** Brackets for which there is room at first: as many as a file of 50 KB has. */
const ROOM = 2_048;

/** Kept as numbers in a row: a large image has millions of them, and of one in a thousand somebody asks whose it is. */
export function callPlaces(): CallPlaces {
  let brackets = new Uint32Array(ROOM);
  /** The two bytes before each (`endingOf`): looked through by V8 itself. */
  let endings = new Uint16Array(ROOM);
  let count = 0;

  function grow(): void {
    const [more, moreEndings] = [new Uint32Array(2 * count), new Uint16Array(2 * count)];
    more.set(brackets);
    moreEndings.set(endings);
    brackets = more;
    endings = moreEndings;
  }

  return {
    clear() {
      count = 0;
    },
    put(bracket, ending) {
      if (count === brackets.length) grow();
      brackets[count] = bracket;
      endings[count] = ending;
      count += 1;
    },
    *of(bytes, name) {
      const ending = name.length < 2 ? undefined : endingOf(name, name.length);
      const next = (from: number): number => (ending === undefined ? from : endings.indexOf(ending, from));
      for (let at = next(0); at >= 0 && at < count; at = next(at + 1)) {
        const begin = (brackets[at] as number) - name.length;
        if (matches(bytes, begin, name)) yield begin;
      }
    },
  };
}
