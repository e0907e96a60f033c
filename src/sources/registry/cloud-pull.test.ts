import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { selfSigned } from '../../../test/certificate.ts';
import { image, layer } from '../../../test/image.ts';
import { jsonServer } from '../../../test/json-server.ts';
import { startRegistry } from '../../../test/registry.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { silent } from '../../progress.ts';
import { imageBlobs } from '../files/memory.ts';
import { openImage } from '../open.ts';

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

it('pulls an image of ECR with the credentials of AWS, over TLS and by the name that only AWS has', async () => {
  const tls = selfSigned(ECR);
  const auth = { scheme: 'basic', username: 'AWS', password: 'ecr-password' } as const;
  const registry = await startRegistry({ tls, auth });
  registry.push('team/model', '1', imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' }))));
  // A proxy is how the name is given an address of this machine.
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request: IncomingMessage, socket: Duplex) => {
    asked.push(request.url ?? '');
    const through = connect(Number(registry.host.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on('error', () => {});
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const authorizationToken = Buffer.from('AWS:ecr-password').toString('base64');
  const aws = await jsonServer(() => ({
    body: { authorizationData: [{ authorizationToken, proxyEndpoint: `https://${ECR}` }] },
  }));
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'cert.pem'), tls.cert);
  const environment = {
    ...{ HOME: folder, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'S' },
    ...{ AWS_ENDPOINT_URL: aws.url, SSL_CERT_FILE: join(folder, 'cert.pem') },
    ...{ HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, NO_PROXY: '127.0.0.1' },
  };
  for (const target of [`${ECR}/team/model:1`, 'ecr:team/model:1'].map((name) =>
    name.startsWith('ecr:') ? name : `registry:${name}`,
  )) {
    const opened = await openImage(target, {
      environment,
      progress: silent,
      platform: { os: 'linux', architecture: 'amd64' },
    });
    expect(opened.subject).toMatchObject({ source: 'registry', name: `${ECR}/team/model:1`, reference: target });
    await opened.close();
  }
  expect(new Set(asked)).toEqual(new Set([`${ECR}:443`]));
  const basic = `Basic ${Buffer.from('AWS:ecr-password').toString('base64')}`;
  expect(registry.seen.some(({ headers }) => headers.authorization === basic)).toBe(true);
  expect(JSON.stringify(aws.seen)).not.toContain('ecr-password');
  await Promise.all([registry.close(), aws.close()]);
  proxy.closeAllConnections();
  proxy.close();
});
