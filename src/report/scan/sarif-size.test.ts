import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { finding, report, wheel } from '../../../test/report.ts';
import type { Finding } from '../../model.ts';
import { pieces } from '../report-format.ts';
import { sarifReport } from './sarif.ts';

/** Text that hardly compresses, the same in every run: no part of it comes again within what gzip looks back. */
function noise(): (length: number) => string {
  const bytes = createHash('shake256', { outputLength: 1 << 20 })
    .update('noise')
    .digest('base64');
  let [at, laps] = [0, 0];
  return (length) => {
    if (at + length > bytes.length) {
      laps += 1;
      // No name comes twice.
      at = laps * 37;
    }
    at += length;
    return bytes.slice(at - length, at);
  };
}

const rendered = (findings: readonly Finding[]): { readonly text: string; readonly run: Log['runs'][number] } => {
  const text = [...pieces(sarifReport.render(report({ findings, packages: [] }), {}))].join('');
  return { text, run: (JSON.parse(text) as Log).runs[0]! };
};
const notes = ({ invocations = [] }: Log['runs'][number]): (string | undefined)[] =>
  (invocations[0]?.toolExecutionNotifications ?? []).map(({ descriptor }) => descriptor?.id);

describe('what code scanning takes of 30,000 findings', { timeout: 300_000 }, () => {
  it('is 25,000 results within 10 MB compressed, the worst of them, in one run', () => {
    const words = noise();
    const many = Array.from({ length: 30_000 }, (_, at) => ({
      ...finding(`CVE-2024-${at}`, wheel(`package-${at}`, '1'), at % 1_000 === 0 ? 'CRITICAL' : 'LOW'),
      title: words(60),
      description: words(500),
    }));
    const { text, run } = rendered(many);
    expect(gzipSync(text).length).toBeLessThanOrEqual(10_000_000);
    expect(run.results).toHaveLength(25_000);
    expect(run.results?.filter(({ level }) => level === 'error')).toHaveLength(30);
    expect(run.tool.driver.rules!.length).toBeLessThanOrEqual(25_000);
    expect(notes(run)).toEqual(expect.arrayContaining(['results-left-out', 'texts-left-out']));
  });

  it('gives way in steps: long texts and many places first, then results of lower severity', () => {
    const words = noise();
    const place = (path: string) => ({ path, layer: 0, diffID: `sha256:${'a'.repeat(64)}`, analyzer: 'x' });
    const many = Array.from({ length: 5_000 }, (_, at) => {
      const pkg = { ...wheel(words(900), '1'), evidence: Array.from({ length: 2 }, () => place(words(900))) };
      return { ...finding(`CVE-2024-${at}`, pkg, at < 10 ? 'CRITICAL' : 'LOW'), title: words(900) };
    });
    const { text, run } = rendered(many);
    expect(gzipSync(text).length).toBeLessThanOrEqual(10_000_000);
    expect(run.results!.length).toBeLessThan(5_000);
    expect(run.results?.filter(({ level }) => level === 'error')).toHaveLength(10);
    for (const { locations } of run.results!) expect(locations).toHaveLength(1);
    expect(notes(run)).toEqual(expect.arrayContaining(['results-left-out', 'texts-left-out']));
  });

  it('is all of it where it is little', () => {
    const { run } = rendered([finding('CVE-2024-1', wheel('a', '1'), 'LOW')]);
    expect(run.tool.driver.rules?.[0]).toHaveProperty('fullDescription');
    expect(notes(run)).not.toContain('texts-left-out');
  });
});
