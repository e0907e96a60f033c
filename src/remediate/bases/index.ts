export { baseImage } from './base-image.ts';
export {
  bytesOf,
  type Call,
  callsOf,
  type LinkedTo,
  linkedTo,
  missingLibraries,
  missingPrograms,
  programsCalled,
} from './base-use.ts';
export { imageTexts } from './image-texts.ts';
export { introductions } from './introduction.ts';
export { hasSlimVariant, slimName } from './official-images.ts';
export { attachedProvenance, type ProvenanceBase } from './provenance.ts';
export { type BaseVariant, baseVariants } from './variants.ts';
export { writtenAt } from './written-at.ts';
