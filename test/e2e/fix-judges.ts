/** pip and uv as judges of what a plan says: what each finds for a list of requirements, with nothing installed. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A distribution as the index describes it. */
export interface Described {
  readonly name: string;
  readonly version: string;
  readonly requires_dist?: readonly string[];
  readonly requires_python?: string;
  readonly provides_extra?: readonly string[];
}

/** What a resolver made of requirements; `undefined`: nothing satisfies them. */
export type Resolved = { readonly found: readonly Described[] } | { readonly said: string };

export interface Judges {
  /** pip's own answer to `install --dry-run` for another Python, beside nothing; `day`: with the index as it was then. */
  pip(python: string, requirements: readonly string[], day?: string): Resolved;
  /** The versions by normalised name that uv finds, or why there are none. */
  uv(python: string, requirements: readonly string[]): ReadonlyMap<string, string> | string;
  /** A shell command as it was printed, pasted where `pip` and the image's Pythons are this pip, which only pretends. */
  paste(python: string, command: string): { readonly good: boolean; readonly said: string };
}

/** Names are compared as the index writes them. https://packaging.python.org/en/latest/specifications/name-normalization/ */
export const plain = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** pip as it is, with the markers of another Python: its `--python-version` chooses files by it, and goes on reading markers by its own. */
const BOOTSTRAP = `import sys
from pip._vendor.packaging import markers
own = markers.default_environment
def other():
    return {**own(), "python_version": sys.argv[1], "python_full_version": sys.argv[1] + ".9", "implementation_version": sys.argv[1] + ".9"}
markers.default_environment = other
from pip._internal.cli.main import main
sys.exit(main(sys.argv[2:]))
`;

/**
 * An index over the one that pip here is configured for, which keeps what it was asked and tells what a wheel says of itself without
 * the wheel: its address, and how to end it. Needs what `madeVenv` made.
 */
export async function keptIndex(folder: string): Promise<{ readonly address: string; end(): Promise<void> }> {
  const kept = join(process.env.E2E_CACHE ?? folder, 'index');
  const script = fileURLToPath(new URL('index-cache.py', import.meta.url));
  const child = spawn(join(folder, 'venv', 'bin', 'python'), [script, kept], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const address = await new Promise<string>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => fail(new Error(`the index ended with ${code}`)));
    child.stdout.once('data', (line: Buffer) => done(line.toString('utf8').trim()));
  });
  return {
    address,
    end() {
      child.stdin.end();
      return ended;
    },
  };
}

