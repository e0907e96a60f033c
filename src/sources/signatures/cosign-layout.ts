import { createHash } from 'node:crypto';
import { isObject, jsonObject, textOf, type UnknownRecord } from '../json.ts';
import type { SignatureAnnotations } from './check.ts';

/** https://github.com/secure-systems-lab/dsse/blob/master/envelope.md https://github.com/in-toto/attestation/tree/main/spec/v1 */
export const STATEMENT_TYPE = 'application/vnd.in-toto+json';

export const SIGNATURE = 'dev.cosignproject.cosign/signature';
const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const LOG_ENTRY = 'dev.sigstore.cosign/bundle';
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp';

/** The annotations of a layer with which cosign's version 2 proves a signature. */
export const SIGNATURE_ANNOTATIONS: readonly string[] = [SIGNATURE, CERTIFICATE, LOG_ENTRY, TIMESTAMP];

/**
 * A payload and the annotations beside it as the Sigstore bundle that says the same; undefined where a certificate is missing.
 * Throws `corrupt` for a log entry that is no JSON.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
 */
export function bundleOfPayload(payload: Buffer, annotations: SignatureAnnotations): UnknownRecord | undefined {
  const digest = createHash('sha256').update(payload).digest('base64');
  const messageSignature = {
    messageDigest: { algorithm: 'SHA2_256', digest },
    signature: annotations[SIGNATURE] ?? '',
  };
  return bundle({ messageSignature }, annotations);
}

/** The same of a DSSE envelope, which holds its signature itself. */
export const bundleOfEnvelope = (
  dsseEnvelope: UnknownRecord,
  annotations: SignatureAnnotations,
): UnknownRecord | undefined => bundle({ dsseEnvelope }, annotations);

function bundle(content: UnknownRecord, annotations: SignatureAnnotations): UnknownRecord | undefined {
  const certificate = /-----BEGIN CERTIFICATE-----([\s\w+/=]+)-----END/.exec(annotations[CERTIFICATE] ?? '')?.[1];
  if (certificate === undefined) return undefined;
  const entry = logEntry(annotations[LOG_ENTRY]);
  const stamped = annotations[TIMESTAMP];
  const signedTimestamp =
    stamped === undefined
      ? undefined
      : jsonObject(Buffer.from(stamped), TIMESTAMP, 'time stamp').SignedRFC3161Timestamp;
  return {
    // The version that asks for no proof but the log's promise: cosign kept nothing more.
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: certificate.replace(/\s+/g, '') }] },
      tlogEntries: entry === undefined ? [] : [entry],
      ...(signedTimestamp === undefined
        ? {}
        : { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp }] } }),
    },
    ...content,
  };
}

/** The promise of the log, as cosign keeps it: https://github.com/sigstore/cosign/blob/main/pkg/cosign/bundle/rekor.go */
function logEntry(text: string | undefined): UnknownRecord | undefined {
  if (text === undefined) return undefined;
  const { SignedEntryTimestamp, Payload } = jsonObject(Buffer.from(text), LOG_ENTRY, 'log entry');
  if (!isObject(Payload)) return undefined;
  const body = textOf(Payload.body) ?? '';
  const { kind, apiVersion } = jsonObject(Buffer.from(body, 'base64'), LOG_ENTRY, 'body of the log entry');
  return {
    logIndex: String(Payload.logIndex),
    logId: { keyId: Buffer.from(textOf(Payload.logID) ?? '', 'hex').toString('base64') },
    kindVersion: { kind: textOf(kind) ?? '', version: textOf(apiVersion) ?? '' },
    integratedTime: String(Payload.integratedTime),
    inclusionPromise: { signedEntryTimestamp: SignedEntryTimestamp },
    canonicalizedBody: body,
  };
}
