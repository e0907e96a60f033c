/** What pipelines take: each file is read by what reads it, names options that there are, and the action's script is run. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { OPTIONS } from '../src/commands/options/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id?: string;
      readonly run?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}

/** Options that a line of a shell gives to `plimsoll scan`. */
function optionsIn(script: string): string[] {
  return [...script.matchAll(/(?:^|[\s(])--([a-z][a-z-]+)/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'yes');
}
const known = new Set([...OPTIONS.get('scan')!].flatMap(({ name, also = [] }) => [name, ...also]));
const formats = new Set(OPTIONS.get('scan')!.find(({ name }) => name === 'format')!.offers);

describe('files for pipelines', () => {
  it.each([
    'action.yml',
    'templates/plimsoll.yml',
    'docs/pipelines/github.yml',
    'docs/pipelines/gitlab-ci.yml',
    'docs/pipelines/azure-pipelines.yml',
    'docs/pipelines/Jenkinsfile',
    '.pre-commit-hooks.yaml',
  ])('%s is read, and asks for options and formats that there are', (path) => {
    const content = text(path);
    if (path.endsWith('ml')) for (const document of parseAllDocuments(content)) expect(document.errors).toEqual([]);
    for (const name of optionsIn(content)) expect(known, `${path}: --${name}`).toContain(name);
    for (const [, name] of content.matchAll(/-f "?([a-z]+)=/g)) expect(formats, `${path}: -f ${name}`).toContain(name);
  });

  it('the hook for pre-commit is for the files of a project, and for no others', () => {
    const [hook] = parse(text('.pre-commit-hooks.yaml')) as {
      files: string;
      language: string;
      pass_filenames: boolean;
    }[];
    const files = new RegExp(hook!.files);
    for (const name of [
      'requirements.txt',
      'app/requirements-dev.txt',
      'pyproject.toml',
      'uv.lock',
      'environment.yml',
      'package-lock.json',
    ])
      expect(name).toMatch(files);
    for (const name of ['README.md', 'src/requirements.py', 'my-uv.lock.bak']) expect(name).not.toMatch(files);
    expect(hook).toMatchObject({ language: 'node', pass_filenames: false });
  });
});

describe('the GitHub Action', () => {
  const action = parse(text('action.yml')) as Action;
  const { run, env } = action.runs.steps.find(({ id }) => id === 'scan')!;

  /** Runs the action's script with what the runner would hand it; a program of a few lines stands for npx. */
  function act(inputs: Readonly<Record<string, string>>, ends = 0): { code: number; args: string[]; output: string } {
    const folder = temporaryFolder();
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('npx'), `#!/bin/bash\nprintf '%s\\0' "$@" > ${at('args')}\nexit ${ends}\n`);
    chmodSync(at('npx'), 0o755);
    writeFileSync(at('output'), '');
    const given = Object.fromEntries(
      Object.entries(env!).map(([name, value]) => {
        const input = /inputs\.([a-z-]+)/.exec(value)![1]!;
        return [name, inputs[input] ?? action.inputs[input]!.default ?? ''];
      }),
    );
    let code = 0;
    try {
      // The runner gives its shell no start-up file either.
      execFileSync('bash', ['--noprofile', '--norc', '-c', run!], {
        env: {
          ...given,
          PLIMSOLL_HOME: '',
          HOME: folder,
          PATH: `${folder}:${process.env.PATH}`,
          RUNNER_TEMP: folder,
          GITHUB_OUTPUT: at('output'),
        },
        stdio: 'ignore',
      });
    } catch (error) {
      code = (error as { status: number }).status;
    }
    return {
      code,
      args: readFileSync(at('args'), 'utf8').split('\0').slice(0, -1),
      output: readFileSync(at('output'), 'utf8'),
    };
  }

  it('is composite, hands nothing from outside to the text of a script, and has an input for each variable', () => {
    expect(action.runs.using).toBe('composite');
    expect(run).not.toContain('${{');
    for (const value of Object.values(env!)) expect(action.inputs).toHaveProperty(/inputs\.([a-z-]+)/.exec(value)![1]!);
  });

  it('scans with what it was given, and says where the reports are', () => {
    const { code, args, output } = act({ target: 'docker:my-model:1', 'fail-on': 'fixable:HIGH', html: 'a b.html' });
    expect(args).toEqual([
      '--yes',
      'plimsoll@latest',
      'scan',
      'docker:my-model:1',
      '-f',
      'table',
      '-f',
      expect.stringMatching(/^json=.*plimsoll\.json$/),
      '-f',
      'sarif=plimsoll.sarif',
      '-f',
      'html=a b.html',
      '--fail-on',
      'fixable:HIGH',
    ]);
    expect(code).toBe(0);
    expect(output).toMatch(/^sarif=plimsoll\.sarif\njson=.*\nexit-code=0\n$/);
  });

  it('ends as the scan ends, with the reports told all the same', () => {
    const { code, output } = act({ target: 'x' }, 1);
    expect(code).toBe(1);
    expect(output).toContain('exit-code=1');
  });

  it('runs nothing that a name says', () => {
    const evil = '$(touch pwned); `id` "; exit 0 #';
    expect(act({ target: evil, severity: evil }).args).toEqual(expect.arrayContaining([evil]));
  });
});
