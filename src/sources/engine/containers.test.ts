import { afterEach, describe, expect, it } from 'vitest';
import { startEngine } from '../../../test/engine.ts';
import { blobs, layer } from '../../../test/image.ts';
import { createHttp } from '../../network/http.ts';
import { runningContainers } from './index.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const app = blobs(layer({ 'etc/a': 'a' }));
const ID = '6c06b4bf6013579f6a3bc47babda644015353a96aca33c6e6305426bb3a15c25';
const facts = (pid: number, more: Record<string, unknown> = {}) => ({
  Id: ID,
  Name: '/shop',
  Image: app.config.digest,
  State: { Running: pid > 0, Pid: pid },
  Config: { Image: 'app:1', Cmd: ['python3', 'serve.py'], Env: ['PATH=/bin'], WorkingDir: '/app' },
  ...more,
});
const RUNNING = `/containers/json?filters=${JSON.stringify({ ancestor: ['app:1'], status: ['running'] })}`;

async function ask(name: string, answers: Readonly<Record<string, unknown>>, engine?: 'podman') {
  const server = await startEngine({ images: { 'app:1': app }, answers });
  const http = createHttp({ environment: {}, namedBy: 'user', limits: { idleMs: 2_000 } });
  cleanups.push(server.close, http.close);
  const environment = { [engine === 'podman' ? 'CONTAINER_HOST' : 'DOCKER_HOST']: server.address };
  return runningContainers(name, { http, environment, home: '/nowhere', engine });
}

describe('a container that runs', () => {
  it('is found by its name, with its first process, what it was started with, and what it has written since', async () => {
    const changes = [
      { Path: '/tmp', Kind: 0 },
      { Path: '/tmp/new.so', Kind: 1 },
      { Path: '/usr/gone', Kind: 2 },
    ];
    expect(await ask('shop', { '/containers/shop/json': facts(71), [`/containers/${ID}/changes`]: changes })).toEqual([
      {
        id: ID,
        name: 'shop',
        image: app.config.digest,
        reference: 'app:1',
        pid: 71,
        run: { Cmd: ['python3', 'serve.py'], Env: ['PATH=/bin'], WorkingDir: '/app' },
        changed: new Set(['/tmp', '/tmp/new.so']),
      },
    ]);
  });

  it('is found by its image, which is meant by its id where the tag has moved; nothing written comes as null', async () => {
    const moved = facts(71, { Image: `sha256:${'0'.repeat(64)}` });
    const [container] = await ask('app:1', {
      [RUNNING]: [{ Id: ID }],
      [`/containers/${ID}/json`]: moved,
      [`/containers/${ID}/changes`]: null,
    });
    expect(container).toMatchObject({ reference: `sha256:${'0'.repeat(64)}`, pid: 71, changed: new Set() });
  });

  it('is of an engine that does not tell what was written: that is left open', async () => {
    const [container] = await ask('shop', { '/containers/shop/json': facts(71) });
    expect(container).not.toHaveProperty('changed');
  });

  it('must run: one that has ended, or is not there, is an error that says what to do', async () => {
    await expect(ask('shop', { '/containers/shop/json': facts(0) })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'start it (docker start shop), or leave --live out and name its image: docker:app:1',
    });
    await expect(ask('shop', { '/containers/shop/json': facts(0) }, 'podman')).rejects.toMatchObject({
      hint: 'start it (podman start shop), or leave --live out and name its image: podman:app:1',
    });
    await expect(ask('app:1', { [RUNNING]: [] }, 'podman')).rejects.toMatchObject({
      hint: expect.stringContaining('podman ps'),
    });
    await expect(ask('app:1', { [RUNNING]: [] })).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask('../images', {})).rejects.toMatchObject({ code: 'not-found' });
  });

  it('of which the engine tells no sense is an error of the engine', async () => {
    const bad = facts(71, { Image: '../../etc' });
    await expect(ask('shop', { '/containers/shop/json': bad })).rejects.toMatchObject({ code: 'engine' });
  });
});
