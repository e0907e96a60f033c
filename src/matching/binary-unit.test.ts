import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
import { match } from './match.ts';

const rpm = (name: string, version: string, source: string, namespace: string): Package => ({
  type: 'rpm',
  name,
  version,
  namespace,
  purl: `pkg:rpm/x/${name}@${version}`,
  source: { name: source, version },
  evidence: [],
});

const statement = (namespace: string, name: string, more: Partial<Statement>): Statement => ({
  id: 'CVE-2024-6923',
  source: 'almalinux',
  namespace,
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed: '3.6.8-67.el8_10' }],
  ratings: [],
  ...more,
});

describe('distributions of rpm packages', () => {
  it('are asked about each binary package, not about the source', () => {
    const alma = 'AlmaLinux:8';
    const store = memoryStore({
      statements: [statement(alma, 'python3-libs', {}), statement(alma, 'python3', { id: 'CVE-2000-0001' })],
    });
    const packages = [
      rpm('python3-libs', '3.6.8-56.el8', 'python3', alma),
      rpm('python3-test', '3.6.8-56.el8', 'python3', alma),
    ];
    expect(match(packages, store).findings.map(({ id, package: { name } }) => [id, name])).toEqual([
      ['CVE-2024-6923', 'python3-libs'],
    ]);
  });

  it('Red Hat is asked about both: what it has not fixed it files under the source', () => {
    const redhat = 'Red Hat:8';
    const open = statement(redhat, 'python3', { id: 'CVE-2000-0001', state: 'will-not-fix', ranges: [{}] });
    const store = memoryStore({ statements: [statement(redhat, 'python3-libs', {}), open] });
    const { findings } = match([rpm('python3-libs', '3.6.8-56.el8', 'python3', redhat)], store);
    expect(findings.map(({ id }) => id).sort()).toEqual(['CVE-2000-0001', 'CVE-2024-6923']);
  });
});
