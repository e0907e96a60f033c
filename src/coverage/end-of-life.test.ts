import { describe, expect, it } from 'vitest';
import { endOfLife } from './end-of-life.ts';

const on = (day: string): Date => new Date(`${day}T12:00:00Z`);
const state = (id: string, versionId: string, day: string, name = id) => endOfLife({ id, versionId, name }, on(day));

describe('end of life', () => {
  it.each([
    ['debian', '11', '2023-05-12', 'supported'],
    ['debian', '11', '2025-01-01', 'extended'],
    ['debian', '11', '2026-09-01', 'ended'],
    ['ubuntu', '20.04', '2025-05-31', 'supported'],
    ['ubuntu', '20.04', '2025-06-01', 'extended'],
    ['ubuntu', '22.10', '2023-07-21', 'ended'],
    ['alpine', '3.7.1', '2023-04-21', 'ended'],
    ['alpine', '3.18.4', '2023-10-01', 'supported'],
    ['rhel', '9.2', '2023-10-01', 'supported'],
    ['amzn', '2018.03', '2021-06-01', 'extended'],
    ['amzn', '2023', '2025-01-01', 'supported'],
  ])('%s %s on %s is %s', (id, version, day, expected) => {
    expect(state(id, version, day)?.state).toBe(expected);
  });

  it('tells CentOS Stream 8 from CentOS Linux 8', () => {
    expect(state('centos', '8', '2023-01-01', 'CentOS Linux')).toMatchObject({ state: 'ended', date: '2021-12-31' });
    expect(state('centos', '8', '2023-01-01', 'CentOS Stream')).toMatchObject({ state: 'supported' });
  });

  it('claims nothing of rolling and unknown releases, nor of hostile ids', () => {
    expect(state('wolfi', '20230201', '2023-01-01')).toBeUndefined();
    expect(state('debian', '99', '2023-01-01')).toBeUndefined();
    expect(state('constructor', '1', '2023-01-01')).toBeUndefined();
    expect(endOfLife({ id: 'debian', name: 'Debian GNU/Linux bookworm/sid' }, on('2023-01-01'))).toBeUndefined();
  });

  it('goes by what the database says of the release, where it says something', () => {
    const os = { id: 'debian', versionId: '12', name: 'Debian GNU/Linux 12' };
    const published = { endOfLife: '2026-07-11', endOfExtendedLife: '2028-06-30' };
    expect(endOfLife(os, on('2026-07-01'), published)).toMatchObject({ state: 'supported', date: '2026-07-11' });
    expect(endOfLife(os, on('2026-07-12'), published)).toMatchObject({ state: 'extended', date: '2028-06-30' });
    const future = { id: 'debian', versionId: '15', name: 'Debian GNU/Linux 15' };
    expect(endOfLife(future, on('2033-01-01'), { endOfLife: '2032-08-01' })).toMatchObject({
      state: 'ended',
      date: '2032-08-01',
    });
  });
});
