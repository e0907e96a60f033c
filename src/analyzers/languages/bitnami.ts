import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, list, object, text } from '../../formats/text/index.ts';
import { analyzer, unknown } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';

/**
 * What Bitnami compiles into its images: an SPDX document beside each component, which no package manager knows of.
 * https://github.com/bitnami/vulndb
 */
export const bitnamiComponents = analyzer({
  name: 'bitnami',
  version: 1,
  files: ['opt/bitnami/**/.spdx-*.spdx'],
  maxBytes: 8 * 1024 * 1024,
  *read(file) {
    const parsed = readJson(file.text()) as Json;
    if (!isObject(parsed)) return yield unknown('no JSON object');
    for (const entry of list(parsed.packages)) {
      const json = object(entry);
      const name = text(json.name);
      const version = text(json.versionInfo);
      if (name === undefined || version === undefined) continue;
      const purls = list(json.externalRefs).map((ref) => text(object(ref).referenceLocator));
      const licence = text(json.licenseConcluded) ?? text(json.licenseDeclared);
      // The component itself is Bitnami's; what it was built from carries a purl of its own kind.
      if (!purls.some((purl) => purl?.startsWith('pkg:bitnami/'))) continue;
      yield withValues({
        type: 'bitnami',
        // `2.0.1-3` is Bitnami's third build of 2.0.1: advisories count releases.
        version: version.replace(/-\d+$/, ''),
        name,
        licenses: licence === undefined || licence === 'NOASSERTION' ? undefined : [licence],
        properties: properties({ revision: /-(\d+)$/.exec(version)?.[1] }),
      });
    }
  },
});
