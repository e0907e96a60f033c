/**
 * What is left when a run is killed, when the disk is full, and when bytes change on the disk. `E2E_KILLS` and `E2E_FLIPS` say how
 * often; the numbers of docs/security.md are from runs with 200 and 1,000.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PartSums, writeNote } from '../../src/advisories/build/part.ts';
import { renewDatabase } from '../../src/advisories/build/update.ts';
import { databasePath, openStore } from '../../src/advisories/store/index.ts';
import { createHttp } from '../../src/network/http.ts';
import { reports } from '../../src/report/index.ts';
import { artifactRegistry } from '../feeds/artifact-registry.ts';
import { feedServer } from '../feeds/server.ts';
import { randomNumbers } from '../random-numbers.ts';
import { debian, type SmallMachine, smallFeeds, smallMachine, stanza, wheelFiles } from '../small-machine.ts';
import { flipped } from './flipped.ts';
import { app, has, type Outcome, plimsoll, root, scratch, titled } from './machine.ts';

const KILLS = Number(process.env.E2E_KILLS ?? 20);
const FLIPS = Number(process.env.E2E_FLIPS ?? 40);

const work = scratch();
let machine: SmallMachine;
let target: string;
/** A home with a database, and one with a full cache, to copy from. */
let sound: string;
let reference: string;

beforeAll(async () => {
  machine = await smallMachine();
  for (const [path, body] of smallFeeds()) machine.file(join('feeds', path), body);
  const files = { ...debian(stanza('openssl', '1.1.1n-0+deb11u4')), ...wheelFiles('setuptools', '65.5.0') };
  const folder = machine.root('image', files).slice(4);
  // As an archive, whose layers are cached; a folder's are not.
  target = `archive:${archiveOf(folder)}`;
  sound = join(work.path, 'sound');
  mkdirSync(sound);
  cpSync(join(machine.folder, 'home'), join(sound, 'plimsoll'), { recursive: true });
  const first = await tool(['scan', target, '-f', 'json'], sound);
  expect(first.code, first.stderr).toBe(0);
  reference = rows(first.stdout);
  writeFileSync(join(work.path, 'results.json'), first.stdout);
});
afterAll(() => {
  machine?.close();
  work.remove();
});

const OFFLINE = { PIP_NO_INDEX: '1' };
const tool = (args: readonly string[], home: string, started?: Parameters<typeof plimsoll>[1]['started']) =>
  plimsoll(args, { home, env: OFFLINE, ...(started ? { started } : {}) });

/** One layer in a docker archive. */
function archiveOf(folder: string): string {
  const layer = join(work.path, 'layer.tar');
  const archive = join(work.path, 'image.tar');
  const tar = (...args: readonly string[]): void => {
    const done = spawnSync('tar', [...args], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr);
  };
  tar('-C', folder, '-cf', layer, '.');
  const diffID = spawnSync('sha256sum', [layer], { encoding: 'utf8' }).stdout.slice(0, 64);
  const config = {
    ...{ os: 'linux', architecture: 'amd64', config: {} },
    rootfs: { type: 'layers', diff_ids: [`sha256:${diffID}`] },
  };
  writeFileSync(join(work.path, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: ['small:1'], Layers: ['layer.tar'] }];
  writeFileSync(join(work.path, 'manifest.json'), JSON.stringify(manifest));
  tar('-C', work.path, '-cf', archive, 'manifest.json', 'config.json', 'layer.tar');
  return archive;
}

const rows = (text: string): string => {
  const { findings } = JSON.parse(text) as { findings: { id: string; package: string }[] };
  return JSON.stringify(findings);
};

function fresh(name: string): string {
  const home = join(work.path, name);
  rmSync(home, { recursive: true, force: true });
  cpSync(sound, home, { recursive: true });
  return home;
}

/** CISA's catalogue of one entry, so many bytes long. */
const kevOf = (bytes: number): Buffer => {
  const entry = { cveID: 'CVE-2022-40897', dateAdded: '2024-01-01' };
  return Buffer.from(JSON.stringify({ vulnerabilities: [entry], padding: 'x'.repeat(bytes) }));
};

/** Every file below a folder. */
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

const oneLine = ({ stderr }: Outcome): void => {
  expect(stderr).not.toMatch(/\n\s+at |defect of this program|Assertion|core dumped|FATAL/);
  const said = stderr.split('\n').filter((line) => line.startsWith('plimsoll:'));
  expect(said.length, stderr).toBeLessThanOrEqual(1);
};

/** Commands that are killed. */
const KILLED = 16;
const TURNS = Math.max(3, Math.ceil(KILLS / KILLED));

