import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { type CommandOutcome, runCommand } from '../../test/command.ts';
import { benchCommand } from './bench.ts';

const work = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
afterAll(() => rmSync(work, { recursive: true }));

/** Runs the command as the command line would, with nothing of this machine's environment. */
function run(
  ...all: (string | { before(program: Command): void } | { readonly policy: string })[]
): Promise<CommandOutcome> {
  const args = all.filter((entry) => typeof entry === 'string');
  const policy = all.find((entry) => typeof entry === 'object' && 'policy' in entry);
  const environment = {
    ...{ DOCKER_HOST: 'unix:///nowhere/engine.sock', HOME: work, PLIMSOLL_HOME: join(work, 'home') },
    ...(policy ? { PLIMSOLL_CONFIG: policy.policy } : {}),
  };
  const before = (program: Command): void => {
    for (const entry of all) if (typeof entry === 'object' && 'before' in entry) entry.before(program);
  };
  return runCommand(benchCommand, args, { environment, before, caught: true });
}

function dockerfile(text: string): string {
  const path = join(work, 'Dockerfile');
  writeFileSync(path, text);
  return path;
}

describe('plimsoll bench', () => {
  it('judges a Dockerfile, with --fail-on as a gate', async () => {
    const path = dockerfile('FROM python:3.11\nRUN apt-get update\n');
    const done = await run('--dockerfile', path, '-c', '4.7', '--fail-on', 'warn');
    expect(done).toMatchObject({
      code: 1,
      text: expect.stringContaining(`${path}:2: RUN: apt-get update stands alone`),
    });
    expect((await run('--dockerfile', path, '-c', '4.9', '--fail-on', 'warn')).code).toBe(0);
    expect((await run('--dockerfile', path, '-c', '4.11', '--fail-on', 'level1')).code).toBe(0);
  });
  it('is judged by the cis of a policy as a scan is, wherever its file is', async () => {
    const of = (level: string) => {
      writeFileSync(join(work, 'plimsoll.yaml'), `policy:\n  thresholds:\n    cis: ${level}\n`);
      return join(work, 'plimsoll.yaml');
    };
    const bad = 'FROM python:3.11\nRUN apt-get update\n';
    const good = 'FROM python:3.11\nUSER 1000\nHEALTHCHECK CMD true\n';
    const judged = (text: string, level: string, ...args: readonly string[]) =>
      run('--dockerfile', dockerfile(text), ...args, { policy: of(level) });
    const shut = await judged(bad, 'level1');
    expect(shut.code).toBe(1);
    expect(shut.said).toMatch(/^exit code 1, by the rule policy cis:level1/);
    expect(shut.said).toMatch(/plimsoll\.yaml:3:10\): [1-9]\d* caught \(4\.1 /);
    expect(await judged(good, 'level1')).toMatchObject({ code: 0, said: expect.stringMatching(/^exit code 0/) });
    expect((await judged(bad, 'never')).code).toBe(0);
    const off = await judged(bad, 'level1', '--fail-on', 'never');
    expect([off.code, off.said]).toEqual([0, expect.stringContaining('is not judged: --fail-on never')]);
    // Part of the checks proves nothing of the others.
    expect((await judged(good, 'level1', '-c', '4.7')).said).toContain('only part of the image checks');
    expect((await judged(good, 'level1', '-c', '4.7')).code).toBe(1);
    expect((await judged(bad, 'level3')).error).toMatchObject({ code: 'config' });
  });
  it('runs for a Dockerfile only what can look at one', async () => {
    const path = dockerfile('FROM python:3.11\n');
    expect((await run('--dockerfile', path)).text).not.toMatch(/^\s+\S+\s+(?:1|2|3|5|6|7)\.\d/m);
    expect((await run('--dockerfile', path, '-c', '5')).error).toMatchObject({ code: 'usage' });
  });
  it('says where a Dockerfile is wrong, and judges the rest of it', async () => {
    const done = await run(
      '--dockerfile',
      dockerfile('FROM python:3.11\nRUNN true\nRUN apt-get update\n'),
      '-c',
      '4.7',
    );
    expect(done.text).toMatch(/^! .*Dockerfile:2:1: unknown instruction RUNN$/m);
    expect(done.text).toContain('WARN  4.7');
  });
  it('refuses what is no Dockerfile, with line and column', async () => {
    expect((await run('--dockerfile', dockerfile('hello\n'))).error).toMatchObject({
      code: 'corrupt',
      where: expect.stringMatching(/Dockerfile:1:1$/),
    });
    expect((await run('--dockerfile', dockerfile(''))).error?.code).toBe('corrupt');
    expect((await run('--dockerfile', work)).error?.code).toBe('unsupported');
    expect((await run('--dockerfile', join(work, 'none'))).error?.code).toBe('not-found');
  });
  it('replaces build arguments', async () => {
    const path = dockerfile('ARG TAG\nFROM python:$TAG\n');
    expect((await run('--dockerfile', path, '--build-arg', 'TAG=3.11', '-c', '4.2')).text).toContain(
      'python:3.11: a tag can be moved',
    );
    expect((await run('--dockerfile', path, '-c', '4.2')).text).toContain('TAG has no value here');
  });
  it('without an Engine judges the host and then says what is missing', async () => {
    const done = await run('--host-root', work, '-f', 'json');
    expect(done.error).toMatchObject({
      code: 'engine',
      message: expect.stringContaining('no Engine at unix:///nowhere/engine.sock'),
    });
    expect(JSON.parse(done.text).sections).toHaveLength(10);
    expect((await run('--host-root', work, '-c', '1,2,3')).error).toBeUndefined();
  });
  it('speaks to the Engine that -H names', async () => {
    const path = join(work, 'other.sock');
    const server = createServer((request, response) => {
      const answers: Record<string, unknown> = {
        '/version': { ApiVersion: '1.41', Version: '28.0.0' },
        '/v1.41/info': { Driver: 'aufs' },
      };
      response
        .writeHead(request.url! in answers ? 200 : 404)
        .end(JSON.stringify(answers[request.url!] ?? { message: 'no' }));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      expect((await run('-H', `unix://${path}`, '-c', '2.6')).text).toContain('the storage driver is aufs');
    } finally {
      server.close();
    }
  });
  it('names what it does not understand', async () => {
    expect((await run('-c', '5.99')).error).toMatchObject({
      code: 'usage',
      message: 'no check or group is called 5.99',
    });
    expect((await run('-f', 'yaml')).error?.code).toBe('usage');
    expect((await run('--fail-on', 'HIGH')).error?.code).toBe('usage');
    expect((await run('-H', 'nonsense')).error?.code).toBe('config');
    expect((await run('--image', join(work, 'none.tar'))).error?.code).toBe('not-found');
  });
  it('lists its checks, and writes to a file and a log', async () => {
    expect((await run('--list', '-c', '6')).text.split('\n').filter(Boolean)).toHaveLength(2);
    const [output, log] = [join(work, 'out.json'), join(work, 'bench.log')];
    const done = await run('-c', '8', '-f', 'docker-bench', '-o', output, '-l', log);
    expect(done.text).toBe('');
    expect(JSON.parse(readFileSync(output, 'utf8')).tests[0].id).toBe('8');
    expect(readFileSync(log, 'utf8')).toContain('Docker Enterprise');
  });
});
