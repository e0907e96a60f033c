import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OPTIONS } from '../src/commands/options/index.ts';
import { surroundings, updateDatabase } from '../src/index.ts';
import { sampleFeeds } from './feeds/sample.ts';
import { blobs, layer } from './image.ts';
import { dockerArchive } from './saved.ts';

let folder: string;
let image: string;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-examples-'));
  Object.assign(process.env, { PLIMSOLL_HOME: join(folder, 'home'), HOME: folder });
  for (const [path, body] of sampleFeeds()) {
    mkdirSync(dirname(join(folder, 'feeds', path)), { recursive: true });
    writeFileSync(join(folder, 'feeds', path), body);
  }
  await updateDatabase({ from: join(folder, 'feeds') }, surroundings());
  const content = {
    'etc/os-release': 'ID=debian\nVERSION_ID="11"\nVERSION_CODENAME=bullseye\nPRETTY_NAME="Debian GNU/Linux 11"\n',
    'var/lib/dpkg/status':
      'Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.1.1n-0+deb11u4\n',
    'opt/acme/model.json': '{"name": "acme-ranker", "version": "7"}',
  };
  image = join(folder, 'image.tar');
  const below = layer(content).by('/bin/sh -c #(nop) ADD file:0 in / ');
  writeFileSync(image, dockerArchive(blobs(below, layer({ 'app/main.py': '' }).by('COPY . /app'))));
  writeFileSync(join(folder, 'base.tar'), dockerArchive(blobs(below)));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:11\n');
});
afterAll(() => {
  // The object itself stays: only it is what `tmpdir()` and started programs see.
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
});

/** Runs an example as `node NAME.ts ARGS` would, and returns what it prints. */
async function run(name: string, ...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  const argv = process.argv;
  process.argv = ['node', name, ...args];
  try {
    await import(`../examples/${name}`);
    return printed.join('\n');
  } finally {
    process.argv = argv;
    log.mockRestore();
  }
}

describe('the examples', () => {
  it.each([
    ['scan.ts', /^\S+ \(\w+\) CVE-2023-0464 openssl 1\.1\.1n-0\+deb11u4 -> 1\.1\.1n-0\+deb11u5$/m],
    ['inventory.ts', /^pkg:deb\/debian\/openssl@\S+ {2}var\/lib\/dpkg\/status in layer 0$/m],
    ['plan.ts', /^os: [\s\S]*^\+RUN apt-get update/m],
    ['compare.ts', /^0 differences without a known cause[\s\S]*From Trivy to Grype/],
    ['own-analyzer.ts', /^pkg:generic\/acme-ranker@7$/m],
  ])('%s runs and prints what it says', async (name, expected) => {
    expect(await run(name, image, join(folder, 'Dockerfile'))).toMatch(expected);
  });

  it('plan.ts builds on the base that it is given, and writes what it plans when it is told to', async () => {
    vi.resetModules();
    const dockerfile = join(folder, 'Dockerfile');
    const before = readFileSync(dockerfile, 'utf8');
    const base = join(folder, 'base.tar');
    expect(await run('plan.ts', image, dockerfile, base, 'write')).toMatch(
      /^base: my-model:1, by given$[\s\S]*^written: /m,
    );
    expect(readFileSync(dockerfile, 'utf8')).toContain('RUN apt-get update');
    writeFileSync(dockerfile, before);
  });

  it('of the library: everything that it exports is named in docs/library.md, and every command has its function', () => {
    const text = readFileSync('docs/library.md', 'utf8');
    const lists = [...readFileSync('src/index.ts', 'utf8').matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list]) =>
      list!.split(',').map((name) => name.trim()),
    );
    const values = lists.filter((name) => name !== '' && !name.startsWith('type '));
    expect(values.length).toBeGreaterThan(60);
    expect(values.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`\`${name}(`))).toEqual([]);
    const verbs = new Set([...OPTIONS.keys()].map((path) => path.split(' ')[0]!));
    // These tell of the program itself.
    for (const own of ['completion', 'demo', '']) verbs.delete(own);
    expect([...verbs].filter((verb) => !new RegExp(`^\\|[^|]*\\|[^|]*\`${verb}[ \`]`, 'm').test(text))).toEqual([]);
  });

  it('are all run here, and all named in docs/library.md', () => {
    const names = readdirSync('examples').sort();
    const text = readFileSync('docs/library.md', 'utf8');
    expect(names).toEqual(['compare.ts', 'inventory.ts', 'own-analyzer.ts', 'plan.ts', 'scan.ts']);
    expect(names.filter((name) => !text.includes(`examples/${name}`))).toEqual([]);
  });
});
