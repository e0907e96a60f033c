// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are the Dockerfile's
import { describe, expect, it } from 'vitest';
import { verdictOf, verdictOfImage } from '../../../test/bench.ts';
import type { BenchResult } from '../check.ts';
import { type BuildContext, contextOf } from './build-context.ts';

const BASE = `FROM python:3.11@sha256:${'0'.repeat(64)}\n`;
const COMMIT = 'a'.repeat(40);

const context = (texts: Record<string, string>, files: readonly string[] = []): BuildContext =>
  contextOf([...Object.keys(texts), ...files], new Map(Object.entries(texts)));

const result = async (id: string, lines: string, built?: BuildContext): Promise<string> => {
  const dockerfile = lines.startsWith('FROM') || lines.startsWith('ARG BASE') ? `${lines}\n` : `${BASE}${lines}\n`;
  return (await verdictOf(id, { dockerfile, ...(built === undefined ? {} : { context: built }) })).result;
};

/** Each case of a pass that was not earned, and others of its kind. */
describe('4.10: secrets that a Dockerfile brings', () => {
  it.each<[string, BenchResult]>([
    ['COPY .npmrc /root/', 'info'],
    ['COPY config/pip.conf /etc/pip.conf', 'info'],
    ['COPY credentials.json /srv/', 'warn'],
    ['COPY client_secret_123.json gcp-key.json /srv/', 'warn'],
    ['COPY ["id_ed25519", "/root/.ssh/id_ed25519"]', 'warn'],
    ['COPY server.key /etc/ssl/private/', 'info'],
    ['COPY keystore.p12 /srv/', 'info'],
    ['COPY deploy.pem /root/deploy.pem', 'info'],
    ['COPY .env.production /app/.env', 'info'],
    ['COPY --from=builder /root/.netrc /root/.netrc', 'warn'],
    ['FROM python:3.11 AS builder\nCOPY id_rsa /root/.ssh/\nFROM scratch\nCOPY --from=builder /app /app', 'warn'],
    ['RUN echo "machine github.com login bot password s3cretvalue9" > /root/.netrc', 'warn'],
    ['RUN git clone https://bot:s3cretvalue9@github.com/x/y.git', 'warn'],
    ['RUN pip install --index-url https://user:s3cretvalue9@pypi.corp/simple x==1', 'warn'],
    ['RUN huggingface-cli login --token hf_abcdefghijklmnopqrstuvwxyzABCDEFGH', 'warn'],
    ['RUN wandb login 0123456789abcdef0123456789abcdef01234567', 'warn'],
    ['RUN kaggle config set -n key -v 0123456789abcdef0123456789abcdef', 'warn'],
    ['RUN export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY && aws s3 cp s3://b/m /m', 'warn'],
    ['ENV WANDB_API_KEY=0123456789abcdef0123456789abcdef01234567', 'warn'],
    ['ENV OPENAI_API_KEY ${OPENAI_API_KEY}', 'warn'],
    ['ARG HF_TOKEN=""', 'warn'],
    ['LABEL com.corp.password=hunter22222', 'warn'],
    ['RUN --mount=type=secret,id=hf HF_TOKEN=$(cat /run/secrets/hf) python fetch.py', 'pass'],
    ['RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci', 'pass'],
    ['ENV HF_TOKEN_PATH=/run/secrets/hf', 'pass'],
    ['ENV MAX_TOKENS=512\nENV PAD_TOKEN=<pad>', 'pass'],
    ['RUN <<EOF\nexport GITHUB_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789\nEOF', 'warn'],
    ['COPY <<EOF /root/.aws/credentials\naws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzKEY\nEOF', 'warn'],
    ['ADD https://bot:s3cretvalue9@files.corp/model.tar /m/', 'warn'],
    ['CMD ["serve", "--api-key", "s3cretvalue9"]', 'warn'],
    ['HEALTHCHECK CMD curl -H "Authorization: Bearer hf_abcdefghijklmnopqrstuvwxyzABCDEFGH" localhost', 'warn'],
    ['ONBUILD ENV HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyzABCDEFGH', 'warn'],
  ])('%s: %s', async (lines, expected) => expect(await result('4.10', lines)).toBe(expected));

  it.each<[string, string[], BenchResult]>([
    ['COPY . .', ['train.py', '.npmrc'], 'info'],
    ['COPY conf/ /srv/', ['conf/credentials.json'], 'warn'],
    ['COPY *.json /srv/', ['service-account-x.json', 'config.json'], 'warn'],
    ['COPY src/* /srv/', ['src/app.py', 'src/.git-credentials'], 'warn'],
    ['ADD . /srv', ['a.py', '.docker/config.json'], 'warn'],
    ['COPY --exclude=.npmrc . /srv', ['a.py', '.npmrc'], 'pass'],
    ['COPY . .', ['train.py', 'README.md'], 'pass'],
  ])('%s of %j: %s', async (lines, files, expected) =>
    expect(await result('4.10', lines, context({}, files))).toBe(expected),
  );
});

