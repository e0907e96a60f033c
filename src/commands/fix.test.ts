import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { elf } from '../../test/elf.ts';
import { osvRecord, osvZip, sampleFeeds } from '../../test/feeds/sample.ts';
import { blobs, instruction, layer } from '../../test/image.ts';
import { startRegistry, type TestRegistry } from '../../test/registry.ts';
import { dockerArchive, ociFiles, writeFiles } from '../../test/saved.ts';
import type { Plan } from '../remediate/plan.ts';
import { sha256 } from '../sources/files/memory.ts';
import { dbCommand } from './db.ts';
import { fixCommand } from './fix.ts';
import { scanCommand } from './scan.ts';
import { verifyCommand } from './verify.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
let environment: NodeJS.ProcessEnv;

async function run(
  command: typeof fixCommand,
  ...args: readonly string[]
): Promise<{ code: number | undefined; out: string }> {
  const { text, code } = await runCommand(command, args, { environment });
  return { code, out: text };
}

const planned = async (...args: readonly string[]): Promise<Plan> =>
  JSON.parse((await run(fixCommand, ...args, '-f', 'json')).out) as Plan;

const SITE = 'usr/local/lib/python3.9/site-packages';
const dist = (name: string, version: string, ...requires: string[]): Record<string, string> => ({
  [`${SITE}/${name}-${version}.dist-info/METADATA`]: [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
    '',
  ].join('\n'),
});
const DEBIAN = {
  'etc/os-release':
    'ID=debian\nVERSION_ID="11"\nVERSION_CODENAME=bullseye\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n',
  'var/lib/dpkg/status':
    'Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.1.1n-0+deb11u4\nMaintainer: Debian OpenSSL Team <x@example.org>\n',
};
const PYTHON = 'RUN /bin/sh -c pip install setuptools==58.1.0 # buildkit';

/** An image of two layers on disk; the upper one is the Dockerfile's. */
function saved(name: string, python = dist('setuptools', '58.1.0'), extra: Record<string, string> = {}): string {
  const parts = [
    layer({ ...DEBIAN, ...extra }).by('/bin/sh -c #(nop) ADD file:0 in / '),
    instruction('/bin/sh -c #(nop)  CMD ["bash"]'),
    layer(python).by(PYTHON),
  ];
  writeFileSync(at(name), dockerArchive(blobs(...parts)));
  return `archive:${at(name)}`;
}

