import { expect, it } from 'vitest';
import { readReport, reportBytes } from './read.ts';

/** The answer that Microsoft publishes for this interface, without what is not read. https://learn.microsoft.com/azure/defender-for-cloud/subassessment-rest-api */
const published = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/providers/Microsoft.Security/assessments/c0b7cfc6-3172-465a-b378-53c7ff2cc0d5/subassessments/a',
  type: 'microsoft.security/assessments/subassessments',
  properties: {
    id: 'CVE-2022-42969',
    additionalData: {
      assessedResourceType: 'AzureContainerRegistryVulnerability',
      vulnerabilityDetails: {
        severity: 'High',
        publishedDate: '2022-10-16T06:15:00Z',
        references: [
          { title: 'CVE-2022-42969', link: 'https://nvd.nist.gov/vuln/detail/CVE-2022-42969' },
          { title: 'ReDoS in py library', link: 'https://github.com/advisories/GHSA-w596-4wvx-j9j6' },
        ],
        cveId: 'CVE-2022-42969',
        cvss: { '2.0': null, '3.0': { cvssVectorString: 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', base: 7.5 } },
      },
      artifactDetails: {
        repositoryName: 'public/azureml/aifx/stable-ubuntu2004-cu117-py39-torch200',
        registryHost: 'ptebic.azurecr.io',
        digest: 'sha256:4af8e6f002401a965bbe753a381af308b40d8947fad2b9e1f6a369aa81abee59',
        tags: ['biweekly.202309.1'],
      },
      softwareDetails: {
        ...{ category: 'Language', language: 'python', fixedVersion: '', version: '1.11.0.0', packageName: 'py' },
        osDetails: { osPlatform: 'linux', osVersion: 'ubuntu_linux_20.04' },
        ...{ fixStatus: 'FixAvailable', evidence: [] },
      },
    },
    timeGenerated: '2023-09-12T13:36:15.0772799Z',
    status: { description: 'Disabled parent assessment', severity: 'High', code: 'NotApplicable', cause: 'Exempt' },
  },
};
const details = published.properties.additionalData;
const openssl = {
  ...published,
  properties: {
    ...published.properties,
    id: 'CVE-2023-0464',
    status: { code: 'Unhealthy', severity: 'Medium' },
    additionalData: {
      ...details,
      vulnerabilityDetails: { ...details.vulnerabilityDetails, cveId: 'CVE-2023-0464', references: [] },
      softwareDetails: {
        ...details.softwareDetails,
        ...{ category: 'OS', language: '', packageName: 'openssl', version: '1.1.1f-1ubuntu2.19' },
        fixedVersion: '1.1.1f-1ubuntu2.20',
      },
    },
  },
};

const read = (document: unknown) => readReport(reportBytes(JSON.stringify(document), 'defender.json'));

it.each([
  ['the answer of the interface', { totalRecords: 2, count: 2, data: [published, openssl], resultTruncated: 'false' }],
  ['the list alone', [published, openssl]],
])('reads what Defender found in an image: %s', async (_, document) => {
  const report = await read(document);
  expect(report).toMatchObject({
    scanner: 'defender',
    rows: 1,
    created: '2023-09-12T13:36:15.0772799Z',
    subject: { digest: details.artifactDetails.digest, os: 'ubuntu:20.04' },
    notes: [],
  });
  expect(report.subject.name).toBe(
    'ptebic.azurecr.io/public/azureml/aifx/stable-ubuntu2004-cu117-py39-torch200:biweekly.202309.1',
  );
  expect(report.findings[0]).toMatchObject({
    ...{ id: 'CVE-2023-0464', package: 'openssl', type: 'deb', version: '1.1.1f-1ubuntu2.19', severity: 'MEDIUM' },
    fix: { state: 'fixed', versions: ['1.1.1f-1ubuntu2.20'] },
  });
});

it('keeps what is exempt out of the count, and does not make up the version of a fix', async () => {
  const { suppressed } = await read({ data: [published] });
  expect(suppressed[0]).toMatchObject({
    ...{ id: 'CVE-2022-42969', aliases: ['GHSA-w596-4wvx-j9j6'], package: 'py', type: 'pypi', suppressed: 'Exempt' },
    fix: { state: 'unknown', versions: [] },
    ratings: [{ score: 7.5 }],
  });
});