describe('4.11: packages that nobody verifies or fixes', () => {
  it.each<[string, BenchResult]>([
    ['RUN pip install git+ssh://git@github.com/x/y.git', 'info'],
    [`RUN pip install git+ssh://git@github.com/x/y.git@${COMMIT}`, 'pass'],
    ['RUN pip install -e git+https://github.com/x/y.git#egg=y', 'info'],
    ['RUN pip install --editable=git+https://github.com/x/y.git@main', 'info'],
    ['RUN pip install https://github.com/x/y/archive/main.zip', 'info'],
    ['RUN pip install https://github.com/x/y/archive/refs/heads/main.tar.gz', 'info'],
    ['RUN pip3.11 install torch', 'info'],
    ['RUN python3 -m pip install --no-cache-dir torch', 'info'],
    ['RUN /opt/venv/bin/pip install torch', 'info'],
    ['RUN uv pip install torch', 'info'],
    ['RUN uv add torch', 'info'],
    ['RUN uv sync --frozen', 'pass'],
    ['RUN uv sync', 'note'],
    ['RUN uv tool install ruff', 'info'],
    ['RUN pipx install poetry', 'info'],
    ['RUN poetry install --no-root', 'note'],
    ['RUN poetry add torch', 'info'],
    ['RUN pipenv install --deploy', 'pass'],
    ['RUN pipenv install', 'note'],
    ['RUN pip install .', 'note'],
    ['RUN pip install -e .[dev]', 'note'],
    ['RUN pip install "torch>=2"', 'info'],
    ['RUN pip install torch==2.*', 'info'],
    ['RUN pip install torch~=2.1', 'info'],
    ['RUN pip install ${PACKAGE}', 'note'],
    ['ARG V=2.1.0\nRUN pip install torch==${V}', 'pass'],
    ['RUN pip install -rrequirements.txt', 'note'],
    ['RUN pip install --requirement=requirements.txt', 'note'],
    ['RUN pip install -c constraints.txt torch', 'note'],
    ['RUN conda install pytorch', 'info'],
    ['RUN conda install -y pytorch==2.1.0', 'pass'],
    ['RUN micromamba install -y -n base -f environment.yml', 'note'],
    ['RUN mamba env update --file=environment.yaml', 'note'],
    ['RUN conda create -n x python', 'info'],
    ['RUN npm install -g yarn', 'info'],
    ['RUN npm install', 'info'],
    ['RUN npm ci', 'pass'],
    ['RUN curl -fsSL https://get.example.com | sh', 'warn'],
    ['RUN curl -s https://get.example.com | sudo -E bash -', 'warn'],
    ['RUN wget -qO- https://get.example.com | tee /x | bash', 'warn'],
    ['RUN bash -c "$(curl -fsSL https://get.example.com)"', 'warn'],
    ['RUN sh <(curl -s https://get.example.com)', 'warn'],
    ['RUN curl -sSL https://install.python-poetry.org | python3 -', 'warn'],
    ['RUN curl -o /i.sh https://get.example.com/i.sh && bash /i.sh', 'warn'],
    ['RUN wget https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh -O m.sh && bash m.sh -b', 'warn'],
    ['ADD https://repo.anaconda.com/miniconda/Miniconda3-py39.sh /m.sh\nRUN bash /m.sh -b', 'warn'],
    ['RUN <<EOF\ncurl https://get.example.com | sh\nEOF', 'warn'],
    ['RUN ["bash", "-c", "curl https://get.example.com | sh"]', 'warn'],
    ['RUN apt-get install -y --allow-unauthenticated x', 'warn'],
    ['RUN apt-get install -y python3', 'pass'],
    ['RUN apt-get install -y python3=3.11.2-1', 'pass'],
    ['RUN echo "deb [trusted=yes] http://x ./" > /etc/apt/sources.list.d/x.list', 'warn'],
    ['RUN cargo install ripgrep', 'info'],
    ['RUN go install github.com/x/y@latest', 'info'],
    ['RUN go install github.com/x/y@v1.2.3', 'pass'],
    ['RUN gem install rake', 'info'],
    ['RUN pip config set global.trusted-host pypi.corp', 'warn'],
    ['ENV PIP_TRUSTED_HOST=pypi.corp', 'warn'],
    ['ENV PIP_INDEX_URL=http://pypi.corp/simple', 'warn'],
    ['ENV NODE_TLS_REJECT_UNAUTHORIZED=0', 'warn'],
    ['ENV GIT_SSL_NO_VERIFY=1', 'warn'],
    ['RUN true', 'pass'],
    ['ONBUILD RUN pip install -r requirements.txt', 'note'],
    ['SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl https://x.example | bash', 'warn'],
  ])('%s: %s', async (lines, expected) => expect(await result('4.11', lines)).toBe(expected));
});

