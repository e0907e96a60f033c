/** Whoever reads one finding learns that its package was recovered, or that nothing but its list is there, in whatever format he reads it. */
import { describe, expect, it } from 'vitest';
import { deb, finding, report, wheel } from '../../../test/report.ts';
import { spdxFacts } from '../../formats/sbom/spdx-words.ts';
import type { Package } from '../../model.ts';
import { asffReport, csvReport, gitlabReport, grypeReport, junitReport } from '../exchange/index.ts';
import { htmlReport } from '../html/index.ts';
import { pieces, type ReportFormat } from '../report-format.ts';
import { cyclonedxReport, spdxReport } from '../sbom/index.ts';
import { jsonReport, markdownReport, sarifReport, tableReport } from './index.ts';

const of = (marks: Partial<Package>) => {
  const packages: Package[] = [{ ...deb('zlib', '1.2.11'), certainty: 'name', ...marks }];
  return report({ packages, findings: packages.map((pkg) => finding('CVE-2022-37434', pkg, 'CRITICAL')) });
};
const text = (format: ReportFormat, value: ReturnType<typeof of>): string =>
  [...pieces(format.render(value, {}))].join('');

/** The words that each format has for it. */
const FORMATS: readonly (readonly [format: ReportFormat, phantom: string, recovered: string])[] = [
  [tableReport, 'phantom: nothing but its list is there', 'recovered: its changelog is there'],
  [markdownReport, 'phantom: nothing but its list is there', 'recovered: its changelog is there'],
  [htmlReport, 'phantom: nothing but its list is there', 'recovered: its changelog is there'],
  [junitReport, 'phantom: nothing but its list is there', 'recovered: its changelog is there'],
  [gitlabReport, 'phantom: nothing but its list is there', 'recovered: its changelog is there'],
  [csvReport, 'phantom: nothing but its list is there', 'recovered: its changelog is there'],
  [sarifReport, 'phantom: nothing but its list is there', 'recovered: its changelog is there'],
  [sarifReport, '"phantom": true', '"recovered": "documentation"'],
  [jsonReport, '"phantom": true', '"recovered": "documentation"'],
  [cyclonedxReport, '"plimsoll:phantom"', '"plimsoll:recovered"'],
  [spdxReport, 'plimsoll:phantom=true', 'plimsoll:recovered=documentation'],
  [grypeReport, '"phantom": true', '"recovered": "documentation"'],
  [asffReport, '"Phantom": "true"', '"Recovered": "documentation"'],
];

describe('what proves a package', () => {
  it.each(FORMATS.map((row) => [row[0].name, ...row] as const))(
    'is told by %s beside its finding',
    (_, format, phantom, recovered) => {
      const [plain, ghost, saved] = [of({}), of({ phantom: true }), of({ recovered: 'documentation' })].map((value) =>
        text(format, value).replace(/":(?=["t])/g, '": '),
      );
      expect(ghost).toContain(phantom);
      expect(saved).toContain(recovered);
      for (const words of [phantom, recovered]) expect(plain).not.toContain(words);
    },
  );

  it('tells between which releases a package lies that has no version of its own', () => {
    const versions = 'not known: nearest to 2.25.1, probably earlier than 2.31.0';
    const pkg: Package = { ...wheel('requests', ''), certainty: 'name', recovered: 'wheel', properties: { versions } };
    const value = report({ packages: [pkg], findings: [finding('CVE-2023-32681', pkg, 'MEDIUM')] });
    expect(text(tableReport, value).replace(/\s+/g, ' ')).toContain(
      `recovered: its files are those of known wheels · version ${versions}`,
    );
  });

  it('is harmless in every format, whatever somebody wrote for a version', () => {
    const versions = 'not known: nearest to 1<img src=x>, [2](https://evil.example), @team, \u001b[31m3\u202e';
    const pkg: Package = { ...wheel('requests', ''), certainty: 'name', recovered: 'wheel', properties: { versions } };
    const value = report({ packages: [pkg], findings: [finding('CVE-2023-32681', pkg, 'MEDIUM')] });
    for (const [format] of FORMATS) expect(text(format, value), format.name).not.toMatch(/[\u001b\u202e]/);
    for (const format of [markdownReport, htmlReport, junitReport])
      expect(text(format, value), format.name).not.toContain('<img');
    expect(text(markdownReport, value)).not.toMatch(/@team|\[2\]|:\/\/evil/);
  });

  it('is a sentence of its own in front of what GitLab shows of a vulnerability', () => {
    const { vulnerabilities } = JSON.parse(text(gitlabReport, of({ recovered: 'documentation' })));
    expect(vulnerabilities[0].description).toMatch(/^recovered: its changelog is there\. \w/);
  });

  it('is no phantom where something of one of the packages is there that were built of one source', () => {
    const [there, gone] = [deb('libssl1.1', '1.1.1n'), { ...deb('openssl', '1.1.1n'), phantom: true as const }];
    const built = [there, gone].map((pkg) => ({ ...pkg, source: { name: 'openssl', version: '1.1.1n' } }));
    const value = report({ packages: built, findings: built.map((pkg) => finding('CVE-2023-0286', pkg, 'HIGH')) });
    expect(text(sarifReport, value)).not.toContain('phantom');
  });

  it('is left alone by the reader of a document, beside the words that it knows', () => {
    const value = report({
      packages: [{ ...wheel('torch', '2.0.0'), certainty: 'name', phantom: true, recovered: 'code' }],
    });
    const comment = JSON.parse(text(spdxReport, value)).packages[1].comment;
    expect(comment).toBe('plimsoll:certainty=name plimsoll:recovered=code plimsoll:phantom=true');
    expect([...spdxFacts('', comment)]).toEqual([['plimsoll:certainty', 'name']]);
  });
});
