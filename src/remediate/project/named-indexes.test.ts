import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../formats/text/index.ts';
import type { BuildFile } from '../files/index.ts';
import { dockerfileIndexes, historyIndexes } from './dockerfile-indexes.ts';
import { asPipSettings, hostsNotAsked, notAskedNotices } from './named-indexes.ts';
import { projectIndexes } from './project-indexes.ts';

const file = (path: string, text: string, kind: BuildFile['kind']): BuildFile => ({
  path,
  absolute: `/p/${path}`,
  text,
  kind,
});

describe('the package indexes that a project names', () => {
  it.each([
    [
      'requirements.txt',
      'requirements',
      '--index-url https://main.example/simple\n--extra-index-url=https://more.example/simple # why\nsix==1.16.0\n',
      ['https://main.example/simple'],
      ['https://more.example/simple'],
    ],
    ['requirements.txt', 'requirements', '-i https://main.example/simple\nsix\n', ['https://main.example/simple'], []],
    [
      'pyproject.toml',
      'project',
      '[[tool.uv.index]]\nurl = "https://more.example/simple"\n[[tool.uv.index]]\nurl = "https://main.example/simple"\ndefault = true\n[[tool.uv.index]]\nurl = "https://torch.example/whl"\nexplicit = true\n',
      ['https://main.example/simple'],
      ['https://more.example/simple'],
    ],
    [
      'pyproject.toml',
      'project',
      '[[tool.poetry.source]]\nname = "a"\nurl = "https://main.example/simple"\n[[tool.poetry.source]]\nname = "b"\nurl = "https://more.example/simple"\npriority = "supplemental"\n',
      ['https://main.example/simple'],
      ['https://more.example/simple'],
    ],
    [
      'pyproject.toml',
      'project',
      '[[tool.pdm.source]]\nname = "pypi"\nurl = "https://main.example/simple"\n',
      ['https://main.example/simple'],
      [],
    ],
    [
      'Pipfile',
      'project',
      '[[source]]\nname = "x"\nurl = "https://main.example/simple"\n[[source]]\nname = "y"\nurl = "https://more.example/simple"\n',
      ['https://main.example/simple'],
      ['https://more.example/simple'],
    ],
  ] as const)('are read from %s (%s)', (path, kind, text, index, extra) => {
    expect(projectIndexes([file(path, text, kind)])).toEqual([{ path, index, extra, none: false }]);
  });

  it('are none where no file names one, or where the file is broken', () => {
    expect(projectIndexes([file('requirements.txt', 'six\n', 'requirements')])).toEqual([]);
    expect(projectIndexes([file('pyproject.toml', '[tool', 'project')])).toEqual([]);
  });

  it('become settings of pip, without those whose address has variables', () => {
    const text = `--index-url https://${'$'}{USER}:${'$'}{TOKEN}@main.example/simple\n--extra-index-url https://more.example/x\n`;
    const indexes = projectIndexes([file('requirements.txt', text, 'requirements')]);
    expect(asPipSettings(indexes).get('requirements.txt')).toBe(
      '[global]\nindex-url = \nextra-index-url = https://more.example/x\nno-index = false\n',
    );
    // It is told all the same that it was not asked.
    expect(hostsNotAsked(indexes, ['more.example'])).toEqual([{ path: 'requirements.txt', host: 'main.example' }]);
  });

  it('are told by host, without names and passwords, where others were asked', () => {
    const text = '--index-url https://me:secret@main.example/simple\n';
    const indexes = projectIndexes([file('requirements.txt', text, 'requirements')]);
    expect(hostsNotAsked(indexes, ['pip.example'])).toEqual([{ path: 'requirements.txt', host: 'main.example' }]);
  });

  it.each([
    [`https://me:secret@main.example:${'$'}{PORT}/simple`, `main.example:${'$'}{PORT}`],
    ['https://me:secret@main.example:port/simple', 'main.example:port'],
    ['https://me:sec/ret@main.example:port/simple', '(not an address)'],
    ['me:secret@main.example', 'main.example'],
    ['file:///me:secret@main', 'main'],
  ])('are told without names and passwords where an address cannot be taken apart: %s', (address, host) => {
    const indexes = projectIndexes([file('requirements.txt', `--index-url ${address}\n`, 'requirements')]);
    expect(hostsNotAsked(indexes, ['pip.example'])).toEqual([{ path: 'requirements.txt', host }]);
  });
});

