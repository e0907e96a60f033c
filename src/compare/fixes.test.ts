import { describe, expect, it } from 'vitest';
import { finding, report, wheel } from '../../test/report.ts';
import { pieces, reportFormatNamed } from '../report/index.ts';
import { readReport, reportBytes } from '../scanners/read.ts';
import { fixInWords, fixText } from './fixes.ts';

describe('a fix in words', () => {
  it.each([
    [{ state: 'fixed', versions: ['1.1.1n', '3.0.8'] }, 'fixed in 1.1.1n, 3.0.8'],
    [
      { state: 'subscription', versions: ['1.1.1f-1ubuntu2.24+esm1'] },
      'fixed for subscribers in 1.1.1f-1ubuntu2.24+esm1',
    ],
    [{ state: 'wont-fix', versions: [] }, 'wont-fix'],
  ])('%j is "%s"', (fix, words) => expect(fixInWords(fix)).toBe(words));

  it('says of a row who gets it, where only subscribers do, whichever package comes first', async () => {
    const [openssl, other] = [wheel('openssl', '1.1.1f'), wheel('libssl', '1.1.1f')];
    const fix = { state: 'subscription', version: '1.1.1f+esm1', subscription: 'Ubuntu Pro' } as const;
    const unfixed = finding('CVE-2025-9230', other, 'HIGH');
    const scan = report({
      packages: [openssl, other],
      findings: [unfixed, { ...finding('CVE-2025-9230', openssl, 'HIGH'), fix }],
    });
    const text = [...pieces(reportFormatNamed('json').render(scan, {}))].join('');
    const { findings } = await readReport(reportBytes(text, 'scan.json'));
    expect(fixText(findings)).toBe('fixed for subscribers in 1.1.1f+esm1');
    expect(fixText([...findings].reverse())).toBe('fixed for subscribers in 1.1.1f+esm1');
  });
});
