import { analyzer } from '../analyzer.ts';
import { secretInterest } from './files.ts';
import { secretRisks } from './search.ts';

/** Secrets in the files where people leave them: credentials, settings and their own code. */
export const secrets = analyzer({
  name: 'secrets',
  version: 1,
  magic: (head, entry) => secretInterest(entry.path, entry.size) !== undefined && !head.includes(0),
  maxBytes: 1024 * 1024,
  *read(file) {
    const interest = secretInterest(file.path, file.bytes.length);
    if (interest === undefined) return;
    const bare = interest === 'credentials' || /\.(?:sh|bash|zsh|properties|ini|cfg|conf)$|Dockerfile/i.test(file.path);
    yield* secretRisks(file.text(), { assignments: true, bare }, (line) => `line ${line}`);
  },
});