describe(`kill -9, ${KILLED} commands, ${TURNS} times each`, () => {
  let met = 0;
  /** Kills a command at any moment of its life; how many were really killed. */
  async function killed(args: (turn: number) => readonly string[], home: string, check: () => Promise<void> | void) {
    const alone = await tool(args(0), home);
    await check();
    const next = randomNumbers(args(0).join().length * 7 + KILLS);
    let longest = alone.milliseconds * 1.1;
    let count = 0;
    // One that had ended before is no kill: then it is done sooner than thought.
    for (let turn = 1; count < TURNS && turn <= 6 * TURNS; turn++) {
      const moment = next(Math.ceil(longest));
      const dead = await tool(args(turn), home, (child) => void setTimeout(() => child.kill('SIGKILL'), moment));
      if (dead.signal === 'SIGKILL') count++;
      else longest = Math.min(longest, dead.milliseconds);
      await check();
    }
    met += count;
    console.log(`${args(0).slice(0, 2).join(' ')}: killed ${count} of ${TURNS}; together ${met}`);
    return count;
  }

  const opens = async (home: string): Promise<void> => {
    const { code, stderr } = await tool(['db', 'status', '-f', 'json'], home);
    expect(code, stderr).toBe(0);
  };

  it('in db update: the store opens, no lock blocks, and nothing is left', { timeout: 1_800_000 }, async () => {
    const home = fresh('killed-update');
    const folder = join(machine.folder, 'feeds');
    await killed(
      (turn) => [
        'db',
        'update',
        '--feeds',
        folder,
        ...(turn % 2 === 0 ? ['--fresh'] : ['--allow-older', '--only', 'osv']),
      ],
      home,
      () => opens(home),
    );
    const after = await tool(['db', 'update', '--feeds', folder, '--fresh'], home);
    expect(after.code, after.stderr).toBe(0);
    const left = files(join(home, 'plimsoll')).filter(
      (name) => !/^(?:advisories\.db(?:\.sum)?|layers\.db.*)$/.test(name),
    );
    expect(left).toEqual([]);
  });

  it('in a scan that fills the cache: the next one says the same', { timeout: 1_800_000 }, async () => {
    const home = fresh('killed-scan');
    const empty = (): void => {
      for (const end of ['', '-wal', '-shm']) rmSync(join(home, 'plimsoll', `layers.db${end}`), { force: true });
    };
    let turns = 0;
    await killed(
      () => ['scan', target, '-f', 'json'],
      home,
      async () => {
        const { code, stdout, stderr } = await tool(['scan', target, '-f', 'json'], home);
        expect(code, stderr).toBe(0);
        expect(rows(stdout)).toBe(reference);
        if (++turns % 2 === 0) empty();
      },
    );
  });

  it('with files named: each is the old one or a whole new one, and orphans go with the next', {
    timeout: 1_800_000,
  }, async () => {
    const home = fresh('killed-output');
    const folder = join(work.path, 'out');
    mkdirSync(folder);
    const several = ['report.json', 'again.json'].map((name) => join(folder, name));
    const line = ['scan', target, ...several.flatMap((file) => ['-f', `json=${file}`])];
    for (const file of several) writeFileSync(file, 'before');
    await killed(
      () => line,
      home,
      () => {
        for (const file of several) {
          const text = readFileSync(file, 'utf8');
          if (text !== 'before') expect(rows(text)).toBe(reference);
          writeFileSync(file, 'before');
        }
      },
    );
    expect((await tool(line, home)).code).toBe(0);
    expect(readdirSync(folder)).toEqual(['again.json', 'report.json']);
  });

  it('in fix --write: each file is the old one or the new one, whole', { timeout: 1_800_000 }, async () => {
    const home = fresh('killed-fix');
    const folder = join(work.path, 'project');
    mkdirSync(folder);
    const before = 'FROM scratch\nCOPY layer.tar /\nRUN pip install setuptools==65.5.0\n';
    const dockerfile = join(folder, 'Dockerfile');
    writeFileSync(dockerfile, before);
    const line = ['fix', target, '-d', dockerfile, '--write', '--force', '--offline'];
    const whole = new Set([before]);
    const alone = await tool(line, home);
    expect(alone.code, alone.stderr).toBe(0);
    whole.add(readFileSync(dockerfile, 'utf8'));
    expect(whole.size, 'it writes something').toBe(2);
    writeFileSync(dockerfile, before);
    await killed(
      () => line,
      home,
      () => {
        expect(whole.has(readFileSync(dockerfile, 'utf8'))).toBe(true);
        writeFileSync(dockerfile, before);
      },
    );
    expect((await tool(line, home)).code).toBe(0);
    expect(readdirSync(folder)).toEqual(['Dockerfile']);
  });

  /** What a name in a folder is, once another run of the same command has ended well. */
  const afterwards = async (line: readonly string[], home: string, folder: string): Promise<string[]> => {
    const last = await tool(line, home);
    expect(last.code, last.stderr).toBe(0);
    return readdirSync(folder).sort();
  };

  /** Commands that only write what is named, with the formats that are named. */
  const writing: readonly (readonly [string, () => readonly string[], readonly string[]])[] = [
    ['compare', () => ['compare', '--lens', 'trivy,grype', target], ['json', 'html']],
    ['exposure', () => ['exposure', target], ['json', 'table']],
    ['inventory', () => ['inventory', target], ['cyclonedx', 'spdx']],
    ['fix', () => ['fix', target, '--offline'], ['json', 'html']],
    ['bench', () => ['bench', '--image', target], ['json', 'html']],
    ['verify', () => ['verify', join(work.path, 'results.json'), target], ['json', 'markdown']],
    ['explain', () => ['explain', 'CVE-2023-0464', target, '--offline'], ['json']],
  ];
  it.each(writing)(
    'in %s with files named: each is the old one or a whole new one',
    { timeout: 1_800_000 },
    async (name, command, formats) => {
      const home = fresh(`killed-${name}`);
      const folder = join(work.path, `out-${name}`);
      mkdirSync(folder);
      const out = formats.map((format) => [format, join(folder, format)] as const);
      const named =
        formats.length === 1
          ? ['-f', out[0]![0], '-o', out[0]![1]]
          : out.flatMap(([format, file]) => ['-f', `${format}=${file}`]);
      const line = [...command(), ...named];
      const alone = await tool(line, home);
      expect(alone.code, alone.stderr).toBe(0);
      // Times and numbers of a run aside.
      const end = (text: string): string =>
        text
          .trimEnd()
          .slice(-40)
          .replace(/[0-9a-f-]{8,}|\d/g, '');
      const ends = out.map(([, file]) => end(readFileSync(file, 'utf8')));
      for (const [, file] of out) writeFileSync(file, 'before');
      await killed(
        () => line,
        home,
        () => {
          for (const [at, [format, file]] of out.entries()) {
            const text = readFileSync(file, 'utf8');
            if (text !== 'before') expect(end(text), format).toBe(ends[at]);
            if (text !== 'before' && format === 'json') JSON.parse(text);
            writeFileSync(file, 'before');
          }
        },
      );
      expect(await afterwards(line, home, folder)).toEqual([...formats].sort());
    },
  );

  it('in accept: the exceptions are the old ones or the new ones, whole', { timeout: 1_800_000 }, async () => {
    const home = fresh('killed-accept');
    const folder = join(work.path, 'accepted');
    mkdirSync(folder);
    const file = join(folder, 'plimsoll.yaml');
    const before = `exceptions:\n  - id: CVE-2024-0001\n    reason: ${'x'.repeat(200_000)}\n`;
    const line = ['accept', 'CVE-2024-0002', '--reason', 'x', '--config', file];
    writeFileSync(file, before);
    expect((await tool(line, home)).code).toBe(0);
    const after = readFileSync(file, 'utf8');
    writeFileSync(file, before);
    await killed(
      () => line,
      home,
      () => {
        expect([before, after]).toContain(readFileSync(file, 'utf8'));
        writeFileSync(file, before);
      },
    );
    expect(await afterwards(line, home, folder)).toEqual(['plimsoll.yaml']);
  });

  it('in db push, db pull, db export and db import: what is named is whole, and nothing is left', {
    timeout: 1_800_000,
  }, async () => {
    const registry = await artifactRegistry();
    try {
      const home = fresh('killed-delivery');
      const kept = (): string[] => files(join(home, 'plimsoll')).filter((name) => !/^layers\.db/.test(name));
      const reference = `${registry.host}/db:1`;
      const push = ['db', 'push', reference, '--insecure'];
      expect(await afterwards(push, home, join(home, 'plimsoll'))).toContain('advisories.db');
      const whole = registry.manifests.size;
      await killed(
        () => {
          registry.manifests.clear();
          registry.blobs.clear();
          return push;
        },
        home,
        () => {
          for (const manifest of registry.manifests.values()) {
            const { config, layers } = JSON.parse(manifest.toString()) as {
              config: { digest: string };
              layers: { digest: string }[];
            };
            for (const { digest } of [config, ...layers]) expect(registry.blobs.has(digest)).toBe(true);
          }
        },
      );
      expect((await tool(push, home)).code).toBe(0);
      expect(registry.manifests.size).toBe(whole);
      expect(kept()).toEqual(['advisories.db', 'advisories.db.sum']);

      const bundle = join(work.path, 'killed', 'db.tar');
      mkdirSync(join(work.path, 'killed'));
      const put = ['db', 'export', bundle];
      expect((await tool(put, home)).code).toBe(0);
      const written = statSync(bundle).size;
      writeFileSync(bundle, 'before');
      await killed(
        () => put,
        home,
        () => {
          expect([6, written]).toContain(statSync(bundle).size);
          writeFileSync(bundle, 'before');
        },
      );
      expect(await afterwards(put, home, join(work.path, 'killed'))).toEqual(['db.tar']);

      for (const line of [
        ['db', 'pull', reference, '--insecure'],
        ['db', 'import', bundle],
      ]) {
        const none = (): void => {
          for (const end of ['', '.sum']) rmSync(join(home, 'plimsoll', `advisories.db${end}`), { force: true });
        };
        none();
        await killed(
          () => line,
          home,
          async () => {
            if (existsSync(join(home, 'plimsoll', 'advisories.db'))) await opens(home);
            none();
          },
        );
        const last = await tool(line, home);
        expect(last.code, last.stderr).toBe(0);
        await opens(home);
        expect(kept()).toEqual(['advisories.db', 'advisories.db.sum']);
      }
    } finally {
      await registry.close();
    }
  });
});

