import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Change } from '../plan.ts';
import { readBuildFiles } from './build-files.ts';
import { matchDockerfile } from './dockerfile-match.ts';
import { makeEdits } from './make-edits.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-hashed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HASH = 'a'.repeat(64);

/** The build's files once a step is written into them. `bringers`: of each package, whose requirements bring it. */
async function written(
  dockerfile: string,
  changes: readonly Change[],
  bringers: Readonly<Record<string, string>>,
  constraints?: string,
) {
  rmSync(join(folder, 'constraints.txt'), { force: true });
  if (constraints !== undefined) writeFileSync(join(folder, 'constraints.txt'), constraints);
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  writeFileSync(join(folder, 'requirements.txt'), `requests==2.28.1 \\\n    --hash=sha256:${'b'.repeat(64)}\n`);
  const build = await readBuildFiles(join(folder, 'Dockerfile'));
  const edits = await makeEdits({
    build,
    match: matchDockerfile(build.dockerfile, undefined),
    steps: [
      {
        ...{ id: 'python', kind: 'python', title: 'upgrade', changes, commands: ['pip install all'] },
        ...{ clears: [], leaves: [], brings: [], risk: { level: 'low', why: [] }, applied: true, edits: [] },
      },
    ],
    layersOf: () => [],
    inherited: () => false,
    pip: () => 'pip',
    hashes: async () => [HASH],
    bringersOf: ({ name }) => new Set([bringers[name] ?? []].flat()),
    user: undefined,
  });
  return {
    ...edits,
    text: (path: string) => edits.files.find((file) => file.path === path)?.after,
    shown: (path: string) => edits.files.find((file) => file.path === path)?.shown ?? '',
  };
}
const change = (name: string, to: string, rest: Partial<Change> = {}): Change => ({
  ...{ type: 'pypi', name, from: '1', to, jump: 'minor', verified: 'index' },
  ...rest,
});

describe('a file of requirements with hashes', () => {
  const dockerfile =
    'FROM debian:11\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nRUN pip install nbconvert==7.2.3\n';

  it('takes in what is brought by what is in it, installed or not, and leaves the rest to a RUN of its own', async () => {
    const { text } = await written(
      dockerfile,
      [
        change('requests', '2.32.4'),
        change('idna', '3.15'),
        change('mistune', '3.3.4'),
        { ...change('brotli', '1.1.0', { because: 'requests 2.32.4 requires brotli' }), from: undefined },
        { ...change('lark', '1.3.1', { because: 'nbconvert 7.17.2 requires lark' }), from: undefined },
      ].map(({ from, ...rest }) => (from === undefined ? rest : { ...rest, from })),
      { idna: 'requests', mistune: 'nbconvert' },
    );
    expect(text('requirements.txt')).toBe(
      [
        `requests==2.32.4 \\\n    --hash=sha256:${HASH}`,
        `idna==3.15 \\\n    --hash=sha256:${HASH}`,
        `# requests 2.32.4 requires brotli\nbrotli==1.1.0 \\\n    --hash=sha256:${HASH}\n`,
      ].join('\n'),
    );
    expect(text('Dockerfile')).toContain('RUN pip install --no-cache-dir mistune==3.3.4\n');
    expect(text('Dockerfile')).not.toContain('lark');
  });
});

describe('a file of constraints', () => {
  it('takes in what is installed under it, by a list or by words beside it, and nothing that another instruction brings', async () => {
    const dockerfile =
      'FROM debian:11\nCOPY constraints.txt .\nRUN pip install -c constraints.txt fastapi==0.95.0\nRUN pip install "uvicorn[standard]==0.20.0"\n';
    const changes = [change('starlette', '0.49.1'), change('click', '8.1.9'), change('alone', '2.0')];
    const { text } = await written(dockerfile, changes, { starlette: 'fastapi', click: 'uvicorn' }, 'urllib3<2\n');
    expect(text('constraints.txt')).toBe('urllib3<2\nstarlette==0.49.1\n');
    expect(text('Dockerfile')).toContain('RUN pip install --no-cache-dir alone==2.0 click==8.1.9\n');
  });
});

describe('the change that is shown', () => {
  it('has no password, token or key of the file in it, and the file that is written keeps them', async () => {
    const secrets = ['s3cretpw9', 'kX9vTr0ub4d', 'MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn'];
    const dockerfile = [
      'FROM debian:11',
      `ENV SERVICE_PASSWORD ${secrets[1]}`,
      `RUN echo "-----BEGIN RSA PRIVATE KEY-----\\n\\\n${secrets[2]}\\n\\\n-----END RSA PRIVATE KEY-----" > /key`,
      `RUN pip install --index-url https://reader:${secrets[0]}@mirror.example/simple nbconvert==7.2.3`,
      `RUN login ${secrets[1]}`,
      '',
    ].join('\n');
    const { shown, text, notes } = await written(dockerfile, [change('nbconvert', '7.17.2')], {});
    expect(shown('Dockerfile')).toContain('+RUN pip install --index-url https://reader:');
    for (const secret of secrets) {
      expect(shown('Dockerfile')).not.toContain(secret);
      expect(text('Dockerfile')).toContain(secret);
    }
    expect(shown('Dockerfile').split('\n').length).toBeGreaterThan(8);
    expect(notes.join('\n')).toContain('Dockerfile holds a credential: it is masked');
  });
});
