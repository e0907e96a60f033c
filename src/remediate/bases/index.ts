export { baseImage } from './base-image.ts';
export { imageTexts } from './image-texts.ts';
export { introductions } from './introduction.ts';
export { attachedProvenance, type ProvenanceBase } from './provenance.ts';