const noMount = ((): string | undefined => {
  if (process.getuid?.() !== 0 || !has('mount')) return 'a small tmpfs needs root and mount';
  const probe = scratch();
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe.path]);
  if (done.status === 0) spawnSync('umount', [probe.path]);
  probe.remove();
  return done.status === 0 ? undefined : 'this machine does not let a tmpfs be mounted';
})();

describe(titled('a full disk', noMount), () => {
  const test = it.skipIf(noMount !== undefined);
  const mounted: string[] = [];
  /** A disk of that many KiB, and `fill`, which leaves so many bytes free. */
  const disk = (name: string, kilobytes: number): { path: string; fill(left: number): void } => {
    const path = join(work.path, `disk-${name}`);
    mkdirSync(path);
    const done = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr);
    mounted.push(path);
    const fill = (left: number): void => {
      const { stdout } = spawnSync('df', ['--output=avail', '-B1', path], { encoding: 'utf8' });
      const free = Number(stdout.trim().split('\n').at(-1));
      writeFileSync(join(path, 'filling'), Buffer.alloc(Math.max(0, free - left)));
    };
    return { path, fill };
  };
  afterAll(() => {
    for (const path of mounted) spawnSync('umount', ['-l', path]);
  });

  test('in db update leaves the old database in service', async () => {
    const { path, fill } = disk('update', 8_192);
    cpSync(join(sound, 'plimsoll'), join(path, 'plimsoll'), { recursive: true });
    const before = readFileSync(join(path, 'plimsoll', 'advisories.db'));
    fill(32 * 1024);
    const done = await tool(['db', 'update', '--feeds', join(machine.folder, 'feeds'), '--fresh'], path);
    expect(done.code, done.stderr).toBe(3);
    expect(done.stderr).toMatch(/room|space/);
    oneLine(done);
    expect(readFileSync(join(path, 'plimsoll', 'advisories.db')).equals(before)).toBe(true);
    expect(readdirSync(join(path, 'plimsoll')).filter((name) => /building|lock/.test(name))).toEqual([]);
    expect((await tool(['db', 'status'], path)).code).toBe(0);
  });

  test('without room for a lock is told, and leaves no lock', async () => {
    const { path, fill } = disk('lock', 512);
    mkdirSync(join(path, 'plimsoll'));
    fill(0);
    const done = await tool(['db', 'update', '--feeds', join(machine.folder, 'feeds')], path);
    expect(done.code, done.stderr).toBe(3);
    expect(done.stderr).toContain('no space is left');
    oneLine(done);
    expect(readdirSync(join(path, 'plimsoll'))).toEqual([]);
  });

  test('under bench --log leaves the old one', async () => {
    const { path, fill } = disk('log', 64);
    const log = join(path, 'log');
    writeFileSync(log, 'before');
    fill(0);
    const done = await tool(['bench', '--image', target, '--log', log], sound);
    expect(done.code, done.stderr).toBe(3);
    oneLine(done);
    expect(readFileSync(log, 'utf8')).toBe('before');
    expect(readdirSync(path).sort()).toEqual(['filling', 'log']);
  });

  const noBuilder = has('buildah') ? undefined : 'buildah is not installed';
  it.skipIf((noMount ?? noBuilder) !== undefined)(
    titled('under fix --try is told, and leaves nothing', noBuilder),
    async () => {
      const { path, fill } = disk('try', 512);
      const dockerfile = join(work.path, 'Dockerfile.tried');
      writeFileSync(dockerfile, 'FROM scratch\nRUN pip install setuptools==65.5.0\n');
      const line = ['fix', target, '-d', dockerfile, '--try', '--builder', 'buildah', '--offline'];
      for (const left of [0, 64 * 1024]) {
        fill(left);
        const done = await plimsoll(line, { home: sound, env: { ...OFFLINE, TMPDIR: path } });
        expect(done.code, done.stderr).toBe(3);
        expect(done.stderr).toMatch(/room|space/);
        oneLine(done);
        expect(readdirSync(path)).toEqual(['filling']);
        rmSync(join(path, 'filling'));
      }
    },
  );

  test('under the cache costs the cache only', async () => {
    const { path, fill } = disk('cache', 8_192);
    mkdirSync(join(path, 'plimsoll'));
    for (const name of ['advisories.db', 'advisories.db.sum'])
      copyFileSync(join(sound, 'plimsoll', name), join(path, 'plimsoll', name));
    for (const left of [0, 4 * 1024, 48 * 1024]) {
      fill(left);
      const done = await tool(['scan', target, '-f', 'json'], path);
      expect(done.code, done.stderr).toBe(0);
      expect(rows(done.stdout)).toBe(reference);
      rmSync(join(path, 'filling'));
    }
  });

  test('under -o leaves the old file, and no half one', async () => {
    const { path, fill } = disk('output', 256);
    const file = join(path, 'report.json');
    writeFileSync(file, 'before');
    for (const left of [0, 1_024]) {
      fill(left);
      const done = await tool(['scan', target, '-f', 'json', '-o', file], sound);
      expect(done.code, done.stderr).toBe(3);
      oneLine(done);
      expect(readFileSync(file, 'utf8')).toBe('before');
      rmSync(join(path, 'filling'));
    }
    expect(readdirSync(path)).toEqual(['report.json']);
  });

  /** Runs a command whose outputs lie on a disk without room: it says so in a line, and every file is as it was. */
  async function outputsOnFullDisk(what: string, line: readonly string[], formats: readonly string[]): Promise<void> {
    const { path, fill } = disk(`outputs-${what.replaceAll(' ', '-')}`, 1_024);
    const files = formats.map((name) => [name, join(path, `out.${name}`)] as const);
    for (const [, file] of files) writeFileSync(file, 'before');
    fill(0);
    const named = files.flatMap(([name, file]) => ['-f', `${name}=${file}`]);
    const done = await tool([...line, ...named], sound);
    expect(done.code, done.stderr).toBe(3);
    expect(done.stderr).toMatch(/could not be written/);
    oneLine(done);
    for (const [name, file] of files) expect(readFileSync(file, 'utf8'), name).toBe('before');
    expect(readdirSync(path).sort()).toEqual([...files.map(([name]) => `out.${name}`), 'filling'].sort());
  }

  test.each([
    ['a scan in every format', ['scan'], reports.map(({ name }) => name)],
    ['fix', ['fix', '--offline'], ['table', 'json', 'html', 'markdown']],
    ['inventory', ['inventory'], ['table', 'json', 'cyclonedx', 'spdx']],
    ['bench', ['bench', '--image'], ['table', 'json', 'html', 'junit', 'sarif']],
    ['compare', ['compare', '--lens', 'trivy,grype'], ['table', 'json', 'html', 'markdown']],
    ['exposure', ['exposure'], ['table', 'json']],
  ])('under the outputs of %s leaves each as it was, and no half one', async (what, command, formats) => {
    await outputsOnFullDisk(what, [...command, target], formats);
  });

  test('under the outputs of report, diff and bom diff leaves each as it was, and no half one', async () => {
    const [results, bom] = [join(work.path, 'scanned.json'), join(work.path, 'bom.cdx.json')];
    const made = await tool(['scan', target, '-f', `json=${results}`, '-f', `cyclonedx=${bom}`], sound);
    expect(made.code, made.stderr).toBe(0);
    await outputsOnFullDisk('report', ['report', results], ['table', 'html', 'sarif', 'csv']);
    await outputsOnFullDisk('diff', ['diff', results, results], ['table', 'json', 'html', 'markdown']);
    await outputsOnFullDisk('bom diff', ['bom', 'diff', bom, bom], ['table', 'json', 'markdown']);
  });

  test('under fix --write leaves the old Dockerfile', async () => {
    const { path, fill } = disk('fix', 256);
    const dockerfile = join(path, 'Dockerfile');
    const before = `FROM scratch\nRUN pip install setuptools==65.5.0\n# ${'x'.repeat(20_000)}\n`;
    writeFileSync(dockerfile, before);
    fill(4_096);
    const done = await tool(['fix', target, '-d', dockerfile, '--write', '--force', '--offline'], sound);
    expect(done.code, done.stderr).toBe(3);
    oneLine(done);
    expect(readFileSync(dockerfile, 'utf8')).toBe(before);
    expect(readdirSync(path).sort()).toEqual(['Dockerfile', 'filling']);
  });

  test('under accept leaves the old exceptions', async () => {
    const { path, fill } = disk('accept', 64);
    const file = join(path, 'plimsoll.yaml');
    const before = `exceptions:\n  - id: CVE-2024-0001\n    reason: ${'x'.repeat(20_000)}\n`;
    writeFileSync(file, before);
    fill(4_096);
    const line = ['accept', 'CVE-2024-0002', '--reason', 'x', '--config', file];
    const done = await tool(line, sound);
    expect(done.code, done.stderr).toBe(3);
    expect(done.stderr).toContain('could not be written');
    oneLine(done);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(path).sort()).toEqual(['filling', 'plimsoll.yaml']);
    rmSync(join(path, 'filling'));
    expect((await tool(line, sound)).code).toBe(0);
  });

  test('under db export and db import leaves nothing half', async () => {
    const file = join(work.path, 'export.tar');
    expect((await tool(['db', 'export', file], sound)).code).toBe(0);
    const out = disk('export', 128);
    out.fill(8_192);
    const done = await tool(['db', 'export', join(out.path, 'db.tar')], sound);
    expect(done.code, done.stderr).toBe(3);
    oneLine(done);
    expect(readdirSync(out.path)).toEqual(['filling']);
    const into = disk('import', 512);
    into.fill(16_384);
    const taken = await tool(['db', 'import', file], into.path);
    expect(taken.code, taken.stderr).toBe(3);
    oneLine(taken);
    expect(existsSync(join(into.path, 'plimsoll', 'advisories.db'))).toBe(false);
    rmSync(join(into.path, 'filling'));
    spawnSync('mount', ['-o', 'remount,size=16m', into.path]);
    expect((await tool(['db', 'import', file], into.path)).code).toBe(0);
  });

  test('under db push and db pull leaves nothing half', async () => {
    const registry = await artifactRegistry();
    try {
      const reference = `${registry.host}/db:1`;
      const from = disk('push', 4_096);
      cpSync(join(sound, 'plimsoll'), join(from.path, 'plimsoll'), { recursive: true });
      from.fill(4_096);
      const pushed = await tool(['db', 'push', reference, '--insecure'], from.path);
      expect(pushed.code, pushed.stderr).toBe(3);
      expect(pushed.stderr).toMatch(/room|space/);
      oneLine(pushed);
      expect([registry.manifests.size, registry.blobs.size]).toEqual([0, 0]);
      expect(files(join(from.path, 'plimsoll')).filter((name) => name.includes('push'))).toEqual([]);
      rmSync(join(from.path, 'filling'));
      expect((await tool(['db', 'push', reference, '--insecure'], from.path)).code).toBe(0);

      const into = disk('pull', 4_096);
      into.fill(16_384);
      const pull = ['db', 'pull', reference, '--insecure'];
      const pulled = await tool(pull, into.path);
      expect(pulled.code, pulled.stderr).toBe(3);
      expect(pulled.stderr).toMatch(/room|space/);
      oneLine(pulled);
      expect(files(join(into.path, 'plimsoll'))).toEqual([]);
      rmSync(join(into.path, 'filling'));
      expect((await tool(pull, into.path)).code).toBe(0);
    } finally {
      await registry.close();
    }
  });

  test('under what db update downloads is told, and the next goes on', async () => {
    const server = await feedServer(
      new Map([...smallFeeds(), ['kev/known_exploited_vulnerabilities.json', kevOf(600_000)]]),
    );
    try {
      const { path, fill } = disk('downloads', 4_096);
      cpSync(join(sound, 'plimsoll'), join(path, 'plimsoll'), { recursive: true });
      fill(200_000);
      const line = ['db', 'update', '--feeds', server.url, '--only', 'kev'];
      const full = await tool(line, path);
      expect(full.code, full.stderr).toBe(3);
      expect(full.stderr).toMatch(/room|space/);
      oneLine(full);
      expect((await tool(['db', 'status'], path)).code).toBe(0);
      rmSync(join(path, 'filling'));
      const more = await tool(line, path);
      expect(more.code, more.stderr).toBe(0);
      expect(files(join(path, 'plimsoll', 'downloads'))).toEqual([]);
    } finally {
      await server.close();
    }
  });

  test('under what is put off while layers are read costs time only', async () => {
    const { path, fill } = disk('temporary', 256);
    fill(0);
    const env = { ...OFFLINE, TMPDIR: path };
    const line = ['scan', target, '-f', 'json', '--no-cache'];
    const done = await plimsoll(line, { home: sound, env });
    expect(done.code, done.stderr).toBe(0);
    expect(rows(done.stdout)).toBe(reference);
    expect(readdirSync(path)).toEqual(['filling']);
  });

  test('under standard output is exit 3', () => {
    const { path, fill } = disk('stdout', 64);
    fill(1_024);
    const cli = join(app, 'dist', 'cli.cjs');
    const done = spawnSync(
      'sh',
      ['-c', `"$0" "$1" scan "$2" -f json > "$3/out"`, process.execPath, cli, target, path],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: sound, PLIMSOLL_HOME: join(sound, 'plimsoll') },
      },
    );
    expect(done.status, done.stderr).toBe(3);
    expect(done.stderr).toMatch(/could not be written/);
  });
});

