import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { rolldown } from 'rolldown';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../formats/text/dockerfile.ts';
import type { Change } from '../plan.ts';
import { readBuildFiles } from './build-files.ts';
import { inlinePins, runText } from './dockerfile-edit.ts';
import { matchDockerfile } from './dockerfile-match.ts';
import { pinDeclaration, readEnvironmentFile } from './environment-file.ts';
import { insertionPoint } from './insertion-point.ts';
import { type LockPin, lockFiles, renewalCommand } from './lock-files.ts';
import { makeEdits } from './make-edits.ts';
import { repinned, repinnedConda } from './pin.ts';
import { pinProject, readPixiConda, readProject } from './pyproject-file.ts';
import { addRequirement, pinRequirement, readRequirements } from './requirements-file.ts';
import { applyEdits, type TextEdit } from './text-edit.ts';
import { unifiedDiff } from './unified-diff.ts';
import { writeFiles } from './write-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-edits-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const python = (name: string, to: string): Change => ({
  type: 'pypi',
  name,
  from: '1',
  to,
  jump: 'minor',
  verified: 'index',
});
const hasGit = ((): boolean => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe("a pin of conda's", () => {
  it.each([
    ['', '1.22.0', '>=1.22.0'],
    ['*', '1.22.0', '>=1.22.0'],
    ['=1.21.0=py39h_0', '1.22.0', '=1.22.0'],
    ['1.21.0 py39h_0', '1.22.0', '=1.22.0'],
    ['==1.21', '1.22.0', '==1.22.0'],
    ['>=1.20,<2.0a0', '1.22.0', '>=1.22.0,<2.0a0'],
    ['>=1.20,<1.22', '1.22.0', '>=1.22.0'],
    ['<2,!=1.21.5', '1.22.0', '>=1.22.0,<2,!=1.21.5'],
    ['>1.20', '1.22.0', '>=1.22.0'],
    ['1.20.*|1.21.*', '1.22.0', undefined],
  ])('%s becomes, for %s, %s', (specifier, to, expected) => {
    expect(repinnedConda(specifier, to)).toBe(expected);
  });
});

describe('a pin', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['==1.21.0', '1.22.4', '==1.22.4'],
    ['', '1.22.4', '>=1.22.4'],
    ['>=1.20,<2', '1.22.4', '>=1.22.4,<2'],
    ['<2,!=1.5,>=1', '1.22.4', '>=1.22.4,<2,!=1.5'],
    ['<1.22', '1.22.4', '>=1.22.4'],
    ['~=2.11.2', '3.1.6', '~=3.1.6'],
    ['===1.0', '1.1', '==1.1'],
  ];
  it.each(cases)('%s for %s becomes %s', (before, to, after) => {
    expect(repinned(before, to)).toBe(after);
  });
});

describe('a version whose successors are worse', () => {
  it('is pinned, whatever the style was', () => {
    expect(repinned('>=2.5,<3', '2.5.0', true)).toBe('==2.5.0');
    const text = 'urllib3~=1.26\n';
    const [requirement] = readRequirements(text).requirements;
    expect(applyEdits(text, pinRequirement(text, requirement!, { name: 'urllib3', to: '2.5.0', exact: true })!)).toBe(
      'urllib3==2.5.0\n',
    );
    const project = '[project]\ndependencies = ["urllib3>=1"]\n';
    expect(applyEdits(project, [pinProject(readProject(project)[0]!, { to: '2.5.0', exact: true })!])).toContain(
      '"urllib3==2.5.0"',
    );
  });
});

