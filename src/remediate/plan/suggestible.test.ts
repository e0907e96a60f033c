import { expect, it } from 'vitest';
import type { Finding, Package, Report } from '../../model.ts';
import { misnamed, suggestible } from './suggestible.ts';

const named = (type: string, name: string, source?: string): Package =>
  ({ type, name, version: '1', ...(source && { source: { name: source, version: '1' } }) }) as unknown as Package;
const good = [named('deb', 'libssl1.1', 'openssl'), named('pypi', 'requests'), named('npm', '@types/node')];
const bad = [
  named('deb', '-oAPT::Update::Pre-Invoke::=id'),
  named('deb', 'curl', '$(id)'),
  named('npm', '../x'),
  named('pypi', 'a\u001b[2J;b'),
];
const report = {
  packages: [...good, ...bad],
  findings: [...good, ...bad].map((pkg) => ({ package: pkg }) as unknown as Finding),
} as unknown as Report;

it('nothing is suggested for what no package can be called, nor for its source', () => {
  const left = suggestible(report);
  expect(left.packages).toEqual(good);
  expect(left.findings.map((finding) => finding.package)).toEqual(good);
});

it('and that is said, with names that a terminal can show', () => {
  const [notice] = misnamed(report);
  expect(notice).toMatchObject({ level: 'warning', code: 'name-invalid' });
  expect(notice?.message).toContain('"-oAPT::Update::Pre-Invoke::=id"');
  expect(notice?.message).not.toMatch(/[\u0000-\u001f]/);
  expect(misnamed({ ...report, packages: good })).toEqual([]);
});
