// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are Dockerfile syntax
/** What is fed: text parsers and readers, each with a few honest beginnings to mutate. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyzers } from '../../src/analyzers/index.ts';
import { templateRisks } from '../../src/analyzers/models/chat-template.ts';
import { projectAnalyzers } from '../../src/analyzers/project/index.ts';
import { PlimsollError } from '../../src/errors.ts';
import { zipMembers } from '../../src/formats/archives/index.ts';
import { readGitIndex } from '../../src/formats/databases/index.ts';
import { elfArchitecture } from '../../src/formats/executables/index.ts';
import {
  condaSettings,
  deb822,
  jsonMembers,
  mailHeaders,
  netrcLogin,
  parseDockerfile,
  parseOsRelease,
  parseRequirement,
  pipSettings,
  readToml,
  readXml,
} from '../../src/formats/text/index.ts';
import { takeInventory } from '../../src/inventory/take.ts';
import { entriesOf, readLocatedYaml } from '../../src/located-yaml.ts';
import { readAllExceptions, readExceptions } from '../../src/policy/exceptions/index.ts';
import { readPolicy } from '../../src/policy/rules/index.ts';
import { parseProject } from '../../src/remediate/python/project-page.ts';
import { readReport } from '../../src/scanners/read.ts';
import { parseReference } from '../../src/sources/reference.ts';
import { parseChallenges } from '../../src/sources/registry/auth.ts';
import { compareApk } from '../../src/versions/apk.ts';
import { compareDeb } from '../../src/versions/deb.ts';
import { compareGem } from '../../src/versions/gem.ts';
import { compareMaven } from '../../src/versions/maven.ts';
import { compareNatural } from '../../src/versions/natural.ts';
import { npmRange } from '../../src/versions/npm-range.ts';
import { comparePep440 } from '../../src/versions/pep440.ts';
import { parseSpecifiers } from '../../src/versions/pep440-specifier.ts';
import { compareRpm } from '../../src/versions/rpm.ts';
import { compareSemver } from '../../src/versions/semver.ts';
import { member, pax, archive as tarOf } from '../corpora/hostile-tar.ts';
import { image, layer, sha256 } from '../image.ts';
import { REPORT_SEEDS } from '../report-seeds.ts';
import seedFiles from './analyzer-seeds.json' with { type: 'json' };
import { BILL_TARGETS, FEED_TARGETS, START_TARGETS } from './readers.ts';

export interface Target {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** Those whose parts are grown in order; default: all. */
  readonly grown?: readonly Buffer[];
  /** Reads the input. What it throws is a find, but for `PlimsollError` and what `refuses` says. */
  run(input: Buffer): unknown;
}

const texts = (...all: readonly string[]): Buffer[] => all.map((text) => Buffer.from(text));

/** A reader that may refuse by an error of its own; a type or range error of JavaScript is none. */
const refusing =
  (read: (text: string) => unknown) =>
  (input: Buffer): void => {
    try {
      read(input.toString('utf8'));
    } catch (error) {
      if (
        error instanceof PlimsollError ||
        (error instanceof Error &&
          error.constructor.name !== 'TypeError' &&
          error.constructor.name !== 'RangeError' &&
          error.constructor.name !== 'ReferenceError')
      )
        return;
      throw error;
    }
  };

const versions =
  (compare: (a: string, b: string) => number) =>
  (input: Buffer): void => {
    const [a = '', b = ''] = input.toString('utf8').split('\n');
    const [sample, other] = [Math.sign(compare(a, b)), Math.sign(compare(b, a))];
    if (sample !== -other || compare(a, a) !== 0) throw new Error(`no order: ${sample} and ${other}`);
  };

