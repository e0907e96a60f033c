import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { emptied, image, layer, removed } from '../../../test/image.ts';
import { random } from '../../../test/random-text.ts';
import { takeInventory } from '../../inventory/take.ts';
import type { ImageConfig } from '../../model.ts';
import { jupyterConfig } from '../configuration/jupyter-config.ts';
import { notebook } from '../configuration/notebook.ts';
import { maskedConfig, risksInConfig, secretsInConfig } from '../configuration/risks.ts';
import { factsOf, risksOf } from '../fixtures/analyze.ts';
import { isSearched, secretInterest } from './files.ts';
import { SECRET_RULES } from './rules.ts';
import { findSecrets } from './search.ts';
import { secrets } from './secrets.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const MIXED = `${LETTERS}0123456789`;
const HEX = '0123456789abcdef';
const lines = (count: number): string =>
  Array.from({ length: count }, (_, line) => random(64 - (line % 2), `${MIXED}+/`)).join('\n');
const pem = (kind: string): string => `-----BEGIN ${kind}-----\n${lines(10)}\n-----END ${kind}-----\n`;

/** One text for each rule, as people leave it behind. */
const LEFT_BEHIND: readonly (readonly [rule: string, text: string])[] = [
  ['aws-access-key', `aws_access_key_id = AKIA${random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`],
  ['aws-secret-key', `aws_secret_access_key = ${random(40, `${MIXED}/+`)}`],
  ['google-api-key', `key: AIza${random(35, MIXED)}`],
  ['google-oauth-secret', `GOCSPX-${random(28, MIXED)}`],
  [
    'gcp-service-account',
    `{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\n${lines(10).replaceAll('\n', '\\n')}\\n-----END PRIVATE KEY-----\\n"}`,
  ],
  ['azure-storage-key', `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${random(86, MIXED)}==;`],
  ['azure-client-secret', `secret=${random(3, MIXED)}8Q~${random(34, MIXED)}`],
  ['huggingface-token', `HF_TOKEN=hf_${random(34, LETTERS)}`],
  ['openai-key', `openai.api_key = "sk-${random(20, MIXED)}T3BlbkFJ${random(20, MIXED)}"`],
  ['openai-key', `OPENAI_API_KEY=sk-proj-${random(120, MIXED)}`],
  ['openai-key', `sk-${random(48, MIXED)}`],
  ['anthropic-key', `ANTHROPIC_API_KEY=sk-ant-api03-${random(93, MIXED)}-AA`],
  ['wandb-key', `WANDB_API_KEY=${random(40, HEX)}`],
  ['wandb-key', `wandb.login(key="${random(40, HEX)}")`],
  ['wandb-key', `machine api.wandb.ai\n  login user\n  password ${random(40, HEX)}`],
  ['github-token', `ghp_${random(36, MIXED)}`],
  ['github-token', `github_pat_${random(22, MIXED)}_${random(59, MIXED)}`],
  ['gitlab-token', `glpat-${random(20, MIXED)}`],
  ['slack-token', `xoxb-${random(12, '0123456789')}-${random(24, MIXED)}`],
  [
    'slack-webhook',
    `https://hooks.slack.com/services/T${random(8, 'ABCDEFGH0123')}/B${random(8, 'ABCDEFGH0123')}/${random(24, MIXED)}`,
  ],
  ['stripe-key', `sk_live_${random(24, MIXED)}`],
  ['npm-token', `npm_${random(36, MIXED)}`],
  ['npm-token', `//registry.npmjs.org/:_authToken=${random(36, HEX)}`],
  ['pypi-token', `pypi-AgEIcHlwaS5vcmc${random(100, MIXED)}`],
  ['sendgrid-key', `SG.${random(22, MIXED)}.${random(43, MIXED)}`],
  ['telegram-token', `${random(10, '123456789')}:AA${random(33, MIXED)}`],
  ['discord-webhook', `https://discord.com/api/webhooks/${random(18, '123456789')}/${random(68, MIXED)}`],
  ['digitalocean-token', `dop_v1_${random(64, HEX)}`],
  ['docker-token', `dckr_pat_${random(27, MIXED)}`],
  ['databricks-token', `dapi${random(32, HEX)}`],
  ['replicate-token', `r8_${random(37, MIXED)}`],
  ['groq-key', `gsk_${random(52, MIXED)}`],
  ['nvidia-key', `nvapi-${random(64, MIXED)}`],
  ['langsmith-key', `lsv2_pt_${random(32, HEX)}_${random(10, HEX)}`],
  ['pinecone-key', `pcsk_${random(6, MIXED)}_${random(63, MIXED)}`],
  ['xai-key', `xai-${random(80, MIXED)}`],
  ['kaggle-key', `{"username":"somebody","key":"${random(32, HEX)}"}`],
  ['vault-token', `hvs.${random(95, MIXED)}`],
  ['private-key', pem('RSA PRIVATE KEY')],
  ['private-key', pem('OPENSSH PRIVATE KEY')],
  [
    'conda-token',
    `channels:\n  - https://conda.anaconda.org/t/ab-${random(8, HEX)}-${random(4, HEX)}-${random(12, HEX)}/private`,
  ],
  [
    'azure-token',
    `TOKEN=eyJ${random(80, MIXED)}.eyJ${random(30, MIXED)}c3RzLndpbmRvd3MubmV0${random(1500, MIXED)}.${random(342, MIXED)}`,
  ],
  ['azure-refresh-token', `{"refreshToken": "0.AX${random(40, MIXED)}.${random(300, MIXED)}"}`],
  ['jwt', `eyJ${random(30, MIXED)}.eyJ${random(60, MIXED)}.${random(43, MIXED)}`],
  [
    'docker-auth',
    `{"auths": {"https://index.docker.io/v1/": {"auth": "${Buffer.from(`me:${random(20, MIXED)}`).toString('base64')}"}}}`,
  ],
  ['netrc-password', `machine git.company.net login me password ${random(16, MIXED)}`],
  ['pypirc-password', `[pypi]\nusername = me\npassword = ${random(16, MIXED)}`],
  ['url-password', `index-url = https://me:${random(16, MIXED)}@pypi.company.net/simple`],
];

