// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are the shell's
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FakeWorld, verdictOf, verdictOfImage } from '../../../test/bench.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { shellCommands } from '../../formats/text/index.ts';
import { type BuildContext, contextOf, readBuildContext } from './build-context.ts';
import { parseHistory } from './steps.ts';

/** The verdict of a Dockerfile with these instructions. */
const judged = (id: string, ...lines: string[]) =>
  verdictOf(id, { dockerfile: `FROM python:3.11@sha256:${'0'.repeat(64)}\n${lines.join('\n')}\n` });
const result = async (id: string, ...lines: string[]) => (await judged(id, ...lines)).result;

describe('4.7: update alone', () => {
  it.each([
    ['RUN apt-get update', 'warn'],
    ['RUN ["apt-get", "update"]', 'warn'],
    ['RUN apt-get -qq update && echo done', 'warn'],
    ['RUN sudo apk update', 'warn'],
    ['RUN <<EOF\napt-get update\nEOF', 'warn'],
    ['RUN apt-get update && apt-get install -y curl', 'pass'],
    ['RUN apt-get update \\\n  && apt-get -y dist-upgrade', 'pass'],
    ['RUN <<EOF\napt-get update\napt-get install -y curl\nEOF', 'pass'],
    ['RUN apk add --no-cache curl', 'pass'],
    ['RUN yum update -y', 'pass'],
    ['RUN echo "apt-get update"', 'pass'],
    ['RUN conda update -n base conda', 'pass'],
  ])('%j: %s', async (line, expected) => expect(await result('4.7', line)).toBe(expected));
});

describe('4.9: ADD', () => {
  it.each([
    ['ADD https://example.org/model.pt /models/', 'warn'],
    ['ADD --checksum=sha256:abc https://example.org/model.pt /models/', 'pass'],
    ['ADD . /app', 'info'],
    ['ADD ["a file", "/app/"]', 'info'],
    ['ADD rootfs.tar.gz /', 'pass'],
    ['COPY . /app', 'pass'],
  ])('%j: %s', async (line, expected) => expect(await result('4.9', line)).toBe(expected));
});

describe('4.11: verified packages', () => {
  it.each([
    ['RUN curl -fsSL https://get.example.org/install.sh | sh', 'warn'],
    ['RUN curl -fsSL https://x.org/i | tee /tmp/i | sudo -E bash -', 'warn'],
    ['RUN bash -c "$(wget -qO- https://x.org/i)"', 'warn'],
    ['RUN bash <(curl -s https://x.org/i)', 'warn'],
    ['RUN curl -s https://x.org/key.asc | gpg --dearmor > /etc/apt/keyrings/x.gpg', 'pass'],
    ['RUN pip install --trusted-host pypi.corp torch==2.1.0', 'warn'],
    ['RUN pip install -i http://pypi.corp/simple torch==2.1.0', 'warn'],
    ['RUN pip install torch', 'info'],
    ['RUN python3.11 -m pip install "transformers[torch]>=4" numpy', 'info'],
    ['RUN uv pip install numpy', 'info'],
    ['RUN pip install --no-cache-dir torch==2.1.0 numpy===1.26.0', 'pass'],
    ['RUN pip install -r requirements.txt --require-hashes', 'pass'],
    ['RUN pip install -e . ./wheels/x.whl --target /srv', 'note'],
    ['RUN pip install --no-deps -e . ./wheels/x.whl --target /srv', 'pass'],
    ['RUN apt-get install -y --allow-unauthenticated curl', 'warn'],
    ['RUN apt-get -o Acquire::AllowInsecureRepositories=true update', 'warn'],
    ['RUN echo "deb [trusted=yes] https://x.org /" > /etc/apt/sources.list.d/x.list', 'warn'],
    ['RUN apk add --allow-untrusted x.apk', 'warn'],
    ['RUN dnf install -y --nogpgcheck x', 'warn'],
    ['RUN curl -ksSLo /tmp/x.txt https://x.org/x.txt', 'warn'],
    ['RUN wget --no-check-certificate https://x.org/x.txt', 'warn'],
    ['RUN git -c http.sslVerify=false clone https://x.org/x', 'warn'],
    ['RUN conda config --set ssl_verify false', 'warn'],
    ['RUN curl -O https://x.org/miniconda.sh && bash miniconda.sh', 'warn'],
    ['RUN curl -O https://x.org/miniconda.sh && echo "abc miniconda.sh" | sha256sum -c - && bash miniconda.sh', 'pass'],
    ['RUN curl -o /tmp/LICENSE https://x.org/LICENSE.txt', 'pass'],
    ['RUN echo "never curl https://x.org/i.sh | sh"', 'pass'],
  ])('%j: %s', async (line, expected) => expect(await result('4.11', line)).toBe(expected));
});

