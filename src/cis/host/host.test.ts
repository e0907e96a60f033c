import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAccounts, parseGroups } from './accounts.ts';
import { openHost } from './host.ts';

const root = mkdtempSync(join(tmpdir(), 'plimsoll-host-'));
const host = openHost(root);

beforeAll(() => {
  mkdirSync(join(root, 'etc/docker'), { recursive: true });
  mkdirSync(join(root, 'usr/lib/systemd/system'), { recursive: true });
  writeFileSync(join(root, 'etc/docker/daemon.json'), '{}');
  chmodSync(join(root, 'etc/docker/daemon.json'), 0o640);
  writeFileSync(join(root, 'usr/lib/systemd/system/docker.service'), '[Service]\n');
  // As on Debian: /lib is a link, absolute here, that has to stay below the root.
  symlinkSync('/usr/lib', join(root, 'lib'));
  symlinkSync('../../../../../../etc/passwd', join(root, 'etc/outside'));
  symlinkSync('loop', join(root, 'loop'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a host below a folder', () => {
  it('has owners, modes and texts', async () => {
    expect(await host.stat('/etc/docker/daemon.json')).toMatchObject({
      ok: true,
      value: { path: '/etc/docker/daemon.json', type: 'file', mode: 0o640 },
    });
    expect(await host.read('/etc/docker/daemon.json')).toEqual({ ok: true, value: '{}' });
    expect(await host.list('/etc/docker')).toEqual({ ok: true, value: ['daemon.json'] });
  });
  it('follows links inside itself only', async () => {
    expect(await host.read('/lib/systemd/system/docker.service')).toMatchObject({ ok: true, value: '[Service]\n' });
    expect(await host.read('/etc/outside')).toMatchObject({ ok: false, why: 'absent' });
    expect(await host.read('/../../etc/passwd')).toMatchObject({ ok: false, why: 'absent' });
    expect(await host.read('/loop')).toMatchObject({
      ok: false,
      why: 'broken',
      reason: expect.stringContaining('too many symbolic links'),
    });
  });
  it('says what is absent and what is no file', async () => {
    expect(await host.stat('/etc/sysconfig/docker')).toMatchObject({ ok: false, why: 'absent' });
    expect(await host.read('/etc')).toMatchObject({ ok: false, why: 'broken' });
    expect(await host.list('/etc/docker/daemon.json')).toMatchObject({ ok: false, why: 'absent' });
  });
  it('reads no file that is too large', async () => {
    writeFileSync(join(root, 'etc/large'), Buffer.alloc(4 * 1024 * 1024 + 1));
    expect(await host.read('/etc/large')).toMatchObject({ ok: false, reason: expect.stringContaining('larger than') });
  });
  it.skipIf(process.getuid?.() === 0)(
    'says what it may not read (skipped for root, who may read everything)',
    async () => {
      writeFileSync(join(root, 'etc/secret'), '', { mode: 0 });
      expect(await host.read('/etc/secret')).toMatchObject({ ok: false, why: 'denied' });
    },
  );
});

it('this machine has a /proc, whose files have no size', async () => {
  const status = await openHost().read('/proc/self/status');
  expect(status).toMatchObject({ ok: true, value: expect.stringMatching(/^Uid:/m) });
});

it('accounts and groups: comments, gaps and odd lines are left out', () => {
  expect(parseAccounts('root:x:0:0::/root:/bin/sh\r\n\n# x\nodd\n+::::::\nann:x:ten:1::/:\nbob:x:1001:1001')).toEqual([
    { name: 'root', uid: 0, gid: 0 },
    { name: 'bob', uid: 1001, gid: 1001 },
  ]);
  expect(parseGroups('docker:x:998:ann, bob,\nx\n')).toEqual([{ name: 'docker', gid: 998, members: ['ann', 'bob'] }]);
});
