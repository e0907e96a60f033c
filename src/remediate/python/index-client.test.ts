import { writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { zip } from '../../../test/zip.ts';
import { PlimsollError } from '../../errors.ts';
import { createHttp, type Http } from '../../network/http.ts';
import { silent } from '../../progress.ts';
import { pythonIndex } from './index-client.ts';

const METADATA = 'Metadata-Version: 2.1\nVersion: 1.0\nRequires-Dist: numpy<2\nRequires-Dist: six ; extra == "x"\n';
const TARGET = { python: '3.9', machine: 'x86_64', musl: false };

/** Wheels that an index serves without metadata beside them, one of them with a directory larger than any first guess. */
describe('an index without metadata beside its files', () => {
  let server: Server;
  let http: Http;
  let ranges: string[] = [];
  let sent = 0;
  const filler = (count: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`big/a-rather-long-name-of-a-header-${index}.h`, `${index}`]),
    );
  const RECORD = 'big/a.h,sha256=x,1\nbig-1.0.dist-info/RECORD,,\n';
  const metadata = { 'big-1.0.dist-info/METADATA': METADATA, 'big-1.0.dist-info/RECORD': RECORD };
  const wheels = new Map([
    ['small', zip({ ...filler(3), ...metadata })],
    ['big', zip({ ...filler(6_000), ...metadata })],
    // Not every writer puts METADATA last.
    ['first', zip({ ...metadata, 'big/blob': 'x'.repeat(2_000_000), ...filler(6_000) }, { stored: true })],
  ]);

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url ?? '/';
      const name = path.split('/')[1] ?? '';
      const bytes = wheels.get(name);
      if (bytes && path.endsWith('.whl')) {
        const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
        ranges.push(request.headers.range ?? 'all');
        const start = from === '' ? Math.max(0, bytes.length - Number(to)) : Number(from);
        const part = bytes.subarray(start, from === '' || to === '' ? undefined : Number(to) + 1);
        sent += part.length;
        response
          .writeHead(206, { 'content-range': `bytes ${start}-${start + part.length - 1}/${bytes.length}` })
          .end(part);
      } else if (bytes && path.endsWith('/')) {
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="${name}-1.0-py3-none-any.whl">x</a>`);
      } else response.writeHead(404).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    http = createHttp({ namedBy: 'user', environment: {}, progress: silent });
  });
  afterAll(async () => {
    await http.close();
    server.close();
  });

  for (const [name, most] of [
    ['small', 1],
    ['big', 2],
    ['first', 3],
  ] as const)
    it(`is asked for the end of the wheel, in at most ${most} part${most === 1 ? '' : 's'}: ${name}`, async () => {
      [ranges, sent] = [[], 0];
      const addresses = [`http://127.0.0.1:${(server.address() as AddressInfo).port}`];
      const index = pythonIndex({ addresses, by: 'test', foreign: [] }, http, {});
      expect(await index.requires(name, '1.0', TARGET)).toEqual(['numpy<2', 'six ; extra == "x"']);
      expect([...index.problems]).toEqual([]);
      expect(ranges.length).toBeLessThanOrEqual(most);
      if (name === 'first') expect(sent).toBeLessThan(wheels.get(name)?.length ?? 0);
      const [wheel] = (await index.files(name)) ?? [];
      expect(await index.recordedFiles?.(wheel!)).toBe(RECORD);
    });
});

