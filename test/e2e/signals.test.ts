/** Ctrl-C and SIGTERM end whatever a command is doing: hostile images, slow servers, large reports. */

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { member, pax, archive as tarOf } from '../corpora/hostile-tar.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from '../small-machine.ts';
import { cli, feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';

/** No command below would end by itself so soon: whoever ends before it was interrupted. What it took is printed, not judged: other work may run on the machine. */
const DEADLINE_MS = 20_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Moments of the life of a command at which it is told to stop; `E2E_SIGNALS=100` for so many more. */
const MOMENTS = [
  ...[300, 800, 1_700, 3_500],
  ...Array.from({ length: Number(process.env.E2E_SIGNALS ?? 0) }, (_, at) => 200 + ((at * 997) % 3_000)),
];

const work = scratch();
let machine: SmallMachine;
let home: string;
const servers: Server[] = [];
beforeAll(async () => {
  machine = await smallMachine();
  home = machine.folder;
}, 120_000);
afterAll(async () => {
  machine?.close();
  for (const server of servers) server.close();
  work.remove();
});

/** A server whose answers never come, or come a byte a second. */
async function slowServer(drips: boolean): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  const server = drips
    ? createHttpServer((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000' });
        const timer = setInterval(() => response.write(' '), 200);
        response.on('close', () => clearInterval(timer));
      })
    : createServer(() => {});
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  } as unknown as Server);
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Whether a process can be made process 1 of a namespace of its own. */
const canUnshare = (): boolean => spawnSync('unshare', ['--pid', '--fork', 'true'], { stdio: 'ignore' }).status === 0;

/** The one child of a process, once it has one. */
function childOf(pid: number): number | undefined {
  const told = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return told === '' ? undefined : Number(told);
}

