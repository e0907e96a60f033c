import { perlNames } from '../../formats/scripts/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/** What of each text of Perl bears on what it loads and starts, as JSON (`PerlNames`). */
export const perlCode = analyzer({
  name: 'code-perl',
  version: 4,
  onDemand: true,
  rarely: /\b(?:perl|plackup|starman|hypnotoad|morbo)|\.(?:p[lm]|psgi)\b/i,
  files: ['**/*.pm', '**/*.pl', '**/*.PL', '**/*.cgi', '**/*.psgi', '**/*.al'],
  begins: '#',
  magic: (head) => /^#![^\n]{0,100}perl/.test(head.subarray(0, 128).toString('latin1')),
  maxBytes: LIMITS.spooledTextBytes,
  *read(file) {
    yield { kind: 'code', language: 'perl', text: JSON.stringify(perlNames(file.text())) };
  },
});