/** A pip that knows when files were uploaded, and uv, in a folder of their own; or why this machine has none. */
export function madeVenv(folder: string): string | undefined {
  const bin = join(folder, 'venv', 'bin');
  const made = spawnSync('python3', ['-m', 'venv', join(folder, 'venv')], { encoding: 'utf8' });
  if (made.status !== 0) return 'python3 makes no virtual environment here';
  const got = spawnSync(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', 'pip>=26', 'uv'], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  return got.status === 0 ? undefined : 'no pip of 2026 and no uv to be had from a package index here';
}

/** The judges of that folder, whose pip asks `index`, or whom it is configured for. */
export function judges(folder: string, index?: string): Judges {
  const bin = join(folder, 'venv', 'bin');
  // What was fetched once is not fetched again, also by the next run where E2E_CACHE keeps it.
  const kept = process.env.E2E_CACHE ?? folder;
  const env = {
    // Set to anything at all, pip reads PIP_NO_CACHE_DIR as a wish for no cache.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'PIP_NO_CACHE_DIR')),
    PIP_CACHE_DIR: join(kept, 'pip-cache'),
    ...(index === undefined ? {} : { PIP_INDEX_URL: index }),
  };
  const uvEnv = { ...process.env, UV_CACHE_DIR: join(kept, 'uv-cache'), UV_SYSTEM_CERTS: 'true' };
  const bootstrap = join(folder, 'pip-of-another.py');
  writeFileSync(bootstrap, BOOTSTRAP);
  const options = (python: string): string[] => [
    '--dry-run',
    '--ignore-installed',
    '--only-binary',
    ':all:',
    '--python-version',
    python,
    '--target',
    join(folder, 'target'),
  ];
  return {
    pip(python, requirements, day) {
      const [list, report] = [join(folder, 'requirements.txt'), join(folder, 'report.json')];
      writeFileSync(list, requirements.join('\n'));
      const then = day === undefined ? [] : ['--uploaded-prior-to', `${day}T00:00:00Z`];
      const args = [...options(python), ...then, '--quiet', '--report', report, '-r', list];
      const done = spawnSync(join(bin, 'python'), [bootstrap, python, 'install', ...args], {
        encoding: 'utf8',
        timeout: 900_000,
        env,
      });
      if (done.status !== 0) return { said: `${done.stdout}${done.stderr}`.slice(-2_000) };
      const { install } = JSON.parse(readFileSync(report, 'utf8')) as { install: { metadata: Described }[] };
      return { found: install.map(({ metadata }) => metadata) };
    },
    uv(python, requirements) {
      const args = ['pip', 'compile', '--quiet', '--no-header', '--no-annotate', '--only-binary', ':all:'];
      // Looking for interpreters takes longer than the answer.
      const own = ['--python', join(bin, 'python'), '--python-version', python];
      const done = spawnSync(join(bin, 'uv'), [...args, ...own, '-'], {
        encoding: 'utf8',
        timeout: 300_000,
        env: uvEnv,
        input: requirements.join('\n'),
      });
      if (done.status !== 0) return `${done.stderr}`.slice(-2_000);
      const lines = done.stdout.split('\n').flatMap((line) => /^([\w.-]+)(?:\[.*\])?==([^\s;]+)/.exec(line) ?? []);
      const versions = new Map<string, string>();
      for (let at = 0; at + 2 < lines.length + 1; at += 3)
        versions.set(plain(lines[at + 1] as string), lines[at + 2] as string);
      return versions;
    },
    paste(python, command) {
      const shims = join(folder, 'shims');
      rmSync(shims, { recursive: true, force: true });
      mkdirSync(shims, { recursive: true });
      const quoted = options(python).map((option) => `'${option}'`);
      const install = `shift; exec '${join(bin, 'python')}' '${bootstrap}' ${python} install ${quoted.join(' ')} --quiet "$@"`;
      const shim = `#!/bin/sh\n[ "$1" = -m ] && shift && shift\n[ "$1" = install ] || exit 64\n${install}\n`;
      const [major = ''] = python.split('.');
      for (const name of ['pip', 'python', `python${major}`, `python${python}`])
        writeFileSync(join(shims, name), shim, { mode: 0o755 });
      // Interpreters are printed by their path in the image.
      const here = command.replace(/(^|\s)\/(?:\S+\/)?bin\/(python[\d.]*)(?=\s)/g, `$1${shims}/$2`);
      // A bash that no other shell started and whose input is a socket, as Node makes it, reads ~/.bashrc: a PATH from there could find
      // this machine's own pip, which would not pretend.
      const done = spawnSync('bash', ['--noprofile', '--norc', '-e', '-c', here], {
        encoding: 'utf8',
        timeout: 900_000,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...env, PATH: `${shims}:${process.env.PATH}` },
      });
      return { good: done.status === 0, said: `${done.stdout}${done.stderr}`.slice(-2_000) };
    },
  };
}

/** Lays an environment out as pip leaves it, as far as a scan looks: what each distribution says of itself. */
export function layEnvironment(root: string, python: string, installed: readonly Described[]): void {
  const site = join(root, 'usr', 'local', 'lib', `python${python}`, 'site-packages');
  if (existsSync(root)) rmSync(root, { recursive: true });
  for (const { name, version, requires_dist = [], requires_python, provides_extra = [] } of installed) {
    const folder = join(site, `${name.replace(/[-_.]+/g, '_')}-${version}.dist-info`);
    mkdirSync(folder, { recursive: true });
    const lines = [
      'Metadata-Version: 2.1',
      `Name: ${name}`,
      `Version: ${version}`,
      ...(requires_python === undefined ? [] : [`Requires-Python: ${requires_python}`]),
      ...requires_dist.map((entry) => `Requires-Dist: ${entry}`),
      ...provides_extra.map((entry) => `Provides-Extra: ${entry}`),
    ];
    writeFileSync(join(folder, 'METADATA'), `${lines.join('\n')}\n\n`);
    writeFileSync(join(folder, 'INSTALLER'), 'pip\n');
    writeFileSync(join(folder, 'RECORD'), '');
  }
  mkdirSync(join(root, 'usr', 'local', 'bin'), { recursive: true });
  writeFileSync(join(root, 'usr', 'local', 'bin', `python${python}`), '');
}
