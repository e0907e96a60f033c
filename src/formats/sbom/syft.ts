import { LIMITS } from '../../limits.ts';
import type { Bill } from '../../model.ts';
import { isObject, objectOf, objectsOf, textOf, type UnknownRecord } from '../json-values.ts';
import { billEntry } from './entry.ts';
import { OWNERSHIP } from './spdx-words.ts';

/** Syft's own JSON, of which its other formats are extracts. https://github.com/anchore/syft/tree/main/schema/json */
export function syftBill(document: UnknownRecord): Bill {
  const [schema, descriptor, source, distro] = [
    objectOf(document.schema),
    objectOf(document.descriptor),
    objectOf(document.source),
    objectOf(document.distro),
  ];
  const metadata = objectOf(isObject(source.metadata) ? source.metadata : source.target);
  const entries = objectsOf(document.artifacts);
  const owners = ownersOf(document, entries);
  const [id, title] = [textOf(distro.id) ?? textOf(distro.name), textOf(distro.prettyName)];
  const version = textOf(distro.versionID) ?? textOf(distro.version) ?? textOf(distro.versionCodename);
  const name = textOf(metadata.userInput) ?? textOf(source.name) ?? textOf(source.target);
  const digest = textOf(metadata.manifestDigest);
  const tool = textOf(descriptor.name);
  return {
    format: `Syft ${textOf(schema.version) ?? ''}`.trim(),
    ...(name === undefined ? {} : { name }),
    ...(digest === undefined ? {} : { digest }),
    ...(tool === undefined ? {} : { creator: [tool, textOf(descriptor.version)].filter(Boolean).join(' ') }),
    ...(id === undefined
      ? {}
      : {
          system: {
            name: id,
            ...(version === undefined ? {} : { version }),
            ...(title === undefined ? {} : { title }),
          },
        }),
    entries: entries.slice(0, LIMITS.billPackages).map((artifact) => entry(artifact, owners)),
    ...(entries.length > LIMITS.billPackages ? { left: entries.length - LIMITS.billPackages } : {}),
  };
}

/** What of Syft's metadata says more than the purl does, under the names that Syft gives it in CycloneDX. */
const METADATA = ['source', 'sourceVersion', 'sourceRpm', 'originPackage', 'modularityLabel', 'maintainer'];

/** Package URLs of the OS packages in whose files others were found, by the ids of the others. */
function ownersOf(document: UnknownRecord, artifacts: readonly UnknownRecord[]): ReadonlyMap<string, string> {
  const purls = new Map(artifacts.map(({ id, purl }) => [textOf(id), textOf(purl)]));
  const relations = objectsOf(document.artifactRelationships).filter(({ type }) => type === OWNERSHIP);
  return new Map(
    relations.flatMap(({ parent, child }) => {
      const purl = purls.get(textOf(parent));
      return purl === undefined ? [] : [[textOf(child) ?? '', purl] as const];
    }),
  );
}

function entry(artifact: UnknownRecord, owners: ReadonlyMap<string, string>) {
  const metadata = objectOf(artifact.metadata);
  const cpes: readonly unknown[] = Array.isArray(artifact.cpes) ? artifact.cpes : [];
  return billEntry({
    name: textOf(artifact.name),
    version: textOf(artifact.version),
    purls: [textOf(artifact.purl)],
    cpes: cpes.map((cpe) => textOf(isObject(cpe) ? cpe.cpe : cpe)),
    facts: [
      ...METADATA.map((key) => [`syft:metadata:${key}`, textOf(metadata[key])] as const),
      [OWNERSHIP, owners.get(textOf(artifact.id) ?? '')] as const,
    ],
    paths: objectsOf(artifact.locations).map((location) => textOf(location.path)),
  });
}