async function eventually<T>(asked: () => T | undefined): Promise<T> {
  for (;;) {
    const answer = asked();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const digest = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A docker archive with these layers; gzipped ones are unpacked in a thread. */
function imageOf(name: string, layer: Buffer, packed = false, run: object = {}): string {
  const path = join(work.path, `${name}.tar`);
  const config = {
    os: 'linux',
    architecture: 'amd64',
    config: run,
    rootfs: { type: 'layers', diff_ids: [digest(layer)] },
  };
  const manifest = [{ Config: 'config.json', RepoTags: ['slow:1'], Layers: ['layer.tar'] }];
  writeFileSync(
    path,
    tarOf(
      member({ name: 'manifest.json' }, JSON.stringify(manifest)),
      member({ name: 'config.json' }, JSON.stringify(config)),
      member({ name: 'layer.tar' }, packed ? gzipSync(layer) : layer),
    ),
  );
  return `archive:${path}`;
}

/** A zip of one body under many names, each with its own copy. */
function bomb(name: (at: number) => string, count: number, body: Buffer): Buffer {
  const packed = deflateRawSync(body, { level: 9 });
  const sum = crc32(body);
  const parts: Buffer[] = [];
  for (let at = 0; at < count; at++) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(sum, 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(body.length, 22);
    local.writeUInt16LE(name(at).length, 26);
    parts.push(local, Buffer.from(name(at)), packed);
  }
  return Buffer.concat(parts);
}

const IMAGES: Readonly<Record<string, () => string>> = {
  'archives within archives': () => {
    const inner = bomb(() => 'META-INF/x', 1, Buffer.alloc(40 << 20));
    const middle = bomb((at) => `n${at}.jar`, 500, inner);
    const outer = bomb((at) => `m${at}.jar`, 20, middle);
    return imageOf('jar', tarOf(...[1, 2, 3].map((at) => member({ name: `app/${at}.jar` }, outer))));
  },
  'pickles of nothing but opcodes, compressed': () => {
    const pickle = Buffer.concat([Buffer.from([0x80, 4]), Buffer.alloc(40 << 20, 'N0'), Buffer.from('N.')]);
    return imageOf('pickle', tarOf(...[1, 2, 3].map((at) => member({ name: `m/${at}.pkl` }, pickle))), true);
  },
  'a hundred thousand packages': () => {
    const many = Array.from(
      { length: 100_000 },
      (_, at) => `Package: p${at}\nStatus: install ok installed\nVersion: 1.${at}\nArchitecture: amd64\n\n`,
    );
    return imageOf(
      'many',
      tarOf(
        member({ name: 'etc/os-release' }, 'ID=debian\nVERSION_ID="11"\n'),
        member({ name: 'var/lib/dpkg/status' }, many.join('')),
      ),
    );
  },
  'deep folders in every name': () =>
    imageOf(
      'deep',
      tarOf(
        ...Array.from({ length: 3_000 }, (_, at) =>
          Buffer.concat([
            pax({ path: `${at}/${'b/'.repeat(600)}package.json` }),
            member({ name: 'x' }, '{"name":"a","version":"1"}'),
          ]),
        ),
      ),
    ),
};

/** A report of so many megabytes. */
async function report(name: string, megabytes: number): Promise<string> {
  const path = join(work.path, name);
  const out = createWriteStream(path);
  out.write(
    '{"SchemaVersion":2,"ArtifactName":"a","ArtifactType":"container_image","Results":[{"Target":"t","Class":"os-pkgs","Type":"debian","Vulnerabilities":[',
  );
  const row = (at: number): string =>
    `{"VulnerabilityID":"CVE-2020-${10_000 + (at % 50_000)}","PkgName":"p${at % 999}","InstalledVersion":"1.${at}","Severity":"HIGH","Description":"${'x'.repeat(900)}"}`;
  for (let at = 0; at < megabytes * 1_000; at++) if (!out.write(`${at ? ',' : ''}${row(at)}`)) await once(out, 'drain');
  out.end(']}]}');
  await once(out, 'close');
  return path;
}

/** What stands where programs put what is temporary: commands have a folder of their own for that. */
const temporary = join(work.path, 'tmp');
mkdirSync(temporary);
const left = (): string[] => readdirSync(temporary);

/** How long a command lives after it was told to stop, once, at worst; 0 where it had always ended by itself before. */
async function worst(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ milliseconds: number; times: number }> {
  let milliseconds = 0;
  let times = 0;
  const moments = [...MOMENTS];
  for (let at = 0; at < moments.length; at++) {
    const moment = moments[at]!;
    const signal = SIGNALS[at % 2]!;
    let told: number | undefined;
    const done = await plimsoll(args, {
      home,
      env: { PLIMSOLL_HOME: join(home, 'home'), PIP_NO_INDEX: '', TMPDIR: temporary, ...env },
      started: (child) => {
        const timer = setTimeout(() => {
          told = performance.now();
          child.kill(signal);
        }, moment);
        child.once('exit', () => {
          clearTimeout(timer);
          if (told === undefined) return;
          milliseconds = Math.max(milliseconds, performance.now() - told);
          times++;
        });
      },
    });
    if (told === undefined) {
      // A quick machine was done before the first moment: it is told half-way then.
      if (times === 0 && moments.length < MOMENTS.length + 5) moments.push(done.milliseconds / 2);
      continue;
    }
    expect(left(), 'left behind').toEqual([]);
    // Ended by its own handler, by the signal, or just before it came.
    expect([signal === 'SIGINT' ? 130 : 143, 0, 1, 3, null], done.stderr).toContain(done.code);
    expect(done.stderr).not.toMatch(/\n\s+at |defect of this program/);
  }
  return { milliseconds: Math.round(milliseconds), times };
}

async function endsInTime(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { milliseconds, times } = await worst(args, env);
  console.log(`${args[0]}: ${milliseconds} ms at worst, ${times} signals`);
  expect(times, 'it was at work when told to stop').toBeGreaterThan(0);
  expect(milliseconds).toBeLessThan(DEADLINE_MS);
}

describe('Ctrl-C and SIGTERM end', () => {
  it.each(Object.keys(IMAGES))('a scan of %s', async (name) => {
    await endsInTime(['scan', IMAGES[name]!(), '--no-cache', '--offline', '-f', 'json']);
  });

  const noNamespaces = canUnshare() ? undefined : 'no namespaces of processes here (unshare --pid)';
  it.skipIf(noNamespaces !== undefined)(titled('a scan that is process 1 of a container', noNamespaces), async () => {
    // A registry that never answers: however fast the machine, the scan is at work when the signal comes.
    const image = `${await slowServer(false)}/library/python:3.11`;
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const outer = spawn(
        'unshare',
        ['--pid', '--fork', process.execPath, cli, 'scan', image, '--no-cache', '--offline', '--insecure'],
        { env: { ...process.env, PLIMSOLL_HOME: join(home, 'home') }, stdio: ['ignore', 'ignore', 'pipe'] },
      );
      const ended = once(outer, 'exit');
      // Process 1 and its child, which does the work and has asked the registry.
      const first = await eventually(() => childOf(outer.pid!));
      expect(readFileSync(`/proc/${first}/status`, 'utf8')).toMatch(/^NSpid:\t\d+(?:\t\d+)*\t1$/m);
      await eventually(() => childOf(first));
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const told = performance.now();
      process.kill(first, signal);
      expect((await ended)[0]).toBe(code);
      expect(performance.now() - told).toBeLessThan(DEADLINE_MS);
    }
  });

  it('compare of two large reports', async () => {
    const [sample, other] = [await report('one.json', 60), await report('other.json', 60)];
    await endsInTime(['compare', sample, other, '-f', 'json']);
  });

  it('exposure of an image whose programs ask for thousands of modules', async () => {
    const site = 'usr/lib/python3.11';
    const module = (at: number): string =>
      Array.from({ length: 40 }, (_, next) => `import m${(at * 7 + next * 131) % 9_000}\n`).join('');
    const files = Array.from({ length: 9_000 }, (_, at) => member({ name: `${site}/m${at}.py` }, module(at)));
    const config = { Entrypoint: ['/usr/bin/python3.11', '/srv/app.py'] };
    const image = imageOf(
      'modules',
      tarOf(
        member({ name: 'etc/os-release' }, 'ID=debian\nVERSION_ID="12"\n'),
        member({ name: 'usr/bin/python3.11' }, 'x'),
        member({ name: 'srv/app.py' }, 'import m0, m1, m2\n'),
        ...files,
      ),
      false,
      config,
    );
    await endsInTime(['exposure', image, '--no-cache', '-f', 'json']);
  });

  it("compare of a scanner's report with our own scan of its image", async () => {
    const image = IMAGES['a hundred thousand packages']!();
    const beside = await report('beside.json', 40);
    await endsInTime(['compare', beside, '--image', image, '--no-cache', '--offline', '-f', 'json']);
  });

  it.each([true, false])('fix that asks a slow package index (dripping: %s)', async (drips) => {
    const index = await slowServer(drips);
    const target = machine.root('fix', { ...debian(stanza('openssl', '1')), ...wheelFiles('setuptools', '65.5.0') });
    const dockerfile = machine.file('Dockerfile', 'FROM debian:11\nRUN pip install setuptools==65.5.0\n');
    await endsInTime(['fix', target, '-d', dockerfile], { PIP_INDEX_URL: `http://${index}/simple/` });
  });

  it('a scan of an image in a registry that never answers, or drips', async () => {
    for (const drips of [true, false]) await endsInTime(['scan', `${await slowServer(drips)}/slow/image:1`]);
  });

  it('db pull from a registry that drips', async () => {
    await endsInTime(['db', 'pull', `${await slowServer(true)}/slow/db:1`]);
  });

  it('bench of an Engine that never answers', async () => {
    await endsInTime(['bench'], { DOCKER_HOST: `tcp://${await slowServer(false)}` });
  });

  it('db update from a mirror that drips', async () => {
    await endsInTime(['db', 'update', '--feeds', `http://${await slowServer(true)}/`, '--fresh']);
  });

  const noFeeds = haveFeeds ? undefined : 'no feeds beside the checkout (../shared/feeds)';
  it.skipIf(noFeeds !== undefined)(titled('db update of real feeds', noFeeds), async () => {
    const own = join(work.path, 'update');
    mkdirSync(own);
    await endsInTime(['db', 'update', '--feeds', feeds, '--fresh'], { PLIMSOLL_HOME: own });
  });
});
