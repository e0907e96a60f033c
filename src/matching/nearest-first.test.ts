import { describe, expect, it } from 'vitest';
import { deb, finding } from '../../test/report.ts';
import type { ExposureClass, Finding } from '../model.ts';
import { nearestFirst } from './nearest-first.ts';

const at = (name: string, near: ExposureClass | undefined): Finding['package'] => ({
  ...deb(name, '1'),
  ...(near && { exposure: { class: near } }),
});
const names = (findings: readonly Finding[]): string[] => nearestFirst(findings).map(({ package: { name } }) => name);

describe('findings in a list', () => {
  it('stand by severity, and in each severity the nearer first; what cannot be told stands before what is known to be far', () => {
    const findings = [
      finding('CVE-1', at('critical-headers', 'not-code'), 'CRITICAL'),
      finding('CVE-2', at('on-disk', 'present'), 'HIGH'),
      finding('CVE-3', at('untold', undefined), 'HIGH'),
      finding('CVE-4', at('callable', 'callable'), 'HIGH'),
      finding('CVE-5', at('importable', 'importable'), 'HIGH'),
      finding('CVE-6', at('loaded', 'loaded'), 'HIGH'),
      finding('CVE-7', at('loaded-low', 'loaded'), 'LOW'),
    ];
    expect(names(findings)).toEqual([
      'critical-headers',
      'loaded',
      'importable',
      'callable',
      'untold',
      'on-disk',
      'loaded-low',
    ]);
  });

  it('stand behind the others where no program holds the code that is at fault', () => {
    const code = { imports: [], linked: 'no', present: 'no', exposure: { class: 'present' } } as const;
    const findings = [
      { ...finding('CVE-1', at('not-linked', 'loaded'), 'HIGH'), code },
      finding('CVE-2', at('called', 'callable'), 'HIGH'),
    ];
    expect(names(findings)).toEqual(['called', 'not-linked']);
  });

  it('stay as they are where nobody knows what the container starts', () => {
    const findings = ['b', 'a', 'c'].map((name) => finding('CVE-1', at(name, undefined), 'LOW'));
    expect(names(findings)).toEqual(['b', 'a', 'c']);
  });
});
