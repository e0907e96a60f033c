export {
  attachments,
  attempt,
  buildKitReferences,
  type DocumentPlace,
  type Gathering,
  gatherDocuments,
  gathering,
  isAttached,
  isBuildKitAttestation,
  mayHoldSbom,
  mayLook,
  type OpenDocument,
  parseArtifactManifest,
  referrersTag,
} from './attestations.ts';
export { type AttestedDocument, attestedDocument, attestedPredicate, provedStatement } from './document.ts';
export { layoutAttestations } from './layout.ts';
