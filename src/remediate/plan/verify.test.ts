import { expect, it } from 'vitest';
import { FINDINGS, report } from '../../../test/report.ts';
import type { Earlier } from './earlier.ts';
import { hasFailed, verify } from './verify.ts';

/** Grype's report of an image, in which it found nothing. */
const nothing = (digest: string): Earlier => ({
  ...{ reference: 'python:3.9.16', created: '', scanner: 'Grype', digest, findings: [] },
});

it('what another scanner did not tell of the same image came with no change, and of another image it may have', () => {
  const today = report();
  const same = verify(nothing(today.subject.digest ?? ''), today);
  expect([same.outcome, same.sameImage, hasFailed(same)]).toEqual(['nothing', true, false]);
  expect(same.fresh.length).toBeGreaterThan(0);
  expect(same.fresh.length).toBeLessThanOrEqual(FINDINGS.length);
  const rebuilt = verify(nothing(`sha256:${'0'.repeat(64)}`), today);
  expect(hasFailed(rebuilt)).toBe(true);
});
