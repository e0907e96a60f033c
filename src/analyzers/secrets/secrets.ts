import { createHash } from 'node:crypto';
import type { Severity } from '../../model.ts';
import { type AnalyzedFile, type Analyzer, analyzer, type RiskFact } from '../analyzer.ts';
import { isExample, SECRET_FILE_BYTES, type SecretInterest, secretInterest, systemInterest } from './files.ts';
import { secretRisks } from './search.ts';

/** Secrets in the files where people leave them: credentials, settings, their own code and texts. */
export const secrets = analyzer({
  name: 'secrets',
  version: 11,
  ...reading(secretInterest),
});

/** Credentials in the folders of the distribution that no package put there. */
export const systemSecrets = analyzer({
  name: 'system-secrets',
  version: 8,
  unownedOnly: true,
  hiddenToo: true,
  ...reading(systemInterest),
});

function reading(
  interestIn: (path: string, size: number) => SecretInterest | undefined,
): Pick<Analyzer, 'magic' | 'maxBytes'> & { read(file: AnalyzedFile): Iterable<RiskFact> } {
  return {
    magic: (head, entry) => interestIn(entry.path, entry.size) !== undefined && !head.includes(0),
    maxBytes: SECRET_FILE_BYTES,
    *read(file) {
      const interest = interestIn(file.path, file.bytes.length);
      if (interest === undefined) return;
      const example = isExample(file.path);
      const bare =
        interest === 'credentials' || /\.(?:sh|bash|zsh|properties|ini|cfg|conf|config)$|Dockerfile/i.test(file.path);
      // A name with a value is a guess: not where examples stand, nor in texts of any kind.
      const assignments = interest !== 'text' && !example;
      let content: string | undefined;
      for (const risk of secretRisks(
        file.text(),
        { assignments, bare: bare && assignments, yaml: assignments && /\.ya?ml$|compose[^/]*$/i.test(file.path) },
        (line) => `line ${line}`,
      )) {
        content ??= createHash('sha256').update(file.bytes).digest('base64url');
        yield { ...(example ? inExample(risk) : risk), content };
      }
    },
  };
}

const LESS: Readonly<Partial<Record<Severity, Severity>>> = { CRITICAL: 'HIGH', HIGH: 'MEDIUM', MEDIUM: 'LOW' };

const inExample = (risk: RiskFact): RiskFact => ({
  ...risk,
  severity: LESS[risk.severity] ?? risk.severity,
  detail: `${risk.detail ?? ''}; among examples or tests, it may be made up`.replace(/^; /, ''),
});
