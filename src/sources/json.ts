import { PlimsollError } from '../errors.ts';
import { isObject, readJson, type UnknownRecord } from '../formats/json-values.ts';

export { isObject, textMapOf, textOf, textsOf, type UnknownRecord } from '../formats/json-values.ts';

/**
 * The object that bytes from outside hold; `corrupt` when they are no JSON or no object. Keys named `__proto__` are
 * left out, so that no later copy can be tricked into changing a prototype.
 */
export function jsonObject(bytes: Uint8Array, where: string, what: string): UnknownRecord {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let value: unknown;
  try {
    const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    value = plain.includes('__proto__') || plain.includes('\\u') ? readJson(plain, withoutPrototype) : readJson(plain);
  } catch (cause) {
    throw new PlimsollError('corrupt', `the ${what} is not JSON`, { where, cause });
  }
  if (isObject(value)) return value;
  throw new PlimsollError('corrupt', `the ${what} is not a JSON object`, { where });
}

const withoutPrototype = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);
