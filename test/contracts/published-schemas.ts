/**
 * What the publishers of formats say of them, as far as a test may carry it: the members, kinds, limits and patterns of their schemas. The schemas
 * whole, fetched, judge in test/e2e/format-judges.test.ts.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** A schema that lets nothing pass that it does not describe. */
export function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, sample]) => [key, closed(sample)]));
  const isObject = 'properties' in value && 'type' in value && value.type === 'object';
  return isObject ? { additionalProperties: false, ...inner } : inner;
}

/** What a document offends against in a schema, all of it, as `/place message`. */
export function offences(schema: unknown): (document: unknown) => readonly string[] {
  const check = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(schema as object);
  return (document) => {
    check(document);
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json */
export const sarifOffences = offences(fixture('sarif-2.1.0'));
/** https://gitlab.com/gitlab-org/security-products/security-report-schemas */
export const gitlabOffences = offences(closed(fixture('gitlab-container-scanning-15.0.7')));

/** CycloneDX 1.6 by the schemas as they are published, which the library for JavaScript carries. https://cyclonedx.org/docs/1.6/json/ */
export const cycloneDxOffences: ReturnType<typeof offences> = (() => {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
  const schema = (name: string): object =>
    JSON.parse(readFileSync(join(dirname(library), 'res', 'schema', `${name}.SNAPSHOT.schema.json`), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const check = ajv.compile(schema('bom-1.6'));
  return (document) => {
    check(document);
    return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
})();