const DOCKERFILE = 'FROM debian:11\nRUN pip install setuptools==58.1.0\n';
const dockerfile = (text = DOCKERFILE): string => {
  writeFileSync(at('build', 'Dockerfile'), text);
  return at('build', 'Dockerfile');
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-fix-command-'));
  environment = { PLIMSOLL_HOME: at('home'), PATH: '/nonexistent', HOME: at('user') };
  const files = sampleFeeds();
  files.set(
    'osv/PyPI/all.zip',
    osvZip(
      osvRecord(),
      osvRecord({
        id: 'PYSEC-2099-1',
        aliases: ['CVE-2099-1'],
        affected: [
          {
            package: { ecosystem: 'PyPI', name: 'numpy' },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.24.0' }] }],
          },
        ],
      }),
    ),
  );
  for (const [path, body] of files) {
    mkdirSync(dirname(at('feeds', path)), { recursive: true });
    writeFileSync(at('feeds', path), body);
  }
  await run(dbCommand, 'update', '--feeds', at('feeds'));
});
beforeEach(() => {
  rmSync(at('build'), { recursive: true, force: true });
  mkdirSync(at('build'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('plimsoll fix', () => {
  it('plans, shows the diff of the Dockerfile, and writes it when told so', async () => {
    const image = saved('one.tar');
    const file = dockerfile();
    const plan = await planned(image, '--offline', '-d', file);
    expect(plan.steps.filter(({ applied }) => applied).map(({ kind, edits }) => [kind, edits])).toEqual([
      ['python', ['Dockerfile:2']],
      ['os', ['Dockerfile:2']],
    ]);
    expect(plan.attribution).toMatchObject({ inherited: 1, added: 1, base: { name: 'debian:11', by: 'dockerfile' } });
    expect(readFileSync(file, 'utf8')).toBe(DOCKERFILE);
    const { out } = await run(fixCommand, image, '--offline', '-d', file, '--write');
    expect(out).toContain('Written: ');
    // Layers have the numbers that the report of a scan gives them: the first is 1.
    const numbers = out.slice(out.indexOf('Where the findings come from')).match(/^ +\d+ +(?=\d+ +\d+ fixable)/gm);
    expect(numbers?.map((number) => number.trim())).toEqual(['1', '2']);
    expect(readFileSync(file, 'utf8')).toMatch(
      /^FROM debian:11\n# upgrade 1 OS package: clears CVE-2023-0464\nRUN apt-get update [\s\S]+\nRUN pip install setuptools==65\.5\.1\n$/,
    );
    expect(readdirSync(at('build'))).toEqual(['Dockerfile']);
  });

  it('says of a fixed Dockerfile that the image is older, and does nothing twice', async () => {
    const image = saved('twice.tar');
    const file = dockerfile();
    await run(fixCommand, image, '--offline', '-d', file, '--write');
    const once = readFileSync(file, 'utf8');
    const { out } = await run(fixCommand, image, '--offline', '-d', file, '--write');
    expect(readFileSync(file, 'utf8')).toBe(once);
    expect(out.replace(/\s+/g, ' ')).toMatch(/Dockerfile:3 does this already, and the image is older than that line/);
  });

  it('reaches a goal that asks for less with less, and says of goals what they may be', async () => {
    const image = saved('goal.tar');
    const plan = await planned(image, '--offline', '--goal', 'no CVE-2022-40897');
    expect(plan.steps.filter(({ applied }) => applied).map(({ kind }) => kind)).toEqual(['python']);
    // Nobody was asked whether that version can be had: it is hoped for.
    expect(plan.reached).toBe(false);
    expect(plan.cleared.map(({ id, hoped }) => [id, hoped])).toEqual([
      ['CVE-2022-40897', 'nobody was asked whether these versions can be installed'],
    ]);
    expect([plan.today.goal, plan.predicted.goal, plan.atBest?.goal]).toEqual([1, 1, 0]);
    expect(plan.remaining.map(({ id, reason }) => [id, reason])).toEqual([
      ['CVE-2023-0464', 'not asked for by the goal'],
    ]);
    await expect(run(fixCommand, image, '--offline', '--goal', 'no wombats')).rejects.toMatchObject({
      code: 'usage',
      line: expect.stringMatching(/wombats.*no fixable HIGH/),
    });
  });

  it('names the conflict where nothing satisfies everything, and its options', async () => {
    const image = saved('conflict.tar', {
      ...dist('tensorflow', '2.12.0', 'numpy<1.24,>=1.22'),
      ...dist('numpy', '1.23.5'),
    });
    const { out } = await run(fixCommand, image, '--offline');
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain('tensorflow 2.12.0 requires numpy<1.24,>=1.22');
    expect(text).toContain('or install numpy 1.24.0 all the same and test (breaks that)');
    const document = JSON.parse((await run(fixCommand, image, '--offline', '-f', 'openvex')).out);
    expect(
      document.statements.map((statement: { vulnerability: { name: string } }) => statement.vulnerability.name),
    ).toContain('CVE-2099-1');
  });
});

describe('plimsoll fix, with bad input', () => {
  it("shows a Dockerfile that is not the image's with the evidence, and does not write it without --force", async () => {
    const image = saved('stranger.tar');
    const file = dockerfile('FROM node:18\nRUN npm ci\nCOPY . /app\nRUN npm run build\n');
    const plan = await planned(image, '--offline', '-d', file);
    expect(plan.notices.find(({ code }) => code === 'dockerfile-differs')?.message).toMatch(
      /does not seem to belong to this image: 0 of its 3 RUN, COPY and ADD instructions.*line 2 is not: RUN npm ci/,
    );
    await expect(run(fixCommand, image, '--offline', '-d', file, '--write')).rejects.toMatchObject({
      code: 'usage',
      line: expect.stringMatching(/does not seem to belong.*--force/),
    });
    expect(readFileSync(file, 'utf8')).toMatch(/^FROM node:18\nRUN npm ci\n/);
  });

  // What is not understood at one place, and what of the file is edited all the same.
  const PINNED = 'RUN pip install setuptools==65.5.1';
  it.each([
    [
      'an unknown instruction',
      'FROM debian:11\nRUNN true\nRUN pip install setuptools==58.1.0\n',
      'Dockerfile:2:1',
      PINNED,
    ],
    [
      'a here-document that nothing ends',
      'FROM debian:11\nRUN pip install setuptools==58.1.0\nRUN cat <<EOF\nnever ended\n',
      'Dockerfile:3',
      PINNED,
    ],
    [
      'a flag of nobody',
      'FROM debian:11\nCOPY --from= a\nRUN pip install setuptools==58.1.0\n',
      'Dockerfile:2',
      PINNED,
    ],
    ['no FROM', 'RUN pip install setuptools==58.1.0\n', 'Dockerfile:1', undefined],
    [
      'nothing but continuation marks',
      'FROM debian:11\nRUN pip install setuptools==58.1.0\n\\\n\\\n',
      'Dockerfile:3',
      PINNED,
    ],
  ])(
    'says where a Dockerfile has %s; the rest of the plan comes, nothing is written, and the exit code says so',
    async (_, text, place, edited) => {
      const file = dockerfile(text);
      const { code, out } = await run(fixCommand, saved('odd.tar'), '--offline', '-d', file, '-f', 'json', '--write');
      const plan = JSON.parse(out) as Plan;
      expect(plan.notices.find((notice) => notice.code === 'dockerfile-syntax')?.message).toContain(place);
      expect(plan.steps.filter(({ applied }) => applied).map(({ kind }) => kind)).toContain('python');
      expect(plan.edits.map(({ diff }) => diff).join()).toContain(edited === undefined ? '' : `+${edited}`);
      expect(plan.edits.length > 0).toBe(edited !== undefined);
      expect(code).toBe(3);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('is refused where there is nothing to write to, no such file, stage, format', async () => {
    const image = saved('refused.tar');
    for (const [args, said] of [
      [['--write'], /--dockerfile/],
      [['-d', at('build', 'nowhere')], /no such file/],
      [['-d', dockerfile(), '--target', 'other'], /no stage "other"/],
      [['-f', 'sarif'], /--format cannot be "sarif".*table, json/],
    ] as const)
      await expect(run(fixCommand, image, '--offline', ...args)).rejects.toMatchObject({
        line: expect.stringMatching(said),
      });
  });

  it('is not tried where nothing here builds images: nothing is printed, and the code is that of what is not there', async () => {
    const tried = run(fixCommand, saved('untried.tar'), '--offline', '-d', dockerfile(), '--try');
    await expect(tried).rejects.toMatchObject({
      code: 'not-found',
      line: expect.stringMatching(
        /no program here that builds images: the plan was not tried.*docker, buildah, podman/,
      ),
    });
  });

  it('leaves a pin alone that it cannot resolve, says where, and the rest of the plan still comes', async () => {
    writeFileSync(at('build', 'requirements.txt'), `setuptools==58.1.0 --hash=sha256:${'0'.repeat(64)}\n`);
    const file = dockerfile(
      'FROM debian:11\nCOPY requirements.txt /\nRUN pip install -r /requirements.txt -r gone.txt\n',
    );
    const image = saved('hashes.tar');
    const plan = await planned(image, '--offline', '-d', file, '--force');
    const said = plan.notices.filter(({ code }) => code === 'build-file').map(({ message }) => message);
    expect(said.join('\n')).toMatch(/requirements\.txt:1 pins setuptools with hashes.*write 65\.5\.1 there by hand/);
    expect(said.join('\n')).toMatch(/gone\.txt, which line 3 installs from, is not in/);
    expect(plan.edits.map(({ path }) => path)).toEqual(['Dockerfile']);
  });

  it('writes nothing at all where one of the files cannot be written', async () => {
    if (process.getuid?.() === 0) return; // root may write anywhere: src/remediate/edits.test.ts has the case for it
    writeFileSync(at('build', 'requirements.txt'), 'setuptools==58.1.0\n');
    const file = dockerfile('FROM debian:11\nRUN pip install -r requirements.txt\n');
    chmodSync(at('build'), 0o555);
    await expect(
      run(fixCommand, saved('denied.tar'), '--offline', '-d', file, '--write', '--force'),
    ).rejects.toMatchObject({
      code: 'io',
    });
    chmodSync(at('build'), 0o755);
    expect(readFileSync(at('build', 'requirements.txt'), 'utf8')).toBe('setuptools==58.1.0\n');
  });
});

describe('package indexes', () => {
  let server: Server;
  let answer: (path: string, authorization: string | undefined) => [number, string | Buffer, string?];
  const seen: string[] = [];
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      seen.push(path);
      const [status, body, type = 'text/html'] = answer(path, request.headers.authorization);
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => server.close());
  afterEach(() => {
    delete environment.PIP_INDEX_URL;
    seen.length = 0;
  });

  it('that refuse are named, and the plan still comes, unverified', async () => {
    for (const [status, said] of [
      [401, /refuses: 401, give credentials in the address or in \.netrc/],
      [403, /refuses: 403/],
      [404, /setuptools 65.5.1 is not in the index/],
    ] as const) {
      answer = () => [status, 'no'];
      environment.PIP_INDEX_URL = `${address()}/simple`;
      const plan = await planned(saved('refuses.tar'));
      expect(JSON.stringify([plan.notices, plan.conflicts])).toMatch(said);
      const python = plan.steps.find(({ kind }) => kind === 'python');
      if (status !== 404) expect(python?.changes).toMatchObject([{ to: '65.5.1', verified: 'advisory' }]);
      // The operating system's part never hangs on the language's index.
      expect(plan.steps.find(({ kind }) => kind === 'os')?.changes).toMatchObject([{ name: 'openssl' }]);
    }
  });

  it('that the user configured are asked, with the credentials in the address, for this Python', async () => {
    const page = ['58.1.0', '65.5.1', '70.0.0', '83.0.0']
      .map((version) => {
        const python = version === '83.0.0' ? ' data-requires-python="&gt;=3.10"' : '';
        return `<a href="setuptools-${version}-py3-none-any.whl"${python}>x</a>`;
      })
      .join('\n');
    answer = (path, authorization) =>
      authorization !== `Basic ${Buffer.from('me:secret').toString('base64')}`
        ? [401, 'who are you']
        : path.endsWith('/setuptools/')
          ? [200, page]
          : path.endsWith('.metadata')
            ? [200, 'Metadata-Version: 2.1\nName: setuptools\n', 'text/plain']
            : [404, ''];
    environment.PIP_INDEX_URL = address().replace('://', '://me:secret@');
    const { out } = await run(fixCommand, saved('private.tar'), '-f', 'json');
    const plan = JSON.parse(out) as Plan;
    expect(plan.steps.find(({ kind }) => kind === 'python')?.changes).toMatchObject([
      { to: '65.5.1', verified: 'index' },
    ]);
    expect(out).not.toContain('secret');
  });

  it('that refuses is said, the plan is printed all the same, and the exit code tells that it was not checked', async () => {
    answer = () => [401, 'no'];
    environment.PIP_INDEX_URL = address();
    const refused = await run(fixCommand, saved('refused.tar'), '-f', 'json');
    const plan = JSON.parse(refused.out) as Plan;
    expect(plan.notices.find(({ code }) => code === 'index-failed')?.message).toMatch(/refuses: 401/);
    expect(plan.steps.find(({ kind }) => kind === 'python')?.changes).toMatchObject([{ verified: 'advisory' }]);
    expect(refused.code).toBe(3);
    const unasked = await run(fixCommand, saved('refused.tar'), '-f', 'json', '--offline');
    expect(unasked.code).toBe(0);
  });

  it("that the image names are asked for the distribution's packages, but not within this network", async () => {
    answer = () => [200, gzipSync('Package: openssl\nVersion: 1.1.1w-0+deb11u1\n')];
    const sources = { 'etc/apt/sources.list': `deb ${address()}/debian bullseye main\n` };
    const plan = await planned(saved('sources.tar', {}, sources));
    expect(seen).toEqual([]);
    expect(plan.notices.find(({ code }) => code === 'index-failed')?.message).toMatch(/leads to this machine/);
    expect(plan.steps.find(({ kind }) => kind === 'os')?.changes).toMatchObject([{ verified: 'advisory' }]);
  });
});

describe('the base image', () => {
  let registry: TestRegistry;
  const today = blobs(
    layer({
      ...DEBIAN,
      'var/lib/dpkg/status': DEBIAN['var/lib/dpkg/status'].replace('deb11u4', 'deb11u5'),
    }).by('ADD'),
  );
  beforeAll(async () => {
    registry = await startRegistry();
    registry.push('base', '11', today);
  });
  afterAll(() => registry.close());

  it('is asked of its registry, and said to be rebuilt where its layers are others now', async () => {
    const file = dockerfile(DOCKERFILE.replace('debian:11', `${registry.host}/base:11`));
    const plan = await planned(saved('base.tar'), '-d', file);
    const step = plan.steps.find(({ id }) => id === `base-${registry.host}/base:11`);
    expect(step?.title).toMatch(/^build anew on \S+\/base:11 of /);
    expect(step?.commands).toEqual(['docker build --pull --no-cache .']);
    expect(step?.clears.map(({ id }) => id)).toEqual(['CVE-2023-0464']);
  });

  it('is scanned where it is to be tried, and clears what its packages no longer have', async () => {
    const file = dockerfile();
    const plan = await planned(saved('try.tar'), '--offline', '-d', file, '--try-base', `${registry.host}/base:11`);
    const step = plan.steps.find(({ id }) => id.endsWith('/base:11'));
    expect(step).toMatchObject({ applied: false, edits: ['Dockerfile:1'], leaves: [] });
    expect(step?.clears.map(({ id }) => id)).toEqual(['CVE-2023-0464']);
    expect(step?.risk.why[0]).toBe('it was scanned: it has no finding that is not there today');
  });

  describe('and what may stand in its place', () => {
    const LIB = 'usr/lib/x86_64-linux-gnu';
    const program = { content: '#!/bin/sh\n', mode: 0o755 };
    const full = {
      ...DEBIAN,
      'usr/bin/gcc': program,
      'bin/sh': program,
      'usr/local/bin/python3': program,
      [`${LIB}/libgomp.so.1`]: 'x',
      [`${LIB}/libz.so.1`]: 'x'.repeat(5_000_000),
    };
    const { 'usr/bin/gcc': _, [`${LIB}/libgomp.so.1`]: __, ...less } = full;
    const upgraded = { 'var/lib/dpkg/status': DEBIAN['var/lib/dpkg/status'].replace('deb11u4', 'deb11u5') };
    const small = { ...less, ...upgraded, [`${LIB}/libz.so.1`]: 'x' };
    const text = 'RUN gcc -shared -o /opt/own.so own.c && python3 -m compileall /opt && echo done\n';
    const linked = {
      'opt/own.so': elf({ parts: [], needed: ['libgomp.so.1', 'libz.so.1', 'libown.so.2', 'libcuda.so.1'] }),
      'opt/libown.so.2': elf({ parts: [], needed: [] }),
    };
    let variants: TestRegistry;
    const built = (name: string): string => {
      const parts = [
        layer(full).by('ADD file:0 in / '),
        layer(linked).by(`RUN /bin/sh -c ${text.slice(4).trim()} # buildkit`),
      ];
      writeFileSync(at(name), dockerArchive(blobs(...parts)));
      return `archive:${at(name)}`;
    };
    beforeAll(async () => {
      variants = await startRegistry({ tagsPerPage: 2 });
      variants.push('team/python', '3.9.16-bullseye', blobs(layer({ ...full, ...upgraded }).by('ADD')));
      variants.push('team/python', '3.9.16-slim-bullseye', blobs(layer(small).by('ADD')));
      variants.push(
        'team/python',
        '3.9.18-distroless-bullseye',
        blobs(layer({ 'etc/os-release': DEBIAN['etc/os-release'] }).by('ADD')),
      );
      variants.push('team/python', '3.10.1-slim-bullseye', blobs(layer(small).by('ADD')));
    });
    afterAll(() => variants.close());

    it('is looked up in the registry, scanned, and held to the libraries and programs that the image uses', async () => {
      const file = dockerfile(`FROM ${variants.host}/team/python:3.9.16-bullseye\n${text}`);
      const plan = await planned(built('variants.tar'), '-d', file);
      const steps = plan.steps.filter(({ kind }) => kind === 'base');
      expect(steps.map(({ title }) => title.replace(`${variants.host}/`, '').replace(/ of \S+$/, '')).sort()).toEqual([
        'build anew on team/python:3.9.16-bullseye',
        'build on the hardened variant, team/python:3.9.18-distroless-bullseye',
        'build on the variant without compilers and headers, team/python:3.9.16-slim-bullseye',
      ]);
      const of = (word: string) => steps.find(({ id }) => id.includes(word));
      for (const word of ['16-bullseye', 'slim', 'distroless'])
        expect(
          of(word)?.clears.map(({ id }) => id),
          word,
        ).toEqual(['CVE-2023-0464']);
      expect(of('16-bullseye')?.base).toMatchObject({ missingLibraries: [], missingPrograms: [] });
      expect(of('slim')?.base).toMatchObject({
        missingLibraries: [{ name: 'libgomp.so.1', by: '/opt/own.so' }],
        missingPrograms: [{ name: 'gcc', by: 'Dockerfile:2' }],
      });
      const { before, after } = of('slim')!.base!.unpacked;
      expect(before - after).toBeGreaterThan(4_900_000);
      expect(of('distroless')?.base?.missingPrograms.map(({ name }) => name)).toEqual(['sh', 'gcc', 'python3']);
      expect(of('distroless')?.base?.missingLibraries.map(({ name }) => name)).toEqual(['libgomp.so.1', 'libz.so.1']);
      expect(of('slim')?.risk.level).toBe('high');
      expect((await run(fixCommand, built('variants.tar'), '-d', file)).out).toMatch(
        /it lacks libraries that the image is linked to: libgomp\.so\.1 \(\/opt\/own\.so\)/,
      );
    });

    it('is tried once where it is named and the registry lists it too', async () => {
      const file = dockerfile(`FROM ${variants.host}/team/python:3.9.16-bullseye\n${text}`);
      const slim = `${variants.host}/team/python:3.9.16-slim-bullseye`;
      const { steps } = await planned(built('variants.tar'), '-d', file, '--try-base', slim);
      expect(steps.filter(({ id }) => id.includes('slim')).length).toBe(1);
    });

    it('says where the registry lists no tags, cannot be reached, or is not to be asked, that nothing was looked at', async () => {
      const silent = await startRegistry({ tagsPerPage: 0 });
      silent.push('team/python', '3.9.16-bullseye', blobs(layer(full).by('ADD')));
      const noticesOf = async (base: string, ...more: string[]): Promise<string> => {
        const file = dockerfile(`FROM ${base}\n${text}`);
        const plan = await planned(built('silent.tar'), '-d', file, ...more);
        return plan.notices.map(({ code, message }) => `${code} ${message}`).join('\n');
      };
      const name = `${silent.host}/team/python:3.9.16-bullseye`;
      expect(await noticesOf(name)).toMatch(/tags-unlisted other tags of \S+\/team\/python were not looked at: .*404/);
      expect(await noticesOf(name, '--offline')).toMatch(
        /base-unasked .*not looked at: no registry is asked \(--offline\)/,
      );
      await silent.close();
      expect(await noticesOf(name)).toMatch(/base-unasked .*slim or hardened variants.*was not looked at: /);
    });
  });

  it("is known by the build's provenance where that is attached", async () => {
    const image = blobs(
      layer(DEBIAN).by('ADD'),
      instruction('CMD ["bash"]'),
      layer(dist('setuptools', '58.1.0')).by(PYTHON),
    );
    const statement = Buffer.from(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v0.1',
        predicateType: 'https://slsa.dev/provenance/v0.2',
        subject: [],
        predicate: {
          materials: [
            { uri: 'pkg:docker/docker/dockerfile@1', digest: { sha256: '1'.repeat(64) } },
            { uri: 'pkg:docker/python@3.9.16-bullseye?platform=linux%2Famd64', digest: { sha256: '2'.repeat(64) } },
          ],
        },
      }),
    );
    const descriptor = (bytes: Buffer, mediaType: string, more = {}) => ({
      mediaType,
      digest: sha256(bytes),
      size: bytes.length,
      ...more,
    });
    const config = Buffer.from('{}');
    const artifact = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: descriptor(config, 'application/vnd.oci.image.config.v1+json'),
        layers: [
          descriptor(statement, 'application/vnd.in-toto+json', {
            annotations: { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v0.2' },
          }),
        ],
      }),
    );
    const files = new Map(ociFiles(image));
    for (const bytes of [statement, config, artifact]) files.set(`blobs/${sha256(bytes).replace(':', '/')}`, bytes);
    const index = JSON.parse(String(files.get('index.json')));
    index.manifests.push(
      descriptor(artifact, 'application/vnd.oci.image.manifest.v1+json', {
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': image.manifest.digest,
        },
      }),
    );
    // As BuildKit writes it: an index within the layout's own.
    const inner = Buffer.from(JSON.stringify({ ...index, mediaType: 'application/vnd.oci.image.index.v1+json' }));
    files.set(`blobs/${sha256(inner).replace(':', '/')}`, inner);
    const outer = { schemaVersion: 2, manifests: [descriptor(inner, 'application/vnd.oci.image.index.v1+json')] };
    files.set('index.json', JSON.stringify(outer));
    writeFiles(at('attested'), [...files]);
    const plan = await planned(`oci:${at('attested')}`, '--offline');
    expect(plan.attribution.base).toMatchObject({
      name: 'python:3.9.16-bullseye',
      digest: `sha256:${'2'.repeat(64)}`,
      by: 'provenance',
      layers: 1,
    });
  });
});

