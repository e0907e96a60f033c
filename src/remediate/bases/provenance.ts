import { asPlimsollError } from '../../errors.ts';
import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, list, object, text } from '../../formats/text/index.ts';
import { uriDecoded } from '../../formats/uri.ts';
import type { Image } from '../../model.ts';

/** The base image as a build's provenance attestation names it. */
export interface ProvenanceBase {
  readonly name: string;
  readonly digest?: string;
  readonly said: string;
}

/**
 * Reads an in-toto statement of BuildKit (SLSA provenance 0.2 or 1): the image the build took as a material. With several
 * materials the last that is no frontend or helper of the builder counts.
 * https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-provenance.md
 */
function provenanceBase(statement: Json): ProvenanceBase | undefined {
  if (!isObject(statement)) return undefined;
  const predicate = object(statement.predicate);
  const materials = [
    ...list(predicate.materials),
    ...list(object(predicate.buildDefinition).resolvedDependencies),
  ].flatMap((material) => {
    const uri = text(object(material).uri);
    const repository = /^pkg:(?:docker|oci)\/([^?#]+)/.exec(uri ?? '')?.[1];
    if (repository === undefined) return [];
    const name = uriDecoded(repository).replace(/@(?!sha256:)([^@/]+)$/, ':$1');
    const digest = text(object(object(material).digest).sha256);
    return [{ name, ...(digest === undefined ? {} : { digest: `sha256:${digest}` }) }];
  });
  const base = materials
    .filter(({ name }) => !/^(?:docker\/)?(?:dockerfile|buildkit-syft-scanner|buildkit)\b/.test(name))
    .at(-1);
  return base && { ...base, said: `the build's provenance names ${base.name} as a material` };
}

/**
 * The base that an image's attached provenance names: a statement as it is, or in a DSSE envelope. Undefined where there is none
 * that can be read, which is no problem: there are other ways to tell. Throws only `interrupted`.
 */
export async function attachedProvenance(image: Image, signal?: AbortSignal): Promise<ProvenanceBase | undefined> {
  try {
    const attached = await image.attestations?.(signal ? { signal } : {});
    for (const attestation of attached?.provenance ?? []) {
      const document = readJson(Buffer.from(await attestation.open(signal)).toString('utf8')) as Json;
      const payload = text(object(document).payload);
      const statement =
        payload === undefined ? document : (readJson(Buffer.from(payload, 'base64').toString('utf8')) as Json);
      const base = provenanceBase(statement);
      if (base) return base;
    }
  } catch (error) {
    const problem = asPlimsollError(error, 'corrupt');
    if (problem.code === 'interrupted') throw problem;
  }
  return undefined;
}
