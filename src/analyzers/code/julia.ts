import { juliaNames } from '../../formats/scripts/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/** What of each text of Julia bears on what it loads and starts, as JSON (`JuliaNames`). */
export const juliaCode = analyzer({
  name: 'code-julia',
  version: 1,
  onDemand: true,
  rarely: /\bjulia|\.jl\b/i,
  files: ['**/*.jl'],
  begins: '#',
  magic: (head) => /^#![^\n]{0,100}julia/.test(head.subarray(0, 128).toString('latin1')),
  maxBytes: LIMITS.spooledTextBytes,
  *read(file) {
    yield { kind: 'code', language: 'julia', text: JSON.stringify(juliaNames(file.text())) };
  },
});
