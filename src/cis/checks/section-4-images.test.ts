// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are the shell's
import { describe, expect, it } from 'vitest';
import { imageFacts, verdictOf, verdictOfImage } from '../../../test/bench.ts';
import type { RunConfig } from '../../model.ts';
import type { MemoryImage } from '../../sources/files/memory.ts';

const PASSWD =
  'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\nadmin:x:1001:1001::/:/bin/sh\n';
const GROUP = 'root:x:0:\nsudo:x:27:admin\napp:x:1000:\n';
const image = (run: RunConfig, files: Record<string, string> = {}): MemoryImage => ({
  run,
  layers: [{ files: { 'etc/passwd': PASSWD, 'etc/group': GROUP, ...files } }],
});

describe('4.1: the user, resolved in the image', () => {
  it.each([
    ['', 'warn', 'no USER'],
    ['root', 'warn', 'USER root'],
    ['0', 'warn', 'USER 0'],
    ['0:1000', 'warn', 'USER 0:1000'],
    ['toor', 'warn', 'toor has uid 0'],
    ['nobody', 'warn', 'USER nobody'],
    ['admin', 'warn', 'admin is in group sudo'],
    ['1001', 'warn', 'admin is in group sudo'],
    ['1000:0', 'info', '1000:0'],
    ['65532', 'info', '65532:root'],
  ])('USER %j: %s', async (User, result, detail) => {
    const verdict = await verdictOfImage('4.1', image({ User }));
    expect(verdict).toMatchObject({ result, items: [{ detail }] });
  });
  it.each(['app', '1000', '1000:1000', '65532:65532', 'app:app'])('USER %s passes', async (User) => {
    expect((await verdictOfImage('4.1', image({ User }))).result).toBe('pass');
  });
  it('an account that sudo lets through without a password is root', async () => {
    const files = { 'etc/sudoers.d/app': '# for builds\napp ALL=(ALL) NOPASSWD: ALL\n' };
    const verdict = await verdictOfImage('4.1', image({ User: 'app' }, files));
    expect(verdict).toMatchObject({ result: 'warn', items: [{ path: '/etc/sudoers.d/app', line: 2 }] });
  });
  it('an /etc/passwd that a later layer replaces counts as it is there', async () => {
    const layers = [{ files: { 'etc/passwd': PASSWD } }, { files: { 'etc/passwd': 'app:x:0:0::/:/bin/sh\n' } }];
    expect((await verdictOfImage('4.1', { run: { User: 'app' }, layers })).result).toBe('warn');
  });
  it('an /etc/passwd behind a link is found', async () => {
    const layers = [
      { files: { 'etc/passwd': { symlink: '../usr/etc/passwd' }, 'usr/etc/passwd': PASSWD, 'etc/group': GROUP } },
    ];
    expect((await verdictOfImage('4.1', { run: { User: 'app' }, layers })).result).toBe('pass');
  });
});

describe('4.1: entrypoints that drop root', () => {
  const script = (text: string) => ({ 'usr/local/bin/docker-entrypoint.sh': text });
  it.each([
    ['gosu', '#!/bin/bash\nset -e\nif [ "$(id -u)" = 0 ]; then\n  exec gosu postgres "$BASH_SOURCE" "$@"\nfi\n', 4],
    ['su-exec', '#!/bin/sh\nset -- su-exec redis "$@"\nexec "$@"\n', 2],
    ['setpriv', '#!/bin/sh\nchown -R app /data && exec setpriv --reuid=1000 "$@"\n', 2],
  ])('%s in the script', async (program, text, line) => {
    const verdict = await verdictOfImage(
      '4.1',
      image({ Entrypoint: ['docker-entrypoint.sh'], Cmd: ['postgres'] }, script(text)),
    );
    expect(verdict).toMatchObject({
      result: 'info',
      items: [{ detail: `through ${program}`, path: '/usr/local/bin/docker-entrypoint.sh', line }],
    });
  });
  it('as the entrypoint itself', async () => {
    const verdict = await verdictOfImage(
      '4.1',
      image({ Entrypoint: ['/usr/bin/tini', '--', 'gosu', 'app'], Cmd: ['python'] }),
    );
    expect(verdict).toMatchObject({ result: 'info', items: [{ detail: 'through gosu' }] });
  });
  it('a comment about gosu is no gosu', async () => {
    const text = '#!/bin/sh\n# exec gosu app "$@"\necho gosu is not used\nexec "$@"\n';
    expect(
      (await verdictOfImage('4.1', image({ Entrypoint: ['/usr/local/bin/docker-entrypoint.sh'] }, script(text))))
        .result,
    ).toBe('warn');
  });
});