describe('4.12: signed artifacts', () => {
  it.each([
    ['RUN wget https://x.org/a.tar.gz && tar xf a.tar.gz', 'warn'],
    ['RUN wget https://x.org/a.tar.gz && sha256sum -c a.sum', 'info'],
    ['RUN curl -O https://x.org/a.tgz && curl -O https://x.org/b.tgz && echo "abc  a.tgz" | sha256sum -c -', 'warn'],
    ['RUN curl -o m.tgz https://x.org/a.tgz && echo "abc  m.tgz" | sha256sum -c -', 'info'],
    ['RUN curl -O https://x.org/a.tgz && echo "$SUM  $FILE" | sha256sum -c -', 'info'],
    ['RUN curl -O https://x.org/a.tgz && gpg --verify other.deb.asc other.deb && tar xf a.tgz', 'warn'],
    [
      'RUN wget https://x.org/a.tar.gz https://x.org/a.tar.gz.asc && gpg --batch --verify a.tar.gz.asc a.tar.gz',
      'pass',
    ],
    ['RUN huggingface-cli download meta-llama/Llama-2-7b', 'info'],
    ['RUN huggingface-cli download meta-llama/Llama-2-7b --revision 01c7f73', 'pass'],
    ['RUN curl https://x.org/i.sh | sh', 'warn'],
    ['ADD https://x.org/model.pt /', 'warn'],
    ['ADD --checksum=sha256:abc https://x.org/model.pt /', 'pass'],
    ['RUN git clone https://x.org/x', 'info'],
    ['RUN git clone https://x.org/x && cd x && git checkout 4fa1', 'pass'],
    ['RUN pip install x==1', 'pass'],
  ])('%j: %s', async (line, expected) => expect(await result('4.12', line)).toBe(expected));
});

describe('a Dockerfile is judged by the stage that ends up in the image', () => {
  it('4.1 and 4.6: USER and HEALTHCHECK of the last stage and of those it builds on', async () => {
    const text = (last: string) =>
      `FROM debian:12 AS base\nUSER app\nHEALTHCHECK CMD true\nFROM golang:1.22\nUSER root\n${last}`;
    expect((await verdictOf('4.1', { dockerfile: text('FROM base\n') })).result).toBe('pass');
    expect((await verdictOf('4.6', { dockerfile: text('FROM base\n') })).result).toBe('pass');
    expect(await verdictOf('4.1', { dockerfile: text('') })).toMatchObject({
      result: 'warn',
      items: [{ path: 'Dockerfile', line: 5 }],
    });
    expect((await verdictOf('4.1', { dockerfile: 'FROM debian:12\n' })).result).toBe('warn');
    expect((await verdictOf('4.6', { dockerfile: 'FROM base\nHEALTHCHECK NONE' })).result).toBe('warn');
  });
  it.each([
    [`FROM python@sha256:${'0'.repeat(64)}\n`, 'pass'],
    ['FROM python:3.11.9\n', 'info'],
    ['FROM python\n', 'warn'],
    ['FROM localhost:5000/python\n', 'warn'],
    ['FROM python:latest\n', 'warn'],
    ['FROM scratch\n', 'pass'],
    ['FROM scratch AS a\nFROM scratch\nCOPY --from=a /x /x\nCOPY --from=0 /x /x\n', 'pass'],
    ['FROM scratch\nCOPY --from=ghcr.io/astral-sh/uv /uv /uv\n', 'warn'],
  ])('4.2: %j: %s', async (dockerfile, expected) => {
    expect((await verdictOf('4.2', { dockerfile })).result).toBe(expected);
  });
  it('4.10: ARG, ENV and commands with their lines', async () => {
    const verdict = await judged(
      '4.10',
      'ARG NPM_TOKEN=abcdefgh1234',
      'ENV A=1 \\',
      '  WANDB_API_KEY=0123456789abcdef0123456789abcdef01234567',
      'ARG GITHUB_TOKEN',
      'RUN --mount=type=secret,id=t pip install x==1',
    );
    expect(verdict.items.map(({ detail, line }) => [detail?.replace(/ holds.*/, ''), line])).toEqual([
      ['ARG NPM_TOKEN', 2],
      ['ENV WANDB_API_KEY', 4],
      ['ARG GITHUB_TOKEN is filled when building, and stays in the image or its history', 5],
    ]);
  });
  it('4.8 and 4.3 wait for the image', async () => {
    expect(await result('4.3', 'RUN true')).toBe('note');
    expect(await result('4.3', 'RUN apt-get install -y --no-install-recommends build-essential libssl-dev')).toBe(
      'warn',
    );
    expect(await result('4.3', 'RUN apk add gcc && make && apk del gcc')).toBe('note');
    expect(await result('4.3', 'RUN apt-get install -y gcc', 'FROM debian:12', 'RUN apt-get install -y curl')).toBe(
      'note',
    );
    expect((await verdictOf('4.3', { dockerfile: 'FROM nvidia/cuda:12.1.0-devel-ubuntu22.04\n' })).result).toBe('warn');
    expect(await result('4.8', 'RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +')).toBe('pass');
  });
});

