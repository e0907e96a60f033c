import { rubyNames } from '../../formats/scripts/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/** What of each text of Ruby bears on what it loads and starts, as JSON (`RubyNames`). */
export const rubyCode = analyzer({
  name: 'code-ruby',
  version: 3,
  onDemand: true,
  rarely: /\b(?:ruby|bundler?\b|gems?\b|puma|rails|rackup|unicorn|sidekiq)|\.r[bu]\b/i,
  files: ['**/*.rb', '**/*.ru', '**/Rakefile'],
  begins: '#',
  magic: (head) => /^#![^\n]{0,100}ruby/.test(head.subarray(0, 128).toString('latin1')),
  maxBytes: LIMITS.spooledTextBytes,
  *read(file) {
    yield { kind: 'code', language: 'ruby', text: JSON.stringify(rubyNames(file.text())) };
  },
});
