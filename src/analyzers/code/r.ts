import { fileNameOf } from '../../formats/paths.ts';
import { rNames } from '../../formats/scripts/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/** What of each text of R, and of what says of a package what it needs, bears on what is loaded, as JSON (`RNames`). */
export const rCode = analyzer({
  name: 'code-r',
  version: 2,
  onDemand: true,
  rarely: /\bR_|\bRscript|\br-(?:base|cran)|\.[Rr]\b|shiny|(?:^|[\s"'/])R(?:[\s"']|$)/m,
  files: [
    '**/*.R',
    '**/*.r',
    '**/Rprofile',
    '**/Rprofile.site',
    '**/.Rprofile',
    '**/library/*/NAMESPACE',
    '**/library/*/DESCRIPTION',
    '**/*-library/*/NAMESPACE',
    '**/*-library/*/DESCRIPTION',
  ],
  begins: '#',
  magic: (head) => /^#![^\n]{0,100}(?:Rscript|\bR\b)/.test(head.subarray(0, 128).toString('latin1')),
  maxBytes: LIMITS.spooledTextBytes,
  *read(file) {
    const code = rNames(file.text(), fileNameOf(file.path) === 'DESCRIPTION');
    yield { kind: 'code', language: 'r', text: JSON.stringify(code) };
  },
});
