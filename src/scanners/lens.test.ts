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

  it("follow to a distribution's type too: Arch's packages are matched by Grype, and by no reader of installed packages of Trivy", () => {
    const leftOut = (name: string, type: string): boolean =>
      gate(name).some(
        ({ when }) => when.types?.includes(type) || (when.exceptTypes && !when.exceptTypes.includes(type)),
      );
    for (const name of ['ecr-enhanced', 'gcp', 'osv-scanner', 'clair-v4', 'trivy'])
      for (const [type, isOut] of [
        ['alpm', true],
        ['portage', true],
        ['deb', false],
        ['rpm', false],
        ['apk', false],
      ] as const)
        expect(leftOut(name, type), `${name} ${type}`).toBe(isOut);
    for (const name of ['grype', 'snyk']) expect(leftOut(name, 'alpm'), name).toBe(false);
  });

  it('are types that tables show as languages', () => {
    for (const lens of all) for (const type of languagesOf(lens.name)) expect(LANGUAGE_TYPES).toContain(type);
  });
});