describe('4.3 and 4.8: programs', () => {
  const program = (mode = 0o755, uid = 0) => ({ content: 'x', mode, uid });
  it('compilers and debuggers are a warning, shells and package managers an information', async () => {
    const heavy = await verdictOfImage('4.3', {
      layers: [
        {
          files: {
            'usr/bin/gcc-12': program(),
            'usr/local/cuda-12.1/bin/nvcc': program(),
            'usr/bin/gdb': program(),
            'bin/sh': program(),
          },
        },
      ],
    });
    expect(heavy.result).toBe('warn');
    expect(heavy.items.map((item) => item.detail).sort()).toEqual([
      'compilers and build tools: gcc-12, nvcc',
      'debuggers and tracers: gdb',
      'shells: sh',
    ]);
    expect(
      (await verdictOfImage('4.3', { layers: [{ files: { 'bin/sh': program(), 'usr/bin/apt-get': program() } }] }))
        .result,
    ).toBe('info');
    expect(
      (
        await verdictOfImage('4.3', {
          layers: [{ files: { 'app/serve': program(), 'usr/share/doc/gcc': 'x', 'usr/bin/make': program(0o644) } }],
        })
      ).result,
    ).toBe('pass');
  });
  it('what a later layer removes is not there', async () => {
    const layers = [{ files: { 'usr/bin/gcc': program() } }, { files: { 'usr/bin/gcc': { removed: true as const } } }];
    expect((await verdictOfImage('4.3', { layers })).result).toBe('pass');
  });
  it('a notebook image may build', async () => {
    const notebook = { run: { Cmd: ['start-notebook.py'] }, layers: [{ files: { 'usr/bin/gcc': program() } }] };
    expect((await verdictOfImage('4.3', notebook)).result).toBe('info');
  });
  it('setuid and setgid files are found by their modes, with their layer', async () => {
    const layers: MemoryImage['layers'] = [
      {
        files: {
          'usr/bin/su': program(0o4755),
          'usr/bin/wall': program(0o2755),
          'usr/bin/ls': program(),
          tmp: { directory: true as const, mode: 0o1777 },
        },
      },
      { files: { 'usr/bin/sudo': program(0o4111) } },
    ];
    const verdict = await verdictOfImage('4.8', { layers });
    expect(verdict.result).toBe('warn');
    expect(verdict.items.map((item) => item.detail)).toEqual([
      '/usr/bin/su is setuid 0 (mode 4755, layer 1)',
      '/usr/bin/sudo is setuid 0 (mode 4111, layer 2)',
      '/usr/bin/wall is setgid 0 (mode 2755, layer 1)',
    ]);
  });
  it('a bit that a later layer takes away is gone', async () => {
    const layers = [{ files: { 'usr/bin/su': program(0o4755) } }, { files: { 'usr/bin/su': program() } }];
    expect((await verdictOfImage('4.8', { layers })).result).toBe('pass');
  });
});

