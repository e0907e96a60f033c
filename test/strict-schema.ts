import { readFileSync } from 'node:fs';

/** A JSON Schema. */
export type Schema = { readonly [key: string]: unknown };

/** Published schemas let later versions add members; with these nothing may be written that they do not describe. */
const strict = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, strict(member)]));
  return 'properties' in value && 'type' in value && value.type === 'object'
    ? { additionalProperties: false, ...inner }
    : inner;
};

/** A schema of `schemas/`, as it is published. */
export const publishedSchema = (name: string): Schema =>
  JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), 'utf8')) as Schema;

/** A schema as one that allows nothing else. */
export const strictSchema = (schema: Schema): Schema => strict(schema) as Schema;