describe('a requirements file', () => {
  const text = [
    '# the service',
    '-r base.txt',
    '--extra-index-url https://index.example/simple',
    'requests==2.25.1   # HTTP',
    'Jinja2 ~= 2.11.2 ; python_version < "3.12"',
    'uvicorn[standard]>=0.13,<1',
    'numpy',
    'cryptography==3.3.2 \\',
    '    --hash=sha256:aaaa \\',
    '    --hash=sha256:bbbb',
    'model @ https://files.example/model.whl',
    '',
  ].join('\n');
  const pinned = (name: string, to: string, hashes: readonly string[] = []): string => {
    const requirement = readRequirements(text).requirements.find((requirement) => requirement.name === name)!;
    return applyEdits(text, pinRequirement(text, requirement, { name, to, hashes }) ?? []);
  };
  const changedLines = (after: string): string[] =>
    after.split('\n').filter((line) => !text.split('\n').includes(line));

  it('is read with its comments, markers, extras, hashes and includes', () => {
    const file = readRequirements(text);
    expect(file.requirements.map(({ name, specifier, line }) => [name, specifier, line])).toEqual([
      ['requests', '==2.25.1', 4],
      ['jinja2', '~=2.11.2', 5],
      ['uvicorn', '>=0.13,<1', 6],
      ['numpy', '', 7],
      ['cryptography', '==3.3.2', 8],
    ]);
    expect(file.includes).toEqual([{ path: 'base.txt', kind: 'requirements' }]);
  });

  it('keeps comments, markers and extras where a version changes', () => {
    expect(changedLines(pinned('requests', '2.32.4'))).toEqual(['requests==2.32.4   # HTTP']);
    expect(changedLines(pinned('jinja2', '3.1.6'))).toEqual(['Jinja2 ~=3.1.6 ; python_version < "3.12"']);
    expect(changedLines(pinned('uvicorn', '0.20'))).toEqual(['uvicorn[standard]>=0.20,<1']);
    expect(changedLines(pinned('numpy', '1.22'))).toEqual(['numpy>=1.22']);
    // What has no version yet gets it before the comment, not in it.
    const bare = 'requests   # HTTP\nflask [async] ; python_version < "3.12"  # web\nidna \\\n  # names\n';
    const at = (name: string): string => {
      const requirement = readRequirements(bare).requirements.find((requirement) => requirement.name === name)!;
      return applyEdits(bare, pinRequirement(bare, requirement, { name, to: '2.0' })!);
    };
    expect(at('requests')).toBe(bare.replace('requests', 'requests>=2.0'));
    expect(at('flask')).toBe(bare.replace('[async]', '[async]>=2.0'));
    expect(at('idna')).toBe(bare.replace('idna', 'idna>=2.0'));
  });

  it('replaces hashes by those of the new version, and refuses without them', () => {
    expect(changedLines(pinned('cryptography', '41.0.6', ['c'.repeat(64)]))).toEqual([
      'cryptography==41.0.6 \\',
      `    --hash=sha256:${'c'.repeat(64)}`,
    ]);
    expect(pinned('cryptography', '41.0.6')).toBe(text);
  });

  it('gets what nobody declared at its end, with a word on why', () => {
    const plain = 'flask==2.0';
    expect(
      applyEdits(plain, [
        addRequirement(plain, readRequirements(plain), { name: 'idna', to: '3.7', comment: 'clears CVE-2024-3651' })!,
      ]),
    ).toBe('flask==2.0\nidna==3.7  # clears CVE-2024-3651');
    expect(addRequirement(text, readRequirements(text), { name: 'idna', to: '3.7' })).toBeUndefined();
  });
});

describe('environment.yml and pyproject.toml', () => {
  it('conda pins and the pip list within are changed, quotes and comments stay', () => {
    const text =
      'name: train\ndependencies:\n  - python=3.9   # fixed\n  - conda-forge::numpy=1.21.0=py39h_0\n  - "scipy>=1.7"\n  - pip:\n      - torch==1.13.0\n      - -r more.txt\n';
    const edits = readEnvironmentFile(text).flatMap((declaration): TextEdit[] => {
      const to = { numpy: '1.22.0', scipy: '1.10.0', torch: '1.13.1' }[declaration.name];
      return to === undefined ? [] : [pinDeclaration(text, declaration, { to })!];
    });
    expect(applyEdits(text, edits)).toBe(
      'name: train\ndependencies:\n  - python=3.9   # fixed\n  - conda-forge::numpy=1.22.0\n  - "scipy>=1.10.0"\n  - pip:\n      - torch==1.13.1\n      - -r more.txt\n',
    );
  });

  it('project tables, groups and Poetry are changed in place', () => {
    const text = [
      '[project]',
      'name = "svc"',
      'keywords = ["requests"]',
      'dependencies = [',
      '  "requests==2.25.1", # HTTP',
      '  \'jinja2>=2.11; python_version < "3.12"\',',
      ']',
      '[project.optional-dependencies]',
      'gpu = ["torch~=1.13.0"]',
      '[tool.poetry.dependencies]',
      'python = "^3.9"',
      'numpy = "^1.21"',
      'torch = { version = "1.13.0", extras = ["x"] }',
      '',
    ].join('\n');
    const wanted: Readonly<Record<string, string>> = {
      requests: '2.32.4',
      jinja2: '3.1.6',
      torch: '2.6.0',
      numpy: '1.22.4',
    };
    const edits = readProject(text).map((declaration) => pinProject(declaration, { to: wanted[declaration.name]! })!);
    const after = applyEdits(text, edits);
    expect(after.split('\n').filter((line, index) => line !== text.split('\n')[index])).toEqual([
      '  "requests==2.32.4", # HTTP',
      '  \'jinja2>=3.1.6 ; python_version < "3.12"\',',
      'gpu = ["torch~=2.6.0"]',
      'numpy = "^1.22.4"',
      'torch = { version = "2.6.0", extras = ["x"] }',
    ]);
  });
});