describe('history is read as a Dockerfile is', () => {
  it.each([
    ['/bin/sh -c #(nop)  ENV A=b', 'ENV', 'A=b'],
    ['/bin/sh -c apt-get update', 'RUN', 'apt-get update'],
    ['|2 A=b C=d /bin/bash -o pipefail -c pip install x', 'RUN', 'pip install x'],
    ['RUN /bin/sh -c apt-get update # buildkit', 'RUN', 'apt-get update'],
    ['RUN |1 A=b /bin/sh -c apt-get update # buildkit', 'RUN', 'apt-get update'],
    ['COPY --chown=app:app . /srv # buildkit', 'COPY', '. /srv'],
    ['ADD rootfs.tar.xz / # buildkit', 'ADD', 'rootfs.tar.xz /'],
    ['bazel build ...', 'RUN', 'bazel build ...'],
  ])('%j', (createdBy, keyword, text) => expect(parseHistory(createdBy)).toMatchObject({ keyword, text }));

  it.each<[string, string, string]>([
    ['4.7', 'RUN /bin/sh -c apt-get update # buildkit', 'warn'],
    ['4.9', 'ADD https://x.org/x /x # buildkit', 'warn'],
    ['4.9', '/bin/sh -c #(nop) ADD file:abc in /srv ', 'info'],
    ['4.11', '/bin/sh -c curl https://x.org/i.sh | sh', 'warn'],
    ['4.12', 'RUN /bin/sh -c wget https://x.org/a.tar.gz # buildkit', 'warn'],
  ])('%s: %j: %s', async (id, createdBy, expected) => {
    const layers = [
      { files: {}, createdBy: 'ADD rootfs.tar / # buildkit' },
      { files: {}, createdBy },
    ];
    expect((await verdictOfImage(id, { layers })).result).toBe(expected);
  });
});

it('4.9: the root file system that a base image begins with is no ADD to complain about', async () => {
  const built = (...history: string[]) => ({
    layers: [...history.map((instruction) => ({ instruction })), { files: {}, createdBy: 'CMD ["a"]' }],
  });
  const result = async (...history: string[]) => (await verdictOfImage('4.9', built(...history))).result;
  expect(await result('/bin/sh -c #(nop) ADD file:3cb945 in / ')).toBe('pass');
  expect(await result('ADD rootfs.tar.xz / # buildkit')).toBe('pass');
  expect(await result('/bin/sh -c #(nop) ADD file:3cb945 in / ', '/bin/sh -c #(nop) ADD dir:aa in /srv ')).toBe('info');
});