const PARSERS: readonly Target[] = [
  {
    name: 'dockerfile',
    seeds: texts(
      'FROM a AS b\nARG x=1\nENV y=${x:-${z#*.}} q="a b"\nRUN <<EOF\necho $y\nEOF\nCOPY --from=b ["a", "/b"]\n',
      '# escape=`\nFROM a`\n\nRUN x\n',
      '\\\n',
      'FROM ${a:-${b:-c}}\nONBUILD RUN x\nHEALTHCHECK CMD x\n',
    ),
    run: (input) => parseDockerfile(input.toString('utf8')),
  },
  {
    name: 'xml',
    seeds: texts('<?xml version="1.0"?><a b="c">d<!-- x --><e/><![CDATA[f]]>&amp;</a>'),
    run: refusing(readXml),
  },
  {
    name: 'toml',
    seeds: texts('[project]\nname = "a"\ndependencies = ["b>=1", \'c\']\n[tool.x.y]\nz = 1\n'),
    run: refusing(readToml),
  },
  {
    name: 'deb822',
    seeds: texts('Package: a\nVersion: 1\nDescription: b\n c\n .\n\nPackage: d\n'),
    run: (input) => [...deb822(input.toString('utf8'), new Set(['package', 'description']))],
  },
  {
    name: 'mail-headers',
    seeds: texts('Name: a\nVersion: 1\nRequires-Dist: b (>=1) ; extra == "c"\n\nbody'),
    run: (input) => mailHeaders(input.toString('utf8')).all('Requires-Dist'),
  },
  {
    name: 'os-release',
    seeds: texts('ID=debian\nNAME="Debian \\"x\\""\nVERSION_ID=\'11\'\n'),
    run: (input) => parseOsRelease(input.toString('utf8')),
  },
  {
    name: 'requirement',
    seeds: texts(
      'a[b,c]>=1.0,<2; python_version < "3.8" and (os_name == "x" or extra == \'y\')',
      'a @ https://x/y.whl',
    ),
    run: (input) => parseRequirement(input.toString('utf8')),
  },
  {
    name: 'reference',
    seeds: texts(`localhost:5000/a/b-c.d_e:tag@sha256:${'a'.repeat(64)}`, 'docker.io/library/python:3.9'),
    run: refusing(parseReference),
  },
  {
    name: 'challenge',
    seeds: texts('Bearer realm="https://a/b",service="c",scope="d", Basic realm=x'),
    run: (input) => parseChallenges(input.toString('latin1')),
  },
  {
    name: 'project-page',
    seeds: texts('<a href="../a-1.0-py3-none-any.whl#sha256=00" data-requires-python="&gt;=3">a</a>'),
    run: (input) => parseProject(input.toString('utf8'), 'text/html', 'https://x.example/simple/a/'),
  },
  {
    name: 'pip-settings',
    seeds: texts('[global]\nindex-url = https://a/simple\nextra-index-url =\n  https://b\n# c\n'),
    run: (input) => pipSettings(input.toString('utf8')),
  },
  {
    name: 'conda-settings',
    seeds: texts('channels:\n  - conda-forge\n  - &a https://b/c\ndefault_channels: [*a]\noffline: true\n'),
    run: refusing(condaSettings),
  },
  {
    name: 'netrc',
    seeds: texts('machine a login b password c\ndefault login d password e\n# x\n'),
    run: (input) => netrcLogin(input.toString('utf8'), 'a', { byUser: true }),
  },
  {
    name: 'specifiers',
    seeds: texts('>=1.0,!=1.2.*,~=1.4,<2.0rc1,===x'),
    run: (input) => parseSpecifiers(input.toString('utf8')),
  },
  {
    name: 'npm-range',
    seeds: texts('^1.2.3 || >=2 <3 || 1.x - 2.x || ~0.1'),
    run: (input) => npmRange(input.toString('utf8')),
  },
  {
    name: 'git-index',
    seeds: [
      Buffer.concat([
        Buffer.from('DIRC\0\0\0\u0002\0\0\0\u0001', 'latin1'),
        Buffer.alloc(24),
        Buffer.from([0, 0, 0x81, 0xa4]),
        Buffer.alloc(32),
        Buffer.from([0, 1, 0x61]),
        Buffer.alloc(27),
      ]),
    ],
    run: (input) => readGitIndex(input),
  },
  {
    name: 'zip-directory',
    seeds: [
      Buffer.concat([
        Buffer.from('PK\u0001\u0002', 'latin1'),
        Buffer.alloc(42),
        Buffer.from('PK\u0005\u0006', 'latin1'),
        Buffer.alloc(18),
      ]),
    ],
    run: refusing((text) => [...zipMembers(Buffer.from(text, 'latin1'))]),
  },
  {
    name: 'elf-architecture',
    seeds: [
      Buffer.concat([Buffer.from('\u007fELF\u0002\u0001\u0001', 'latin1'), Buffer.alloc(11), Buffer.from([62, 0])]),
    ],
    run: (input) => elfArchitecture(input),
  },
  {
    name: 'json-members',
    seeds: texts('{"version":"1","packages":[{"pkg":{"name":"a"}},{"b":[1e5,null,"\\u00e9"]}],"end":true}'),
    run: (input) =>
      refused(async () => {
        const halves = [input.subarray(0, input.length >> 1), input.subarray(input.length >> 1)];
        async function* chunks() {
          yield* halves;
        }
        for await (const _ of jsonMembers(chunks(), 'packages.*', () => {}));
      }),
  },
  {
    name: 'layer',
    seeds: [
      tarOf(member({ name: 'etc/os-release' }, 'ID=debian\n'), member({ name: 'var/lib/dpkg/status' }, 'Package: a\n')),
      tarOf(Buffer.concat([pax({ path: 'long/name', size: '3' }), member({ name: 'x' }, 'abc')])),
    ],
    run: (input) => refused(() => takeInventory(image(layer(input).claiming(sha256(input))))),
  },
  ...Object.entries({
    apk: compareApk,
    deb: compareDeb,
    gem: compareGem,
    maven: compareMaven,
    natural: compareNatural,
    pep440: comparePep440,
    rpm: compareRpm,
    semver: compareSemver,
  }).map(
    ([name, compare]): Target => ({
      name: `compare-${name}`,
      seeds: texts('1.2.3\n1.2.3-rc.1+b', '1:2~a^b-3\n1!2.0.post1.dev0+c_d-e'),
      run: versions(compare),
    }),
  ),
  {
    name: 'report',
    seeds: texts(
      '{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"b","Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"c","InstalledVersion":"1"}]}]}',
      '{"matches":[{"vulnerability":{"id":"CVE-1"},"artifact":{"name":"c","version":"1"}}],"descriptor":{"name":"grype"}}',
      '{"$schema":"x","version":"2.1.0","runs":[{"tool":{"driver":{"name":"Trivy","rules":[]}},"results":[]}]}',
      '{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1"}]}',
      // What exchanges them between programs: GitLab, ECR, Inspector, Snyk, Scout, Artifact Analysis, JUnit.
      '{"version":"15.0.0","scan":{"type":"container_scanning","scanner":{"id":"trivy"}},"vulnerabilities":[{"id":"a","identifiers":[{"type":"cve","name":"CVE-1"}],"location":{"dependency":{"package":{"name":"a"},"version":"1"},"image":"b"}}]}',
      '{"imageScanFindings":{"findings":[{"name":"CVE-1","severity":"HIGH","attributes":[{"key":"package_name","value":"a"},{"key":"package_version","value":"1"}]}]},"repositoryName":"b"}',
      '{"vulnerabilities":[{"id":"SNYK-1","packageName":"a","version":"1","identifiers":{"CVE":["CVE-1"]}}],"packageManager":"deb","docker":{}}',
      '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library" bom-ref="a"><name>a</name><version>1</version><purl>pkg:npm/a@1</purl></component></components><vulnerabilities><vulnerability><id>CVE-1</id><affects><target><ref>a</ref></target></affects></vulnerability></vulnerabilities></bom>',
      '  Target │ a:1\n    digest │ 0123456789ab\n\n   0C 1H 0M 0L a 1\npkg:npm/a@1\n\n    ✗ HIGH CVE-2024-1 [Cause]\n      https://scout.docker.com/v/CVE-2024-1\n      Affected range : <2\n      Fixed version : 2\n',
      '<h2>:mag: Vulnerabilities of <code>a:1</code></h2><td>platform</td><td>linux/amd64</td><code>pkg:npm/a@1</code><a href="https://scout.docker.com/v/CVE-2024-1?s=github"><img alt="high : CVE-2024-1" src="x"/></a><tr><td>Fixed version</td><td><code>2</code></td></tr>',
      '<?xml version="1.0"?><testsuites><testsuite name="a" tests="1"><testcase classname="b" name="CVE-1"><failure message="x">y</failure></testcase></testsuite></testsuites>',
    ).concat(REPORT_SEEDS.map((seed) => Buffer.from(JSON.stringify(seed)))),
    run: async (input) =>
      readReport({
        where: 'fuzz',
        async *open() {
          yield input;
        },
      }).catch((error: unknown) => {
        if (!(error instanceof PlimsollError)) throw error;
      }),
  },
];