describe('4.10: secrets', () => {
  const TOKEN = `hf_${'aB3dE5gH7jK9mN1pQ3sT5vX7zA'}xxxxxxxx`;
  it.each<[string, MemoryImage, string]>([
    ['in ENV', { run: { Env: ['PATH=/bin', 'DB_PASSWORD=correct-horse'] }, layers: [] }, 'ENV DB_PASSWORD'],
    ['in a label', { run: { Labels: { 'build.token': TOKEN } }, layers: [] }, 'LABEL build.token'],
    [
      'in a command',
      { layers: [{ files: {}, createdBy: `RUN /bin/sh -c huggingface-cli login --token ${TOKEN} # buildkit` }] },
      'history 1, RUN',
    ],
    [
      'in a build argument',
      { layers: [{ files: {}, createdBy: 'RUN |1 PIP_TOKEN=s3cr3tvalue /bin/sh -c pip install x # buildkit' }] },
      'history 1, build argument PIP_TOKEN',
    ],
    [
      'in an address',
      { layers: [{ files: {}, createdBy: '/bin/sh -c pip install -i https://ann:hunter2222@pypi.corp/simple x' }] },
      'history 1, RUN',
    ],
    [
      'in a file',
      { layers: [{ files: { 'root/.aws/credentials': '[default]' } }] },
      '/root/.aws/credentials: AWS credentials (layer 1)',
    ],
    [
      'in a file that is deleted later',
      { layers: [{ files: { 'app/id_rsa': 'x' } }, { files: { 'app/id_rsa': { removed: true } } }] },
      '/app/id_rsa: SSH private key (layer 1, deleted by a later layer and still in the image)',
    ],
  ])('%s', async (_, it_, detail) => {
    const verdict = await verdictOfImage('4.10', it_);
    expect(verdict.result).toBe('warn');
    expect(verdict.items[0]?.detail).toContain(detail);
    for (const secret of ['correct-horse', TOKEN, 's3cr3tvalue', 'hunter2222'])
      expect(JSON.stringify(verdict)).not.toContain(secret);
  });
  it.each<[string, MemoryImage]>([
    [
      'tokens of language models',
      { run: { Env: ['EOS_TOKEN=[EOS]', 'HF_PAD_TOKEN=[PAD]', 'MAX_NEW_TOKEN=512', 'API_TOKEN=4096'] }, layers: [] },
    ],
    [
      'paths and switches',
      {
        run: {
          Env: [
            'DB_PASSWORD_FILE=/run/secrets/db',
            'TOKENIZERS_PARALLELISM=false',
            'GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568',
            'PYTHON_GET_PIP_SHA256=abc',
            'SSH_ASKPASS=/bin/true',
          ],
        },
        layers: [],
      },
    ],
    [
      'variables',
      { layers: [{ files: {}, createdBy: 'RUN /bin/sh -c login --password "$PASSWORD" --token=${TOKEN} # buildkit' }] },
    ],
    [
      'mounted secrets',
      { layers: [{ files: {}, createdBy: 'RUN /bin/sh -c TOKEN=$(cat /run/secrets/token) pip install x # buildkit' }] },
    ],
    [
      'examples and tests',
      { layers: [{ files: { 'usr/share/doc/aws/.aws/credentials': 'x', 'srv/tests/id_rsa': 'x', 'app/.netrc': '' } }] },
    ],
  ])('not %s', async (_, it_) => {
    expect((await verdictOfImage('4.10', it_)).result).toBe('pass');
  });
});

describe('4.2, 4.4, 4.5, 4.6', () => {
  it('4.2: the base, where the image names it', async () => {
    const based = (name: string) => ({ run: { Labels: { 'org.opencontainers.image.base.name': name } }, layers: [] });
    expect((await verdictOfImage('4.2', { layers: [] })).result).toBe('note');
    expect((await verdictOfImage('4.2', based('docker.io/library/python:3.11'))).result).toBe('info');
    const scope = { trustedBases: ['docker.io/library/*'] };
    expect((await verdictOfImage('4.2', based('docker.io/library/python:3.11'), { scope })).result).toBe('pass');
    expect((await verdictOfImage('4.2', based('docker.io/somebody/python'), { scope })).result).toBe('warn');
  });
  it('4.4: serious patches that are missing warn, a scan that nothing could be held against is no pass', async () => {
    const finding = (severity: 'HIGH' | 'LOW', state: 'fixed' | 'not-fixed') =>
      ({
        id: 'CVE-2022-40897',
        severity,
        fix: { state, version: '65.5.1' },
        package: { name: 'setuptools', version: '58.1.0' },
      }) as never;
    const judged = (scan: Parameters<typeof imageFacts>[1]) =>
      verdictOf('4.4', { images: [imageFacts({ layers: [] }, scan)] });
    expect((await judged({ findings: [finding('HIGH', 'fixed')] })).result).toBe('warn');
    expect((await judged({ findings: [finding('LOW', 'fixed')] })).result).toBe('info');
    expect((await judged({ findings: [finding('HIGH', 'not-fixed')] })).result).toBe('pass');
    expect((await judged({ assessed: 0 })).result).toBe('note');
    expect((await judged({ unassessed: 3 })).summary).toContain('3 packages that no advisory speaks of');
    expect((await judged({ unassessed: 1 })).summary).toContain('; 1 package that no advisory speaks of');
    // By what data, in the words of `scan`.
    expect((await judged({})).summary).toContain('(oldest data: NVD of 2026-11-23)');
    expect(await judged('no database')).toMatchObject({
      result: 'could-not-read',
      summary: 'there is no advisory database',
    });
  });
  it('4.5: content trust stands in where there is no registry to ask', async () => {
    expect((await verdictOfImage('4.5', { layers: [] })).result).toBe('warn');
    expect((await verdictOfImage('4.5', { layers: [] }, { environment: { DOCKER_CONTENT_TRUST: '1' } })).result).toBe(
      'pass',
    );
  });
  it('4.6: health checks', async () => {
    expect((await verdictOfImage('4.6', { layers: [] })).result).toBe('warn');
    expect((await verdictOfImage('4.6', { run: { Healthcheck: { Test: ['NONE'] } }, layers: [] })).result).toBe('warn');
    expect((await verdictOfImage('4.6', { run: { Healthcheck: { Test: ['CMD', 'true'] } }, layers: [] })).result).toBe(
      'pass',
    );
  });
});