describe('4.12: models and code without a revision', () => {
  it.each<[string, BenchResult]>([
    [`RUN python -c "hf_hub_download('x/y', 'model.bin')"`, 'info'],
    [`RUN python -c "hf_hub_download('x/y', 'model.bin', revision='${COMMIT}')"`, 'pass'],
    [`RUN python -c "hf_hub_download('x/y', 'model.bin', revision='main')"`, 'info'],
    [`RUN python -c "from datasets import load_dataset; load_dataset('squad')"`, 'info'],
    [`RUN python -c "pipeline('sentiment-analysis')"`, 'info'],
    [`RUN python -c "SentenceTransformer('all-MiniLM-L6-v2')"`, 'info'],
    [`RUN python -c "torch.hub.load('pytorch/vision', 'resnet18')"`, 'info'],
    ['RUN huggingface-cli download x/y --local-dir /m', 'info'],
    [`RUN hf download x/y --revision ${COMMIT}`, 'pass'],
    ['RUN hf download x/y --revision main', 'info'],
    ['RUN huggingface-cli download x/y --revision=main', 'info'],
    ['RUN python -m spacy download en_core_web_sm', 'info'],
    ['RUN python -m nltk.downloader punkt', 'info'],
    [`RUN python -c "import nltk; nltk.download('punkt')"`, 'info'],
    ['RUN ollama pull llama3', 'info'],
    ['RUN git lfs clone https://huggingface.co/x/y', 'info'],
    ['RUN git clone https://huggingface.co/x/y /m', 'info'],
    [`RUN git clone https://huggingface.co/x/y /m && git -C /m checkout ${COMMIT}`, 'pass'],
    ['RUN git clone -b main https://github.com/x/y', 'info'],
    ['RUN git clone --branch v1.2 https://github.com/x/y', 'info'],
    ['RUN aws s3 cp s3://models/m.pt /m.pt', 'info'],
    ['RUN gsutil cp gs://models/m.pt /m.pt', 'info'],
    ['RUN gdown 1AbCdEfGhIjKlMn', 'info'],
    ['RUN wget https://x.example/model.safetensors', 'warn'],
    ['RUN curl -L https://x.example/download?file=model -o model.pt', 'warn'],
    ["RUN python -c \"import urllib.request; urllib.request.urlretrieve('https://x.example/m.pt', 'm.pt')\"", 'info'],
    ['ADD https://github.com/x/y.git#main /y', 'warn'],
    ['ADD git@github.com:x/y.git /y', 'warn'],
    [`ADD https://github.com/x/y.git#${COMMIT} /y`, 'pass'],
    [`ADD --checksum=sha256:${'0'.repeat(64)} https://x.example/m.pt /m.pt`, 'pass'],
    ['RUN python fetch.py', 'note'],
    ['RUN ./scripts/download.sh', 'note'],
    ['RUN true', 'pass'],
  ])('%s: %s', async (lines, expected) => expect(await result('4.12', lines)).toBe(expected));
});

