import { withoutUndefined } from '../collections.ts';
import { PlimsollError } from '../errors.ts';
import { type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import { bodyOf, type Component, type DocumentVulnerability, findingFacts } from './cyclonedx-facts.ts';
import { jsonFormat } from './scanner.ts';

/** CycloneDX JSON with vulnerabilities, since 1.4. https://cyclonedx.org/docs/1.6/json/ */
export const cyclonedxJson = jsonFormat({
  name: 'CycloneDX JSON',
  recognise: (head) => text(object(head).bomFormat) === 'CycloneDX',
  rows: {
    'vulnerabilities.*': ({ description: _, detail: __, proofOfConcept: ___, ...row }) => row,
    'components.*': cutComponent,
  },
  skip: ['dependencies', 'services'],
  read(document) {
    const root = object(document.root);
    const rows = document.rows('vulnerabilities.*');
    if (rows.length === 0 && !Array.isArray(root.vulnerabilities)) {
      throw new PlimsollError('unsupported', 'a CycloneDX inventory without vulnerabilities', {
        hint: 'scan it instead: plimsoll scan sbom:FILE',
      });
    }
    const metadata = object(root.metadata);
    const tools = Array.isArray(metadata.tools) ? list(metadata.tools) : list(object(metadata.tools).components);
    const tool = object(tools[0]);
    const components = new Map<string, Component>();
    for (const { value } of document.rows('components.*')) addJsonComponent(components, value, 0);
    return bodyOf(
      withoutUndefined({ name: text(tool.name), version: text(tool.version) }),
      withoutUndefined({
        name: text(object(metadata.component).name),
        version: text(object(metadata.component).version),
      }),
      text(metadata.timestamp),
      findingFacts(
        components,
        rows.map(({ value }) => jsonVulnerability(value)),
        text(tool.name),
      ),
    );
  },
});

function cutComponent(row: JsonObject): JsonObject {
  return {
    'bom-ref': row['bom-ref'],
    group: row.group,
    name: row.name,
    version: row.version,
    purl: row.purl,
    components: row.components,
  };
}

function addJsonComponent(all: Map<string, Component>, row: JsonObject, depth: number): void {
  const group = text(row.group);
  const purl = text(row.purl);
  const component: Component = {
    ref: text(row['bom-ref']),
    name: group === undefined ? text(row.name) : `${group}/${text(row.name)}`,
    version: text(row.version),
    purl,
  };
  for (const key of [component.ref, purl]) if (key !== undefined) all.set(key, component);
  if (depth < 32) for (const inner of list(row.components)) addJsonComponent(all, object(inner), depth + 1);
}

function jsonVulnerability(row: JsonObject): DocumentVulnerability {
  const source = (value: Json | undefined): string | undefined => text(object(value).name);
  return {
    id: text(row.id),
    source: source(row.source),
    references: list(row.references).map((value) => text(object(value).id)),
    ratings: list(row.ratings).map((value) => {
      const rating = object(value);
      return {
        source: source(rating.source),
        severity: text(rating.severity),
        score: number(rating.score),
        method: text(rating.method),
        vector: text(rating.vector),
      };
    }),
    affects: list(row.affects).map((value) => text(object(value).ref)),
    state: text(object(row.analysis).state),
    responses: texts(object(row.analysis).response),
    published: text(row.published),
    recommendation: text(row.recommendation),
  };
}