describe('a Pipfile and a pixi.toml', () => {
  const changed = (text: string, name: string, to: string, exact?: true): string => {
    const [declaration] = readProject(text, name);
    return applyEdits(text, [pinProject(declaration!, { to, ...(exact ? { exact } : {}) })!]);
  };
  it('get the version in their own words, and keep everything else byte for byte', () => {
    const pipfile =
      '[packages]\nrequests = "==2.27.1" # HTTP\nflask = {version = "<3,>=2.0", extras = ["async"]}\nurllib3 = "*"\n';
    expect(changed(pipfile, 'requests', '2.31.0')).toBe(pipfile.replace('==2.27.1', '==2.31.0'));
    expect(changed(pipfile, 'flask', '2.3.2')).toBe(pipfile.replace('"<3,>=2.0"', '">=2.3.2,<3"'));
    expect(changed(pipfile, 'urllib3', '1.26.19')).toBe(pipfile.replace('"*"', '">=1.26.19"'));
    expect(changed(pipfile, 'urllib3', '1.26.19', true)).toBe(pipfile.replace('"*"', '"==1.26.19"'));
    const pixi =
      '[dependencies]\npython = "3.11.*"\n\n[pypi-dependencies]\nJinja2 = { version = "~=3.1.2" }\n\n[feature.gpu.pypi-dependencies]\ntqdm = ">=4"\n';
    expect(changed(pixi, 'jinja2', '3.1.6')).toBe(pixi.replace('~=3.1.2', '~=3.1.6'));
    expect(changed(pixi, 'tqdm', '4.66.3')).toBe(pixi.replace('">=4"', '">=4.66.3"'));
    expect(readProject(pixi, 'python')).toEqual([]);
  });

  it('of conda packages are changed in the tables of pixi, of features and of platforms', () => {
    const pixi =
      '[workspace]\nchannels = ["conda-forge"]\n\n[dependencies]\npython = "3.9.*"\nopenssl = ">=1.1.1s,<4" # TLS\n"ruamel.yaml" = { version = "==0.17.21", channel = "conda-forge" }\n\n[feature.gpu.target.linux-64.dependencies]\nnumpy = "*"\n\n[pypi-dependencies]\nnumpy = "*"\n';
    const pinned = (name: string, to: string): string => {
      const [declaration, ...more] = readPixiConda(pixi, name);
      expect(more).toEqual([]);
      return applyEdits(pixi, [pinProject(declaration!, { to })!]);
    };
    expect(pinned('python', '3.9.24')).toBe(pixi.replace('"3.9.*"', '"=3.9.24"'));
    expect(pinned('openssl', '3.0.9')).toBe(pixi.replace('>=1.1.1s,<4', '>=3.0.9,<4'));
    expect(pinned('ruamel.yaml', '0.18.6')).toBe(pixi.replace('==0.17.21', '==0.18.6'));
    expect(pinned('numpy', '1.22.0')).toBe(pixi.replace('numpy = "*"', 'numpy = ">=1.22.0"'));
  });

  it("of hatch's environments are changed where they stand", () => {
    const text =
      '[tool.hatch.envs.test]\ndependencies = ["pytest==7.1.0"]\nextra-dependencies = [\n  "black==22.3.0", # style\n]\n';
    const wanted: Record<string, string> = { pytest: '9.0.3', black: '26.3.1' };
    const edits = readProject(text).map((declaration) => pinProject(declaration, { to: wanted[declaration.name]! })!);
    expect(applyEdits(text, edits)).toBe(text.replace('7.1.0', '9.0.3').replace('22.3.0', '26.3.1'));
  });

  it('have a lock that is renewed by the program that made it, for what is declared and for what is not', () => {
    const of = (file: string, ...pins: readonly LockPin[]): string => {
      const { program, renew } = lockFiles.find((lock) => lock.file === file)!;
      return renewalCommand({ program, args: renew(pins) });
    };
    const idna: LockPin = { name: 'idna', version: '3.7', declared: true };
    const urllib3: LockPin = { name: 'urllib3', version: '2.2.2', declared: false };
    expect(of('uv.lock', idna, urllib3)).toBe('uv lock --upgrade-package idna==3.7 --upgrade-package urllib3==2.2.2');
    expect(of('poetry.lock', idna)).toBe('poetry lock');
    expect(of('poetry.lock', idna, urllib3)).toBe("poetry add --lock 'urllib3>=2.2.2'");
    expect(of('poetry.lock', { ...urllib3, exact: true })).toBe('poetry add --lock urllib3==2.2.2');
    expect(of('Pipfile.lock', idna, urllib3)).toBe('pipenv lock');
    expect(of('Pipfile.lock', urllib3)).toBe('pipenv upgrade urllib3==2.2.2');
    expect(of('conda-lock.yml', idna)).toBe('conda-lock lock --update idna');
    expect(of('conda-lock.yml', idna, urllib3)).toBe('conda-lock lock');
  });
});

