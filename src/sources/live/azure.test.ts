import { afterEach, beforeAll, expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { image, layer } from '../../../test/image.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { startRegistry, type TestRegistry } from '../../../test/registry.ts';
import { readReport, reportBytes } from '../../scanners/read.ts';
import { imageBlobs } from '../files/memory.ts';
import { azure } from './azure.ts';

const closing: JsonServer[] = [];
let registry: TestRegistry;
let digest: string;
beforeAll(async () => {
  registry = await startRegistry({});
  digest = registry.push('team/model', '1', imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' }))));
  return () => registry.close();
});
afterEach(async () => {
  for (const server of closing.splice(0)) await server.close();
});

const row = (cveId: string): unknown => ({
  type: 'microsoft.security/assessments/subassessments',
  properties: {
    id: cveId,
    status: { code: 'Unhealthy', severity: 'High' },
    additionalData: {
      assessedResourceType: 'AzureContainerRegistryVulnerability',
      artifactDetails: { repositoryName: 'team/model', digest, tags: ['1'] },
      softwareDetails: {
        category: 'OS',
        packageName: 'openssl',
        version: '1',
        osDetails: { osVersion: 'debian_linux_11' },
      },
      vulnerabilityDetails: { cveId },
    },
  },
});

async function fetched(pages: readonly (readonly unknown[])[], refuse?: (count: number) => JsonAnswer | undefined) {
  let tokens = 0;
  const server = await jsonServer(({ line, body }, count) => {
    if (line === 'POST /tenant/oauth2/v2.0/token')
      return { body: { access_token: `token-${++tokens}`, expires_in: 3600 } };
    const refused = refuse?.(count);
    if (refused !== undefined) return refused;
    if (!line.startsWith('POST /providers/Microsoft.ResourceGraph/resources?')) return undefined;
    const page = Number(JSON.parse(body).options.$skipToken ?? 0);
    return { body: { data: pages[page], ...(page + 1 < pages.length ? { $skipToken: String(page + 1) } : {}) } };
  });
  closing.push(server);
  const environment = {
    ...{ AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_CLIENT_SECRET: 'client-secret' },
    ...{ AZURE_AUTHORITY_HOST: server.url, AZURE_RESOURCE_MANAGER_ENDPOINT: server.url },
  };
  const { where, bytes } = await azure.fetch(`${registry.host}/team/model:1`, {
    ...cloudWorld(environment),
    startScan: false,
  });
  return { report: await readReport(reportBytes(bytes, where)), seen: server.seen };
}

it('asks Resource Graph for what Defender found by the digest that the tag has now, page by page', async () => {
  const { report, seen } = await fetched([[row('CVE-2023-1'), row('CVE-2023-2')], [row('CVE-2023-3')]]);
  expect(report).toMatchObject({ scanner: 'defender', rows: 3, subject: { digest, os: 'debian:11' } });
  const query = JSON.parse(seen.at(-1)?.body ?? '{}').query as string;
  expect(query).toContain(`digest == '${digest}'`);
  expect(query).toContain("repositoryName == 'team/model'");
  expect(new URLSearchParams(seen[0]?.body).get('grant_type')).toBe('client_credentials');
  expect(seen.at(-1)?.headers.authorization).toBe('Bearer token-1');
});

it('takes a new token where the first is over, names the role that is missing, and never calls nothing none', async () => {
  const { seen } = await fetched([[row('CVE-2023-1')]], (count) =>
    count === 2 ? { status: 401, body: {} } : undefined,
  );
  expect(seen.at(-1)?.headers.authorization).toBe('Bearer token-2');
  await expect(fetched([], () => ({ status: 403, body: { error: { message: 'no' } } }))).rejects.toMatchObject({
    hint: 'the missing permission is Microsoft.Security/assessments/read (Security Reader)',
  });
  await expect(fetched([[]])).rejects.toThrow('Defender lists nothing for this image');
});

it('refuses a registry that is not one of Azure', async () => {
  const world = { ...cloudWorld({}), startScan: false };
  await expect(azure.fetch('ghcr.io/team/model:1', world)).rejects.toThrow('no registry of Azure');
});