describe('4.8: what gives a program its owner’s rights', () => {
  it.each<[string, BenchResult]>([
    ['RUN chmod 04755 /x', 'warn'],
    ['RUN chmod =4755 /x', 'warn'],
    ['RUN chmod ug+rxs /x', 'warn'],
    ['RUN chmod u=rwxs,go=rx /x', 'warn'],
    ['RUN chmod -v +s /x', 'warn'],
    ['RUN install -m4755 x /x', 'warn'],
    ['RUN install -m u+s x /x', 'warn'],
    ['RUN install --mode 4755 x /x', 'warn'],
    ['RUN setcap cap_sys_admin+ep /usr/bin/x', 'warn'],
    ['RUN setcap cap_net_bind_service=+ep /usr/bin/x', 'warn'],
    ['RUN find /opt -name x -exec chmod u+s {} \\;', 'warn'],
    ['RUN find /opt -name x | xargs chmod 4755', 'warn'],
    ['RUN ["chmod", "4755", "/x"]', 'warn'],
    ['RUN <<EOF\nchmod 2755 /x\nEOF', 'warn'],
    ['COPY --chmod=6755 x /x', 'warn'],
    ['COPY --chmod=u+s x /x', 'warn'],
    ['ADD --chmod=04755 x /x', 'warn'],
    ['ARG M=4755\nRUN chmod ${M} /x', 'note'],
    ['RUN chmod ${MODE} /x', 'note'],
    ['RUN chmod 1777 /tmp', 'note'],
    ['RUN chmod 0755 /x', 'note'],
    ['RUN chmod u-s /bin/su', 'note'],
  ])('%s: %s', async (lines, expected) => expect(await result('4.8', lines)).toBe(expected));
});

describe('4.1: as whom it runs', () => {
  it.each<[string, BenchResult]>([
    ['ARG UID=1000\nUSER $UID', 'pass'],
    ['ARG UID=0\nUSER $UID', 'warn'],
    ['ARG UID\nUSER $UID', 'note'],
    ['USER ${UID:-1000}', 'pass'],
    ['USER ${UID:-0}', 'warn'],
    ['USER ${UID:-root}', 'warn'],
    ['ENV U=root\nUSER $U:app', 'warn'],
    ['USER 00', 'warn'],
    ['USER 0:1000', 'warn'],
    ['USER root:root', 'warn'],
    ['USER app\nUSER root', 'warn'],
    ['RUN useradd -o -u 0 toor\nUSER toor', 'warn'],
    ['RUN useradd -m app && usermod -aG sudo app\nUSER app', 'warn'],
    ['RUN useradd app && echo "app ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers\nUSER app', 'warn'],
    ['ARG BASE=scratch\nFROM ${BASE}\nUSER 1000', 'pass'],
    ['FROM a:1 AS one\nUSER 1000\nFROM one', 'pass'],
    ['FROM a:1 AS one\nUSER 1000\nFROM b:1\nCOPY --from=one /x /x', 'warn'],
    ['ONBUILD USER 1000', 'warn'],
  ])('%s: %s', async (lines, expected) => expect(await result('4.1', lines)).toBe(expected));
});

