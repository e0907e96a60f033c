/**
 * The files for pipelines before linters of others, fetched with the clients of PyPI and Go: check-jsonschema with the schemas that GitHub, GitLab and
 * Microsoft publish, actionlint, pre-commit; for the Jenkinsfile Groovy itself, which runs it with steps that are written down, and CodeNarc with its rules
 * for Jenkins. The rules of declarative pipelines are in Jenkins alone.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { goProgram, npmPackage, pythonPackages } from './fetched.ts';
import { has, root, scratch, titled } from './machine.ts';

const place = scratch();
afterAll(() => place.remove());

const python = pythonPackages('check-jsonschema==0.39.0', 'pre-commit==4.7.0');
const noPython =
  python === undefined ? 'check-jsonschema and pre-commit could not be installed with python3 -m pip' : undefined;
const actionlint = has('go') ? goProgram('github.com/rhysd/actionlint/cmd/actionlint@v1.7.7') : undefined;
const noActionlint = actionlint === undefined ? 'actionlint could not be built with go install' : undefined;

const groovy = has('java') ? npmPackage('npm-groovy-lint@18.0.0') : undefined;
const noGroovy = groovy === undefined ? 'no java, or npm-groovy-lint could not be fetched with npm' : undefined;

interface Ended {
  readonly status: number | null;
  readonly said: string;
}
function ran(program: string, args: readonly string[]): Ended {
  const done = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: python ?? '', PRE_COMMIT_HOME: place.path },
  });
  return { status: done.status, said: `${done.stdout}${done.stderr}` };
}
const checked = (...args: readonly string[]): Ended => ran('python3', ['-m', 'check_jsonschema', ...args]);
const VALID = { status: 0, said: expect.stringContaining('ok -- validation done') };

describe('files for pipelines', () => {
  it.skipIf(noPython !== undefined).each([
    ['the Action', ['vendor.github-actions', 'action.yml']],
    [
      'workflows of GitHub',
      [
        'vendor.github-workflows',
        '.github/workflows/image.yml',
        '.github/workflows/database.yml',
        'docs/pipelines/github.yml',
      ],
    ],
    ['the pipeline of GitLab', ['vendor.gitlab-ci', '--data-transform', 'gitlab-ci', 'docs/pipelines/gitlab-ci.yml']],
    // Its patterns are of .NET: https://github.com/microsoft/azure-pipelines-vscode
    [
      'the pipeline of Azure',
      ['vendor.azure-pipelines', '--regex-variant', 'python', 'docs/pipelines/azure-pipelines.yml'],
    ],
  ] as const)(titled('%s is valid by the schema of its publisher', noPython), (_, [schema, ...args]) => {
    expect(checked('--builtin-schema', schema, ...args)).toEqual(VALID);
  });

  it.skipIf(noPython !== undefined)(
    titled("GitLab's component: its job is valid once its inputs are put in", noPython),
    () => {
      const [, job] = readFileSync(join(root, 'templates/plimsoll.yml'), 'utf8').split('\n---\n');
      const path = join(place.path, 'component.gitlab-ci.yml');
      writeFileSync(path, job!.replaceAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g, 'test'));
      expect(checked('--builtin-schema', 'vendor.gitlab-ci', '--data-transform', 'gitlab-ci', path)).toEqual(VALID);
    },
  );

  it.skipIf(noPython !== undefined)(titled('a file that is none is told', noPython), () => {
    const path = join(place.path, 'broken.yml');
    writeFileSync(path, 'name: x\nruns: { using: composite }\n');
    expect(checked('--builtin-schema', 'vendor.github-actions', path).status).toBe(1);
  });

  it.skipIf(noPython !== undefined)(titled('the hook is one for pre-commit itself', noPython), () => {
    expect(ran('python3', ['-m', 'pre_commit', 'validate-manifest', '.pre-commit-hooks.yaml']).status).toBe(0);
  });

  it.skipIf(noActionlint !== undefined)(titled('actionlint finds nothing in the workflows', noActionlint), () => {
    const files = ['.github/workflows/image.yml', '.github/workflows/database.yml', 'docs/pipelines/github.yml'];
    expect(ran(join(actionlint!, 'actionlint'), ['-no-color', '-shellcheck=', '-pyflakes=', ...files])).toEqual({
      status: 0,
      said: '',
    });
  });
});

/** Runs a Jenkinsfile; args are the file and what `sh` returns. Prints the sections and steps in their order. */
const WALK = `
def said = []
def script = new GroovyShell(new Binding(WORKSPACE: '/w')).parse(new File(args[0]))
script.metaClass.methodMissing = { String name, given ->
  said << name
  given.findAll { it instanceof Closure }.each { it() }
  name == 'sh' ? args[1] as int : null
}
script.run()
println said.join(' ')
`;

describe('the Jenkinsfile', () => {
  const file = join(root, 'docs/pipelines/Jenkinsfile');
  const java = (...args: readonly string[]): Ended => {
    const jars = ['lib/java/*', 'lib/java/groovy/lib/*'].map((entry) => join(groovy!, entry)).join(':');
    return ran('java', ['-cp', jars, ...args]);
  };
  const walked = (path: string, code: number): Ended => {
    const walk = join(place.path, 'walk.groovy');
    writeFileSync(walk, WALK);
    return java('groovy.ui.GroovyMain', walk, path, String(code));
  };

  it.skipIf(noGroovy !== undefined).each([
    [0, 'sh'],
    [1, 'sh unstable'],
    [2, 'sh error'],
  ] as const)(titled('is run by Groovy: after %d of the scan its steps are %s', noGroovy), (code, steps) => {
    expect(walked(file, code)).toEqual({
      status: 0,
      said: `pipeline agent docker image environment stages stage steps script ${steps} post always junit archiveArtifacts\n`,
    });
  });

  it.skipIf(noGroovy !== undefined)(titled('is judged: one that is not closed is told', noGroovy), () => {
    const broken = join(place.path, 'Jenkinsfile');
    writeFileSync(broken, 'pipeline { agent any; stages { stage("x") { steps { sh "x" } } }');
    expect(walked(broken, 0)).toEqual({ status: 1, said: expect.stringContaining('Unexpected input') });
  });

  it.skipIf(noGroovy !== undefined)(
    titled('has nothing that CodeNarc finds by its rules for Jenkins', noGroovy),
    () => {
      const rules = ['-rulesetfiles=rulesets/jenkins.xml,rulesets/basic.xml', '-report=text:stdout'];
      const { said } = java('org.codenarc.CodeNarc', `-basedir=${join(file, '..')}`, '-includes=Jenkinsfile', ...rules);
      expect(said).toContain('TotalFiles=1 FilesWithViolations=0');
    },
  );
});