/** Readers of settings read files: one of each name, in a folder of its own. */
const folder = join(tmpdir(), `plimsoll-fuzz-${process.pid}`);
const written = (input: Buffer, name: string): string => {
  if (!existsSync(folder)) {
    mkdirSync(folder);
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  writeFileSync(join(folder, name), input);
  return join(folder, name);
};

/** Does what may be refused by an error of ours. */
const refused = async (read: () => unknown): Promise<void> => {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
  }
};

/** Rooms that came later: what an image hides, exceptions, the policy, templates of models, what a plan is built on. */
const ROOMS: readonly Target[] = [
  {
    name: 'hiding',
    // The lower layer's files, and what the upper one makes of them: a line each, a file for each word.
    seeds: texts(
      'var/lib/dpkg/status etc/os-release usr/lib/python3/dist-packages/a-1.dist-info/METADATA\n-var/lib/dpkg/status etc/os-release\n',
      'lib/apk/db/installed usr/share/doc/a/changelog.Debian.gz\n-lib/apk/db .wh..wh..opq\n',
      'var/lib/rpm/Packages opt/conda/conda-meta/a-1-0.json\n-opt/conda -var/lib/rpm\n',
    ),
    run: (input) => {
      const [below = '', above = ''] = input.toString('latin1').split('\n');
      const body = (path: string): string =>
        path.includes('os-release')
          ? 'ID=debian\nVERSION_ID="11"\n'
          : 'Package: a\nStatus: install ok installed\nVersion: 1\nP:b\nV:2\nName: c\n';
      const named = (line: string): [string, string][] =>
        line
          .split(' ')
          .filter((path) => /^[^/-].*[^/]$/.test(path))
          .slice(0, 50)
          .map((path) => [path, body(path)]);
      const gone = above
        .split(' ')
        .filter((path) => /^-[^/]/.test(path))
        .map((path) => path.slice(1).replace(/([^/]+)$/, '.wh.$1'))
        .map((path): [string, string] => [path, '']);
      return takeInventory(
        image(layer(Object.fromEntries(named(below))), layer(Object.fromEntries([...named(above), ...gone]))),
      );
    },
  },
  {
    name: 'policy',
    seeds: texts(
      'policy:\n  preset: batch\n  rules:\n    - severity: HIGH\n      max: 0\n',
      'policy:\n  fixable:\n    CRITICAL: 0\n  grace: 30d\n  registries: [a.example/*]\n  licences:\n    deny: [GPL-3.0-only]\n',
      'exceptions:\n  - id: CVE-2024-1\n    reason: x\n    owner: a\n    until: 2030-01-01\n    packages: ["pkg:npm/a"]\n',
    ),
    run: async (input) => {
      const path = written(input, 'policy.yaml');
      await refused(async () => {
        const keys = entriesOf(await readLocatedYaml(path), 'the file');
        const [policy, exceptions] = [keys.get('policy'), keys.get('exceptions')];
        if (policy) await refused(() => readPolicy(policy, path));
        if (exceptions) await refused(() => readExceptions(exceptions));
      });
    },
  },
  {
    name: 'ignore-files',
    seeds: texts(
      'CVE-2024-1 exp:2030-01-01\n# x\n',
      'vulnerabilities:\n  - id: CVE-2024-1\n    paths: ["a/**"]\n    expired_at: 2030-01-01\n',
      'ignore:\n  - vulnerability: CVE-2024-1\n    package:\n      name: a\n      version: 1\n',
    ),
    run: async (input) => {
      for (const name of ['.trivyignore', '.trivyignore.yaml'])
        await refused(() => readAllExceptions({ ignoreFiles: [written(input, name)] }));
    },
  },
  {
    name: 'vex',
    seeds: texts(
      '{"@context":"https://openvex.dev/ns/v0.2.0","@id":"a","statements":[{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:oci/a","subcomponents":[{"@id":"pkg:npm/a@1"}]}],"status":"not_affected","justification":"component_not_present"}]}',
      '{"document":{"category":"csaf_vex","title":"a"},"product_tree":{"branches":[{"category":"product_version","name":"a","product":{"product_id":"p","name":"a","product_identification_helper":{"purl":"pkg:rpm/a@1"}}}]},"vulnerabilities":[{"cve":"CVE-1","product_status":{"known_not_affected":["p"]},"flags":[{"label":"component_not_present","product_ids":["p"]}]}]}',
      '{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"bom-ref":"r","name":"a"}],"vulnerabilities":[{"id":"CVE-1","analysis":{"state":"not_affected"},"affects":[{"ref":"r"}]}]}',
    ),
    run: (input) => refused(() => readAllExceptions({ vexFiles: [written(input, 'vex.json')] })),
  },
  {
    name: 'template',
    seeds: texts(
      "{% for m in messages %}{{ m['role'] ~ '<|im_end|>' }}{% endfor %}{% set x = 'a' + \"b\" %}{{ x | upper }}",
      "{{ ''.__class__.__mro__[1].__subclasses__() }}{%- if a is defined -%}{{ '%s' % b }}{% endif %}{# x #}",
      "{% macro a(b='c') %}{{ b * 9 }}{% endmacro %}{{ ['a','b']|join('-') }}",
    ),
    run: refusing((text) => {
      for (const _ of templateRisks(text, 'fuzz'));
    }),
  },
];