describe('a pyproject.toml that is TOML, and not lines of it', () => {
  const places = (text: string): string[] =>
    readProject(text).map(({ name, value, range, line }) => {
      expect(text.slice(...range)).toBe(value);
      return `${name} ${value} ${line}`;
    });

  it('has no dependencies in its texts and comments', () => {
    const text =
      '[project]\nname = "x"\nreadme = """\n[project]\ndependencies = ["evil==1", "flask==1.0"]\n"""\n# "flask==1.0"\ndependencies = ["flask==1.0"] # "flask==1.0"\n';
    expect(places(text)).toEqual(['flask flask==1.0 8']);
  });

  it('is read whatever the spelling of its tables, keys, arrays and texts', () => {
    expect(places('project.dependencies = ["a==1", \'\'\'b==1\'\'\', """\\\n  c==1""",\n]\n')).toEqual([
      'a a==1 1',
      'b b==1 1',
      'c c==1 2',
    ]);
    expect(
      places(
        '["project"]\n"optional-dependencies" = { gpu = ["torch==1"], docs = ["torch==1", "torchvision==1"] }\n[dependency-groups]\ntest = [\n  {include-group = "x"}, "torch==1"]\n',
      ),
    ).toEqual(['torch torch==1 2', 'torch torch==1 2', 'torchvision torchvision==1 2', 'torch torch==1 5']);
    expect(
      places(
        '[tool.poetry]\ndependencies = { numpy = "1.2", torch = { extras = ["1.2"], version = "1.2" } }\n[tool.poetry.group."ci".dependencies.scipy]\noptional = true\nversion = "1.2"\n',
      ),
    ).toEqual(['numpy 1.2 2', 'torch 1.2 2', 'scipy 1.2 5']);
  });

  it('keeps what is written with escapes as it stands: no range of the text is that requirement', () => {
    expect(places('[project]\ndependencies = ["fl\\u0061sk==1.0", "idna==2"]\n')).toEqual(['idna idna==2 2']);
  });

  it('that is broken is a note, and nothing is edited', async () => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM python:3.9\nCOPY . .\nRUN pip install .\n');
    writeFileSync(join(folder, 'pyproject.toml'), '[project\ndependencies = ["flask==1"]\n');
    const { files, notes } = await readBuildFiles(join(folder, 'Dockerfile'));
    expect(files.map(({ path }) => path)).toEqual(['Dockerfile']);
    expect(notes.join('\n')).toMatch(/^pyproject\.toml: not valid TOML: .*line 1/);
  });
});

describe('what a Dockerfile installs from', () => {
  const named = async (line: string) => {
    writeFileSync(join(folder, 'Dockerfile'), `FROM python:3.9\n${line}\n`);
    const { notes } = await readBuildFiles(join(folder, 'Dockerfile'));
    return notes.map((note) => note.replace(/, which line .*/, ''));
  };

  it('is what pip and uv are told, however it is written', async () => {
    for (const line of [
      'RUN pip install -r gone.txt',
      'RUN pip3.9 install -rgone.txt -q',
      'RUN python3 -m pip install --requirement=gone.txt',
      'RUN uv pip install --system --requirements "gone.txt"',
      'RUN (cd / && pip install -c gone.txt)',
      'RUN bash -c "pip install -r gone.txt"',
      'RUN ["pip", "install", "-r", "gone.txt"]',
      'RUN <<EOF\napt-get update\npip install -r gone.txt\nEOF',
    ])
      expect([line, await named(line)]).toEqual([line, ['gone.txt']]);
  });

  it('is nothing of what other commands beside them are told', async () => {
    for (const line of [
      'RUN apt-get install -y python3-pip && rm -rf /var/lib/apt/lists/*',
      'RUN pip install numpy && rm -r gone.txt && bash -c true',
      'RUN sh -c "pip install numpy" && grep -r gone.txt .',
      'RUN echo "pip install -r gone.txt"',
      'RUN pip install numpy --retries 3 --root /x --config-settings a=b',
    ])
      expect([line, await named(line)]).toEqual([line, []]);
  });
});