describe('the package indexes that a Dockerfile names for one install', () => {
  const told = (text: string): readonly string[] =>
    notAskedNotices(dockerfileIndexes(parseDockerfile(`FROM debian:12\n${text}`), 'Dockerfile'), ['pip.example']).map(
      ({ message }) => message.split(',', 1)[0] as string,
    );

  it.each([
    ['RUN pip install --index-url https://me:secret@main.example/simple six'],
    ['RUN pip3 install -i https://main.example/simple six'],
    ['RUN pip install -i https://me:$TOKEN@main.example/simple six'],
    [`RUN pip install -i https://me:${'$'}{TOKEN}@main.example/simple six`],
    ['RUN python3 -m pip install \\\n  --extra-index-url=https://main.example/whl \\\n  torch==2.0.1'],
    ['RUN apt-get update && pip install -f "https://main.example/whl/torch_stable.html" torch'],
    ['RUN <<EOF\npip install --find-links https://main.example/whl six\nEOF'],
    ['RUN uv pip install --system --default-index https://main.example/simple six'],
    ['ARG PIP_INDEX_URL=https://me:secret@main.example/simple'],
    ['RUN PIP_EXTRA_INDEX_URL="https://main.example/simple" pip install six'],
    ['RUN export UV_INDEX_URL=https://main.example/simple && uv pip install --system six'],
    ['RUN ["pip", "install", "-i", "https://me:secret@main.example/simple", "six"]'],
    ['RUN ["sh", "-c", "pip install -ihttps://main.example/simple six"]'],
    ['RUN bash -c \'set -e; pip install --index-url="https://main.example/simple" six\''],
    ['RUN <<EOF\nset -e\npip install \\\n  --extra-index-url "https://main.example/whl?a=1&b=2" \\\n  torch\nEOF'],
    ['RUN test -e x || python3.11 -m pip wheel -i https://main.example/simple six | tee log'],
  ])('are told with their line and without their password: %s', (text) => {
    expect(told(text)).toEqual(['Dockerfile:2 names the package index main.example']);
  });

  it.each([
    ['RUN pip install --index-url https://pip.example/simple six'],
    ['RUN curl -f https://main.example/x.sh | sh && pip install six'],
    ['RUN pip install six && curl -i https://main.example/health'],
    ['RUN echo "pip install -i https://main.example/simple six"'],
    ['# RUN pip install -i https://main.example/simple six'],
  ])('are none where the one that was asked is named, or another program names an address: %s', (text) => {
    expect(told(text)).toEqual([]);
  });

  it('are none where it installs from files at hand, and that is told where an index was asked for the plan', () => {
    const said =
      'Dockerfile:2 installs with --no-index: the versions of the plan have to be put where it looks before the build';
    const of = (line: string, asked: readonly string[]) =>
      notAskedNotices(dockerfileIndexes(parseDockerfile(`FROM debian:12\n${line}`), 'Dockerfile'), asked).map(
        ({ message }) => message,
      );
    const line = 'RUN pip install --no-index --find-links /tmp/wheels -r /srv/requirements.txt && rm -rf /tmp/wheels';
    expect(of(line, ['pip.example'])).toEqual([said]);
    expect(
      of('RUN ["pip3", "install", "--no-index", "/wheels/six-1.16.0-py2.py3-none-any.whl"]', ['pip.example']),
    ).toEqual([said]);
    expect(of(line, [])).toEqual([]);
    expect(of('RUN pip install six && tool --no-index', ['pip.example'])).toEqual([]);
  });

  it('are told where an argument of the build has a default, and not where only the build knows them', () => {
    const line = `RUN pip install -i ${'$'}{INDEX}/simple six`;
    expect(told(`ARG INDEX=https://main.example\n${line}`)).toEqual([
      'Dockerfile:3 names the package index main.example',
    ]);
    expect(told(`RUN pip install -i ${'$'}{INDEX:-https://main.example} six`)).toEqual([
      'Dockerfile:2 names the package index main.example',
    ]);
    expect(told(`ARG INDEX\n${line}`)).toEqual([]);
  });

  it('are told where nobody was asked as well', () => {
    const sources = dockerfileIndexes(
      parseDockerfile('FROM a\nRUN pip install -i https://main.example/simple six'),
      'D',
    );
    expect(notAskedNotices(sources, []).map(({ message }) => message)).toEqual([
      'D:2 names the package index main.example, which was not asked, nor was any other: the plan rests on what the database and the advisories say',
    ]);
  });
});

describe('the package indexes that the history of an image names', () => {
  it.each([
    ['RUN /bin/sh -c pip install --index-url https://me:secret@main.example/simple six # buildkit'],
    ['RUN |1 PIP_INDEX_URL=https://me:secret@main.example/simple /bin/sh -c pip install six # buildkit'],
    ['|1 PIP_EXTRA_INDEX_URL=https://main.example/simple /bin/sh -c pip install six'],
    ['ARG PIP_INDEX_URL=https://main.example/simple'],
  ])('are told with the step, and without names and passwords: %s', (createdBy) => {
    const history = [
      { createdBy: 'ADD rootfs.tar / # buildkit', emptyLayer: false },
      { createdBy, emptyLayer: false },
    ];
    expect(notAskedNotices(historyIndexes({ history }), ['pip.example']).map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^step 2 of the history names the package index main\.example, which was not asked: the plan/,
      ),
    ]);
  });
});
