/** What the end-to-end tests need of the machine: programs, folders, the tool itself as a process. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
/** Where this run's own build lies. */
export const app = process.env.E2E_APP ?? join(root, '.e2e', 'app');
export const cli = join(app, 'dist', 'cli.cjs');

/** The temporary folder of this machine, for what a later run uses again; that of this run goes with it. */
export const lasting = process.env.E2E_KEPT ?? tmpdir();

/** The publishers' feeds, where they lie beside the checkout. */
export const feeds = join(root, '..', 'shared', 'feeds');
export const haveFeeds = existsSync(join(feeds, 'debian', 'tracker.json'));

export const has = (program: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;

/** Of these programs the ones that are not installed. */
export const lacking = (...programs: readonly string[]): string[] => programs.filter((program) => !has(program));

/** A title that says why a test is skipped. */
export const titled = (title: string, reason: string | undefined): string =>
  reason === undefined ? title : `${title} [skipped: ${reason}]`;

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Peak resident memory in bytes, as the process itself tells when it ends of its own accord. */
  readonly memory: number | undefined;
  readonly milliseconds: number;
}

export interface RunOptions {
  readonly home: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Called once it runs. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs the tool to its end. Only what the tests set of its environment reaches it. */
export function plimsoll(args: readonly string[], { home, env, cwd, started }: RunOptions): Promise<Outcome> {
  const start = performance.now();
  const witness = join(root, 'bench', 'peak-memory.mjs');
  const child = spawn(process.execPath, ['--import', witness, cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      PLIMSOLL_HOME: join(home, 'plimsoll'),
      TMPDIR: process.env.TMPDIR,
      ...env,
    },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  started?.(child);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      const all = Buffer.concat(err).toString('utf8');
      const kilobytes = /\npeak-memory-kb=(\d+)\n/.exec(all)?.[1];
      done({
        code,
        signal,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: all.replace(/\npeak-memory-kb=\d+\n/, ''),
        memory: kilobytes === undefined ? undefined : Number(kilobytes) * 1024,
        milliseconds: performance.now() - start,
      });
    });
  });
}

/** A fresh folder, gone when the tests are through. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(process.env.E2E_TMP ?? tmpdir(), 'plimsoll-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a program of the machine; throws with what it said when it fails. */
export function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${done.status}: ${done.stderr}`);
  return done.stdout;
}

/** A daemon of the test's own; `stop` ends it and waits until it is gone. */
export async function daemon(
  program: string,
  args: readonly string[],
  ready: () => boolean | Promise<boolean>,
  env: NodeJS.ProcessEnv = {},
): Promise<{ stop(): Promise<void> }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4_000);
    });
  }
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true;
      resolve();
    };
    child.once('error', end);
    child.once('close', end);
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(patience);
  };
  for (let tries = 0; tries < 150; tries += 1) {
    if (ended) throw new Error(`${program} did not start: ${said}`);
    if (await ready()) return { stop };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error(`${program} was not ready in 30 seconds: ${said}`);
}

/** A port of this machine that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Builds (or finds) a set of real images; the reason where this machine cannot. */
export function images(set: 'small' | 'large'): { readonly path: string } | { readonly reason: string } {
  const cache = process.env.E2E_CACHE ?? join(lasting, 'plimsoll-e2e');
  const script = join(root, 'test/e2e/build-images.sh');
  const done = spawnSync('bash', [script, cache, set], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.status === 0) return { path: done.stdout.trim().split('\n').at(-1) as string };
  const last = (done.stderr ?? '').trim().split('\n').at(-1) ?? '';
  if (done.status === 75) return { reason: last };
  throw new Error(`build-images.sh ended with ${done.status}: ${(done.stderr ?? '').slice(-3_000)}`);
}