describe.skipIf(process.platform !== 'linux')('standard output', () => {
  const env = () => ({ PATH: process.env.PATH, HOME: sound, PLIMSOLL_HOME: join(sound, 'plimsoll') });
  const cli = join(app, 'dist', 'cli.cjs');

  it.each([
    ['closed by a shell is exit 3', '"$0" "$1" db status >&-; exit $?', 3],
    ['closed for a whole shell is exit 3', 'exec >&-; "$0" "$1" db status; exit $?', 3],
    ['led to /dev/null by a shell is as wanted', '"$0" "$1" db status > /dev/null; exit $?', 0],
    ['led to /dev/null both ways by a shell is as wanted', 'exec 1<>/dev/null; "$0" "$1" db status; exit $?', 0],
  ])('%s', (_, line, code) => {
    const done = spawnSync('sh', ['-c', line, process.execPath, cli], { encoding: 'utf8', env: env(), input: '' });
    expect(done.status, done.stderr).toBe(code);
  });

  /** One of each command, with its exit code where all is well. */
  const lines: readonly (readonly [string, () => readonly string[], number])[] = [
    ['--help', () => ['--help'], 0],
    ['--version', () => ['--version'], 0],
    ['help scan', () => ['help', 'scan'], 0],
    ['completion', () => ['completion', 'bash'], 0],
    ['demo', () => ['demo'], 0],
    ['scan with a gate', () => ['scan', target, '--fail-on', 'LOW'], 1],
    ...reports.map(({ name }) => [`scan -f ${name}`, () => ['scan', target, '--offline', '-f', name], 0] as const),
    ['inventory', () => ['inventory', target], 0],
    ['report', () => ['report', join(work.path, 'results.json')], 0],
    ['diff', () => ['diff', target, target], 0],
    ['bom diff', () => ['bom', 'diff', target, target], 0],
    ['compare', () => ['compare', target, '--lens', 'trivy'], 0],
    ['explain', () => ['explain', 'CVE-2023-0464', target, '--offline'], 0],
    ['exposure', () => ['exposure', target], 0],
    ['fix', () => ['fix', target, '--offline'], 0],
    ['verify', () => ['verify', join(work.path, 'results.json'), target], 0],
    ['bench', () => ['bench', '--image', target], 0],
    ['bench --list', () => ['bench', '--list'], 0],
    ['db status', () => ['db', 'status'], 0],
    ['db search', () => ['db', 'search', 'openssl'], 0],
    ['db show', () => ['db', 'show', 'CVE-2023-0464'], 0],
  ];
  it.each(lines)('of %s: full and closed are exit 3, a reader that has gone changes nothing', (name, line, code) => {
    const through = (shell: string) =>
      spawnSync('bash', ['-c', shell, process.execPath, cli, ...line()], { encoding: 'utf8', env: env(), input: '' });
    const hows = ['"$0" "$@" > /dev/full; exit $?', '"$0" "$@" >&-; exit $?'];
    // All formats go one way.
    for (const how of name.includes(' -f ') ? hows.slice(0, 1) : hows) {
      const done = through(how);
      expect([done.status, done.stderr], how).toEqual([3, expect.stringContaining('could not be written')]);
      expect(done.stderr).not.toMatch(/\n\s+at |defect of this program/);
    }
    for (const reader of name.includes(' -f ') ? ['true'] : ['head -1 > /dev/null', 'true']) {
      const done = through(`"$0" "$@" | ${reader}; exit \${PIPESTATUS[0]}`);
      expect([done.status, done.stderr.match(/\n\s+at /)], reader).toEqual([code, null]);
    }
  });

  it.each([
    ['a pipe', '| cat', ''],
    ['a file that others write to', '', '>> "$2/log"'],
  ])('named /dev/stdout is written to where it is %s', (name, after, into) => {
    const folder = join(work.path, `stdout-${name.replaceAll(' ', '-')}`);
    mkdirSync(folder);
    const shell = `{ echo before; "$0" "$1" scan "$3" -f json=/dev/stdout ${after}; echo after; } ${into}`;
    const done = spawnSync('sh', ['-c', shell, process.execPath, cli, folder, target], {
      encoding: 'utf8',
      env: env(),
    });
    const text = into === '' ? done.stdout : readFileSync(join(folder, 'log'), 'utf8');
    expect(text, done.stderr).toMatch(/^before\n\{[\s\S]*\}\nafter\n$/);
    expect(rows(text.slice(7, -6))).toBe(reference);
    const bundle = spawnSync('sh', ['-c', '"$0" "$1" db export /dev/stdout | tar -tf -', process.execPath, cli], {
      encoding: 'utf8',
      env: env(),
    });
    expect(bundle.stdout, bundle.stderr).toContain('oci-layout\n');
  });

  it('that a program leads to /dev/null for a caller who wants the exit code alone is as wanted', () => {
    // Node opens it for reading and writing, as Python's DEVNULL does.
    const done = spawnSync(process.execPath, [cli, 'db', 'status'], {
      encoding: 'utf8',
      env: env(),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    expect(done.status, done.stderr).toBe(0);
  });

  const noPython = has('python3') ? undefined : 'python3 is not installed';
  it.skipIf(noPython !== undefined)(titled('that Python leads to DEVNULL is as wanted', noPython), () => {
    const script =
      'import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL).returncode)';
    const line = ['-c', script, process.execPath, cli, 'db', 'status'];
    const done = spawnSync('python3', line, { encoding: 'utf8', env: env() });
    expect(done.status, done.stderr).toBe(0);
  });
});

describe.skipIf(process.platform !== 'linux')('a process with few means', () => {
  const cli = join(app, 'dist', 'cli.cjs');
  const limited = (limit: string, home: string, ...args: readonly string[]) =>
    spawnSync('bash', ['-c', `ulimit ${limit}; exec "$0" "$@"`, process.execPath, cli, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: home, PLIMSOLL_HOME: join(home, 'plimsoll'), ...OFFLINE },
    });

  // With fewer Node itself does not start.
  it.each([20, 22, 24, 26, 28, 30, 36])(
    'of %s open files: the same answer, or a line that says so, and no lock',
    (count) => {
      const home = fresh('few-files');
      const scanned = limited(`-n ${count}`, home, 'scan', target, '--offline', '-f', 'json');
      if (scanned.status === 0) expect(rows(scanned.stdout)).toBe(reference);
      else expect([scanned.status, scanned.stderr]).toEqual([3, expect.stringContaining('ulimit -n')]);
      expect(scanned.stderr).not.toMatch(/is damaged|defect of this program|\n\s+at /);
      const feeds = join(machine.folder, 'feeds');
      const updated = limited(`-n ${count}`, home, 'db', 'update', '--feeds', feeds, '--fresh');
      expect([0, 3], updated.stderr).toContain(updated.status);
      if (updated.status === 3) expect(updated.stderr).toMatch(/ulimit -n/);
      expect(existsSync(join(home, 'plimsoll', 'advisories.lock'))).toBe(false);
    },
  );

  it('whose files may not grow: the old database stays, a report is told and is not half there', () => {
    const home = fresh('small-files');
    const updated = limited('-f 40', home, 'db', 'update', '--feeds', join(machine.folder, 'feeds'), '--fresh');
    expect([updated.status, updated.stderr]).toEqual([3, expect.stringContaining('old one stays in service')]);
    const file = join(work.path, 'limited.json');
    const scanned = limited('-f 4', home, 'scan', target, '--offline', '-f', 'json', '-o', file);
    expect([scanned.status, scanned.stderr]).toEqual([3, expect.stringContaining('could not be written')]);
    expect(existsSync(file)).toBe(false);
  });

  it('whose heap is small: the same answer', () => {
    const done = spawnSync(
      process.execPath,
      ['--max-old-space-size=64', cli, 'scan', target, '--offline', '-f', 'json'],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: sound, PLIMSOLL_HOME: join(sound, 'plimsoll'), ...OFFLINE },
      },
    );
    expect(done.status, done.stderr).toBe(0);
    expect(rows(done.stdout)).toBe(reference);
  });

  it.each([['C'], ['tr_TR.UTF-8'], ['ar_EG.UTF-8']])(
    'in the locale %s, in another time zone: the same answer',
    (locale) => {
      const env = { PATH: process.env.PATH, PLIMSOLL_HOME: join(sound, 'plimsoll'), ...OFFLINE };
      const more = { LANG: locale, LC_ALL: locale, TZ: 'Pacific/Kiritimati' };
      const line = [cli, 'scan', target, '--offline', '-f', 'csv'];
      const done = spawnSync(process.execPath, line, { encoding: 'utf8', env: { ...env, ...more } });
      expect(done.stdout).toBe(spawnSync(process.execPath, line, { encoding: 'utf8', env }).stdout);
      expect(done.status, done.stderr).toBe(0);
    },
  );

  it('without a home, and of a user whom nobody knows: what is missing is told, and what to do', () => {
    const isRoot = process.getuid?.() === 0;
    const line = [cli, 'scan', target, '--offline'];
    const folder = join(work.path, 'started-in');
    mkdirSync(folder, { recursive: true });
    for (const HOME of ['', 'relative']) {
      const done = spawnSync(process.execPath, line, { encoding: 'utf8', cwd: folder, env: { HOME } });
      expect(done.stderr, HOME).not.toMatch(/defect/);
      expect(readdirSync(folder)).toEqual([]);
    }
    if (!isRoot) return;
    const done = spawnSync(process.execPath, [cli, 'db', 'status'], {
      encoding: 'utf8',
      uid: 54_321,
      gid: 54_321,
      cwd: '/',
      env: {},
    });
    expect([done.status, done.stderr]).toEqual([3, expect.stringMatching(/no advisory database yet|PLIMSOLL_HOME/)]);
  });
});

