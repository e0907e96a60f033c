import { expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
import { explainTable } from '../report/compare/explain-table.ts';
import { readReport, reportBytes } from '../scanners/read.ts';
import { explain } from './explain.ts';

const qooxdoo: Package = {
  type: 'npm',
  name: 'qooxdoo',
  version: '1.3',
  namespace: 'npm',
  purl: 'pkg:npm/qooxdoo@1.3',
  evidence: [{ path: 'srv/node_modules/qooxdoo/package.json', layer: 0, diffID: 'sha256:1', analyzer: 'npm' }],
};
const record: Statement = {
  id: 'GHSA-pchf-755w-jj6v',
  source: 'ghsa',
  namespace: 'npm',
  package: 'qooxdoo',
  aliases: ['CVE-2011-1714'],
  state: 'open',
  ranges: [{ lastAffected: '1.3' }],
  ratings: [{ source: 'ghsa', severity: 'MEDIUM', method: 'text', original: 'MODERATE' }],
};
const trivy = (family: string): object => ({
  SchemaVersion: 2,
  ArtifactName: 'app:1',
  Metadata: { OS: { Family: family, Name: '12.5' } },
  Results: [{ Target: 'Node.js', Class: 'lang-pkgs', Type: 'node-pkg' }],
});
const grype = {
  matches: [
    {
      vulnerability: {
        id: 'GHSA-pchf-755w-jj6v',
        namespace: 'github:language:javascript',
        severity: 'Medium',
        fix: { state: 'not-fixed', versions: [] },
      },
      relatedVulnerabilities: [{ id: 'CVE-2011-1714', namespace: 'nvd:cpe' }],
      artifact: { name: 'qooxdoo', version: '1.3', type: 'npm', locations: [] },
    },
  ],
  distro: { name: 'debian', version: '12' },
  descriptor: { name: 'grype', version: '0.121.2' },
};

const asked = async (...reports: readonly object[]) => {
  const read = await Promise.all(reports.map((report, at) => readReport(reportBytes(JSON.stringify(report), `${at}`))));
  const os = { id: 'debian', versionId: '12', name: 'Debian 12' };
  const store = memoryStore({ statements: [record], covers: ['npm'] });
  return explain({ id: 'CVE-2011-1714', inventory: { packages: [qooxdoo], os }, store, reports: read });
};

it('a report that does not have what the rules of its scanner predict is told beside those that do', async () => {
  const explanation = await asked(trivy('debian'), grype);
  expect(explanation.packages[0]).toMatchObject({
    reported: [{ title: 'Grype 0.121.2', id: 'GHSA-pchf-755w-jj6v', lens: { agrees: true } }],
    silent: [{ title: 'Trivy', lens: { name: 'trivy', predicts: 'medium', agrees: false } }],
  });
  const text = [...explainTable(explanation, { width: 120, color: false, unicode: true } as never)].join('');
  expect(text).toContain('Trivy does not report it [0]');
  expect(text).toContain('The rules of trivy predict medium: report and rules disagree');
});

it('one whose rules leave it out says why, and one on another system says nothing by saying nothing', async () => {
  const clair = {
    manifest_hash: `sha256:${'a'.repeat(64)}`,
    packages: {},
    vulnerabilities: {},
    package_vulnerabilities: {},
    distributions: {},
  };
  const explanation = await asked(clair, trivy('alpine'));
  expect(explanation.packages[0]?.silent).toMatchObject([
    { lens: { name: 'clair-v4', predicts: 'nothing (inventory.lang-gate)', agrees: true } },
  ]);
});
