import { expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { anonymous, startRegistry } from '../../../test/registry.ts';
import { createHttp } from '../../network/http.ts';
import { silent } from '../../progress.ts';
import { imageBlobs } from '../files/memory.ts';
import { pullsLeft } from './pulls-left.ts';
import { openRegistry } from './registry.ts';

it('tells what is left of the pulls that Docker Hub allows once half of them is used', () => {
  const left = (remaining: string) => pullsLeft({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': remaining });
  expect(left('12;w=21600')).toBe('12 of 100 pulls left for 6 hours; registries allow more to users they know');
  expect(left('0;w=21600')).toContain('0 of 100 pulls left');
  expect(left('76;w=21600')).toBeUndefined();
  expect(pullsLeft({})).toBeUndefined();
  expect(pullsLeft({ 'ratelimit-limit': 'many', 'ratelimit-remaining': '-1' })).toBeUndefined();
});

it('is told when an image is opened, with the registry that counts', async () => {
  const registry = await startRegistry({});
  const manifest = imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' })));
  registry.push('library/python', '3.9', manifest);
  const body = await (await fetch(`http://${registry.host}/v2/library/python/manifests/3.9`)).arrayBuffer();
  registry.fail({
    on: /manifests\/3\.9/,
    status: 200,
    headers: {
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '3;w=21600',
    },
    body: new Uint8Array(body),
  });
  const said: string[] = [];
  const http = createHttp({ environment: {}, namedBy: 'user' });
  const progress = { ...silent, say: (line: string) => void said.push(line) };
  const opened = await openRegistry(`${registry.host}/library/python:3.9`, { http, keychain: anonymous, progress });
  expect(said).toEqual([`${registry.host}: 3 of 100 pulls left for 6 hours; registries allow more to users they know`]);
  await opened.close();
  await http.close();
  await registry.close();
});
