import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { findProgram } from './find-program.ts';
import { printedText, run } from './run.ts';

const folder = temporaryFolder();
const windows = process.platform === 'win32';

/** A folder with a program of that name, a shell script. */
function installed(name: string, script: string, ...below: string[]): string {
  const where = join(folder, ...below);
  mkdirSync(where, { recursive: true });
  writeFileSync(join(where, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(where, name), 0o755);
  return where;
}
const withPath = (...folders: string[]): NodeJS.ProcessEnv => ({ PATH: [...folders, '/usr/bin', '/bin'].join(':') });

describe.skipIf(windows)('a program', () => {
  it('gets its arguments as they are, and its input', async () => {
    const environment = withPath(installed('echoes', 'for word; do echo "<$word>"; done; cat'));
    const result = await run('echoes', ['$(touch x)', '; true', '--', '*'], { environment, input: 'in' });
    expect(result).toMatchObject({ outcome: 'ended', status: 0 });
    expect(printedText(result)).toBe('<$(touch x)>\n<; true>\n<-->\n<*>\nin');
  });

  it('works in the root folder, where nobody has left configuration for it', async () => {
    const environment = withPath(installed('where', 'pwd'));
    expect(printedText(await run('where', [], { environment }))).toBe('/\n');
  });

  it('that is not there, that fails, that cannot be started: the result says so', async () => {
    const environment = withPath(installed('fails', 'echo no >&2; exit 7'));
    expect(await run('nothing-of-this-name', [], { environment })).toMatchObject({ outcome: 'missing' });
    expect(await run('fails', [], { environment })).toMatchObject({ outcome: 'ended', status: 7, complaint: 'no\n' });
    const killed = withPath(installed('killed', 'kill -9 $$'));
    const result = await run('killed', [], { environment: killed });
    expect(result).toMatchObject({ outcome: 'ended', status: undefined, killedBy: 'SIGKILL' });
    writeFileSync(join(folder, 'fails'), '#!/no/such/interpreter\n');
    expect(await run('fails', [], { environment })).toMatchObject({ outcome: 'failed' });
  });

  it('is stopped when its time is over, when it prints without end, and when the user interrupts', async () => {
    // What it starts itself holds its output open: nobody waits for that.
    const environment = withPath(installed('sleeps', 'trap "" TERM; sleep 30'), installed('prints', 'yes'));
    expect(await run('sleeps', [], { environment, timeout: 100 })).toMatchObject({ outcome: 'timeout' });
    const loud = await run('prints', [], { environment, maxOutput: 100_000 });
    expect(loud.outcome).toBe('overflow');
    expect(printedText(loud).length).toBeLessThanOrEqual(100_000);
    const running = run('sleeps', [], { environment, signal: AbortSignal.timeout(100) });
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    await expect(run('sleeps', [], { environment, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });

  it('that leaves something running behind it has ended, with all that it printed', async () => {
    const environment = withPath(installed('leaves', 'head -c 100000 /dev/zero; sleep 60 & echo said; exit 5'));
    // Far below the time that is allowed: what sleeps holds its output open.
    const result = await run('leaves', [], { environment, timeout: 50_000 });
    expect(result).toMatchObject({ outcome: 'ended', status: 5 });
    expect(printedText(result)).toHaveLength(100_005);
  });

  it('is never found in the current folder, nor where npm puts programs of the folders above', async () => {
    const current = installed('mine', 'true');
    const npm = installed('mine', 'true', 'node_modules', '.bin');
    for (const PATH of [current, `${current}/`, '.', '', './', npm, `.:${current}:${npm}`, `${current}/x/..`])
      expect(await findProgram('mine', { PATH }, current), PATH).toBeUndefined();
    expect(await findProgram('mine', { PATH: `.:${current}` }, '/')).toBe(join(current, 'mine'));
  });

  it('is known by a name alone, never by a path or an option', async () => {
    const current = installed('mine', 'true');
    for (const name of ['./mine', '../mine', join(current, 'mine'), '-mine', '', '.', 'mine\0', 'a b'])
      expect(await findProgram(name, { PATH: current }, '/'), name).toBeUndefined();
    mkdirSync(join(current, 'folder'));
    writeFileSync(join(current, 'text'), 'not a program');
    expect(await findProgram('folder', { PATH: current }, '/')).toBeUndefined();
    expect(await findProgram('text', { PATH: current }, '/')).toBeUndefined();
  });
});

describe('the environment of a program', () => {
  it('holds nothing by which it runs other code, and none of our own settings', () => {
    const harmful = {
      LD_PRELOAD: '/tmp/x.so',
      DYLD_INSERT_LIBRARIES: 'x',
      NODE_OPTIONS: '--require ./x',
      PYTHONPATH: '.',
      PYTHONSTARTUP: 'x',
      PERL5OPT: '-Mx',
      RUBYOPT: '-rx',
      BASH_ENV: './x',
      'BASH_FUNC_ls%%': '() { x; }',
      ENV: './x',
      GIT_DIR: '.',
      GIT_CONFIG_PARAMETERS: "'core.fsmonitor'='x'",
      PAGER: './x',
      MANPAGER: './x',
      GIT_PAGER: './x',
      EDITOR: './x',
      SSH_ASKPASS: './x',
      npm_config_script_shell: './x',
      PLIMSOLL_PASSWORD: 'secret',
      plimsoll_registry_token: 'secret',
    };
    expect(cleanEnvironment({ ...harmful, HOME: '/home/me', AWS_PROFILE: 'p', PATH: '/usr/bin:.' })).toEqual({
      HOME: '/home/me',
      AWS_PROFILE: 'p',
      PATH: '/usr/bin',
    });
  });

  it('holds only what is named, besides home, language and proxies, where the program needs no secrets', () => {
    const environment = {
      HOME: '/h',
      LANG: 'C',
      https_proxy: 'p',
      AWS_SECRET_ACCESS_KEY: 's',
      GITHUB_TOKEN: 't',
      X: '1',
    };
    expect(cleanEnvironment({ ...environment, PATH: '' }, ['X'])).toEqual({
      HOME: '/h',
      LANG: 'C',
      https_proxy: 'p',
      X: '1',
      PATH: '',
    });
  });

  it.skipIf(windows)('is what the program sees', async () => {
    const environment = { ...withPath(installed('shows', 'env')), PYTHONPATH: '.', TOKEN: 't' };
    const all = printedText(await run('shows', [], { environment }));
    expect(all).toContain('TOKEN=t');
    expect(all).not.toContain('PYTHONPATH');
    expect(printedText(await run('shows', [], { environment, variables: [] }))).not.toContain('TOKEN');
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});