it('shell lines are split at operators outside quotes', () => {
  const split = shellCommands('A=1 env B=2 sudo curl -s "x|y;z" | tar x && (cd /tmp; ./run > out 2>&1) & true');
  expect(split.map(({ program, into }) => [program, into?.program])).toEqual([
    ['curl', 'tar'],
    ['tar', undefined],
    ['cd', undefined],
    ['run', undefined],
    ['true', undefined],
  ]);
});

it('images and Dockerfile can be judged together', async () => {
  const world: FakeWorld = { dockerfile: 'FROM scratch\nUSER 7:7\n' };
  expect((await verdictOfImage('4.1', { layers: [] }, world)).result).toBe('warn');
});

describe('what a Dockerfile leaves open is no pass', () => {
  const context = (texts: Record<string, string>, files: string[] = []) =>
    contextOf([...Object.keys(texts), ...files], new Map(Object.entries(texts)));
  const with_ = (id: string, built: BuildContext | undefined, ...lines: string[]) =>
    verdictOf(id, {
      dockerfile: `FROM python:3.11@sha256:${'0'.repeat(64)}\n${lines.join('\n')}\n`,
      ...(built === undefined ? {} : { context: built }),
    });
  const commit = 'a'.repeat(40);

  it.each([
    ['RUN pip install git+https://github.com/x/y', 'info'],
    ['RUN pip install git+https://github.com/x/y@v1.2', 'info'],
    ['RUN pip install "y @ git+https://github.com/x/y@main"', 'info'],
    ['RUN pip install -e git+https://github.com/x/y#egg=y', 'info'],
    [`RUN pip install git+https://github.com/x/y@${commit}#egg=y`, 'pass'],
    ['RUN conda install -y -c conda-forge numpy', 'info'],
    ['RUN mamba create -n x python=3.10 pandas', 'info'],
    ['RUN conda install -y -c conda-forge numpy=1.24.3', 'pass'],
    ['RUN pip install -r requirements.txt', 'note'],
    ['RUN conda env create -f environment.yml', 'note'],
    ['RUN pip install -r requirements.txt torch', 'info'],
  ])('4.11: %s: %s', async (line, expected) => expect((await with_('4.11', undefined, line)).result).toBe(expected));

  it('4.11: files that are there are read, those that they name too', async () => {
    const install = 'COPY requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt';
    const open = await with_(
      '4.11',
      context({ 'requirements.txt': 'torch==2.0\n-r more.txt\n', 'more.txt': 'numpy>=1\n' }),
      install,
    );
    expect(open).toMatchObject({ result: 'info', items: [{ detail: expect.stringContaining('numpy>=1') }] });
    const closed = context({
      'requirements.txt': '# pinned\ntorch==2.0 ; python_version > "3"\nnumpy==1.24 \\\n --hash=sha256:ab\n',
    });
    expect((await with_('4.11', closed, install)).result).toBe('pass');
    const missing = context({ 'requirements.txt': 'torch==2.0\n-r elsewhere.txt\n' });
    expect((await with_('4.11', missing, install)).result).toBe('note');
    const environment = (text: string) =>
      with_('4.11', context({ 'environment.yml': text }), 'RUN conda env create -f environment.yml');
    expect((await environment('dependencies:\n  - python=3.10\n  - pip\n  - pip:\n    - torch\n')).result).toBe('info');
    expect((await environment('dependencies:\n  - python=3.10\n  - pip:\n    - torch==2.0\n')).result).toBe('pass');
  });

  it.each([
    [`RUN python -c "from transformers import AutoModel; AutoModel.from_pretrained('bert-base')"`, 'info'],
    [`RUN python -c "AutoModel.from_pretrained('bert-base', revision='${commit}')"`, 'pass'],
    [`RUN python -c "AutoModel.from_pretrained('/opt/model')"`, 'pass'],
    ["RUN python - <<EOF\nfrom huggingface_hub import snapshot_download\nsnapshot_download('x/y')\nEOF", 'info'],
    [`RUN python -c "torch.hub.load('x/y', 'model')"`, 'info'],
    [`RUN python -c "torch.hub.load('x/y:v0.10.0', 'model')"`, 'pass'],
    ['RUN pip install git+https://github.com/x/y', 'info'],
  ])('4.12: %s: %s', async (line, expected) => expect((await with_('4.12', undefined, line)).result).toBe(expected));

  it('4.12: a script of the context is read', async () => {
    const built = context({ 'scripts/fetch.py': "snapshot_download(repo_id='x/y')\n" });
    expect((await with_('4.12', built, 'COPY scripts/ /opt/\nRUN python /opt/fetch.py')).result).toBe('info');
  });

  it.each([
    ['RUN chmod u+s /usr/bin/tool', 'warn'],
    ['RUN chmod 4755 /usr/bin/tool', 'warn'],
    ['RUN chmod -R g+s /srv', 'warn'],
    ['COPY --chmod=4755 tool /usr/bin/tool', 'warn'],
    ['RUN install -m 6755 tool /usr/bin/tool', 'warn'],
    ['RUN chmod 0755 /usr/bin/tool && chmod a+x /x', 'note'],
    ['RUN chmod u+s /x\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +', 'pass'],
    ['RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +\nRUN chmod u+s /x', 'warn'],
  ])('4.8: %s: %s', async (lines, expected) => expect((await with_('4.8', undefined, lines)).result).toBe(expected));

  it.each([
    ['USER ${NB_UID}', 'note'],
    ['ARG NB_UID=1000\nUSER ${NB_UID}', 'pass'],
    ['ARG NB_UID=0\nUSER ${NB_UID}', 'warn'],
    ['ENV NB_USER=jovyan\nUSER $NB_USER', 'pass'],
  ])('4.1: %s: %s', async (lines, expected) => expect((await with_('4.1', undefined, lines)).result).toBe(expected));

  it.each([
    ['COPY id_rsa /root/.ssh/', 'warn'],
    ['ADD keys/.aws/credentials /root/.aws/', 'warn'],
    ['COPY .env /app/', 'info'],
    ['ARG HF_TOKEN\nENV HF_TOKEN=$HF_TOKEN', 'warn'],
    ['ENV HF_TOKEN ${TOKEN_OF_BUILD}', 'warn'],
    ['ARG PIP_TOKEN', 'warn'],
    ['COPY . /app', 'note'],
    ['COPY train.py /app/', 'pass'],
    ['COPY --from=0 /app/id_rsa /app/', 'warn'],
    ['ENV TOKENIZERS_PARALLELISM=false', 'pass'],
  ])('4.10: %s: %s', async (lines, expected) => expect((await with_('4.10', undefined, lines)).result).toBe(expected));

  it('4.10: what a folder brings is looked at where it is there', async () => {
    const dirty = context({}, ['src/app.py', 'deploy/id_ed25519', 'src/.env']);
    expect(await with_('4.10', dirty, 'COPY . /app')).toMatchObject({
      result: 'warn',
      items: [
        { detail: expect.stringContaining('deploy/id_ed25519') },
        { detail: expect.stringContaining('src/.env') },
      ],
    });
    expect((await with_('4.10', dirty, 'COPY src /app')).result).toBe('info');
    expect((await with_('4.10', context({}, ['src/app.py']), 'COPY . /app')).result).toBe('pass');
  });
});

