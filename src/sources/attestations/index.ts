export {
  attachments,
  attempt,
  buildKitReferences,
  type Gathering,
  gather,
  gathering,
  isAttached,
  isBuildKitAttestation,
  mayHoldSbom,
  mayLook,
  type OpenDocument,
  type Place,
  parseArtifact,
  referrersTag,
} from './attestations.ts';
export { type AttestedDocument, attestedDocument } from './document.ts';
export { layoutAttestations } from './layout.ts';
