import { LIMITS } from '../limits.ts';
import { ownText } from '../own-text.ts';

/** Gives equal things back as one, so that what half a million rows have in common is held once. */
export interface Once {
  /** A text of its own: never a part that keeps a longer one alive. */
  text(value: string): string;
  /** The first of the things that were given under this name. */
  thing<T extends object>(name: string, make: () => T): T;
}

/** Begins with nothing. Beyond `LIMITS.sharedThings` what is new is not remembered, and costs what it costs. */
export function once(): Once {
  const texts = new Map<string, string>();
  const things = new Map<string, object>();
  return {
    text(value) {
      const known = texts.get(value);
      if (known !== undefined) return known;
      const copy = ownText(value);
      if (texts.size < LIMITS.sharedThings) texts.set(copy, copy);
      return copy;
    },
    thing<T extends object>(name: string, make: () => T): T {
      const known = things.get(name);
      if (known !== undefined) return known as T;
      const made = make();
      if (things.size < LIMITS.sharedThings) things.set(name, made);
      return made;
    },
  };
}
