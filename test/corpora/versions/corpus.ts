import { readFileSync } from 'node:fs';

/** Two neighbours of a chain in a corpus file, with the line they stand on. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  /** -1: a is older; 0: the same version. */
  readonly expected: -1 | 0;
  readonly line: number;
}

/** Every pair (not only neighbours) of every chain `a < b = c < d` of `<name>.txt` in this folder. */
export function corpus(name: string): readonly Pair[] {
  const text = readFileSync(new URL(`./${name}.txt`, import.meta.url), 'utf8');
  return text.split('\n').flatMap((line, index) => (line.startsWith('#') ? [] : chain(line, index + 1)));
}

function chain(line: string, number: number): readonly Pair[] {
  const words = line.split(/\s+/).filter((word) => word !== '');
  const pairs: Pair[] = [];
  for (let i = 0; i < words.length; i += 2) {
    let expected: -1 | 0 = 0;
    for (let j = i + 2; j < words.length; j += 2) {
      if (words[j - 1] === '<') expected = -1;
      else if (words[j - 1] !== '=') throw new Error(`${line}: line ${number} wants < or = between versions`);
      pairs.push({ a: words[i]!, b: words[j]!, expected, line: number });
    }
  }
  return pairs;
}

/** The sign of a comparison, with -0 made 0. */
export const sign = (value: number): number => (value < 0 ? -1 : value > 0 ? 1 : 0);