describe('secrets', () => {
  it.each(LEFT_BEHIND)('of the kind %s are found, and masked', (rule, text) => {
    const secrets = findSecrets(text);
    expect(secrets.map((secret) => secret.rule)).toContain(`secret-${rule}`);
    for (const { masked } of secrets) {
      const shown = masked.replace(/\*+ \(\d+ characters\)$/, '');
      expect(shown.length).toBeLessThan(12);
    }
  });

  it('have a text above for every rule', () => {
    expect(new Set(LEFT_BEHIND.map(([rule]) => rule))).toEqual(new Set(SECRET_RULES.map((rule) => rule.id)));
  });

  it('are no topics of forums: addresses that comments of pandas, xarray and transformers hold', () => {
    const links = [
      '# https://discuss.python.org/t/make-type-hints-for-eq-of-primitives-less-strict/34240',
      'Recommended settings (https://discuss.huggingface.co/t/t5-finetuning-tips/684/3):',
      '# https://numba.discourse.group/t/qst-how-to-cache-the-boxing-of-an-object/2128/2?u=lithomas1',
      'https://discuss.pytorch.org/t/release-2-0-1-and-2-1-0-of-the-library-2023/123456',
      'https://discuss.pytorch.org/t/how-to-do-weight-normalization-in-last-classification-layer',
    ];
    expect(links.flatMap((link) => findSecrets(link))).toEqual([]);
  });

  it('of no known kind are found by the name they are assigned to', () => {
    const value = random(32, MIXED);
    for (const text of [
      `API_KEY = "${value}"`,
      `my_service_token: '${value}'`,
      `{"client_secret": "${value}"}`,
      `config["password"] = "${value}"`,
    ]) {
      expect([text, findSecrets(text, { assignments: true }).length]).toEqual([text, 1]);
    }
    expect(findSecrets(`export DB_PASSWORD=${random(14, MIXED)}`, { bare: true })).toHaveLength(1);
  });

  it('are told from what only stands for one', () => {
    for (const text of [
      'AKIAIOSFODNN7EXAMPLE',
      'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      'token = "your-token-goes-here-please"',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as a shell writes it
      'password = "${DB_PASSWORD:-changeme123}"',
      'api_key = os.environ["OPENAI_API_KEY"]',
      'https://user:password@example.com/',
      'https://$USER:$TOKEN@host.com/',
      // As the AWS command line writes its .netrc and .pypirc.
      "u'machine {hostname} login aws password {auth_token}'",
      '[pypi]\npassword: {auth_token}\n',
      '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
      'token_type = "urn:ietf:params:oauth:token-type:jwt"',
      'secret_key: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"',
      'eos_token = "<|endoftext|>aaaaaaaaaaa"',
      'tokenizer = "sentence-transformers/all-MiniLM-L6-v2"',
      'postgresql://postgres:postgres@localhost/db',
      `key = "${random(40, MIXED)}" # pragma: allowlist secret`.replace('key', 'api_key'),
    ]) {
      expect([text, findSecrets(text, { assignments: true, bare: true })]).toEqual([text, []]);
    }
  });

  it('are searched for in proportion to the text', () => {
    const pieces = [
      '-----BEGIN PRIVATE KEY-----\n',
      'a_a_a_a_',
      'eyJaaaaaaaaaa.eyJaaaaaaaaaa.',
      'https://a:',
      'api_key="',
      `sk-${'a'.repeat(40)}-`,
      'machine x login y password ',
      'AKIA',
      '"auth":"aaaaaaaa',
      '\\n',
    ];
    for (const piece of pieces) {
      const searched = (size: number) =>
        findSecrets(piece.repeat(size / piece.length), { assignments: true, bare: true });
      expect(growth(searched, 400_000), piece).toBeLessThan(IN_PROPORTION);
    }
  });
});

