import { createRequire } from 'node:module';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { JsonObject } from './json-value.ts';

const require = createRequire(import.meta.url);

/** Loaded when the first TOML document is met: most images have none. */
const library = (): typeof import('smol-toml') => require('smol-toml');

/**
 * Reads a TOML document (UTF-8, with or without a byte order mark) into tables. Dates are objects without keys, integers beyond
 * 2^53 are refused. Throws `corrupt` with line and column for what is no TOML, also where it is nested deeper than
 * `LIMITS.documentDepth`; `limit` for one of more than `LIMITS.tomlBytes`, or with more signs that make tables than `LIMITS.tomlSigns`.
 * https://toml.io/en/v1.0.0
 */
export function readToml(text: string): JsonObject {
  if (text.length > LIMITS.tomlBytes)
    throw new PlimsollError('limit', `a TOML document of more than ${LIMITS.tomlBytes} bytes is not read`);
  if (signsOf(text) > LIMITS.tomlSigns)
    throw new PlimsollError('limit', `a TOML document of more than ${LIMITS.tomlSigns} tables and values is not read`);
  const toml = library();
  try {
    const parsed = toml.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, { maxDepth: LIMITS.documentDepth });
    return parsed as unknown as JsonObject;
  } catch (error) {
    if (!(error instanceof toml.TomlError)) throw error;
    // The message goes on with a drawing of the place.
    const what = (error.message.split('\n', 1)[0] as string).replace(/^Invalid TOML document: /, '').trim();
    throw new PlimsollError('corrupt', `not valid TOML: ${what}, line ${error.line}, column ${error.column}`);
  }
}

/**
 * How often a sign stands in a text that may make a table or a value: two bytes (`.a`) become an object, so that a small document can take
 * gigabytes. Those within texts count as well: what a string is, only the parser knows, and real documents have one in twenty bytes.
 */
function signsOf(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT || code === EQUALS || code === BRACKET || code === BRACE) count++;
  }
  return count;
}

const [DOT, EQUALS, BRACKET, BRACE] = [0x2e, 0x3d, 0x5b, 0x7b];
