/**
 * A Sigstore in memory: an authority for certificates, its log, and a log of signatures, from the project's own mock of its
 * services. What is signed is laid out as cosign does it, in the bundle of its version 3 and the annotations of its version 2.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { initializeCA, initializeTLog } from '@sigstore/mock';

const STATEMENT = 'application/vnd.in-toto+json';
const ISSUER = '1.3.6.1.4.1.57264.1.1';
const ISSUER_V2 = '1.3.6.1.4.1.57264.1.8';
const hex = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const base64 = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64');
const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
const keys = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** What the log answers. https://github.com/sigstore/rekor/blob/main/openapi.yaml */
interface Entry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logIndex: number;
  readonly logID: string;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: { logIndex: number; treeSize: number; rootHash: string; checkpoint: string };
  };
}

/** One who has just logged in: a certificate and the key that it is for. */
export interface Login {
  readonly certificate: Buffer;
  readonly privateKey: KeyObject;
}

/** The log of certificates: the mock's own makes signatures without bytes. https://www.rfc-editor.org/rfc/rfc6962#section-3.2 */
function certificateLog() {
  const pair = keys();
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' });
  const logID = createHash('sha256').update(publicKey).digest();
  const sized = (bytes: number, value: number): Buffer => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUIntBE(value, 0, bytes);
    return buffer;
  };
  return {
    publicKey,
    logID,
    async log(certificate: ArrayBuffer, issuerID: ArrayBuffer): Promise<ArrayBuffer> {
      const der = Buffer.from(certificate);
      const inner = der.subarray(4); // both sequences have lengths of two bytes
      const tbs = inner.subarray(0, 4 + inner.readUInt16BE(2));
      const time = Buffer.concat([Buffer.alloc(2), sized(6, Date.now())]);
      const data = [
        Buffer.from([0, 0]),
        time,
        sized(2, 1),
        Buffer.from(issuerID),
        sized(3, tbs.length),
        tbs,
        sized(2, 0),
      ];
      const signature = sign('sha256', Buffer.concat(data), pair.privateKey);
      const parts = [
        Buffer.from([0]),
        logID,
        time,
        sized(2, 0),
        Buffer.from([4, 3]),
        sized(2, signature.length),
        signature,
      ];
      const sct = Buffer.concat(parts);
      return new Uint8Array(Buffer.concat([sized(2, sct.length), sct])).buffer;
    },
  };
}

export type Sigstore = Awaited<ReturnType<typeof sigstore>>;