/** An index that does not tell the truth, or takes its time about it. */
describe('an index', () => {
  let server: Server;
  let answer: (path: string) => string | undefined;
  let kind = 'text/html';
  const waiting = new Set<ServerResponse>();
  beforeEach(() => {
    kind = 'text/html';
  });
  beforeAll(async () => {
    server = createServer((request, response) => {
      const body = answer(request.url ?? '/');
      if (body === undefined) waiting.add(response.writeHead(200, { 'content-type': kind }));
      else response.writeHead(body === '' ? 404 : 200, { 'content-type': kind }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    for (const response of waiting) response.destroy();
    server.close();
  });

  async function asked(totals?: { bytes: number; ms: number }) {
    const http = createHttp({ namedBy: 'user', environment: {}, progress: silent, ...(totals ? { totals } : {}) });
    try {
      const addresses = [`http://127.0.0.1:${(server.address() as AddressInfo).port}`];
      const index = pythonIndex({ addresses, by: 'test', foreign: [] }, http, {});
      const versions = (await index.versions('urllib3', TARGET, undefined))?.map(({ version }) => version);
      return {
        versions,
        requires: await index.requires('urllib3', '2.0', TARGET),
        said: [...index.problems, index.over?.()].join(),
      };
    } finally {
      await http.close();
    }
  }
  const link = (file: string): string => `<a href="/files/${file}">x</a>`;

  it('that lets one question go by without a word is asked no other', async () => {
    const paths: string[] = [];
    const silence = Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
    const http = {
      request: async (url: string) => {
        paths.push(new URL(url).pathname);
        throw new PlimsollError('network', 'the server did not answer in time', { where: url, cause: silence });
      },
    } as unknown as Http;
    const index = pythonIndex({ addresses: ['https://mirror.example/simple'], by: 'test', foreign: [] }, http, {});
    expect(await index.versions('urllib3', TARGET, undefined)).toBeUndefined();
    expect(await index.versions('requests', TARGET, undefined)).toBeUndefined();
    expect(paths).toEqual(['/simple/urllib3/']);
    expect([...index.problems]).toEqual(['mirror.example: the server did not answer in time']);
  });

  it('that lists files of others has none of them taken', async () => {
    answer = (path) =>
      path.endsWith('/urllib3/')
        ? link('urllib3-2.0-py3-none-any.whl') + link('evil-99.0-py3-none-any.whl') + link('urllib4-3.0.tar.gz')
        : '';
    expect((await asked()).versions).toEqual(['2.0']);
  });

  it.each([
    ['a portal without a link', '<html><title>Sign in</title><form action="/login"></form></html>', 'text/html'],
    ['a list', '[]', 'application/vnd.pypi.simple.v1+json'],
    ['JSON without files', '{"message":"moved"}', 'application/json'],
    ['JSON by the name of HTML', '{"files":[]}', 'text/html'],
  ])('that answers with %s is called none', async (_, body, type) => {
    answer = () => body;
    kind = type;
    expect(await asked()).toMatchObject({
      versions: undefined,
      said: expect.stringMatching(/is it a package index\?/),
    });
  });

  it('that speaks an interface of which nobody knows the words is not read, and one that lists nothing is', async () => {
    kind = 'application/vnd.pypi.simple.v1+json';
    answer = () => '{"meta":{"api-version":"2.0"},"files":[]}';
    expect(await asked()).toMatchObject({ versions: undefined, said: expect.stringMatching(/version 2\.0/) });
    answer = () => '{"meta":{"api-version":"1.4"},"files":[]}';
    expect(await asked()).toMatchObject({ versions: [], said: '' });
    kind = 'text/html';
    answer = () => '<!DOCTYPE html><html><head><title>Links for urllib3</title></head><body></body></html>';
    expect(await asked()).toMatchObject({ versions: [], said: '' });
  });

  it('that answers with a page of something else is called none, and nothing is said to be missing from it', async () => {
    answer = () => `<html>Please log in ${link('login')} ${link('imprint.html')}`;
    expect(await asked()).toMatchObject({
      versions: undefined,
      said: expect.stringMatching(/lists no file of urllib3 .*is it a package index\?/),
    });
  });

  it('whose file is described as another is not believed', async () => {
    answer = (path) =>
      path.endsWith('.metadata')
        ? 'Metadata-Version: 2.1\nName: urllib4\nVersion: 2.0\nRequires-Dist: evil\n'
        : link('urllib3-2.0-py3-none-any.whl');
    expect(await asked()).toMatchObject({
      versions: ['2.0'],
      requires: 'failed',
      said: expect.stringMatching(/urllib3-2\.0-py3-none-any\.whl is described as urllib4 2\.0/),
    });
  });

  it('that never ends its answer is left when the time for all indexes is over', async () => {
    answer = () => undefined;
    const { versions, said } = await asked({ bytes: 1_000_000, ms: 300 });
    expect(versions).toBeUndefined();
    expect(said).toMatch(/127\.0\.0\.1:\d+: all answers together took longer/);
  });
});

it('sees the logins of a netrc file at their own hosts, and what is for all hosts only where the user named one', async () => {
  const folder = temporaryFolder();
  const netrc = join(folder, 'netrc');
  writeFileSync(netrc, 'machine known.example login k password kp\ndefault login d password dp\n');
  const shown = new Map<string, string | undefined>();
  const wheel = (host: string, version: string): string =>
    `<a href="https://${host}/x-${version}-py3-none-any.whl" data-dist-info-metadata="true">x</a>`;
  const text = (url: string): string =>
    url.endsWith('.metadata')
      ? `Metadata-Version: 2.1\nName: x\nVersion: ${/x-([\d.]+)-/.exec(url)?.[1]}\n`
      : wheel('files.example', '1.0') + wheel('known.example', '2.0');
  const http: Http = {
    request: async (url, request) => {
      shown.set(new URL(url).host, request?.secret?.authorization);
      const body = (async function* () {})();
      return { status: 200, headers: { 'content-type': 'text/html' }, url, body, discard: async () => {} };
    },
    bytes: async ({ url }) => Buffer.from(text(url)),
    close: async () => {},
  };
  const addresses = ['https://index.example/simple'];
  const index = pythonIndex({ addresses, by: 'test', foreign: [] }, http, { NETRC: netrc });
  expect(await index.requires('x', '1.0', TARGET)).toEqual([]);
  expect(await index.requires('x', '2.0', TARGET)).toEqual([]);
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
  expect([...shown]).toEqual([
    ['index.example', basic('d:dp')],
    ['files.example', undefined],
    ['known.example', basic('k:kp')],
  ]);
});