describe('a build context', () => {
  it('is what .dockerignore leaves of the folder, links and too much apart', async () => {
    const folder = temporaryFolder();
    for (const path of ['a/b', '.git']) mkdirSync(join(folder, path), { recursive: true });
    const files = {
      id_rsa: '',
      'a/keep.py': 'x = 1',
      'a/b/id_rsa': '',
      '.git/config': '',
      'a/secret.env': '',
      'requirements.txt': 'torch',
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    symlinkSync('/etc/passwd', join(folder, 'link'));
    writeFileSync(join(folder, '.dockerignore'), '# comment\n.git\n**/id_rsa\n*.env\n!a/b/id_rsa\n');
    const built = await readBuildContext(folder);
    expect(built?.files).toEqual(['.dockerignore', 'a/b/id_rsa', 'a/keep.py', 'a/secret.env', 'requirements.txt']);
    expect([built?.text('/tmp/requirements.txt'), built?.text('a/keep.py'), built?.text('gone.txt')]).toEqual([
      'torch',
      'x = 1',
      undefined,
    ]);
    expect(await readBuildContext(join(folder, 'gone'))).toBeUndefined();
  });

  it('is worked out for folders and rules without end: as one way after the other these take years', async () => {
    const folder = temporaryFolder();
    const deep = Array.from({ length: 300 }, () => 'a').join('/');
    mkdirSync(join(folder, deep), { recursive: true });
    mkdirSync(join(folder, 'a/b'));
    for (const path of [`${deep}/.env`, `${deep}/key`, 'a/b/c']) writeFileSync(join(folder, path), '');
    const ways = (last: string): string => `${'**/a/'.repeat(8)}${last}\n`;
    writeFileSync(join(folder, '.dockerignore'), `${ways('zz').repeat(50)}${ways('**/key')}x/**/**\na/**/b/**\n`);
    expect((await readBuildContext(folder))?.files).toEqual(['.dockerignore', `${deep}/.env`]);
  });

  /** What `MatchesOrParentMatches` of github.com/moby/patternmatcher 0.6.1, which Docker builds with, leaves out of these. */
  it.each([
    ['[a-z]key.pem', ['akey.pem']],
    ['[^a-z]key.pem', ['1key.pem', 'Akey.pem']],
    ['[a\\]-z]key.pem', ['akey.pem']],
    ['\\[x]', ['[x]']],
    ['**.log', ['src/a/deep/x.log', 'src/ax.log', 'src/x.log']],
    ['src/**/x.log', ['src/a/deep/x.log', 'src/x.log']],
    ['src/a**x.log', ['src/a/deep/x.log', 'src/ax.log']],
    ['**env', ['.env', 'src/.env']],
    ['build/**', []],
    ['./src/../build', ['build']],
    ['src/**', ['src/.env', 'src/a/deep/x.log', 'src/ax.log', 'src/x.log']],
    ['# .env\n # build', []],
    ['src\n! src/x.log', ['src/.env', 'src/a/deep/x.log', 'src/ax.log']],
  ])('leaves out by the rule %j what Docker does', async (rule, gone) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'src/a/deep'), { recursive: true });
    const below = ['.env', 'a/deep/x.log', 'ax.log', 'x.log'].map((name) => `src/${name}`);
    const all = ['.dockerignore', '.env', '1key.pem', 'Akey.pem', '[x]', 'akey.pem', 'build', ...below];
    for (const path of all) writeFileSync(join(folder, path), rule);
    const left = (await readBuildContext(folder))?.files ?? [];
    expect(all.filter((path) => !left.includes(path))).toEqual(gone);
  });

  it('says where its rules are more than can be held against its files, and leaves nothing out that it is not sure of', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a'));
    const names = Array.from({ length: 20 }, (_, at) => `a/${'a'.repeat(200)}${at}.txt`).sort();
    for (const name of names) writeFileSync(join(folder, name), '');
    // Each is tried at every place of a name, with a hundred letters: 900 of them are too much for twenty names, one is not.
    const slow = Array.from({ length: 900 }, (_, at) => `**/*${'a'.repeat(100)}${at}b`);
    writeFileSync(join(folder, '.dockerignore'), ['**/*.txt', ...slow].join('\n'));
    const cut = await readBuildContext(folder);
    expect(cut?.cut).toMatch(/\.dockerignore is too large/);
    expect(cut?.files.length).toBeGreaterThan(1);
    writeFileSync(join(folder, '.dockerignore'), ['**/*.txt', ...slow.slice(0, 1)].join('\n'));
    expect(await readBuildContext(folder)).toMatchObject({ files: ['.dockerignore'] });
    expect(await readBuildContext(folder)).not.toHaveProperty('cut');
    writeFileSync(join(folder, '.dockerignore'), `${'x\n'.repeat(1_001)}**/*.txt\n`);
    expect((await readBuildContext(folder))?.cut).toMatch(/\.dockerignore is too large/);
  });
});