/** `loggedAt`: when the log sees what is signed, where that is not now. */
export async function sigstore(loggedAt?: Date) {
  const ctlog = certificateLog();
  const ca = await initializeCA(keys(), ctlog);
  const tlog = await initializeTLog('https://rekor.example', keys(), loggedAt);
  const login = async (identity: string, issuer: string): Promise<Login> => {
    const { publicKey, privateKey } = keys();
    const certificate = await ca.issueCertificate({
      publicKey: publicKey.export({ format: 'der', type: 'spki' }),
      subjectAltName: identity,
      extensions: [
        { oid: ISSUER, value: issuer, legacy: true },
        { oid: ISSUER_V2, value: issuer },
      ],
    });
    return { certificate, privateKey };
  };
  const logged = async (body: object) => Object.values(await tlog.log(body))[0] as unknown as Entry;
  const hashed = (payload: Buffer, signature: Buffer, certificate: Buffer) =>
    logged({
      kind: 'hashedrekord',
      apiVersion: '0.0.1',
      spec: {
        data: { hash: { algorithm: 'sha256', value: hex(payload) } },
        signature: { content: base64(signature), publicKey: { content: base64(pem(certificate)) } },
      },
    });
  const enveloped = async (text: string, { certificate, privateKey }: Login) => {
    const signature = sign(
      'sha256',
      Buffer.from(`DSSEv1 ${STATEMENT.length} ${STATEMENT} ${Buffer.byteLength(text)} ${text}`),
      privateKey,
    );
    const envelope = {
      payloadType: STATEMENT,
      payload: base64(text),
      signatures: [{ keyid: '', sig: base64(signature) }],
    };
    const entry = await logged({
      kind: 'dsse',
      apiVersion: '0.0.1',
      spec: {
        envelopeHash: { algorithm: 'sha256', value: hex(JSON.stringify(envelope)) },
        payloadHash: { algorithm: 'sha256', value: hex(text) },
        signatures: [{ signature: base64(signature), verifier: base64(pem(certificate)) }],
      },
    });
    return { envelope, entry };
  };
  const material = (certificate: Buffer, entry: Entry) => {
    const { kind, apiVersion } = JSON.parse(Buffer.from(entry.body, 'base64').toString());
    const proof = entry.verification.inclusionProof;
    return {
      certificate: { rawBytes: base64(certificate) },
      tlogEntries: [
        {
          logIndex: String(entry.logIndex),
          logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
          kindVersion: { kind, version: apiVersion },
          integratedTime: String(entry.integratedTime),
          inclusionPromise: { signedEntryTimestamp: entry.verification.signedEntryTimestamp },
          inclusionProof: {
            logIndex: String(proof.logIndex),
            rootHash: Buffer.from(proof.rootHash, 'hex').toString('base64'),
            treeSize: String(proof.treeSize),
            hashes: [],
            checkpoint: { envelope: proof.checkpoint },
          },
          canonicalizedBody: entry.body,
        },
      ],
    };
  };
  const annotated = (certificate: Buffer, { body, integratedTime, logIndex, logID, verification }: Entry) => ({
    'dev.sigstore.cosign/certificate': pem(certificate),
    'dev.sigstore.cosign/bundle': JSON.stringify({
      SignedEntryTimestamp: verification.signedEntryTimestamp,
      Payload: { body, integratedTime, logIndex, logID },
    }),
  });
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const since = new Date(0).toISOString();
  const log = (publicKey: Buffer) => ({
    baseUrl: 'https://rekor.example',
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: { start: since } },
    logId: { keyId: createHash('sha256').update(publicKey).digest('base64') },
  });
  return {
    login,
    /** A statement in the bundle of cosign's version 3. */
    async bundle(text: string, who: Login) {
      const { envelope, entry } = await enveloped(text, who);
      return { mediaType, verificationMaterial: material(who.certificate, entry), dsseEnvelope: envelope };
    },
    /** The same as version 2 lays it down: the envelope, and annotations of its layer. */
    async envelope(text: string, who: Login) {
      const { envelope, entry } = await enveloped(text, who);
      return { envelope, annotations: annotated(who.certificate, entry) };
    },
    /** The signature on a payload, as annotations of its layer. */
    async annotations(payload: Buffer, { certificate, privateKey }: Login): Promise<Record<string, string>> {
      const signature = sign('sha256', payload, privateKey);
      const entry = await hashed(payload, signature, certificate);
      return { 'dev.cosignproject.cosign/signature': base64(signature), ...annotated(certificate, entry) };
    },
    /** The bundle that `cosign sign-blob` writes. */
    async fileBundle(content: Buffer, { certificate, privateKey }: Login) {
      const signature = sign('sha256', content, privateKey);
      const entry = await hashed(content, signature, certificate);
      const messageDigest = { algorithm: 'SHA2_256', digest: createHash('sha256').update(content).digest('base64') };
      return {
        mediaType,
        verificationMaterial: material(certificate, entry),
        messageSignature: { messageDigest, signature: base64(signature) },
      };
    },
    /** A trusted_root.json. */
    root: JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [log(tlog.publicKey)],
      ctlogs: [log(ctlog.publicKey)],
      certificateAuthorities: [
        {
          subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
          uri: 'https://fulcio.example',
          certChain: { certificates: [{ rawBytes: base64(ca.rootCertificate) }] },
          validFor: { start: since },
        },
      ],
      timestampAuthorities: [],
    }),
  };
}
