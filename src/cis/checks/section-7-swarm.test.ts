import { describe, expect, it } from 'vitest';
import { type FakeEngine, type FakeWorld, verdictOf } from '../../../test/bench.ts';
import { selfSigned } from '../../../test/certificate.ts';
import { parseListeners } from '../host/system.ts';

const active = { Swarm: { LocalNodeState: 'active', ControlAvailable: true } };
const judged = async (id: string, engine: FakeEngine, world: FakeWorld = {}) =>
  verdictOf(id, { ...world, engine: { info: active, ...engine } });
const nodes = (managers: number, workers: number) => ({
  nodes: [
    ...Array(managers).fill({ Spec: { Role: 'manager' }, Description: { Hostname: 'm' } }),
    ...Array(workers).fill({ Spec: { Role: 'worker' }, Description: { Hostname: 'w' } }),
  ],
});
const DAYS = 86_400_000 * 1e6;

it.each(['7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '7.7', '7.8', '7.9'])(
  '%s does not apply outside a swarm or on a worker',
  async (id) => {
    expect((await verdictOf(id, { engine: { info: {} } })).result).toBe('not-applicable');
    const worker = { Swarm: { LocalNodeState: 'active', ControlAvailable: false } };
    expect((await verdictOf(id, { engine: { info: worker } })).result).toBe('not-applicable');
  },
);

describe('7.1: managers', () => {
  it.each([
    [1, 0, 'pass'],
    [1, 5, 'info'],
    [2, 0, 'warn'],
    [3, 2, 'pass'],
    [9, 0, 'warn'],
  ])('%i managers and %i workers: %s', async (managers, workers, expected) => {
    expect((await judged('7.1', nodes(managers, workers))).result).toBe(expected);
  });
});

describe('7.2: the interface', () => {
  const line = (address: string, state = '0A') =>
    `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n`;
  it('reads addresses as the kernel writes them', () => {
    const text = `  sl  local_address rem_address   st\n${line('0100007F:0949')}${line('00000000:0050', '01')}${line('00000000000000000000000000000000:1F90')}${line('0000000000000000FFFF00000100007F:0016')}`;
    expect(parseListeners(text)).toEqual([
      { address: '127.0.0.1', port: 2377 },
      { address: '::', port: 8080 },
      { address: '0:0:0:0:0:ffff:7f00:1', port: 22 },
    ]);
  });
  it.each([
    ['00000000:0949', '', 'warn'],
    ['0100007F:0949', '', 'pass'],
    ['0100007F:0949', '00000000000000000000000000000000:0949', 'warn'],
    ['0100007F:0050', '', 'not-applicable'],
  ])('%s %s: %s', async (four, six, expected) => {
    const host = { '/proc/1/net/tcp': line(four), '/proc/1/net/tcp6': six === '' ? '' : line(six) };
    expect((await judged('7.2', {}, { host })).result).toBe(expected);
  });
});

describe('7.3 to 7.9', () => {
  it('7.3: overlay networks', async () => {
    const closed = { Name: 'a', Driver: 'overlay', Options: { encrypted: '' } };
    expect((await judged('7.3', { networks: [closed, { Name: 'b', Driver: 'bridge' }] })).result).toBe('pass');
    const verdict = await judged('7.3', { networks: [closed, { Name: 'open', Driver: 'overlay', Options: null }] });
    expect(verdict).toMatchObject({ result: 'warn', items: [{ subject: 'open' }] });
  });
  it('7.4: secrets', async () => {
    const service = (Env: string[]) => ({ Spec: { Name: 'web', TaskTemplate: { ContainerSpec: { Env } } } });
    expect((await judged('7.4', { services: [], secrets: [] })).result).toBe('pass');
    expect((await judged('7.4', { services: [service(['A=b'])], secrets: [] })).result).toBe('info');
    expect((await judged('7.4', { services: [service(['A=b'])], secrets: [{}] })).result).toBe('pass');
    const verdict = await judged('7.4', { services: [service(['DB_PASSWORD=correct-horse'])], secrets: [{}] });
    expect(verdict).toMatchObject({ result: 'warn', items: [{ subject: 'web' }] });
    expect(JSON.stringify(verdict)).not.toContain('horse');
  });
  it('7.5 and 7.6: auto-lock', async () => {
    const lock = (AutoLockManagers: boolean) => ({
      swarm: { UpdatedAt: '2026-11-01T00:00:00Z', Spec: { EncryptionConfig: { AutoLockManagers } } },
    });
    expect((await judged('7.5', lock(true))).result).toBe('pass');
    expect((await judged('7.5', lock(false))).result).toBe('warn');
    expect((await judged('7.6', lock(true))).result).toBe('note');
    expect((await judged('7.6', lock(false))).result).toBe('not-applicable');
  });
  it.each([
    [2, 'pass'],
    [90, 'info'],
    [365, 'warn'],
  ])('7.7: certificates that live %i days: %s', async (days, expected) => {
    expect((await judged('7.7', { swarm: { Spec: { CAConfig: { NodeCertExpiry: days * DAYS } } } })).result).toBe(
      expected,
    );
  });
  it('7.8: the age of the root certificate', async () => {
    // Valid from 2020 to 2049.
    const swarm = { TLSInfo: { TrustRoot: selfSigned('swarm-ca').cert } };
    const at = async (date: string) => (await judged('7.8', { swarm }, { now: Date.parse(date) })).result;
    expect(await at('2020-06-01')).toBe('pass');
    expect(await at('2026-11-23')).toBe('info');
    expect(await at('2051-01-01')).toBe('warn');
  });
  it('7.9: one interface or two, from the state file', async () => {
    const state = (data: string) => ({
      host: {
        '/var/lib/docker/swarm/docker-state.json': JSON.stringify({
          AdvertiseAddr: '10.0.0.1:2377',
          DataPathAddr: data,
        }),
      },
    });
    expect((await judged('7.9', {}, state('10.1.0.1'))).result).toBe('pass');
    expect((await judged('7.9', {}, state(''))).result).toBe('info');
    expect((await judged('7.9', {}, state('10.0.0.1'))).result).toBe('info');
    expect((await judged('7.9', {})).result).toBe('could-not-read');
  });
});