describe('files that are read for secrets', () => {
  it('are those of people', () => {
    for (const path of [
      'root/.aws/credentials',
      'app/.env',
      'home/me/.netrc',
      'root/.docker/config.json',
      'root/.kaggle/kaggle.json',
      'workspace/train.py',
      'app/config/settings.yaml',
      'usr/src/app/config.py',
      'etc/environment',
      'root/.bash_history',
      'root/.cache/huggingface/token',
      'opt/app/deploy.sh',
      'root/.ssh/id_rsa',
      'srv/tls/server.key',
      'etc/pip.conf',
      'usr/local/etc/app.conf',
      'usr/local/sbin/entrypoint',
      'usr/bin/start.sh',
      'bin/run.py',
      'usr/share/nginx/html/assets/index.js',
      'usr/share/app/config.ini',
      'var/lib/jenkins/config.xml',
      'opt/spark/conf/spark-defaults.conf',
    ]) {
      expect([path, secretInterest(path, 500)]).not.toContain(undefined);
    }
  });

  it('are not those of distributions, packages or data', () => {
    for (const path of [
      'usr/lib/python3/dist-packages/x.py',
      'usr/share/doc/a/example.key',
      'usr/share/perl5/Net/x.conf',
      'usr/bin/2to3',
      'var/lib/ucf/registry',
      'opt/spark/jars/x.properties',
      'usr/local/lib/python3.9/site-packages/tornado/test/test.key',
      'opt/conda/lib/python3.9/test/keycert.pem',
      'opt/conda/pkgs/a/info/index.json',
      'app/node_modules/a/index.js',
      'etc/ssl/certs/ca.pem',
      'app/model.bin',
      'app/tokenizer.json',
      'var/lib/dpkg/status',
    ]) {
      expect([path, secretInterest(path, 500)]).toEqual([path, undefined]);
    }
    expect(secretInterest('app/data.json', 5_000_000)).toBeUndefined();
  });

  it('are not the keys that interpreters, compilers and tools are tested with, wherever they were unpacked', () => {
    for (const path of [
      'usr/local/lib/python3.11/test/certdata/keycert.pem',
      'root/.pyenv/versions/3.11.7/lib/python3.11/test/certdata/ssl_key.pem',
      'usr/local/go/src/crypto/x509/platform_root_key.pem',
      'usr/local/go/src/crypto/tls/testdata/example-key.pem',
      'google-cloud-sdk/platform/gsutil/third_party/urllib3/dummyserver/certs/server.key',
    ])
      expect([path, isSearched(path, 500)]).toEqual([path, false]);
    for (const path of ['usr/local/go/app/key.pem', 'go/src/app/server.key', 'srv/lib/python/test/id_rsa'])
      expect([path, isSearched(path, 500)]).toEqual([path, true]);
  });

  it('are every text where people put their own: what is in it decides, and its place only how sure that is', () => {
    const key = `AKIA${random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
    const severityAt = (path: string, padding = 0): string | undefined =>
      risksOf([secrets], path, Buffer.from(`${'x\n'.repeat(padding / 2)}key: ${key}\n`))[0]?.severity;
    for (const path of [
      'root/token', 'home/me/notes.md', 'workspace/README', 'data/run.log', 'srv/app/config.prod', 'app/backup.sql', 'app/k8s/deploy.yaml.bak',
      'opt/app/secrets', 'tmp/x', 'app/page.html', 'etc/app/app.conf.old', 'run.txt', 'app/.hidden', 'var/www/html/index.txt', 'mnt/keys.csv',
      'app/vars.tfvars.json', 'workspace/nb.txt', 'app/__pycache__/x.txt',
    ]) // biome-ignore format: a list of paths
      expect([path, severityAt(path)]).toEqual([path, 'HIGH']);
    for (const path of [
      'app/test.txt',
      'workspace/examples/train.py',
      'app/tests/fixtures/key.pem',
      'docs/setup.md',
      'app/.env.example',
      'demo/config.json',
    ])
      expect([path, severityAt(path)]).toEqual([path, 'MEDIUM']);
    expect(severityAt('app/config.json', 600_000)).toBe('HIGH');
    expect(severityAt('opt/venv/lib/python3.9/site-packages/x/y.txt')).toBeUndefined();
  });

  it('of examples are not searched for mere assignments', () => {
    const text = Buffer.from(`api_key = "${random(32, MIXED)}"\n`);
    expect(risksOf([secrets], 'app/config.py', text)).toHaveLength(1);
    expect(risksOf([secrets], 'app/tests/config.py', text)).toEqual([]);
    expect(risksOf([secrets], 'app/notes.txt', text)).toEqual([]);
  });

  it('in the folders of the distribution are credentials that no package owns', async () => {
    const text = `[default]\naws_access_key_id = AKIA${random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}\n`;
    const risksIn = async (files: Readonly<Record<string, string>>) =>
      (await takeInventory(image(layer(files)))).inventory.risks.map(
        ({ rule, evidence }) => `${rule} ${evidence.path}`,
      );
    expect(
      await risksIn({ 'usr/lib/app/.env': text, 'var/lib/other/credentials.json': text, 'usr/lib/app/data.txt': text }),
    ).toEqual(['secret-aws-access-key usr/lib/app/.env', 'secret-aws-access-key var/lib/other/credentials.json']);
    expect(
      await risksIn({
        'usr/lib/app/.env': text,
        'var/lib/dpkg/status': 'Package: app\nStatus: install ok installed\nVersion: 1\n',
        'var/lib/dpkg/info/app.list': '/usr/lib/app/.env\n',
      }),
    ).toEqual([]);
  });

  it('that a later layer removed or replaced are told with the layer that has them', async () => {
    const text = `aws_access_key_id = AKIA${random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}\n`;
    const { inventory } = await takeInventory(
      image(
        layer({ 'root/.aws/credentials': text, 'root/.env': text, 'app/a.env': text, 'app/same.env': text }),
        layer({ 'root/.aws/credentials': removed, 'root/.env': 'nothing in here', app: emptied, 'app/same.env': text }),
      ),
    );
    expect(
      inventory.risks.map(({ title, evidence }) => [
        evidence.path,
        evidence.layer,
        /later layer removed.*layer 1$/.test(title),
      ]),
    ).toEqual([
      ['app/same.env', 1, false],
      ['root/.aws/credentials', 0, true],
      ['root/.env', 0, true],
      ['app/a.env', 0, true],
    ]);
  });

  it('give risks with a line', () => {
    const text = `[default]\naws_access_key_id = AKIA${random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}\n`;
    expect(risksOf([secrets], 'root/.aws/credentials', Buffer.from(text))).toMatchObject([
      { rule: 'secret-aws-access-key', at: 'line 2', detail: 'AKIA******** (20 characters)' },
    ]);
    expect(risksOf([secrets], 'root/.aws/credentials', Buffer.concat([Buffer.from([0]), Buffer.from(text)]))).toEqual(
      [],
    );
  });
});

const config = (run: ImageConfig['run'], history: string[] = []): ImageConfig => ({
  platform: { os: 'linux', architecture: 'amd64' },
  run,
  history: history.map((createdBy) => ({ createdBy, emptyLayer: true })),
  diffIDs: [],
});

describe('the configuration of an image', () => {
  it('is searched for secrets in its environment, labels, commands and history', () => {
    const token = `hf_${random(34, LETTERS)}`;
    const risks = secretsInConfig(
      config(
        {
          Env: [`HF_TOKEN=${token}`, `DB_PASSWORD=${random(9, MIXED)}`],
          Labels: { note: `ghp_${random(36, MIXED)}` },
          Cmd: ['run', `https://me:${random(12, MIXED)}@host.net/x`],
        },
        [
          `RUN |1 PIP_INDEX=https://me:${random(12, MIXED)}@host.net /bin/sh -c pip install x`,
          `RUN /bin/sh -c export HF_TOKEN=${token} && python train.py`,
        ],
      ),
    );
    expect(risks.map(({ rule, at }) => `${at} ${rule}`)).toEqual([
      'ENV HF_TOKEN secret-huggingface-token',
      'ENV DB_PASSWORD secret-in-environment',
      'LABEL note secret-github-token',
      'CMD secret-url-password',
      'history 1 secret-url-password',
      'history 2 secret-huggingface-token',
    ]);
    expect(JSON.stringify(risks)).not.toContain(token);
  });

  it('stands in what is seldom looked at too, and is masked there', () => {
    const token = `hf_${random(34, LETTERS)}`;
    const shown = (run: ImageConfig['run'], history: ImageConfig['history'] = []) => {
      const all: ImageConfig = { ...config({}), run, history };
      expect(JSON.stringify(maskedConfig(all))).not.toContain(token);
      return secretsInConfig(all).map(({ rule, at }) => `${at} ${rule}`);
    };
    expect(
      shown({ Healthcheck: { Test: ['CMD-SHELL', `curl -H "Authorization: Bearer ${token}" http://x`] } }),
    ).toEqual(['HEALTHCHECK secret-huggingface-token']);
    expect(shown({ OnBuild: [`ENV HF_TOKEN=${token}`] })).toEqual(['ONBUILD secret-huggingface-token']);
    expect(shown({ Shell: ['/bin/sh', '-c', `T=${token}`] })).toEqual(['SHELL secret-huggingface-token']);
    expect(shown({}, [{ createdBy: 'COPY . .', comment: `with ${token}`, emptyLayer: false }])).toEqual([
      'history 1 secret-huggingface-token',
    ]);
  });

  it('of public images has none', () => {
    expect(
      secretsInConfig(
        config({
          Env: [
            'PATH=/usr/local/bin:/usr/bin',
            'GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568',
            'PYTHON_VERSION=3.9.16',
            'PYTHON_GET_PIP_SHA256=96461deced5c2a487ddc65207ec5a9cffeca0d34e7af7ea1afc470ff0d746207',
            'LANG=C.UTF-8',
            'NVIDIA_VISIBLE_DEVICES=all',
            'TOKENIZERS_PARALLELISM=false',
            'JUPYTER_TOKEN=',
            'API_KEY=changeme',
            'PASSWORD_FILE=/run/secrets/x',
            // biome-ignore lint/suspicious/noTemplateCurlyInString: as a Dockerfile writes it
            'SECRET_KEY=${SECRET_KEY}',
          ],
        }),
      ),
    ).toEqual([]);
  });

  it('shows Jupyter without a token, and as root', () => {
    const rules = (run: ImageConfig['run']) =>
      risksInConfig(config(run)).map(({ severity, rule, at }) => `${severity} ${rule} ${at}`);
    expect(
      rules({ Cmd: ['jupyter', 'lab', "--ServerApp.token=''", '--allow-root', '--ip=0.0.0.0'], User: 'jovyan' }),
    ).toEqual(['HIGH jupyter-no-token CMD', 'MEDIUM jupyter-as-root CMD']);
    expect(
      rules({
        Cmd: ['bash', '-c', "source /x && jupyter notebook --NotebookApp.token= --NotebookApp.allow_origin='*'"],
        User: '1000',
      }),
    ).toEqual(['HIGH jupyter-no-token CMD', 'MEDIUM jupyter-any-origin CMD']);
    expect(rules({ Cmd: ['start-notebook.sh'], User: '' })).toEqual(['MEDIUM jupyter-as-root USER']);
    expect(rules({ Cmd: ['start-notebook.sh'], User: 'jovyan' })).toEqual([]);
    expect(rules({ Cmd: ['python', 'jupyter.py', '--token='], User: '' })).toEqual([]);
  });
});

