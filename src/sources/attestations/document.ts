import { PlimsollError } from '../../errors.ts';
import { billOfJson, billOfText } from '../../formats/sbom/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Attestation, Bill } from '../../model.ts';
import { isDigest } from '../digest.ts';
import { isObject, jsonObject, textOf, type UnknownRecord } from '../json.ts';
import type { SignatureCheck } from '../signatures/index.ts';

/** A bill of materials taken out of what it was wrapped in. */
export interface AttestedDocument {
  readonly bill: Bill;
  /** Digests that its statement says it is about; none where it has no statement, or one that names nothing. */
  readonly subjects: readonly string[];
}

/**
 * Unwraps an attached document: a Sigstore bundle, a DSSE envelope, an in-toto statement, cosign's own predicate, or the bill of
 * materials as it is. Signatures are passed over. Undefined for a statement about something else (provenance, a test result).
 * Throws `corrupt` for what is broken and `unsupported` for what is no bill in a format that is read.
 * https://github.com/secure-systems-lab/dsse/blob/master/envelope.md https://github.com/in-toto/attestation/tree/main/spec/v1
 */
export function attestedDocument(bytes: Uint8Array, where: string): AttestedDocument | undefined {
  const written = /^[\s\ufeff]*[<S#]/.test(Buffer.from(bytes.subarray(0, 200)).toString('utf8'))
    ? billOfText(Buffer.from(bytes).toString('utf8'))
    : undefined;
  if (written !== undefined) return { bill: written, subjects: [] };
  let value: UnknownRecord = jsonObject(bytes, where, 'attestation');
  let subjects: readonly string[] = [];
  for (let wraps = 0; wraps <= LIMITS.attestationWraps; wraps++) {
    const bill = isStatement(value) ? undefined : billOfJson(value);
    if (bill !== undefined) return { bill, subjects };
    if (isObject(value.dsseEnvelope)) value = value.dsseEnvelope;
    else if (typeof value.payload === 'string') value = payload(value.payload, value.payloadType, where);
    else if (isStatement(value)) {
      const predicateType = textOf(value.predicateType) ?? '';
      if (!/spdx|cyclonedx/i.test(predicateType)) return undefined;
      subjects = [...subjects, ...subjectsOf(value.subject)];
      const document = predicate(value.predicate, where);
      if ('entries' in document) return { bill: document as Bill, subjects };
      value = document as UnknownRecord;
    } else if ('messageSignature' in value) return undefined;
    else strange(where);
  }
  throw new PlimsollError('corrupt', `more than ${LIMITS.attestationWraps} envelopes within each other`, { where });
}

/** A statement taken out of its envelopes, whatever it is about. */
interface AttestedPredicate {
  /** Absent: the document was wrapped in no statement. */
  readonly predicateType?: string;
  readonly predicate: unknown;
  readonly subjects: readonly string[];
}

/** Unwraps an attached statement or document; signatures are passed over. Throws `corrupt`, `unsupported`. */
export function attestedPredicate(bytes: Uint8Array, where: string): AttestedPredicate {
  let value: UnknownRecord = jsonObject(bytes, where, 'attestation');
  for (let wraps = 0; wraps <= LIMITS.attestationWraps; wraps++) {
    if (isStatement(value)) {
      const predicateType = textOf(value.predicateType) ?? '';
      const subjects = subjectsOf(value.subject);
      return { predicateType, predicate: predicate(value.predicate, where), subjects };
    }
    if (isObject(value.dsseEnvelope)) value = value.dsseEnvelope;
    else if (typeof value.payload === 'string') value = payload(value.payload, value.payloadType, where);
    else return { predicate: value, subjects: [] };
  }
  throw new PlimsollError('corrupt', `more than ${LIMITS.attestationWraps} envelopes within each other`, { where });
}

/**
 * The statement of an attached document where it is signed by whom the check is for and names one of these digests: a signature on
 * what is said of another image proves nothing here. Throws `corrupt` for what is no JSON.
 */
export function provedStatement(
  bytes: Uint8Array,
  { signature = {} }: Pick<Attestation, 'signature'>,
  { check, own, where }: { readonly check: SignatureCheck; readonly own: readonly unknown[]; readonly where: string },
): Buffer | undefined {
  const statement = check.statement(jsonObject(bytes, where, 'attestation'), signature);
  if (statement === undefined) return undefined;
  const value = jsonObject(statement, where, 'signed statement');
  return isStatement(value) && subjectsOf(value.subject).some((digest) => own.includes(digest)) ? statement : undefined;
}

const isStatement = (value: UnknownRecord): boolean =>
  textOf(value._type)?.startsWith('https://in-toto.io/Statement/') === true;

function payload(base64: string, type: unknown, where: string): UnknownRecord {
  if (type !== undefined && !/^application\/vnd\.in-toto|json/.test(textOf(type) ?? ''))
    throw new PlimsollError('unsupported', `an envelope around ${textOf(type) ?? 'nothing named'}`, { where });
  return jsonObject(Buffer.from(base64, 'base64'), where, 'payload of the envelope');
}

/** cosign before 2.0 put the document into `Data`, as an object or as text. */
function predicate(value: unknown, where: string): UnknownRecord | Bill {
  if (!isObject(value)) throw new PlimsollError('corrupt', 'a statement without a predicate', { where });
  if (isObject(value.Data)) return value.Data;
  if (typeof value.Data !== 'string') return value;
  if (!/^\s*[{[]/.test(value.Data)) return billOfText(value.Data) ?? strange(where);
  return jsonObject(Buffer.from(value.Data), where, 'document in the predicate');
}

function strange(where: string): never {
  throw new PlimsollError('unsupported', 'neither CycloneDX nor SPDX', { where });
}

function subjectsOf(value: unknown): string[] {
  const subjects: unknown[] = Array.isArray(value) ? value.slice(0, LIMITS.indexManifests) : [];
  return subjects.flatMap((subject) => {
    const digests = isObject(subject) && isObject(subject.digest) ? Object.entries(subject.digest) : [];
    return digests.map(([algorithm, hex]) => `${algorithm}:${textOf(hex) ?? ''}`).filter(isDigest);
  });
}
