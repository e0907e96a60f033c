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

it('is of one image where the configuration is the same, whatever the manifest', () => {
  const today = report();
  const id = `sha256:${'a'.repeat(64)}`;
  const now = { ...today, subject: { ...today.subject, imageId: id } };
  const other = `sha256:${'0'.repeat(64)}`;
  expect(verify({ ...nothing(other), imageId: id }, now).sameImage).toBe(true);
  expect(verify({ ...nothing(today.subject.digest ?? ''), imageId: other }, now).sameImage).toBe(false);
  const told = {
    id: 'CVE-2020-0001',
    type: 'deb',
    name: 'openssl',
    version: '1',
    severity: 'HIGH',
    fix: { state: 'not-fixed' },
    aliases: [],
    places: [],
  } as const;
  expect(verify({ ...nothing(other), imageId: id, findings: [told] }, now)).toMatchObject({
    cleared: [told],
    outcome: 'nothing',
  });
  // Docker's `image inspect` and Trivy call the configuration's digest the image's.
  expect(verify(nothing(id), now).sameImage).toBe(true);
});