describe('a Dockerfile', () => {
  it('has pins among the words of pip install changed where they stand, in continued lines, here-documents and variables', () => {
    const text = [
      'FROM python:3.9',
      'ARG TORCH=1.13.0',
      'RUN pip install --no-cache-dir \\',
      '      # keep this comment',
      '      "numpy==1.21.0" \\',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's variable
      '      torch==${TORCH} && echo requests==1.0',
      'RUN <<EOF',
      'uv pip install requests==2.25.1',
      'EOF',
      '',
    ].join('\n');
    const pins = inlinePins(parseDockerfile(text), [
      python('numpy', '1.22.0'),
      python('torch', '2.6.0'),
      python('requests', '2.32.4'),
    ]);
    const after = applyEdits(
      text,
      pins.map(({ edit }) => edit!),
    );
    expect(after).toBe(
      text
        .replace('numpy==1.21.0', 'numpy==1.22.0')
        .replace('TORCH=1.13.0', 'TORCH=2.6.0')
        .replace('requests==2.25.1', 'requests==2.32.4'),
    );
    expect(pins.map(({ line }) => line)).toEqual([5, 2, 8]);
  });

  it.each([
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of a shell
    ['RUN pip install tornado==${TORNADO:-6.1}', '6.1', 3],
    ['RUN pip install "tornado==${TORNADO-6.1}"', '6.1', 3],
    ['ENV TORNADO=6.1\nRUN pip install tornado==${TORNADO:-6.0}', '6.1', 3],
    ['RUN set -e; TORNADO=6.1; pip install tornado==$TORNADO', '6.1', 3],
    ['RUN export TORNADO="6.1" && \\\n    pip install "tornado==${TORNADO}"', '6.1', 3],
    ['RUN <<EOF\nTORNADO=6.1\npip install tornado==$TORNADO\nEOF', '6.1', 4],
    ['RUN pip install tornado==$(cat version)', undefined, 3],
    ['RUN pip install tornado==`cat version`', undefined, 3],
    ['RUN pip install tornado==${TORNADO:-$OTHER}', undefined, 3],
    ['RUN pip install tornado==$TORNADO', undefined, 3],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of a shell
  ])(
    'has a version that the shell fills in changed where it comes from, or is left to a person: %s',
    (run, old, line) => {
      const text = `FROM python:3.9\n\n${run}\n`;
      const [pin, ...more] = inlinePins(parseDockerfile(text), [python('tornado', '6.5.6')]);
      expect([more, pin?.line]).toEqual([[], line]);
      if (old === undefined) expect(pin?.edit).toBeUndefined();
      else expect(applyEdits(text, [pin!.edit!])).toBe(text.replace(old, '6.5.6'));
    },
  );

  it('takes what a shell writes into a file for no pin', () => {
    expect(
      inlinePins(parseDockerfile('FROM x\nRUN pip install tornado>log.txt\n'), [python('tornado', '6.5.6')]),
    ).toEqual([]);
  });

  it('gets a RUN behind the instruction that brought the package, as root where another user is set', () => {
    const text = 'FROM debian:11\nRUN apt-get install -y curl\nUSER 10001\nRUN pip install --user x\nCMD ["x"]\n';
    const dockerfile = parseDockerfile(text);
    const match = matchDockerfile(dockerfile, undefined);
    const instructions = new Map([
      [0, match.chain[0]!],
      [1, match.chain[2]!],
    ]);
    const at = (layers: readonly number[]): string =>
      applyEdits(text, [
        runText(
          ['apt-get update', 'apt-get upgrade -y'],
          'why',
          insertionPoint({ ...match, instructions }, layers, undefined),
          dockerfile,
        ),
      ]);
    expect(at([0])).toBe(text.replace('curl\n', 'curl\n# why\nRUN apt-get update \\\n    && apt-get upgrade -y\n'));
    expect(at([0, 1])).toContain(
      'x\n# why\nUSER root\nRUN apt-get update \\\n    && apt-get upgrade -y\nUSER 10001\nCMD',
    );
    expect(at([7])).toContain('FROM debian:11\n# why\nRUN apt-get update');
  });

  const hostile: readonly (readonly [what: string, user: string | undefined, command: string])[] = [
    ['a user with an instruction behind a line end', 'app\nRUN touch /pwned', 'apt-get update'],
    ['a user with a comment, a variable, a mark of continuation', 'app # $' + '{X} \\', 'apt-get update'],
    ['a folder with an instruction behind a line end', undefined, "conda update -y -p '/opt/x\nRUN touch /pwned\n'"],
    ['a folder with a line separator', undefined, "conda update -y -p '/opt/x\u2028'"],
  ];
  it.each(hostile)('is not written for an image that names %s', async (_what, user, command) => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:11\nRUN apt-get install -y curl\n');
    const build = await readBuildFiles(join(folder, 'Dockerfile'));
    const edits = await makeEdits({
      build,
      match: matchDockerfile(build.dockerfile, undefined),
      steps: [
        {
          id: 'os',
          kind: 'os',
          title: 'upgrade\nRUN touch /pwned',
          changes: [{ ...python('openssl', '2'), type: 'deb' }],
          commands: [command],
          clears: [],
          leaves: [],
          brings: [],
          risk: { level: 'low', why: [] },
          applied: true,
          edits: [],
        },
      ],
      layersOf: () => [],
      inherited: () => false,
      pip: () => 'pip',
      hashes: async () => [],
      user,
    });
    expect(edits.files).toEqual([]);
    expect(edits.notes.join('\n')).toContain('is not written there');
  });

  it('of what a project does not declare is written beside whoever brings it, told as unwritten where nobody is, or left to a lock', async () => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(folder, 'pyproject.toml'), '[project]\nname = "x"\ndependencies = ["flask"]\n');
    const build = await readBuildFiles(join(folder, 'Dockerfile'));
    const text = readFileSync(join(folder, 'pyproject.toml'), 'utf8');
    const file = { path: 'pyproject.toml', absolute: join(folder, 'pyproject.toml'), text, kind: 'project' } as const;
    const edited = (locks: typeof build.locks, ...bringers: string[]) =>
      makeEdits({
        bringersOf: () => new Set(bringers),
        build: { ...build, files: [file], locks },
        steps: [
          {
            id: 'python',
            kind: 'python',
            title: 'upgrade',
            changes: [python('werkzeug', '3')],
            commands: ['pip install werkzeug==3'],
            clears: [],
            leaves: [],
            brings: [],
            risk: { level: 'low', why: [] },
            applied: true,
            edits: [],
          },
        ],
        layersOf: () => [],
        inherited: () => false,
        pip: () => 'pip',
        hashes: async () => [],
        user: undefined,
      });
    const open = await edited([]);
    expect([open.files, open.locks, open.notes]).toEqual([[], [], []]);
    expect(open.unwritten.map(({ name }) => name)).toEqual(['werkzeug']);
    const beside = await edited([], 'flask');
    expect(beside.files[0]?.after).toContain('dependencies = ["werkzeug>=3", "flask"]');
    expect([beside.unwritten, beside.places.get('python')]).toEqual([[], ['pyproject.toml:3']]);
    const lock = lockFiles.filter(({ file: name }) => name === 'uv.lock').map((own) => ({ ...own, folder: '' }));
    const locked = await edited(lock, 'flask');
    expect(locked.locks.map(({ file: name }) => name)).toEqual(['uv.lock']);
    expect([locked.files, locked.unwritten]).toEqual([[], []]);
  });

  it('says why in one line, whatever the folder of an environment is called', () => {
    const dockerfile = parseDockerfile('FROM debian:11\n');
    const point = insertionPoint(matchDockerfile(dockerfile, undefined), [], undefined);
    const { text } = runText(['true'], 'in /opt/x\nRUN touch /pwned', point, dockerfile);
    expect(parseDockerfile(text).instructions.map(({ argument }) => argument)).toEqual(['true']);
  });

  it('for an npm tree of unknown origin is put at the end, where its folder is there', () => {
    const text = 'FROM node:20\nWORKDIR /app\nCOPY package.json .\nRUN npm install\nUSER node\nCMD ["node", "x"]\n';
    const dockerfile = parseDockerfile(text);
    const match = { ...matchDockerfile(dockerfile, undefined), instructions: new Map() };
    const edit = runText(['cd /app', 'npm install a@1'], 'why', insertionPoint(match, [0], 'node', 'npm'), dockerfile);
    expect(applyEdits(text, [edit])).toContain(
      'RUN npm install\n# why\nRUN cd /app \\\n    && npm install a@1\nUSER node\n',
    );
  });

  it('for what nobody knows who brought it is put at the end, where nothing installs the old version any more', () => {
    const text = 'FROM python:3.11\nCOPY list.txt /\nRUN pip install -r /list.txt\nCMD ["python3"]\n';
    const dockerfile = parseDockerfile(text);
    const match = matchDockerfile(dockerfile, undefined);
    const edit = runText(['pip install idna==3.7'], 'why', insertionPoint(match, [0], undefined), dockerfile);
    expect(applyEdits(text, [edit])).toBe(text.replace('CMD', '# why\nRUN pip install idna==3.7\nCMD'));
  });

  it('that no builder takes at one place says which, by line and column', async () => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:11\nRUM apt-get update\n');
    const { misunderstood } = await readBuildFiles(join(folder, 'Dockerfile'));
    expect(misunderstood).toEqual([`${join(folder, 'Dockerfile')}:2:1 is not understood: unknown instruction RUM`]);
  });

  it('leads to the files it installs from, and to what these include, but not out of its folder', async () => {
    mkdirSync(join(folder, 'app/deps'), { recursive: true });
    writeFileSync(
      join(folder, 'app/Dockerfile'),
      'FROM python:3.9\nCOPY deps/*.txt /srv/\nCOPY . /srv\nRUN pip install -r /srv/deps/main.txt -c /srv/deps/pins.txt\nRUN conda env update -f /srv/environment.yml\n',
    );
    writeFileSync(join(folder, 'app/deps/main.txt'), '-r more.txt\n-r ../../secret.txt\n-r gone.txt\n');
    writeFileSync(join(folder, 'app/deps/more.txt'), '-r main.txt\nidna\n');
    writeFileSync(join(folder, 'app/deps/pins.txt'), 'idna==2.10\n');
    writeFileSync(join(folder, 'app/environment.yml'), 'dependencies: [numpy=1.21]\n');
    writeFileSync(join(folder, 'secret.txt'), 'x\n');
    const { files, notes } = await readBuildFiles(join(folder, 'app/Dockerfile'));
    expect(files.map(({ path, kind }) => `${path} ${kind}`).sort()).toEqual([
      'Dockerfile dockerfile',
      'deps/main.txt requirements',
      'deps/more.txt requirements',
      'deps/pins.txt constraints',
      'environment.yml environment',
    ]);
    expect(notes.join('\n')).toMatch(/outside/);
    expect(notes.join('\n')).toMatch(/gone\.txt, which is not there/);
  });
});