describe(`${FLIPS} changed bits in each file that is kept`, () => {
  /** The flips of one file, in one process each for a part of them: one that is aborted by native code would be seen. */
  it.each(['advisories.db', 'advisories.db.sum', 'layers.db', 'advisories.lock', 'fetched-by-scans.json'])(
    '%s: the same answer or a clear error, never an abort',
    { timeout: 3_600_000 },
    (name) => {
      const home = fresh(`flips-${name}`);
      const path = join(home, 'plimsoll', name);
      if (name === 'layers.db') {
        // What is in the log beside it is in the file itself.
        expect(statSync(path).size).toBeGreaterThan(4_096);
      }
      const script = join(root, 'test', 'e2e', 'flips.mjs');
      const done = spawnSync(
        process.execPath,
        [script, join(app, 'dist', 'index.js'), home, name, String(FLIPS), target, join(machine.folder, 'feeds')],
        { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: home, PIP_NO_INDEX: '1' } },
      );
      expect(done.signal, done.stderr).toBeNull();
      const outcome = JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
      expect({ ...outcome, wrong: outcome.wrong, strange: outcome.strange }, done.stderr).toMatchObject({
        wrong: 0,
        strange: 0,
      });
      expect(Object.values(outcome).reduce((sum, count) => sum + count, 0)).toBe(FLIPS);
      console.log(`${name}: ${JSON.stringify(outcome)}`);
    },
  );

  it.each(['part', 'sums', 'note'])(
    'NAME.%s of a download that was stopped: the same database',
    {
      timeout: 3_600_000,
    },
    async (end) => {
      const name = 'kev/known_exploited_vulnerabilities.json';
      const body = kevOf(2_500_000);
      const server = await feedServer(new Map([[name, body]]));
      const http = createHttp({ namedBy: 'user', environment: {}, limits: { retryBaseMs: 1, attempts: 1 } });
      const home = join(work.path, `flips-${end}`);
      const digest = async (): Promise<string> => {
        await renewDatabase({ home, http, from: server.url, only: ['kev'], fresh: true });
        const store = openStore(databasePath(home));
        store.close();
        return store.info.digest;
      };
      try {
        const sound = await digest();
        const { headers } = await fetch(`${server.url}${name}`, { method: 'HEAD' });
        const part = join(
          home,
          'downloads',
          `${createHash('sha256').update(`${server.url}${name}`).digest('hex').slice(0, 32)}.json`,
        );
        const outcomes = { resumed: 0, anew: 0 };
        const next = randomNumbers(end.length * 11 + FLIPS);
        for (let turn = 0; turn < FLIPS; turn++) {
          const begun = body.subarray(0, 2_300_000);
          writeFileSync(`${part}.part`, begun);
          writeNote(part, { etag: headers.get('etag')! });
          const sums = new PartSums(part, false);
          sums.add(begun);
          sums.end();
          writeFileSync(`${part}.${end}`, flipped(readFileSync(`${part}.${end}`), turn, next));
          expect(await digest()).toBe(sound);
          expect(readdirSync(join(home, 'downloads'))).toEqual([]);
          outcomes[/ 206 /.test(server.log.at(-1) ?? '') ? 'resumed' : 'anew']++;
        }
        console.log(`NAME.${end}: ${JSON.stringify(outcomes)}`);
      } finally {
        await http.close();
        await server.close();
      }
    },
  );
});