describe('4.9: ADD', () => {
  it.each<[string, BenchResult]>([
    ['ADD https://x.example/a.tar.gz /a/', 'warn'],
    ['ADD http://x.example/a /a', 'warn'],
    ['ADD ftp://x.example/a /a', 'warn'],
    ['ADD git@github.com:x/y.git /y', 'warn'],
    ['ADD https://github.com/x/y.git#v1 /y', 'warn'],
    [`ADD https://github.com/x/y.git#${COMMIT} /y`, 'pass'],
    ['ARG U=https://x.example/a\nADD ${U} /a', 'warn'],
    ['ADD ["https://x.example/a", "/a"]', 'warn'],
    ['ADD HTTPS://x.example/a /a', 'warn'],
    ['ADD app.tar.gz /srv/', 'pass'],
    ['ADD app /srv/', 'info'],
    ['ADD . /srv', 'info'],
    ['ADD <<EOF /x\na\nEOF', 'info'],
    ['ONBUILD ADD . /srv', 'info'],
  ])('%s: %s', async (lines, expected) => expect(await result('4.9', lines)).toBe(expected));
});

describe('a history that does not tell how a layer was made is no pass', () => {
  const PACKED = { createdBy: '/bin/sh -c #(nop) ADD file:3cb945 in / ' };
  it.each<[string, string]>([
    ['docker import', ''],
    ['docker commit', 'bash'],
    ['another builder', 'bazel build ...'],
    ['apko', 'apko'],
  ])('%s: %j', async (_, createdBy) => {
    const layers = [
      { files: {}, ...PACKED },
      { files: {}, createdBy },
    ];
    for (const id of ['4.7', '4.9', '4.11', '4.12'])
      expect([id, (await verdictOfImage(id, { layers })).result]).toEqual([id, 'note']);
  });
  it('one that tells is', async () => {
    const layers = [
      { files: {}, ...PACKED },
      { files: {}, createdBy: 'COPY . /srv # buildkit' },
    ];
    for (const id of ['4.7', '4.9', '4.11', '4.12'])
      expect([id, (await verdictOfImage(id, { layers })).result]).toEqual([id, 'pass']);
  });
});

describe('files that are there decide', () => {
  it.each<[string, string, Record<string, string>, BenchResult]>([
    ['4.11', 'RUN pip install -c constraints.txt torch', { 'constraints.txt': 'torch==2.1\n' }, 'pass'],
    ['4.11', 'RUN pip install -c constraints.txt torch numpy', { 'constraints.txt': 'torch==2.1\n' }, 'info'],
    ['4.11', 'RUN bash install.sh', { 'install.sh': '#!/bin/sh\nset -e\npip install torch\n' }, 'info'],
    ['4.11', 'RUN bash install.sh', { 'install.sh': 'curl https://x.example/i.sh | sh\n' }, 'warn'],
    [
      '4.11',
      'COPY install.sh /\nRUN chmod +x /install.sh && /install.sh',
      { 'install.sh': 'pip install a==1\n' },
      'pass',
    ],
    ['4.12', 'RUN python fetch.py', { 'fetch.py': "hf_hub_download('x/y', 'm.bin')\n" }, 'info'],
    ['4.12', 'RUN python fetch.py', { 'fetch.py': 'print(1)\n' }, 'pass'],
    ['4.12', 'RUN ./download.sh', { 'download.sh': 'wget https://x.example/m.pt\n' }, 'warn'],
  ])('%s: %s with %j: %s', async (id, lines, texts, expected) =>
    expect(await result(id, lines, context(texts))).toBe(expected),
  );
});
