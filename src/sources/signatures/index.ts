export { type SignatureAnnotations, type SignatureCheck, signatureCheck, type TrustedSigner } from './check.ts';
export { SIGNATURE_ANNOTATIONS } from './cosign-layout.ts';
export { payloadNames, signStatementNames } from './names.ts';
