import { readFileSync } from 'node:fs';

/** Documents of ours that a JSON Schema describes, by the name of its file. */
export type SchemaName = 'report' | 'inventory' | 'compare' | 'fix' | 'bench' | 'diff' | 'bom-diff' | 'exposure';

/** The JSON Schema (2020-12) that is published beside the program for one kind of document of ours. */
export const publishedSchema = (name: SchemaName): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