/** A path that the glob matches. */
const example = (glob: string): string =>
  glob
    .replace(/\*\*\//g, 'opt/deep/')
    .replace(/\*\*/g, 'deep/x')
    .replace(/\*/g, 'some')
    .replace(/\?/g, 'x');

const JSON_SEED =
  '{"name":"a","version":"1.0.0","dependencies":{"b":{"version":"2"}},"packages":{"node_modules/c":{"version":"3"}}}';

/** An honest file of each analyzer: where it lies, and what is in it. */
export const OWN_FILES = new Map(
  Object.entries(seedFiles as Readonly<Record<string, { path: string; text?: string; base64?: string }>>).map(
    ([name, { path, text, base64 }]) => [
      name,
      { path, body: text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text) },
    ],
  ),
);

/** Every analyzer, those of a project as well, with one file under each of the names it asks for. */
const ANALYZERS: readonly Target[] = [...analyzers, ...projectAnalyzers].map((analyzer) => {
  const own = OWN_FILES.get(analyzer.name);
  const paths = [
    ...(own ? [own.path] : []),
    ...new Map((analyzer.files ?? ['srv/file.bin']).map((glob) => [glob.split('.').at(-1), example(glob)])).values(),
  ];
  return {
    name: `analyzer-${analyzer.name}`,
    ...(own ? { grown: [own.body] } : {}),
    seeds: [
      ...(own ? [own.body] : []),
      ...texts(
        JSON_SEED,
        'Name: a\nVersion: 1\n\nb\n',
        'a==1.0\nb>=2 # c\n-r d\n',
        '[[package]]\nname = "a"\nversion = "1"\n',
        'key: value\nlist:\n  - a: 1\n',
        '<project><artifactId>a</artifactId><version>1</version></project>',
        '\u0080\u0004\u0095\u0000}\u0094.',
        `PK\u0003\u0004${'\0'.repeat(30)}`,
      ),
    ],
    run: (input) =>
      takeInventory(image(layer(Object.fromEntries(paths.map((path) => [path, input])))), { analyzers: [analyzer] }),
  };
});

export const TARGETS: readonly Target[] = [
  ...PARSERS,
  ...ROOMS,
  ...ANALYZERS,
  ...FEED_TARGETS,
  ...BILL_TARGETS,
  ...START_TARGETS,
];
