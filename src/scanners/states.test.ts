import { expect, it } from 'vitest';
import { grypeState, trivyState } from './states.ts';

// What trivy 0.74.0 and grype 0.121.2 printed.
it('reads which database a program has, and keeps it from changing it', () => {
  const trivy =
    '{"Version":"0.74.0","VulnerabilityDB":{"Version":2,"NextUpdate":"2046-11-21T05:35:31.798399826Z","UpdatedAt":"2026-11-26T05:35:31.798400948Z","DownloadedAt":"0001-01-01T00:00:00Z"},"JavaDB":{"Version":1,"NextUpdate":"2050-01-01T00:00:00Z","UpdatedAt":"2026-11-26T00:00:00Z","DownloadedAt":"2026-11-26T00:00:00Z"}}';
  expect(trivyState(trivy)).toEqual({
    version: '0.74.0',
    date: '2026-11-26T05:35:31.798400948Z',
    untouched: { arguments: ['--skip-db-update', '--skip-java-db-update'] },
  });
  expect(trivyState('{"Version":"dev"}'), 'none yet: it may fetch one').toEqual({});
  const grype =
    '{"schemaVersion":"v6.1.10","from":"grype db build","built":"2026-11-26T05:32:01Z","path":"/x/6/vulnerability.db","valid":true}';
  expect(grypeState(grype)).toMatchObject({
    date: '2026-11-26T05:32:01Z',
    untouched: { environment: { GRYPE_DB_AUTO_UPDATE: 'false' } },
  });
  expect(
    grypeState('{"schemaVersion":"","path":"/x","valid":false,"error":"database does not exist"}'),
  ).toBeUndefined();
  expect([trivyState('usage: ...'), grypeState('')]).toEqual([{}, undefined]);
});
