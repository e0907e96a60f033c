import { describe, expect, it } from 'vitest';
import { supportOf } from './support.ts';

const until = (id: string, versionId: string, name = id) => supportOf({ id, versionId, name })?.standard;

describe('how long a release is supported', () => {
  it('goes by one number where the distribution counts whole releases, by two where it does not', () => {
    expect(until('debian', '11.7')).toBe('2024-08-14');
    expect(until('rocky', '9.2')).toBe('2032-05-31');
    expect(until('ubuntu', '22.04')).toBe('2027-04-30');
    expect(until('ubuntu', '22.10')).toBe('2023-07-20');
    expect(until('alpine', '3.18.4')).toBe('2025-05-09');
    expect(until('sles', '15.4')).toBe('2023-12-31');
    expect(until('mariner', '2.0.20230805')).toBe('2025-07-31');
    expect(until('photon', '3.0')).toBe('2024-06-30');
  });

  it('tells releases apart that share an id and a number', () => {
    expect(until('centos', '8', 'CentOS Linux')).toBe('2021-12-31');
    expect(until('centos', '8', 'CentOS Stream')).toBe('2024-05-31');
    expect(until('amzn', '2018.03', 'Amazon Linux AMI')).toBe('2020-12-31');
  });

  it('knows a distribution by the names that others have for it, and cites who says so', () => {
    expect(until('amazon', '2')).toBe('2026-06-30');
    expect(supportOf({ id: 'rhel', versionId: '9.2', name: 'Red Hat' })?.source).toContain('access.redhat.com');
  });

  it('says nothing of rolling and unknown releases, nor of ids that objects have by themselves', () => {
    expect(until('wolfi', '20230201')).toBeUndefined();
    expect(until('debian', '99')).toBeUndefined();
    expect(until('constructor', '1')).toBeUndefined();
    expect(until('debian', 'constructor')).toBeUndefined();
  });
});
