import { readFileSync } from 'node:fs';

/** Documents of ours that a JSON Schema describes, by the name of its file. */
export type SchemaName = 'report' | 'inventory' | 'compare' | 'fix' | 'bench' | 'diff' | 'bom-diff' | 'exposure';

/** The number that every document of ours begins with; another one's fields may mean something else. */
const DOCUMENT_SCHEMA = 1;

/** What is wrong with a document's `schemaVersion`, in words that follow what it is; undefined where it is what this program writes. */
export const otherSchema = (version: unknown): string | undefined =>
  version === DOCUMENT_SCHEMA
    ? undefined
    : `is of ${typeof version === 'number' ? `schema ${version}` : 'no known schema'}, and this plimsoll reads schema ${DOCUMENT_SCHEMA}`;

/** The JSON Schema (2020-12) that is published beside the program for one kind of document of ours. */
export const publishedSchema = (name: SchemaName): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