describe("Jupyter's configuration files", () => {
  const rules = (path: string, text: string) =>
    risksOf([jupyterConfig], path, Buffer.from(text)).map(({ rule, at }) => `${rule} ${at}`);

  it('are flagged for what lets others in', () => {
    const text =
      "c = get_config()\nc.ServerApp.token = ''\nc.ServerApp.allow_origin = '*'  # any\nc.ServerApp.disable_check_xsrf = True\nc.ServerApp.allow_root=True\n#c.ServerApp.ip = '*'\n";
    expect(rules('root/.jupyter/jupyter_server_config.py', text)).toEqual([
      'jupyter-no-token line 2',
      'jupyter-any-origin line 3',
      'jupyter-no-xsrf-check line 4',
      'jupyter-as-root line 5',
    ]);
    expect(
      rules('etc/jupyter/jupyter_notebook_config.json', '{"NotebookApp": {"token": "", "allow_root": true}}'),
    ).toEqual(['jupyter-no-token NotebookApp', 'jupyter-as-root NotebookApp']);
    expect(rules('srv/jupyterhub_config.py', "c.JupyterHub.authenticator_class = 'dummy'")).toEqual([
      'jupyterhub-no-password line 1',
    ]);
  });

  it('are not where a password or nothing special is set', () => {
    expect(
      rules(
        'x/jupyter_server_config.py',
        "c.ServerApp.token = ''\nc.ServerApp.password = 'argon2:$argon2id$v=19$...'\n",
      ),
    ).toEqual([]);
    expect(
      rules(
        'x/jupyter_server_config.py',
        "# c.ServerApp.token = ''\nc.ServerApp.ip = '0.0.0.0'\nc.ServerApp.token = 'abc'\n",
      ),
    ).toEqual([]);
    expect(
      rules('x/jupyter_server_config.json', '{"ServerApp": {"jpserver_extensions": {"a": true}}, "x": null, "y": [1]}'),
    ).toEqual([]);
  });
});

