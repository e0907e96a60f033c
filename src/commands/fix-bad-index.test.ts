import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../test/certificate.ts';
import { runCommand } from '../../test/command.ts';
import { sampleFeeds } from '../../test/feeds/sample.ts';
import { blobs, layer } from '../../test/image.ts';
import { dockerArchive } from '../../test/saved.ts';
import { LIMITS } from '../limits.ts';
import type { Plan } from '../remediate/plan.ts';
import { dbCommand } from './db.ts';
import { fixCommand } from './fix.ts';

/** setuptools 58.1.0 has what the sample of PYSEC and the starter records say of it, 65.5.1 has none of that. */
const METADATA = 'Metadata-Version: 2.1\nName: setuptools\nVersion: 65.5.1\n';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** How an index answers: by the address's path, whether or not the asker gave the right name and password. */
interface Answers {
  /** The lines of setuptools' page. */
  readonly page: string;
  readonly metadata?: string;
  /** Refuses who does not say `me:secret`, with this. */
  readonly refuses?: number;
  /** Sends a part of the page every so many milliseconds, and never all of it. */
  readonly trickles?: number;
}

let folder: string;
let server: Server;
let tls: TlsServer;
let answers: Answers = { page: '' };
const at = (...names: string[]): string => join(folder, ...names);
const address = (login = ''): string => `http://${login}127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
const link = (file: string, more = ''): string => `<a href="/files/${file}"${more}>x</a>`;
const WHEEL = 'setuptools-65.5.1-py3-none-any.whl';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-bad-index-'));
  const files = sampleFeeds();
  for (const [path, body] of files) {
    mkdirSync(dirname(at('feeds', path)), { recursive: true });
    writeFileSync(at('feeds', path), body);
  }
  const environment = { PLIMSOLL_HOME: at('home'), PATH: '/nonexistent', HOME: at('user') };
  await runCommand(dbCommand, ['update', '--feeds', at('feeds')], { environment });
  writeFileSync(
    at('image.tar'),
    dockerArchive(
      blobs(
        layer({
          'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA':
            'Metadata-Version: 2.1\nName: setuptools\nVersion: 58.1.0\n',
        }),
      ),
    ),
  );
  const listener: RequestListener = (request, response) => {
    const { page, metadata, refuses, trickles } = answers;
    const mayAsk = request.headers.authorization === `Basic ${Buffer.from('me:secret').toString('base64')}`;
    if (refuses !== undefined && !mayAsk) return void response.writeHead(refuses).end('no');
    const path = request.url ?? '';
    if (trickles !== undefined) {
      response.writeHead(200, { 'content-type': 'text/html' });
      const timer = setInterval(() => response.write('<p>'), trickles);
      return void response.once('close', () => clearInterval(timer));
    }
    const body = path === '/simple/setuptools/' ? page : path.endsWith('.metadata') ? metadata : undefined;
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(body ?? '');
  };
  server = createServer(listener);
  const { key, cert } = selfSigned();
  writeFileSync(at('authority.pem'), cert);
  tls = createTlsServer({ key, cert }, listener);
  for (const entry of [server, tls]) await new Promise<void>((done) => entry.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  for (const entry of [server, tls]) {
    entry.closeAllConnections();
    entry.close();
  }
  rmSync(folder, { recursive: true });
});

/** What `fix` makes of an index that answers so: the version, who says that it can be had, what is said, the exit code. */
async function asked(given: Answers, more: NodeJS.ProcessEnv = { PIP_INDEX_URL: address() }) {
  answers = given;
  const environment = { PLIMSOLL_HOME: at('home'), PATH: '/nonexistent', HOME: at('user'), ...more };
  const { text, code } = await runCommand(fixCommand, [`archive:${at('image.tar')}`, '-f', 'json'], { environment });
  expect(text).not.toContain('secret');
  const plan = JSON.parse(text) as Plan;
  const [change] = plan.steps.filter(({ applied }) => applied).flatMap(({ changes }) => changes);
  return {
    to: change?.to,
    verified: change?.verified,
    sure: plan.cleared.filter(({ hoped }) => hoped === undefined).length,
    said: plan.notices
      .filter((notice) => ['index-failed', 'index-cut-off'].includes(notice.code))
      .map(({ message }) => message),
    because: plan.conflicts.flatMap(({ because }) => because),
    code,
  };
}

describe('a good index', () => {
  it('is believed', async () => {
    const good = { page: link(WHEEL, ` data-core-metadata="sha256=${sha256(METADATA)}"`), metadata: METADATA };
    expect(await asked(good)).toEqual({ to: '65.5.1', verified: 'index', sure: 2, said: [], because: [], code: 0 });
  });
});

describe('an index that lies', () => {
  it.each<[string, Answers, RegExp, RegExp?]>([
    [
      'of the hash of what it says of a file',
      { page: link(WHEEL, ` data-core-metadata="sha256=${'0'.repeat(64)}"`), metadata: METADATA },
      /setuptools-65\.5\.1-py3-none-any\.whl: what is said of it has another hash than the index names/,
      /^setuptools 65\.5\.1 is there, but what is said of it has another hash than the index names: pip takes no such file/,
    ],
    [
      'of the name of a file',
      { page: link(WHEEL), metadata: METADATA.replace('setuptools', 'setuptoolz') },
      /is described as setuptoolz 65\.5\.1: pip takes no such file/,
      /^setuptools 65\.5\.1 is described as setuptoolz 65\.5\.1 by its own metadata/,
    ],
    [
      'of the version of a file',
      { page: link(WHEEL), metadata: METADATA.replace('65.5.1', '58.1.0') },
      /is described as setuptools 58\.1\.0: pip takes no such file/,
      /^setuptools 65\.5\.1 is described as setuptools 58\.1\.0 by its own metadata/,
    ],
    [
      'of what its page is of',
      { page: link('requests-2.31.0-py3-none-any.whl') },
      /lists no file of setuptools where its files should be: is it a package index\?/,
    ],
  ])('%s: nothing is promised of that, it is said, and so does the exit code', async (_, given, words, reason) => {
    const { said, sure, because, code } = await asked(given);
    expect(said.join()).toMatch(words);
    // It is there: that it is not in the index would be a false reason.
    if (reason) expect(because.join('; ')).toMatch(reason);
    expect([sure, code]).toEqual([0, 3]);
  });
});

describe('an index that needs credentials', () => {
  const good = { page: link(WHEEL), metadata: METADATA };
  const granted = { to: '65.5.1', verified: 'index', sure: 2, said: [], because: [], code: 0 };

  it.each([401, 403])('says %s to who has none: that is named, nothing is promised, the code is 3', async (refuses) => {
    const { to, verified, sure, said, code } = await asked({ ...good, refuses });
    expect(said.join()).toMatch(new RegExp(`refuses: ${refuses}, give credentials in the address or in \\.netrc`));
    expect({ to, verified, sure, code }).toEqual({ to: '65.5.1', verified: 'advisory', sure: 0, code: 3 });
  });

  it('gets those of the address, in a variable or in pip.conf, and no other', async () => {
    const refusing = { ...good, refuses: 401 };
    expect(await asked(refusing, { PIP_INDEX_URL: address('me:secret@') })).toEqual(granted);
    mkdirSync(at('user', '.config', 'pip'), { recursive: true });
    writeFileSync(
      at('user', '.config', 'pip', 'pip.conf'),
      `[global]\nindex-url = ${address('me:secret@')}\nkeyring-provider = disabled\n`,
    );
    expect(await asked(refusing, {})).toEqual(granted);
    rmSync(at('user'), { recursive: true });
    expect(await asked(refusing, { PIP_INDEX_URL: address('me:wrong@') })).toMatchObject({ sure: 0, code: 3 });
  });

  it('gets none of .netrc over a line that everybody reads', async () => {
    mkdirSync(at('user'));
    writeFileSync(at('user', '.netrc'), 'machine 127.0.0.1 login me password secret\n');
    const { sure, code } = await asked({ ...good, refuses: 401 });
    rmSync(at('user'), { recursive: true });
    expect([sure, code]).toEqual([0, 3]);
  });

  it('gets those of .netrc over HTTPS, for its host alone', async () => {
    const index = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/simple`;
    const more = { PIP_INDEX_URL: index, PIP_CERT: at('authority.pem') };
    mkdirSync(at('user'));
    writeFileSync(at('user', '.netrc'), 'machine 127.0.0.1\n  login me\n  password secret\n');
    expect(await asked({ ...good, refuses: 401 }, more)).toEqual(granted);
    writeFileSync(at('user', '.netrc'), 'machine example.org login me password secret\n');
    const other = await asked({ ...good, refuses: 401 }, more);
    rmSync(at('user'), { recursive: true });
    expect([other.sure, other.code]).toEqual([0, 3]);
    expect(other.said.join()).toMatch(/refuses: 401/);
  });
});

