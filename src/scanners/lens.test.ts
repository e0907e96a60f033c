import { describe, expect, it } from 'vitest';
import { packageTypes } from '../ecosystems/index.ts';
import { lenses } from './index.ts';
import { LANGUAGE_TYPES, languagesOf } from './lens.ts';

const all = [...lenses.values()];
const gate = (name: string) =>
  all
    .find((lens) => lens.name === name)!
    .leavesOut.filter(({ code, when }) => code === 'inventory.lang-gate' && (when.types ?? when.exceptTypes));

describe('the languages that a scanner matches', () => {
  it('are those whose ecosystems say so, and no ecosystem names a scanner that nobody has a lens of', () => {
    expect(languagesOf('clair-v4')).toEqual(['pypi', 'maven', 'golang', 'gem']);
    const named = new Set(packageTypes.flatMap(({ matchedBy = [] }) => matchedBy));
    expect([...named].filter((name) => !all.some((lens) => lens.name === name))).toEqual([]);
  });

  it('follow to what a lens leaves out: Swift is matched by Trivy and Grype, and by no other', () => {
    const leftOut = (name: string): boolean =>
      gate(name).some(
        ({ when }) => when.types?.includes('swift') || (when.exceptTypes && !when.exceptTypes.includes('swift')),
      );
    expect(leftOut('trivy')).toBe(false);
    expect(leftOut('grype')).toBe(false);
    for (const name of ['ecr-enhanced', 'gcp', 'osv-scanner', 'clair-v4', 'snyk'])
      expect(leftOut(name), name).toBe(true);
  });

  it('are types that tables show as languages', () => {
    for (const lens of all) for (const type of languagesOf(lens.name)) expect(LANGUAGE_TYPES).toContain(type);
  });
});
