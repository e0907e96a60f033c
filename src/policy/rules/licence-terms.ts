import { type ParsedLicence, spdxLicence } from '../../formats/text/index.ts';
import { glob } from '../exceptions/index.ts';

/** What an expression comes down to: alternatives, each of licences that all hold. */
type Alternatives = readonly (readonly string[])[];

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
export function licenceReader(): LicenceReader {
  return {
    read(text) {
      const licence = spdxLicence(text, { guess: true });
      return licence && alternativesOf(licence.parsed);
    },
  };
}

function alternativesOf(parsed: ParsedLicence): Alternatives | undefined {
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
