import type { Severity } from '../model.ts';

/** Every word that the supported reports use for a severity, upper case. */
const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['CRITICAL', 'CRITICAL'],
  ['DEFCON1', 'CRITICAL'],
  ['HIGH', 'HIGH'],
  ['IMPORTANT', 'HIGH'],
  ['MEDIUM', 'MEDIUM'],
  ['MODERATE', 'MEDIUM'],
  ['LOW', 'LOW'],
  ['NEGLIGIBLE', 'NEGLIGIBLE'],
  ['MINIMAL', 'NEGLIGIBLE'],
  ['INFORMATIONAL', 'NEGLIGIBLE'],
  ['INFO', 'NEGLIGIBLE'],
  ['NONE', 'NEGLIGIBLE'],
  ['UNIMPORTANT', 'NEGLIGIBLE'],
  ['UNKNOWN', 'UNKNOWN'],
  ['UNDEFINED', 'UNKNOWN'],
  ['UNSPECIFIED', 'UNKNOWN'],
  ['SEVERITY_UNSPECIFIED', 'UNKNOWN'],
  ['UNTRIAGED', 'UNKNOWN'],
  ['PENDING', 'UNKNOWN'],
  ['UNASSIGNED', 'UNKNOWN'],
]);

/** The severity that a scanner's word means; undefined for a word nobody here knows. No word at all means unknown. */
export function severityWord(word: string | undefined): Severity | undefined {
  return word === undefined || word.trim() === '' ? 'UNKNOWN' : WORDS.get(word.trim().toUpperCase());
}
