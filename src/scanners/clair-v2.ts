import { withoutUndefined } from '../collections.ts';
import { typeInWords } from '../ecosystems/index.ts';
import { isObject, type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import { clairV2Lens } from './clair-rules.ts';
import { clairFix, clairIds } from './clair-words.ts';
import { ratings, scoreRating } from './ratings.ts';
import { type FindingFact, isName, jsonFormat, scanner } from './scanner.ts';

/** `debian:11` from Clair's namespace names. */
const system = (namespace: string | undefined): string | undefined => namespace?.toLowerCase();

/** A row in the words of Clair v2, its clients only spell the keys differently. */
function fact(row: {
  id: string | undefined;
  package: string | undefined;
  version: string | undefined;
  severity: string | undefined;
  fixed: string | undefined;
  namespace: string | undefined;
  url: string | undefined;
  layer?: string | undefined;
  suppressed?: string | undefined;
  metadata?: Json | undefined;
}): FindingFact {
  const v2 = object(object(object(row.metadata).NVD).CVSSv2);
  const v3 = object(object(object(row.metadata).NVD).CVSSv3);
  return {
    id: row.id,
    package: row.package,
    // Clair v2 files Debian and Alpine packages under their source's name, rpm packages under their own.
    kind: /^(debian|ubuntu|alpine)/.test(row.namespace ?? '') ? 'source' : 'binary',
    ...withoutUndefined({
      version: row.version,
      type: typeInWords(row.namespace),
      severity: row.severity,
      feed: row.namespace,
      url: row.url,
      layer: row.layer,
      suppressed: row.suppressed,
    }),
    ratings: ratings(
      scoreRating('nvd', number(v2.Score), text(v2.Vectors), '2.0'),
      scoreRating('nvd', number(v3.Score), text(v3.Vectors), '3.0'),
    ),
    fix: {
      state: row.fixed === undefined ? 'not-fixed' : 'fixed',
      versions: row.fixed === undefined ? [] : [row.fixed],
    },
  };
}

/** klar: rows by severity, with the number of layers. https://github.com/optiopay/klar */
const klar = jsonFormat({
  name: 'klar JSON (Clair v2)',
  recognise: (head) => object(head).LayerCount !== undefined && isObject(object(head).Vulnerabilities),
  rows: { 'Vulnerabilities.*.*': (row) => ({ ...row, Description: null }) },
  read: (document) => ({
    title: 'Clair v2 (klar)',
    subject: withoutUndefined({ os: system(text(document.rows('Vulnerabilities.*.*')[0]?.value.NamespaceName)) }),
    findings: document.rows('Vulnerabilities.*.*').map(({ at, value }) =>
      fact({
        id: text(value.Name),
        package: text(value.FeatureName),
        version: text(value.FeatureVersion),
        severity: text(value.Severity) ?? String(at[1]),
        fixed: text(value.FixedBy),
        namespace: text(value.NamespaceName),
        url: text(value.Link),
      }),
    ),
  }),
});

/** clair-scanner: one list, and the ids that its whitelist does not approve. https://github.com/arminc/clair-scanner */
const clairScanner = jsonFormat({
  name: 'clair-scanner JSON (Clair v2)',
  recognise(head) {
    const first = object(list(object(head).vulnerabilities)[0]);
    return (
      object(head).unapproved !== undefined || (first.featurename !== undefined && first.vulnerability !== undefined)
    );
  },
  rows: { 'vulnerabilities.*': (row) => ({ ...row, description: null }) },
  read(document) {
    const root = object(document.root);
    const rows = document.rows('vulnerabilities.*');
    const unapproved = new Set(texts(root.unapproved));
    return {
      title: 'Clair v2 (clair-scanner)',
      subject: withoutUndefined({ name: text(root.image), os: system(text(rows[0]?.value.namespace)) }),
      findings: rows.map(({ value }) =>
        fact({
          id: text(value.vulnerability),
          package: text(value.featurename),
          version: text(value.featureversion),
          severity: text(value.severity),
          fixed: text(value.fixedby),
          namespace: text(value.namespace),
          url: text(value.link),
          suppressed:
            unapproved.has(text(value.vulnerability) ?? '') || unapproved.size === 0 ? undefined : 'on the whitelist',
        }),
      ),
    };
  },
});

/** Clair v1's API (v2.x of the program) and quay.io: features of a layer, each with its vulnerabilities. */
const layer = jsonFormat({
  name: 'Clair v2 layer report',
  recognise(head) {
    const { Layer, data } = object(head);
    return Array.isArray(object(Layer).Features) || Array.isArray(object(object(data).Layer).Features);
  },
  rows: { 'Layer.Features.*': cutFeature, 'data.Layer.Features.*': cutFeature },
  read(document) {
    const features = [...document.rows('Layer.Features.*'), ...document.rows('data.Layer.Features.*')].map(
      ({ value }) => value,
    );
    const root = object(document.root);
    const described = isObject(root.Layer) ? root.Layer : object(object(root.data).Layer);
    const name = text(described.Name);
    // Quay asks Clair v4 and keeps the older words; what it calls a layer is then the image, by its digest.
    const quay = number(described.IndexedByVersion) === 4;
    return {
      ...(quay && { scanner: 'clair-v4', title: 'Quay (Clair v4)' }),
      subject: withoutUndefined({
        ...(quay && name?.startsWith('sha256:') ? { digest: name } : { name }),
        os: system(text(described.NamespaceName)) ?? (quay ? quaySystem(features) : undefined),
      }),
      findings: features.flatMap((feature) =>
        list(feature.Vulnerabilities).flatMap((value, index) =>
          quay ? [...quayFacts(feature, object(value), index)] : [ofFeature(feature, object(value))],
        ),
      ),
    };
  },
});

function ofFeature(feature: JsonObject, row: JsonObject): FindingFact {
  return fact({
    id: text(row.Name),
    package: text(feature.Name),
    version: text(feature.Version),
    severity: text(row.Severity),
    fixed: text(row.FixedBy),
    namespace: text(row.NamespaceName) ?? text(feature.NamespaceName),
    url: text(row.Link)?.split(/\s/, 1)[0],
    layer: text(feature.AddedBy),
    metadata: row.Metadata,
  });
}

/**
 * A row of Quay in Clair v4's words: features are binary packages, and a name and a fixed version say what they say there.
 * https://github.com/quay/quay/blob/master/data/secscan_model/secscan_v4_model.py (features_for)
 */
function* quayFacts(feature: JsonObject, row: JsonObject, index: number): Generator<FindingFact> {
  const updater = text(row.NamespaceName)?.split('/') ?? [];
  const type = typeInWords(updater[1]) ?? typeInWords(updater[0]);
  const shared = {
    ...ofFeature(feature, row),
    ...withoutUndefined({ type }),
    kind: 'binary' as const,
    row: `${text(feature.AddedBy)}/${text(feature.Name)}/${text(feature.Version)}/${index}`,
  };
  for (const named of clairIds(text(row.Name) ?? '', text(row.Link)))
    yield { ...shared, ...named, fix: clairFix(text(row.FixedBy)) };
}

/** `debian:11` of the first row that says it in its metadata: `Debian GNU/Linux` and `11 (bullseye)`. */
function quaySystem(features: readonly JsonObject[]): string | undefined {
  for (const feature of features)
    for (const value of list(feature.Vulnerabilities)) {
      const { DistroName, DistroVersion } = object(object(value).Metadata);
      const name = text(DistroName)?.split(/\s/, 1)[0];
      const version = text(DistroVersion)?.split(/\s/, 1)[0];
      if (name !== undefined && version !== undefined) return `${name}:${version}`.toLowerCase();
    }
  return undefined;
}

function cutFeature(row: JsonObject): JsonObject {
  return {
    Name: row.Name,
    Version: row.Version,
    NamespaceName: row.NamespaceName,
    AddedBy: row.AddedBy,
    Vulnerabilities: list(row.Vulnerabilities).map((value) => ({ ...object(value), Description: null })),
  };
}

export const clairV2 = scanner({
  name: 'clair-v2',
  title: 'Clair v2',
  formats: [klar, clairScanner, layer],
  lenses: [clairV2Lens],
  run: { program: 'klar', arguments: ({ kind, value }) => (isName(kind) ? [value] : undefined), success: [0, 1] },
});