describe('the unified diff', () => {
  it('is what git applies, whatever the texts', () => {
    if (!hasGit) return;
    execFileSync('git', ['init', '-q', folder]);
    const line = fc.constantFrom('a', 'b', 'c', '', 'x y', '-- z', '@@');
    const text = fc
      .tuple(fc.array(line, { maxLength: 14 }), fc.boolean())
      .map(([lines, end]) => lines.join('\n') + (end && lines.length > 0 ? '\n' : ''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff('file.txt', before, after);
        expect(diff === '').toBe(before === after);
        if (before === after || before === '' || after === '') return;
        writeFileSync(join(folder, 'file.txt'), before);
        execFileSync('git', ['-C', folder, 'apply', '-p1', '--whitespace=nowarn', '-'], { input: diff });
        expect(readFileSync(join(folder, 'file.txt'), 'utf8')).toBe(after);
      }),
      { numRuns: 60 },
    );
  });
});

it('a difference too large to search for is all of the one and all of the other', () => {
  const text = (word: string): string => Array.from({ length: 2_500 }, (_, at) => `${word} ${at}`).join('\n');
  const diff = unifiedDiff('file.txt', text('a'), `${text('b')}\n`);
  expect(diff.split('\n').slice(0, 4)).toEqual(['--- a/file.txt', '+++ b/file.txt', '@@ -1,2500 +1,2500 @@', '-a 0']);
  if (!hasGit) return;
  execFileSync('git', ['init', '-q', folder]);
  writeFileSync(join(folder, 'file.txt'), text('a'));
  execFileSync('git', ['-C', folder, 'apply', '-p1', '-'], { input: diff });
  expect(readFileSync(join(folder, 'file.txt'), 'utf8')).toBe(`${text('b')}\n`);
});

