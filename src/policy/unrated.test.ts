/** What nobody rated: because nobody has yet, or because the data is from before. */
import { describe, expect, it } from 'vitest';
import { report } from '../../test/report.ts';
import type { FeedInfo, Finding, Report, Severity } from '../model.ts';
import { parseGates } from './gate.ts';
import { judgeGates } from './judge.ts';

const [sample] = report().findings;
const unknown = (facts: Partial<Finding> = {}): Finding => {
  const { published: _, ...rest } = sample!;
  return { ...rest, id: 'CVE-2024-12085', aliases: [], severity: 'UNKNOWN', ratings: [], ...facts };
};
const NVD: FeedInfo = { name: 'nvd/2024', records: 9, dataDate: '2024-10-24T00:00:00Z' };

function reasons(finding: Finding, created: string, feed: FeedInfo = NVD, more: Partial<Report> = {}) {
  const { needed: _, ...whole } = report({ findings: [finding] });
  const { rules } = judgeGates(
    { ...whole, database: { ...whole.database, feeds: [feed] }, created, ...more },
    parseGates(['CRITICAL']),
  );
  return (rules[0]?.unjudged ?? []).filter((reason) => reason.includes('NVD'));
}

describe('a finding without a severity', () => {
  const LATER = '2025-08-01T00:00:00Z';

  it('shuts a gate where the data of NVD is old and does not know it', () => {
    const said = [
      "1 finding has no severity, and NVD's data of 2024-10-24 does not know it yet; plimsoll db update asks for newer",
    ];
    expect(reasons(unknown(), LATER)).toEqual(said);
    expect(reasons(unknown({ published: '2025-01-14T00:00:00Z' }), LATER)).toEqual(said);
    // Another publisher's date, from before the data of NVD: no word of NVD's.
    expect(reasons(unknown({ published: '2024-09-01T00:00:00Z' }), LATER)).toEqual(said);
  });

  it('shuts none where NVD knows it and has not rated it, or another did', () => {
    expect(reasons(unknown({ publishedByNvd: '2024-09-01T00:00:00Z' }), LATER)).toEqual([]);
    const ratings = [{ source: 'redhat', severity: 'LOW' as Severity, method: 'text' }];
    expect(reasons(unknown({ ratings }), LATER)).toEqual([]);
  });

  it('shuts none for what was published yesterday', () => {
    expect(reasons(unknown({ published: '2024-10-31T00:00:00Z' }), '2024-11-01T00:00:00Z')).toEqual([]);
    expect(reasons(unknown(), '2024-11-01T00:00:00Z')).toEqual([]);
  });

  it('shuts none where NVD was asked itself of late, or its other years are newer', () => {
    const asked: FeedInfo = { ...NVD, fromPublisher: true, checked: '2025-07-31T00:00:00Z' };
    expect(reasons(unknown(), LATER, asked)).toEqual([]);
    const needed = [{ name: 'nvd/2024', dataDate: '2025-07-20T00:00:00Z' }];
    expect(reasons(unknown(), LATER, NVD, { needed })).toEqual([]);
  });
});
