import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isDigest } from '../digest.ts';
import { isObject, type JsonObject, jsonObject, textOf } from '../json.ts';

/** A bill of materials taken out of what it was wrapped in. */
export interface AttestedDocument {
  readonly document: JsonObject;
  /** Digests that its statement says it is about; none where it has no statement, or one that names nothing. */
  readonly subjects: readonly string[];
}

/**
 * Unwraps an attached document: a Sigstore bundle, a DSSE envelope, an in-toto statement, cosign's own predicate, or the bill of
 * materials as it is. Signatures are passed over. Undefined for a statement about something else (provenance, a test result).
 * Throws `corrupt` for what is broken and `unsupported` for bills in other formats than CycloneDX JSON and SPDX 2 JSON.
 * https://github.com/secure-systems-lab/dsse/blob/master/envelope.md https://github.com/in-toto/attestation/tree/main/spec/v1
 */
export function attestedDocument(bytes: Uint8Array, where: string): AttestedDocument | undefined {
  let value: JsonObject = jsonObject(bytes, where, 'attestation');
  let subjects: readonly string[] = [];
  for (let wraps = 0; wraps <= LIMITS.attestationWraps; wraps++) {
    if (isBill(value)) return { document: value, subjects };
    if (isObject(value.dsseEnvelope)) value = value.dsseEnvelope;
    else if (typeof value.payload === 'string') value = payload(value.payload, value.payloadType, where);
    else if (isStatement(value)) {
      const predicateType = textOf(value.predicateType) ?? '';
      if (!/spdx|cyclonedx/i.test(predicateType)) return undefined;
      subjects = [...subjects, ...subjectsOf(value.subject)];
      value = predicate(value.predicate, where);
    } else if ('messageSignature' in value) return undefined;
    else throw strange(value, where);
  }
  throw new PlimsollError('corrupt', `more than ${LIMITS.attestationWraps} envelopes within each other`, { where });
}

const isBill = (value: JsonObject): boolean =>
  value.bomFormat === 'CycloneDX' || textOf(value.spdxVersion)?.startsWith('SPDX-2') === true;

const isStatement = (value: JsonObject): boolean =>
  textOf(value._type)?.startsWith('https://in-toto.io/Statement/') === true;

function payload(base64: string, type: unknown, where: string): JsonObject {
  if (type !== undefined && !/^application\/vnd\.in-toto|json/.test(textOf(type) ?? ''))
    throw new PlimsollError('unsupported', `an envelope around ${textOf(type) ?? 'nothing named'}`, { where });
  return jsonObject(Buffer.from(base64, 'base64'), where, 'payload of the envelope');
}

/** cosign before 2.0 put the document into `Data`, as an object or as text. */
function predicate(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw new PlimsollError('corrupt', 'a statement without a predicate', { where });
  if (isObject(value.Data)) return value.Data;
  if (typeof value.Data !== 'string') return value;
  if (/^\s*SPDXVersion:/.test(value.Data)) throw otherFormat('SPDX tag-value', where);
  return jsonObject(Buffer.from(value.Data), where, 'document in the predicate');
}

function strange(value: JsonObject, where: string): PlimsollError {
  const context = textOf(value['@context']);
  if (context?.includes('spdx.org/rdf/3')) return otherFormat('SPDX 3', where);
  return new PlimsollError('unsupported', 'neither CycloneDX JSON nor SPDX 2 JSON', { where });
}

const otherFormat = (format: string, where: string): PlimsollError =>
  new PlimsollError('unsupported', `${format} in place of CycloneDX JSON or SPDX 2 JSON`, { where });

function subjectsOf(value: unknown): string[] {
  const subjects: unknown[] = Array.isArray(value) ? value.slice(0, LIMITS.indexManifests) : [];
  return subjects.flatMap((subject) => {
    const digests = isObject(subject) && isObject(subject.digest) ? Object.entries(subject.digest) : [];
    return digests.map(([algorithm, hex]) => `${algorithm}:${textOf(hex) ?? ''}`).filter(isDigest);
  });
}