describe('plimsoll verify', () => {
  it('holds the rebuilt image against the plan, and fails where a promise was not kept', async () => {
    const image = saved('old.tar');
    writeFileSync(at('plan.json'), (await run(fixCommand, image, '--offline', '-f', 'json')).out);
    const good = saved('new.tar', dist('setuptools', '65.5.1'), {
      'var/lib/dpkg/status': DEBIAN['var/lib/dpkg/status'].replace('deb11u4', 'deb11u5'),
    });
    const kept = await run(verifyCommand, at('plan.json'), good);
    expect(kept.code).toBe(0);
    expect(kept.out).toMatch(/VERIFIED {2}2 cleared, 0 remaining, 0 new: as predicted/);
    const bad = await run(
      verifyCommand,
      at('plan.json'),
      saved('half.tar', dist('setuptools', '65.5.1')),
      '-f',
      'json',
    );
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out).prediction).toMatchObject({
      holds: false,
      notCleared: [],
      hopedFor: [{ id: 'CVE-2023-0464' }],
    });
  });

  it('never calls it verified where nothing is cleared, and fails where that was promised', async () => {
    const image = saved('same.tar');
    writeFileSync(at('promise.json'), (await run(fixCommand, image, '--offline', '-f', 'json')).out);
    const same = await run(verifyCommand, at('promise.json'), image);
    expect(same.code).toBe(1);
    expect(same.out).toMatch(
      /NOTHING CHANGED {2}0 cleared, 2 remaining, 0 new: not as predicted: 2 hoped for and still/,
    );
    expect(same.out).not.toContain('VERIFIED');
  });

  it('calls an image of another system that has none of the packages another image, and one of the same system verified', async () => {
    writeFileSync(at('was.json'), (await run(scanCommand, saved('was.tar'), '-f', 'json')).out);
    const gone = { 'var/lib/dpkg/status': DEBIAN['var/lib/dpkg/status'].replace('openssl', 'bash') };
    const held = (name: string, extra: Record<string, string>) =>
      run(verifyCommand, at('was.json'), saved(name, dist('wheel', '1.0'), extra));
    const other = await held('other.tar', { ...gone, 'etc/os-release': 'ID=ubuntu\nVERSION_ID="22.04"\n' });
    expect([other.code, other.out]).toEqual([1, expect.stringContaining('ANOTHER IMAGE  2 cleared, 0 remaining')]);
    expect(other.out).not.toContain('VERIFIED');
    const removed = await held('removed.tar', gone);
    expect([removed.code, removed.out]).toEqual([0, expect.stringContaining('VERIFIED  2 cleared')]);
  });

  it('fails where something of the goal is new, and only then', async () => {
    const clean = saved('clean.tar', dist('setuptools', '65.5.1'));
    writeFileSync(at('clean.json'), (await run(scanCommand, clean, '-f', 'json')).out);
    const worse = saved('worse.tar');
    const all = await run(verifyCommand, at('clean.json'), worse);
    expect(all.code).toBe(1);
    expect(all.out).toMatch(/NOTHING CHANGED {2}0 cleared, 1 remaining, 1 new: 1 new of the goal "no fixable"/);
    const critical = await run(verifyCommand, at('clean.json'), worse, '--goal', 'no fixable CRITICAL');
    expect(critical.code).toBe(0);
  });

  it("takes another scanner's report as what was, by the names that it gives", async () => {
    const trivy = {
      SchemaVersion: 2,
      ArtifactName: 'old:1',
      ArtifactType: 'container_image',
      Results: [
        {
          Target: 'old:1 (debian 11)',
          Class: 'os-pkgs',
          Type: 'debian',
          Vulnerabilities: [
            {
              VulnerabilityID: 'CVE-2023-0464',
              PkgName: 'libssl1.1',
              SrcName: 'openssl',
              InstalledVersion: '1.1.1n-0+deb11u4',
              FixedVersion: '1.1.1n-0+deb11u5',
              Severity: 'HIGH',
            },
          ],
        },
        {
          Target: 'Python',
          Class: 'lang-pkgs',
          Type: 'python-pkg',
          Vulnerabilities: [
            {
              VulnerabilityID: 'CVE-2022-40897',
              PkgName: 'setuptools',
              InstalledVersion: '58.1.0',
              FixedVersion: '65.5.1',
              Severity: 'HIGH',
            },
          ],
        },
      ],
    };
    writeFileSync(at('trivy.json'), JSON.stringify(trivy));
    const done = await run(
      verifyCommand,
      at('trivy.json'),
      saved('half2.tar', dist('setuptools', '65.5.1'), {
        'var/lib/dpkg/status': DEBIAN['var/lib/dpkg/status'].replace(
          'Package: openssl',
          'Package: libssl1.1\nSource: openssl',
        ),
      }),
    );
    expect(done.out).toMatch(/VERIFIED {2}1 cleared, 1 remaining, 0 new/);
    expect(done.out).toMatch(/The first report is Trivy/);
    expect(done.code).toBe(0);
  });

  it('refuses what is neither a report nor a plan', async () => {
    writeFileSync(at('other.json'), '{"hello": []}');
    writeFileSync(at('none.json'), 'not json');
    const image = saved('any.tar');
    await expect(run(verifyCommand, at('other.json'), image)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(run(verifyCommand, at('none.json'), image)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(run(verifyCommand, at('nowhere.json'), image)).rejects.toMatchObject({ code: 'not-found' });
  });
});