describe('writing', () => {
  const write = (name: string, before: string, after: string) => ({ path: join(folder, name), before, after });

  it('says in a line where a file is not, when a plan is written into what is no folder of its', async () => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:11\n');
    for (const path of [join(folder, 'Dockerfile', 'Dockerfile'), join(folder, 'none', 'Dockerfile')])
      await expect(writeFiles([{ path, before: 'a', after: 'b' }], true)).rejects.toMatchObject({
        code: 'io',
        where: path,
        hint: expect.stringContaining('folder'),
      });
  });

  it('keeps permissions, follows links, and leaves nothing beside the files', async () => {
    writeFileSync(join(folder, 'real'), 'old', { mode: 0o640 });
    symlinkSync('real', join(folder, 'link'));
    await writeFiles([write('link', 'old', 'new')], false);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
    expect(statSync(join(folder, 'real')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(['link', 'real']);
  });

  it('writes none of the files where one cannot be written', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'a'), 'old');
    writeFileSync(join(folder, 'sub/b'), 'old');
    // A folder in the way of the second file's rename.
    mkdirSync(join(folder, 'sub', `b.${process.pid}.plimsoll`));
    await expect(writeFiles([write('a', 'old', 'new'), write('sub/b', 'old', 'new')], false)).rejects.toMatchObject({
      code: 'io',
    });
    expect([readFileSync(join(folder, 'a'), 'utf8'), readFileSync(join(folder, 'sub/b'), 'utf8')]).toEqual([
      'old',
      'old',
    ]);
    expect(readdirSync(folder).sort()).toEqual(['a', 'sub']);
  });

  it('of several notices that a run was killed between two of them, and writes on only when forced', async () => {
    const entry = join(folder, 'entry.mjs');
    const program = join(folder, 'dist', 'killed.mjs');
    writeFileSync(join(folder, 'package.json'), '{"version":"0"}');
    writeFileSync(
      entry,
      `import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { writeFiles } from ${JSON.stringify(join(import.meta.dirname, 'write-files.ts'))};
const { rename } = fs;
let renamed = 0;
fs.rename = (...names) => (++renamed > 1 ? process.kill(process.pid, 'SIGKILL') : rename(...names));
syncBuiltinESMExports();
await writeFiles(['a', 'b'].map((name) => ({ path: process.argv[2] + '/' + name, before: 'old', after: 'new' })), false);`,
    );
    const bundle = await rolldown({ input: entry, platform: 'node', logLevel: 'silent' });
    await bundle.write({ file: program, format: 'esm', codeSplitting: false });
    await bundle.close();
    const files = join(folder, 'files');
    mkdirSync(files);
    for (const name of ['a', 'b']) writeFileSync(join(files, name), 'old');
    const { signal, pid, stderr } = spawnSync(process.execPath, [program, files], { encoding: 'utf8' });
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    const texts = () => ['a', 'b'].map((name) => readFileSync(join(files, name), 'utf8'));
    expect(texts()).toEqual(['new', 'old']);
    const next = [write('files/a', 'new', 'newer'), write('files/b', 'old', 'newer')];
    await expect(writeFiles(next, false)).rejects.toMatchObject({
      code: 'usage',
      where: join(files, 'b'),
      hint: expect.stringContaining(join(files, `b.${pid}.plimsoll`)),
    });
    expect(texts()).toEqual(['new', 'old']);
    await writeFiles(next, true);
    expect(texts()).toEqual(['newer', 'newer']);
    expect(readdirSync(files).sort()).toEqual(['a', 'b']);
  });

  it('refuses a file that changed since it was read, with force too', async () => {
    writeFileSync(join(folder, 'a'), 'newer');
    for (const force of [false, true])
      await expect(writeFiles([write('a', 'old', 'new')], force)).rejects.toMatchObject({ code: 'usage' });
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('newer');
  });

  describe.skipIf(!hasGit)('in a git repository', () => {
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        stdio: 'ignore',
      });
    const refused = (from: string, to: string): Promise<void> =>
      expect(writeFiles([write('a', from, to)], false)).rejects.toMatchObject({ code: 'usage' });

    it.each([
      ['as git makes it', []],
      ['with version 4 of the index', ['-c', 'index.version=4']],
      ['with a split index', ['-c', 'core.splitIndex=true']],
      ['with SHA-256', ['sha256']],
    ])('%s, refuses a file with uncommitted changes, unless forced', async (_, options) => {
      const sha256 = options[0] === 'sha256';
      execFileSync('git', ['init', '-q', ...(sha256 ? ['--object-format=sha256'] : []), folder]);
      writeFileSync(join(folder, 'a'), 'committed');
      writeFileSync(join(folder, 'a-longer-name'), '');
      git(...(sha256 ? [] : options), 'add', '.');
      git('commit', '-qm', 'x');
      await writeFiles([write('a', 'committed', 'fixed')], false);
      await refused('fixed', 'twice');
      await writeFiles([write('a', 'fixed', 'twice')], true);
      expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('twice');
      // What is staged, git can bring back.
      git(...(sha256 ? [] : options), 'add', 'a');
      await writeFiles([write('a', 'twice', 'thrice')], false);
      await refused('thrice', 'x');
    });

    it('knows other working trees, files git does not know, and an index that is damaged', async () => {
      const main = join(folder, 'main');
      execFileSync('git', ['init', '-q', main]);
      writeFileSync(join(main, 'a'), 'one');
      const inMain = (...args: string[]): void => git('-C', main, ...args);
      inMain('add', 'a');
      inMain('commit', '-qm', 'x');
      inMain('worktree', 'add', '-q', join(folder, 'other'));
      await writeFiles([write('other/a', 'one', 'two')], false);
      await expect(writeFiles([write('other/a', 'two', 'three')], false)).rejects.toMatchObject({ code: 'usage' });
      writeFileSync(join(main, 'unknown'), 'new');
      await writeFiles([write('main/unknown', 'new', 'newer')], false);
      writeFileSync(join(main, '.git', 'index'), 'DIRC\0\0\0\u0002\u00ff\u00ff\u00ff\u00ff broken');
      await writeFiles([write('main/a', 'one', 'two')], false);
      await writeFiles([write('main/a', 'two', 'three')], false);
    });

    it('runs nothing that a repository inside names', async () => {
      const bare = join(folder, 'docker');
      execFileSync('git', ['init', '-q', '--bare', bare]);
      const tell = join(folder, 'ran');
      for (const option of ['core.fsmonitor', 'core.pager', 'core.hooksPath'])
        execFileSync('git', ['-C', bare, 'config', option, `touch ${tell};`]);
      execFileSync('git', ['-C', bare, 'config', 'core.bare', 'false']);
      execFileSync('git', ['-C', bare, 'config', 'core.worktree', bare]);
      writeFileSync(join(bare, 'Dockerfile'), 'FROM a\n');
      await writeFiles([write('docker/Dockerfile', 'FROM a\n', 'FROM b\n')], false);
      expect(existsSync(tell)).toBe(false);
    });
  });
});

describe('a requirements file with line ends of Windows', () => {
  it('is read behind its comments, and what is added to an unended last line stands on lines of its own', () => {
    const text = 'requests==2.25.1\r\nJinja2==2.11.2 # x\r\n# all\r\nPyYAML==5.3';
    const file = readRequirements(text);
    expect(file.requirements.map(({ name, specifier }) => [name, specifier])).toEqual([
      ['requests', '==2.25.1'],
      ['jinja2', '==2.11.2'],
      ['pyyaml', '==5.3'],
    ]);
    const edits = [
      ...(pinRequirement(text, file.requirements[1]!, { name: 'Jinja2', to: '3.1.6' }) ?? []),
      ...['certifi', 'idna'].flatMap((name) => addRequirement(text, file, { name, to: '3.15' }) ?? []),
    ];
    expect(applyEdits(text, edits)).toBe(
      'requests==2.25.1\r\nJinja2==3.1.6 # x\r\n# all\r\nPyYAML==5.3\r\ncertifi==3.15\r\nidna==3.15',
    );
  });
});
