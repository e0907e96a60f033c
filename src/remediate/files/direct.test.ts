import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change, PlanStep } from '../plan.ts';
import { readBuildFiles } from './build-files.ts';
import { directInWords, directRequirement } from './direct.ts';
import { matchDockerfile } from './dockerfile-match.ts';
import { makeEdits } from './make-edits.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-direct-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a requirement that is taken from a place', () => {
  it.each([
    ['Jinja2 @ https://mirror.example/Jinja2-2.11.2-py2.py3-none-any.whl', 'jinja2'],
    ['requests[socks] @ git+https://github.com/psf/requests@v2.25.1 ; python_version > "3"', 'requests'],
    ['-e git+https://github.com/psf/requests@v2.25.1#egg=requests', 'requests'],
    ['--editable=git+ssh://git@github.com/pallets/jinja.git#egg=Jinja2&subdirectory=x', 'jinja2'],
    ['git+https://github.com/psf/requests.git@v2.25.1', 'requests'],
    ['https://mirror.example/Jinja2-2.11.2.tar.gz', 'jinja2'],
    ['file:///wheels/jinja2-2.11.2-py3-none-any.whl', 'jinja2'],
    ['./wheels/jinja2-2.11.2-py3-none-any.whl --hash=sha256:00', 'jinja2'],
    ['wheels/typing_extensions-4.1-py3-none-any.whl', 'typing-extensions'],
    ['-e ./libs/requests', 'requests'],
  ])('%s is %s', (line, name) => {
    expect(directRequirement(line)?.name).toBe(name);
  });

  it.each([
    'Jinja2==2.11.2',
    'requests[socks]>=2 ; python_version > "3"',
    '-r other.txt',
    '-e .',
    '--index-url https://mirror.example/simple',
    '',
  ])('%s is none', (line) => {
    expect(directRequirement(line)).toBeUndefined();
  });

  it('says what to change, and keeps the token before the host to itself', () => {
    expect(directInWords({ from: 'git+https://me:secret@git.example/jinja@2.11' }, 'Jinja2', '3.1.6')).toBe(
      'takes Jinja2 from git+https://git.example/jinja@2.11, which no pin beside it changes: put the tag or commit of 3.1.6 there',
    );
  });
});

const change = (name: string, from: string, to: string): Change => ({
  type: 'pypi',
  name,
  from,
  to,
  jump: 'minor',
  verified: 'index',
});

async function edited(files: Record<string, string>, changes: readonly Change[], inherited = false) {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const build = await readBuildFiles(join(folder, 'Dockerfile'));
  const step = {
    id: 'python',
    kind: 'python',
    title: 'upgrade',
    commands: ['pip install x'],
    changes,
    clears: [],
    leaves: [],
    brings: [],
    risk: { level: 'low', why: [] },
    applied: true,
    edits: [],
  } as PlanStep;
  return makeEdits({
    build,
    match: matchDockerfile(build.dockerfile, undefined),
    steps: [step],
    layersOf: () => [],
    inherited: () => inherited,
    pip: () => 'pip',
    hashes: async () => [],
    user: undefined,
  });
}

describe('a plan for what is taken from a place', () => {
  const jinja = change('Jinja2', '2.11.2', '3.1.6');
  const url = 'https://mirror.example/Jinja2-2.11.2-py2.py3-none-any.whl';
  const what = `takes Jinja2 from ${url}, which no pin beside it changes: put the URL of 3.1.6 there`;

  it('pins it nowhere, neither in the constraints nor by RUN, and pins the rest', async () => {
    const edits = await edited(
      {
        Dockerfile: 'FROM python:3.11\nCOPY requirements.txt constraints.txt ./\nRUN pip install -r requirements.txt\n',
        'requirements.txt': `-c constraints.txt\nJinja2 @ ${url}\nidna==2.0\n`,
        'constraints.txt': 'Jinja2==2.11.2\n',
      },
      [jinja, change('idna', '2.0', '3.15')],
    );
    expect(edits.byHand.get('python')).toEqual([{ name: 'Jinja2', place: 'requirements.txt:2', what }]);
    expect(edits.files.map(({ path, after }) => [path, after])).toEqual([
      ['requirements.txt', `-c constraints.txt\nJinja2 @ ${url}\nidna==3.15\n`],
    ]);
  });

  it.each<[string, string, number]>([
    ['pyproject.toml', `[project]\nname = "x"\ndependencies = ["Jinja2 @ ${url}"]\n`, 3],
    ['pyproject.toml', `[dependency-groups]\ndev = [\n  "Jinja2 @ ${url}",\n]\n`, 3],
    ['pyproject.toml', `[tool.poetry.dependencies]\njinja2 = { url = "${url}" }\n`, 2],
    ['pyproject.toml', `[project]\ndependencies = ["jinja2>=2"]\n[tool.uv.sources]\njinja2 = { url = "${url}" }\n`, 4],
    ['environment.yml', `name: x\ndependencies:\n  - pip:\n      - Jinja2 @ ${url}\n`, 4],
    ['environment.yml', `name: x\ndependencies:\n  - pip:\n      - ${url}\n`, 4],
  ])('names the line of %s: %s', async (path, text, line) => {
    const edits = await edited(
      {
        Dockerfile: `FROM python:3.11\nCOPY ${path} ./\nRUN ${path === 'environment.yml' ? 'conda env update -f environment.yml' : 'pip install .'}\n`,
        [path]: text,
      },
      [jinja],
    );
    expect(edits.byHand.get('python')).toEqual([{ name: 'Jinja2', place: `${path}:${line}`, what }]);
    expect(edits.files).toEqual([]);
  });

  it.each<[string, number]>([
    [`RUN pip install ${url}`, 2],
    [`RUN python3 -m pip install --no-cache-dir idna==2.0 \\\n  "Jinja2 @ ${url}"`, 3],
    ['RUN uv pip install git+https://git.example/jinja2.git@2.11.2', 2],
    [`RUN <<EOF\nset -e\npip install idna\npip install ${url}\nEOF`, 5],
    [`RUN ["pip", "install", "${url}"]`, 2],
  ])('names the line of the Dockerfile that takes it from there: %j', async (run, line) => {
    const { byHand, files } = await edited({ Dockerfile: `FROM python:3.11\n${run}\n` }, [jinja]);
    expect(byHand.get('python')?.map(({ place }) => place)).toEqual([`Dockerfile:${line}`]);
    expect(files).toEqual([]);
  });

  it.each([
    'RUN pip install -i https://mirror.example/jinja2 jinja2==2.11.2',
    'RUN pip install --find-links=https://mirror.example/jinja2 jinja2==2.11.2',
    `RUN curl -O ${url}`,
    `RUN <<EOF\npip install jinja2==2.11.2\ncurl -O ${url}\nEOF`,
  ])('takes no index, no page of links and no download for that: %j', async (run) => {
    const { byHand, files } = await edited({ Dockerfile: `FROM python:3.11\n${run}\n` }, [jinja]);
    expect([...byHand.values()]).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(['Dockerfile']);
  });
});
