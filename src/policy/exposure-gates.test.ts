import { describe, expect, it } from 'vitest';
import { deb, finding, report } from '../../test/report.ts';
import type { ExposureClass } from '../model.ts';
import { parseGoal } from '../remediate/goal.ts';
import { parseGates } from './gate.ts';
import { judgeGates } from './judge.ts';

const HIGH = finding('CVE-2023-0286', deb('openssl', '1.1.1n-0+deb11u3'), 'HIGH', { fixed: '1.1.1n-0+deb11u4' });
const near = (entry?: ExposureClass) => ({
  ...HIGH,
  package: { ...HIGH.package, ...(entry === undefined ? {} : { exposure: { class: entry } }) },
});
const CLASSES = ['loaded', 'importable', 'callable', 'present', 'not-code', 'unknown', undefined] as const;

describe('gates and goals on loaded code', () => {
  const shutBy = (word: string) =>
    CLASSES.filter((entry) => {
      const { package: pkg } = near(entry);
      return !judgeGates(report({ findings: [near(entry)], packages: [pkg], risks: [] }), parseGates([word])).passed;
    });

  it('are shut by what is loaded, and by what cannot be told', () => {
    expect(shutBy('loaded:HIGH')).toEqual(['loaded', 'unknown', undefined]);
    expect(shutBy('importable:HIGH')).toEqual(['loaded', 'importable', 'unknown', undefined]);
    expect(shutBy('loaded:CRITICAL')).toEqual([]);
    expect(shutBy('HIGH')).toEqual([...CLASSES]);
  });

  it('narrow to findings, and a goal asks for the same', () => {
    expect(() => parseGates(['loaded:secret'])).toThrow('leaves nothing');
    expect(() => parseGates(['lodaed'])).toThrow('--fail-on does not know "lodaed"');
    const wanted = (text: string) => CLASSES.filter((entry) => parseGoal(text).wants(near(entry)));
    expect(wanted('no loaded HIGH')).toEqual(['loaded', 'unknown', undefined]);
    expect(wanted('no importable')).toEqual(['loaded', 'importable', 'unknown', undefined]);
    expect(wanted('no loaded CRITICAL')).toEqual([]);
  });
});
