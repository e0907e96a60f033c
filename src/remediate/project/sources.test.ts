import { describe, expect, it } from 'vitest';
import type { BuildFile } from '../files/index.ts';
import { asPipSettings, hostsNotAsked, projectSources } from './sources.ts';

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
    expect(projectSources([file(path, text, kind)])).toEqual([{ path, index, extra, none: false }]);
  });

  it('are none where no file names one, or where the file is broken', () => {
    expect(projectSources([file('requirements.txt', 'six\n', 'requirements')])).toEqual([]);
    expect(projectSources([file('pyproject.toml', '[tool', 'project')])).toEqual([]);
  });

  it('become settings of pip, without those whose address has variables', () => {
    const text = `--index-url https://${'$'}{USER}:${'$'}{TOKEN}@main.example/simple\n--extra-index-url https://more.example/x\n`;
    const sources = projectSources([file('requirements.txt', text, 'requirements')]);
    expect(asPipSettings(sources).get('requirements.txt')).toBe(
      '[global]\nindex-url = \nextra-index-url = https://more.example/x\nno-index = false\n',
    );
    // It is told all the same that it was not asked.
    expect(hostsNotAsked(sources, ['more.example'])).toEqual([{ path: 'requirements.txt', host: 'main.example' }]);
  });

  it('are told by host, without names and passwords, where others were asked', () => {
    const text = '--index-url https://me:secret@main.example/simple\n';
    const sources = projectSources([file('requirements.txt', text, 'requirements')]);
    expect(hostsNotAsked(sources, ['pip.example'])).toEqual([{ path: 'requirements.txt', host: 'main.example' }]);
  });
});
