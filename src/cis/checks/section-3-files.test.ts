import { describe, expect, it } from 'vitest';
import { type FakeFile, verdictOf } from '../../../test/bench.ts';
import { checks } from './checks.ts';

const ACCOUNTS = {
  '/etc/passwd': 'root:x:0:0::/:/bin/sh\nann:x:1000:1000::/:/bin/sh\n',
  '/etc/group': 'root:x:0:\ndocker:x:998:\nann:x:1000:\n',
  '/proc/7/cmdline': 'dockerd\0',
  '/proc/7/status': 'Uid:\t0\t0\t0\t0\n',
};
const TLS = '{"tlscacert": "/pki/ca.pem", "tlscert": "/pki/cert.pem", "tlskey": "/pki/key.pem"}';

/** Where each pair of checks finds its file: owner, permissions, path, the permissions allowed, what else has to be there. */
const FILES: readonly [
  owner: string,
  mode: string,
  path: string,
  allowed: number,
  type: 'file' | 'directory' | 'socket',
  more: Record<string, FakeFile>,
][] = [
  ['3.1', '3.2', '/lib/systemd/system/docker.service', 0o644, 'file', {}],
  ['3.3', '3.4', '/usr/lib/systemd/system/docker.socket', 0o644, 'file', {}],
  ['3.5', '3.6', '/etc/docker', 0o755, 'directory', {}],
  ['3.7', '3.8', '/etc/docker/certs.d/registry.example:5000/ca.crt', 0o444, 'file', {}],
  ['3.9', '3.10', '/pki/ca.pem', 0o444, 'file', { '/etc/docker/daemon.json': TLS }],
  ['3.11', '3.12', '/pki/cert.pem', 0o444, 'file', { '/etc/docker/daemon.json': TLS }],
  ['3.13', '3.14', '/pki/key.pem', 0o400, 'file', { '/etc/docker/daemon.json': TLS }],
  ['3.15', '3.16', '/var/run/docker.sock', 0o660, 'socket', {}],
  ['3.17', '3.18', '/etc/docker/daemon.json', 0o644, 'file', {}],
  ['3.19', '3.20', '/etc/default/docker', 0o644, 'file', {}],
  ['3.22', '3.21', '/etc/sysconfig/docker', 0o644, 'file', {}],
  ['3.23', '3.24', '/run/containerd/containerd.sock', 0o660, 'socket', {}],
];

describe.each(FILES)('%s and %s: %s', (owner, mode, path, allowed, type, more) => {
  const judge = (id: string, file: Exclude<FakeFile, string>) =>
    verdictOf(id, { host: { ...ACCOUNTS, ...more, [path]: { text: '{}', type, mode: allowed, ...file } } });

  it('passes where root owns it and nobody else may more than allowed', async () => {
    expect((await judge(owner, {})).result).toBe('pass');
    expect((await judge(mode, {})).result).toBe('pass');
    expect((await judge(mode, { mode: 0o400 })).result).toBe('pass');
  });
  it('warns about another owner, by name', async () => {
    const verdict = await judge(owner, { uid: 1000, gid: 1000 });
    expect(verdict.result).toBe('warn');
    expect(verdict.items[0]).toMatchObject({
      subject: path,
      path,
      detail: expect.stringContaining('belongs to ann:ann'),
    });
  });
  it('warns about another group', async () => {
    expect((await judge(owner, { gid: 1000 })).result).toBe('warn');
  });
  it('warns about one permission too many, a setuid bit too', async () => {
    expect((await judge(mode, { mode: allowed | 0o002 })).result).toBe('warn');
    expect((await judge(mode, { mode: allowed | 0o4000 })).result).toBe('warn');
  });
  it('does not apply where it is not there', async () => {
    const verdict = await verdictOf(owner, { host: { ...ACCOUNTS } });
    expect(verdict.result).toBe('not-applicable');
  });
  it('says when it may not be looked at', async () => {
    expect((await judge(mode, { denied: true })).result).toBe('could-not-read');
  });
});

it('every check of the section is in this table', () => {
  const ids = checks.filter((check) => check.id.startsWith('3.')).map((check) => check.id);
  expect(FILES.flatMap((row) => row.slice(0, 2)).sort()).toEqual([...ids].sort());
});

describe("the Engine's socket", () => {
  it('may belong to the group docker, or the one the daemon is told to use', async () => {
    const socket = { '/var/run/docker.sock': { type: 'socket', mode: 0o660, gid: 998 } } as const;
    expect((await verdictOf('3.15', { host: { ...ACCOUNTS, ...socket } })).result).toBe('pass');
    const other = { ...ACCOUNTS, ...socket, '/etc/docker/daemon.json': '{"group": "ann"}' };
    expect((await verdictOf('3.15', { host: other })).result).toBe('warn');
  });
  it('is the one that the daemon listens on', async () => {
    const host = {
      ...ACCOUNTS,
      '/proc/7/cmdline': 'dockerd\0-H\0unix:///run/other.sock\0',
      '/run/other.sock': { type: 'socket', mode: 0o666 },
      '/var/run/docker.sock': { type: 'socket', mode: 0o660 },
    } as const;
    const engine = { address: 'unix:///run/other.sock' };
    expect((await verdictOf('3.16', { host, engine })).items[0]?.subject).toBe('/run/other.sock');
  });
  it('of a rootless daemon belongs to its user', async () => {
    const host = {
      ...ACCOUNTS,
      '/proc/7/cmdline': 'dockerd\0--rootless\0-H\0unix:///run/user/1000/docker.sock\0',
      '/proc/7/status': 'Uid:\t1000\t1000\t1000\t1000\n',
      '/run/user/1000/docker.sock': { type: 'socket', mode: 0o660, uid: 1000, gid: 1000 },
    } as const;
    const engine = { address: 'unix:///run/user/1000/docker.sock' };
    expect((await verdictOf('3.15', { host, engine })).result).toBe('pass');
  });
});