describe('a notebook', () => {
  const cell = (source: string | string[], outputs: unknown[] = []) => ({ cell_type: 'code', source, outputs });
  const facts = (...cells: unknown[]) =>
    factsOf([notebook], 'home/jovyan/a.ipynb', Buffer.from(JSON.stringify({ nbformat: 4, cells })));

  it('is searched for secrets in cells and in what they printed', () => {
    const token = `hf_${random(34, LETTERS)}`;
    const actual = facts(
      { cell_type: 'markdown', source: 'hello' },
      cell(['import os\n', `login("${token}")`]),
      cell('print(x)', [
        { output_type: 'stream', text: [`using ${token}\n`] },
        { data: { 'text/plain': `'AIza${random(35, MIXED)}'`, 'image/png': 'AAAA' } },
      ]),
    );
    expect(actual).toMatchObject([
      { rule: 'secret-huggingface-token', at: 'cell 2, line 2' },
      { rule: 'secret-huggingface-token', at: 'output of cell 3' },
      { rule: 'secret-google-api-key', at: 'output of cell 3' },
    ]);
  });

  it('declares the packages that its cells install', () => {
    const actual = facts(
      cell(
        '!pip install -q torch==2.0.1 \'pandas>=1.5\' "transformers[torch]==4.30.0" -r requirements.txt \\\n  --no-cache-dir scikit-learn\n%pip install numpy==1.23.5 # pinned\n!python -m pip install -U ./local.whl git+https://host/x',
      ),
    );
    expect(
      actual.flatMap((fact) => ('version' in fact ? [`${fact.type} ${fact.name} ${fact.version} ${fact.role}`] : [])),
    ).toEqual(['pypi torch 2.0.1 declared', 'pypi transformers 4.30.0 declared', 'pypi numpy 1.23.5 declared']);
    expect(actual.at(-1)).toMatchObject({
      rule: 'notebook-unpinned-install',
      severity: 'LOW',
      detail: 'pandas>=1.5, scikit-learn',
      at: 'cell 1',
    });
  });

  it('is flagged for installing carelessly', () => {
    const actual = facts(
      cell(
        '!pip install --trusted-host pypi.corp.net -i http://me:pw@pypi.corp.net/simple a==1\n!curl -s https://x.io/i.sh | sudo bash\n!pip3 install http://host/x.whl',
      ),
    );
    expect(
      actual.flatMap((fact) =>
        fact.kind === 'risk' && fact.category === 'notebook' ? [`${fact.rule} ${fact.detail}`] : [],
      ),
    ).toEqual([
      'notebook-insecure-index pypi.corp.net',
      'notebook-insecure-index http://pypi.corp.net/simple',
      'notebook-runs-download !curl -s https://x.io/i.sh | sudo bash',
      'notebook-insecure-index http://host/x.whl',
    ]);
  });

  it('of version 3, or of no version at all, is read too', () => {
    const old = {
      nbformat: 3,
      worksheets: [{ cells: [{ cell_type: 'code', input: ['!pip install a==1\n'], outputs: [] }] }],
    };
    expect(factsOf([notebook], 'a.ipynb', Buffer.from(JSON.stringify(old)))).toMatchObject([
      { name: 'a', version: '1' },
    ]);
    for (const text of [
      '[]',
      'null',
      '{"cells": [null, 1, {"cell_type": "code", "source": {"a": 1}, "outputs": [null]}]}',
      '{"cells": {}}',
    ]) {
      expect(factsOf([notebook], 'a.ipynb', Buffer.from(text))).toEqual([]);
    }
    expect(factsOf([notebook], 'a.ipynb', Buffer.from('{'))).toEqual([{ kind: 'unknown', reason: 'no JSON' }]);
  });
});

