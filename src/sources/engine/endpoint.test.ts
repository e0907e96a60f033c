import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { engineEndpoints } from './endpoint.ts';

const home = temporaryFolder();
const at = async (environment: NodeJS.ProcessEnv) => (await engineEndpoints({ environment, home }))[0];

it.each([
  ['unix:///run/x.sock', 'http://localhost', '/run/x.sock'],
  ['tcp://host.example', 'http://host.example:2375', undefined],
  ['tcp://host.example:80', 'http://host.example:80', undefined],
  ['tcp://host.example:4243/docker/', 'http://host.example:4243/docker', undefined],
  ['http://host.example:8080', 'http://host.example:8080', undefined],
  ['https://host.example', 'https://host.example:2376', undefined],
  ['https://host.example:443', 'https://host.example:443', undefined],
  ['tcp://[::1]:2375', 'http://[::1]:2375', undefined],
])('DOCKER_HOST=%s is reached at %s', async (DOCKER_HOST, base, socketPath) => {
  const endpoint = await at({ DOCKER_HOST });
  expect(endpoint).toMatchObject({ address: DOCKER_HOST, base });
  expect(endpoint?.socketPath).toBe(socketPath);
  expect(endpoint?.tls).toBeUndefined();
});

it('speaks TLS where certificates are named, and verifies the server only if asked to', async () => {
  for (const name of ['ca', 'cert', 'key']) writeFileSync(join(home, `${name}.pem`), name);
  const DOCKER_HOST = 'tcp://host.example';
  expect(await at({ DOCKER_HOST, DOCKER_CERT_PATH: home, DOCKER_TLS_VERIFY: '1' })).toMatchObject({
    base: 'https://host.example:2376',
    tls: { ca: 'ca', cert: 'cert', key: 'key' },
  });
  expect((await at({ DOCKER_HOST, DOCKER_CERT_PATH: home, DOCKER_TLS_VERIFY: '1' }))?.tls).not.toHaveProperty(
    'insecure',
  );
  expect((await at({ DOCKER_HOST, DOCKER_CERT_PATH: home }))?.tls).toMatchObject({ insecure: true });
  expect(await at({ DOCKER_HOST, DOCKER_TLS_VERIFY: '1' })).toMatchObject({
    base: 'https://host.example:2376',
    tls: {},
  });
});

it('takes CONTAINER_HOST for Podman', async () => {
  const environment = { CONTAINER_HOST: 'unix:///p.sock', DOCKER_HOST: 'unix:///d.sock' };
  expect(await engineEndpoints({ environment, home, engine: 'podman' })).toMatchObject([{ socketPath: '/p.sock' }]);
  expect(await engineEndpoints({ environment, home })).toMatchObject([{ socketPath: '/d.sock' }]);
});

it('refuses what is no address of an engine', async () => {
  for (const DOCKER_HOST of ['docker', 'unix://', 'ftp://x', 'tcp://', 'tcp://a b']) {
    await expect(at({ DOCKER_HOST })).rejects.toMatchObject({ code: 'config' });
  }
});
