import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReport, reportFile } from '../scanners/read.ts';
import { compare } from './compare.ts';
import type { Comparison } from './comparison.ts';

const folder = resolve('../shared/cases/compare');

const compared = async (...files: readonly string[]): Promise<Comparison> =>
  compare({
    reports: await Promise.all(
      files.map(async (file) => readReport(await reportFile(join(folder, file.includes('.') ? file : `${file}.json`)))),
    ),
  });
const told = ({ differences }: Comparison): readonly string[] =>
  differences.map(({ between, kind, causes }) => `${between.join('/')} ${kind} ${causes[0]!.code} ${causes[0]!.proof}`);

/** Pairs of reports made after public bug reports, each with its one true cause. */
describe.skipIf(!existsSync(folder))('cases with a known cause (skipped where ../shared/cases is not there)', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      'one looked at each layer',
      ['01-alllayers-grype', '01-alllayers-trivy'],
      ['grype/trivy present layer.model stated'],
    ],
    [
      'two dependency paths are one finding',
      ['02-paths-grype', '02-paths-snyk'],
      ['grype/snyk severity severity.source-order inferred'],
    ],
    [
      'one image, taken for two systems',
      ['03-os-grype', '03-os-trivy'],
      ['grype/trivy present os.identification stated', 'grype/trivy present os.identification stated'],
    ],
    ['a fix of another release is none, and the score is the severity', ['04-grype', '04-osv'], []],
    [
      'a bulletin is the vulnerability that it names; whose severity Grype shows is not known',
      ['05-grype', '05-osv-dla'],
      ['grype/osv-scanner severity unexplained none'],
    ],
    ['unimportant', ['06-word-grype', '06-word-trivy'], ['grype/trivy severity severity.vendor-map stated']],
    [
      'unimportant, in SARIF',
      ['06-word-grype', '06-word-trivy.sarif'],
      ['grype/trivy severity severity.vendor-map inferred'],
    ],
    [
      'unimportant, in three reports',
      ['06-word-grype', '06-word-trivy', '06-word-snyk'],
      ['grype/trivy severity severity.vendor-map stated', 'grype/snyk severity severity.vendor-map stated'],
    ],
    [
      'Trivy says itself that it is by NVD',
      ['08-azure-grype', '08-azure-trivy'],
      ['grype/trivy severity severity.source-order stated'],
    ],
    ["NVD's level where Debian has none", ['12-nya-snyk', '12-nya-trivy'], []],
    [
      'a lock file, not the age of the data',
      ['13-age-grype', '13-age-trivy'],
      ['grype/trivy present unexplained none', 'grype/trivy present inventory.lang-gate inferred'],
    ],
    [
      'one scan in two formats: a word that one cannot write is no difference',
      ['14-fix-grype', '14-fix-grype.sarif'],
      [],
    ],
    ['one scan in two formats', ['06-word-trivy', '06-word-trivy.sarif'], []],
  ])('%s', async (_, files, causes) => {
    expect(told(await compared(...files))).toEqual(causes);
  });

  it.each(['10-other-image-trivy', '10-other-image.sarif'])('another image is refused: %s', async (file) => {
    await expect(compared('10-grype', file)).rejects.toThrow(
      'subject.identity: grype and trivy saw different packages',
    );
  });

  it('a report without findings is no agreement', async () => {
    const comparison = await compared('15-inspector-empty', '15-trivy-null');
    expect(comparison.reports.map(({ rows, notes }) => [rows, notes[0]!.code])).toEqual([
      [0, 'empty'],
      [0, 'empty'],
    ]);
  });
});