describe('a name with a value, as single formats write it', () => {
  const value = 'Q1y3GQsMpSscDlkrCaqx';
  const rules = async (path: string, text: string): Promise<readonly string[]> => {
    const { inventory } = await takeInventory(image(layer({ [path]: text })));
    return (inventory.risks ?? []).map(({ rule, severity }) => `${severity} ${rule}`);
  };

  it.each([
    ['YAML of Spring', 'app/application-prod.yml', `spring:\n  datasource:\n    password: ${value}\n`],
    [
      'the environment of Compose',
      'app/docker-compose.yml',
      `services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=${value}\n`,
    ],
    ['settings of Maven', 'root/.m2/settings.xml', `<server><id>x</id><password>${value}</password></server>`],
    ['a connection string of .NET', 'app/appsettings.json', `{"Default":"Server=tcp:x;User ID=sa;Password=${value};"}`],
    ['a constant of PHP', 'var/www/html/wp-config.php', `define( 'DB_PASSWORD', '${value}' );`],
    ['settings of wget', 'root/.wgetrc', `http_password = ${value}\n`],
    ['settings of SnowSQL', 'root/.snowsql/config', `[connections]\npassword = ${value}\n`],
  ])('%s', async (_, path, text) => expect(await rules(path, text)).toEqual(['MEDIUM secret-assigned']));

  it.each([
    ['a reference of Kubernetes', 'app/x.yaml', 'secretKeyRef:\n  name: my-secret\n  key: password\n'],
    ['a tag of YAML', 'app/x.yml', 'password: !vault |\n  6162\n'],
    ['a name', 'app/x.yml', 'token: my-release-v2-token1\nsecret: projects/x/secrets/y2\n'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Maven's
    ['a variable', 'app/x.xml', '<password>${env.PASSWORD_OF_1}</password>'],
    ['a word without a digit', 'app/x.xml', '<password>placeholderpassword</password>'],
  ])('%s is none', async (_, path, text) => expect(await rules(path, text)).toEqual([]));

  it.each([
    ['a token of conda behind a path', 'root/.condarc', `channels:\n  - https://conda.example/repo/main/t/${random(40, MIXED)}\n`, 'HIGH secret-conda-token'],
    ['the default of a netrc', 'home/u/_netrc', `default login ci password ${random(16, MIXED)}\n`, 'HIGH secret-netrc-password'],
    ['an account before the password', 'root/.netrc', `machine x.example\nlogin ci\naccount a\npassword ${random(16, MIXED)}\n`, 'HIGH secret-netrc-password'],
    ['what Docker wrote before 1.7', 'root/.dockercfg', '{"quay.example": {"auth": "bWU6V2Q3a1E5dFpyMlhw", "email": "a@x.example"}}', 'HIGH secret-docker-auth'],
    ['a fixed token of Jupyter', 'root/.jupyter/jupyter_server_config.py', `c.ServerApp.token = '${random(48, '0123456789abcdef')}'\n`, 'MEDIUM secret-assigned'],
    ['digits to the base of 16', 'app/settings.py', "AZURE_OPENAI_API_KEY = '3f9a62d07b1c48e5a9d3f06b27c14e85'\n", 'MEDIUM secret-assigned'],
    ['the credentials of MLflow', 'root/.mlflow/credentials', `[mlflow]\nmlflow_tracking_password = ${value}\n`, 'MEDIUM secret-assigned'],
    ['the settings of Comet', 'root/.comet.config', `[comet]\napi_key=${value}\n`, 'MEDIUM secret-assigned'],
  ])('%s', async (_, path, text, rule) => expect(await rules(path, text)).toEqual([rule])); // biome-ignore format: a table

  it('a token of Hugging Face may have digits', async () => {
    expect(await rules('root/.cache/huggingface/token', 'hf_k3VxWq9ZtBn7LmR2sDfGhJ4pYcUaE6iOQ8')).toEqual([
      'HIGH secret-huggingface-token',
    ]);
  });
});