it('a root file system is judged by its files, and by nothing that it cannot have', async () => {
  const files = { ...imageFacts({ layers: [{ files: { 'bin/su': { content: 'x', mode: 0o4755 } } }] }), bare: true };
  const result = async (id: string) => (await verdictOf(id, { images: [files] })).result;
  expect(await result('4.8')).toBe('warn');
  for (const id of ['4.1', '4.2', '4.5', '4.6', '4.7', '4.9', '4.11', '4.12'])
    expect(await result(id)).toBe('not-applicable');
});

describe('several subjects together', () => {
  it('the worst counts, and every bad one is named', async () => {
    const images = [
      imageFacts({ reference: 'a', layers: [], run: { User: '7:7' } }),
      imageFacts({ reference: 'b', layers: [] }),
      imageFacts({ reference: 'c', layers: [], run: { User: '0' } }),
    ];
    const verdict = await verdictOf('4.1', { images });
    expect(verdict.items.map((item) => item.subject)).toEqual(['b', 'c']);
  });
  it('an image that cannot be read hides nothing of the others', async () => {
    const broken = imageFacts({ reference: 'broken', layers: [{ blob: Buffer.alloc(700, 1) }] });
    const good = imageFacts({ reference: 'setuid', layers: [{ files: { 'bin/su': { content: 'x', mode: 0o4755 } } }] });
    const verdict = await verdictOf('4.8', { images: [broken, good] });
    expect(verdict.result).toBe('warn');
    expect(verdict.items.map((item) => item.subject)).toEqual(['broken', 'setuid']);
    expect((await verdictOf('4.8', { images: [broken] })).result).toBe('could-not-read');
  });
  it('images that the Engine lists are judged by configuration and history, and their files are not looked into', async () => {
    const engine = {
      containers: [],
      images: [{ Id: 'sha256:aa', RepoTags: ['model:1'], Config: { User: 'app', Env: ['API_KEY=abcdefgh'] } }],
      history: [
        { CreatedBy: 'CMD ["a"]', Size: 0 },
        { CreatedBy: '/bin/sh -c apt-get update', Size: 9 },
        { CreatedBy: '/bin/sh -c #(nop) ADD file:abc in / ', Size: 9 },
      ],
    };
    expect((await verdictOf('4.8', { engine })).result).toBe('note');
    expect((await verdictOf('4.7', { engine })).items[0]).toMatchObject({
      subject: 'model:1',
      detail: expect.stringContaining('history 2'),
    });
    expect((await verdictOf('4.9', { engine })).result).toBe('pass');
    expect((await verdictOf('4.10', { engine })).result).toBe('warn');
    expect((await verdictOf('4.8', { engine, scope: { exclude: ['model'] } })).result).toBe('not-applicable');
  });
  it('running containers are judged by their processes: one that dropped root passes', async () => {
    const top = (...uids: string[]) => ({
      Titles: ['PID', 'UID', 'GID', 'COMMAND'],
      Processes: uids.map((uid) => ['1', uid, uid, 'postgres']),
    });
    const engine = (uids: string[]) => ({
      info: {},
      images: [],
      containers: [{ Name: '/db', Config: { User: '' } }],
      top: top(...uids),
    });
    expect((await verdictOf('4.1', { engine: engine(['999', '999']) })).result).toBe('pass');
    expect(await verdictOf('4.1', { engine: engine(['0', '999']) })).toMatchObject({
      result: 'warn',
      items: [{ subject: 'db', detail: '1 of 2 processes: postgres' }],
    });
  });
});
