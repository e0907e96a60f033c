import { glob } from '../exceptions/index.ts';

/** What an expression comes down to: alternatives, each of licences that all hold. */
type Alternatives = readonly (readonly string[])[];

/** Longer texts are no licence's name but the licence. */
const NAME_CHARACTERS = 300;
/** `(A OR B) AND (C OR D) ...` multiplies. */
const ALTERNATIVES = 256;

/** Reads what packages say of their licence. */
export interface LicenceReader {
  /** Undefined: in no words that anybody knows. */
  read(text: string): Alternatives | undefined;
}

/**
 * A reader of SPDX expressions, and of the names that people write in their place (`Apache 2.0`, `GPLv3+`).
 * https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export async function licenceReader(): Promise<LicenceReader> {
  const [{ default: parse }, { default: correct }] = await Promise.all([
    import('spdx-expression-parse'),
    import('spdx-correct'),
  ]);
  const known = new Map<string, Alternatives | undefined>();
  const readOne = (text: string): Alternatives | undefined => {
    if (text.length > NAME_CHARACTERS || (text.match(/\(/g)?.length ?? 0) > 30) return undefined;
    const tries = [() => text, () => correct(text, { upgrade: false })];
    for (const spelling of tries) {
      try {
        const spelt = spelling();
        if (spelt !== null) return alternativesOf(parse(spelt));
      } catch {
        // Not SPDX: the next spelling.
      }
    }
    return undefined;
  };
  return {
    read(text) {
      const key = text.trim();
      if (!known.has(key)) known.set(key, readOne(key));
      return known.get(key);
    },
  };
}

/** An expression as the library gives it. */
type Parsed =
  | { readonly license: string; readonly plus?: true | undefined; readonly exception?: string | undefined }
  | { readonly conjunction: 'and' | 'or'; readonly left: Parsed; readonly right: Parsed };

function alternativesOf(parsed: Parsed): Alternatives | undefined {
  if ('license' in parsed) {
    const { license, plus, exception } = parsed;
    return [[`${license}${plus ? '+' : ''}${exception === undefined ? '' : ` WITH ${exception}`}`]];
  }
  const [left, right] = [alternativesOf(parsed.left), alternativesOf(parsed.right)];
  if (!left || !right) return undefined;
  const all = parsed.conjunction === 'or' ? [...left, ...right] : left.flatMap((a) => right.map((b) => [...a, ...b]));
  return all.length > ALTERNATIVES ? undefined : all;
}

/** Whether any of the patterns is this licence, whatever its case. */
export const isOneOf = (patterns: readonly string[], licence: string): boolean =>
  patterns.some((pattern) => glob(pattern.toLowerCase(), licence.toLowerCase()));
