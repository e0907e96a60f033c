import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isCve } from '../ids.ts';
import { date } from '../values.ts';
import { feed } from './feed.ts';
import { lines } from './lines.ts';

const isShare = (value: number): boolean => value >= 0 && value <= 1;

/** The Exploit Prediction Scoring System's daily scores, as CSV. https://www.first.org/epss/data_stats */
export const epss = feed({
  name: 'epss',
  version: 1,
  title: 'FIRST EPSS',
  licence: 'free to use with attribution (FIRST)',
  byDefault: true,
  maxBytes: LIMITS.feedListBytes,
  async sources() {
    const file = 'epss_scores-current.csv.gz';
    return [{ name: 'epss', path: `epss/${file}`, url: `https://epss.empiricalsecurity.com/${file}` }];
  },
  async *parse(document) {
    let columns: readonly string[] | undefined;
    for await (const line of lines(document.chunks())) {
      if (line.startsWith('#')) {
        const scored = date(/score_date:([0-9T:+Z-]+)/.exec(line)?.[1]);
        if (scored !== undefined) yield { kind: 'published', date: scored };
        continue;
      }
      const values = line.split(',');
      if (columns === undefined) {
        columns = values;
        if (!columns.includes('cve') || !columns.includes('epss'))
          throw new PlimsollError('corrupt', 'no line that names the columns cve and epss');
        continue;
      }
      if (line === '') continue;
      yield { kind: 'counted' };
      const id = values[columns.indexOf('cve')] ?? '';
      const score = Number(values[columns.indexOf('epss')] || 'NaN');
      const percentile = Number(values[columns.indexOf('percentile')] || 'NaN');
      if (!isCve(id) || !isShare(score)) {
        yield { kind: 'rejected', id: id || '?', reason: 'no CVE with a score between 0 and 1' };
        continue;
      }
      yield { kind: 'record', record: { id, epss: score, ...(isShare(percentile) && { epssPercentile: percentile }) } };
    }
  },
});