describe('an index that is slow', () => {
  it('and never done is left when the time for all indexes is over: the plan comes, nothing is promised, the code is 3', async () => {
    const { indexesMs } = LIMITS;
    Object.assign(LIMITS, { indexesMs: 400 });
    const { to, verified, sure, said, code } = await asked({ page: '', trickles: 20 }).finally(() =>
      Object.assign(LIMITS, { indexesMs }),
    );
    expect({ to, verified, sure, code }).toEqual({ to: '65.5.1', verified: 'advisory', sure: 0, code: 3 });
    expect(said.join('\n')).toMatch(
      /^Python index: 127\.0\.0\.1:\d+: all answers together took longer than 0\.4 s; what was not told/,
    );
  });
});

describe('an index that has it, and not for this image', () => {
  it('in a version that was yanked: the next one is taken, or why there is none is said', async () => {
    const yanked = link(WHEEL, ' data-yanked="broken"');
    const next = link('setuptools-65.6.0-py3-none-any.whl');
    const metadata = METADATA.replace('65.5.1', '65.6.0');
    expect(await asked({ page: yanked + next, metadata })).toMatchObject({ to: '65.6.0', sure: 2, code: 0 });
    const { to, because, code } = await asked({ page: yanked });
    expect([to, code]).toEqual([undefined, 0]);
    expect(because.join()).toMatch(/65\.5\.1 .*yanked/);
  });

  it.each([
    ['of another platform', 'setuptools-65.5.1-cp39-cp39-win_amd64.whl'],
    ['of another Python', 'setuptools-65.5.1-cp311-cp311-manylinux_2_17_x86_64.whl'],
  ])('in a wheel %s: that is said, and the index did answer', async (_, file) => {
    const { to, because, code } = await asked({ page: link(file) });
    expect([to, code]).toEqual([undefined, 0]);
    expect(because.join()).toMatch(/65\.5\.1 .*(?:wheel|platform|file)/);
  });
});
