import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/** What a configuration names that starts it. */
const NAMED = /\b(?:node|npm|npx|yarn|pnpm|pm2)|\.[cm]?js\b/i;

/** The text of a file of JavaScript: it is parsed where a process is found to load it. */
export const javascriptCode = analyzer({
  name: 'code-javascript',
  version: 1,
  onDemand: true,
  rarely: NAMED,
  files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
  maxBytes: LIMITS.scriptBytes,
  *read(file) {
    yield { kind: 'code', language: 'javascript', text: file.text() };
  },
});

/** What says of a package of JavaScript which of its files others get. https://nodejs.org/api/packages.html */
export const packageCode = analyzer({
  name: 'code-package',
  version: 1,
  onDemand: true,
  rarely: NAMED,
  files: ['**/package.json'],
  maxBytes: LIMITS.codeTextBytes,
  *read(file) {
    yield { kind: 'code', language: 'package', text: file.text() };
  },
});
