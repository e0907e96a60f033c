import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Rooms in which files have no test of their own name because the tests of the room take them all, through the door by which they are
 * used: `[room, its tests, why]`. A file of such a room has to be reached by one of these. All others have a test beside them, or one
 * that imports what they export.
 */
const HELD: readonly (readonly [room: string, tests: readonly string[], why: string])[] = [
  ['src', ['src/report/stored/stored.test.ts'], 'what is published is held to its schema'],
  ['src/advisories', ['src/advisories/real-feeds.test.ts'], 'real records go through them'],
  [
    'src/advisories/ratings',
    ['src/advisories/ratings/severity.test.ts', 'src/matching/match.test.ts'],
    'part of choosing a rating',
  ],
  ['src/analyzers/configuration', ['src/analyzers/readers.test.ts'], 'files of real packages go in, facts come out'],
  ['src/analyzers/python', ['src/analyzers/readers.test.ts'], 'files of real packages go in, facts come out'],
  [
    'src/advisories/build',
    ['src/advisories/build/gather.test.ts', 'src/advisories/build/update.test.ts'],
    'an update is one act: what it leaves is looked at',
  ],
  [
    'src/advisories/delivery',
    ['src/advisories/delivery/delivery.test.ts'],
    'what is pushed is pulled again, by a registry of the test',
  ],
  [
    'src/advisories/feeds',
    ['src/advisories/feeds/feeds.test.ts', 'src/advisories/feeds/scanner-databases.test.ts'],
    'records of each publisher go in, statements come out',
  ],
  [
    'src/advisories/store',
    ['src/advisories/real-feeds.test.ts', 'src/advisories/build/update.test.ts'],
    'what was filed is asked for again',
  ],
  [
    'src/analyzers',
    ['src/analyzers/readers.test.ts', 'test/contracts/analyzers.test.ts'],
    'files of real packages go in, facts come out',
  ],
  ['src/exposure', ['src/exposure/start/start.test.ts'], 'images are started in mind'],
  ['src/exposure/node', ['src/exposure/node/node.test.ts'], 'images are started in mind'],
  ['src/exposure/java', ['src/exposure/java/java.test.ts'], 'images are started in mind'],
  ['src/exposure/perl', ['src/exposure/perl/perl.test.ts'], 'images are started in mind'],
  ['src/exposure/ruby', ['src/exposure/ruby/ruby.test.ts'], 'images are started in mind'],
  ['src/formats/scripts', ['src/formats/scripts/perl.test.ts', 'src/formats/scripts/ruby.test.ts'], 'texts are read'],
  ['src/exposure/native', ['src/exposure/native/native.test.ts'], 'images are started in mind'],
  ['src/exposure/shell', ['src/exposure/shell/shell.test.ts'], 'scripts are gone through'],
  ['src/exposure/start', ['src/exposure/start/start.test.ts'], 'images are started in mind'],
  ['src/report/exposure', ['src/report/exposure/exposure.test.ts'], 'what is told is looked at'],
  [
    'src/analyzers/code',
    ['src/analyzers/code/code.test.ts'],
    'files of each kind go in, what the closure reads comes out',
  ],
  [
    'src/analyzers/models',
    ['src/analyzers/models/models.test.ts'],
    'models of each kind go in, facts and risks come out',
  ],
  [
    'src/analyzers/native',
    ['src/analyzers/native/binaries.test.ts', 'src/hiding/attacks.test.ts'],
    'bytes of real programs go in',
  ],
  [
    'src/sources/clouds',
    [
      'src/sources/clouds/aws.test.ts',
      'src/application/send.test.ts',
      'src/sources/clouds/google.test.ts',
      'src/sources/registry/keychain.test.ts',
    ],
    'files and an environment go in, a service sees with what it is asked',
  ],
  [
    'src/sources/signatures',
    ['src/sources/signatures/keyless.test.ts', 'src/advisories/delivery/signed-artifact.test.ts'],
    'what is signed in either form of cosign goes in, and what is proved comes out',
  ],
  [
    'src/sources/live',
    [
      'src/sources/live/ecr.test.ts',
      'src/sources/live/gar.test.ts',
      'src/sources/live/services.test.ts',
      'src/sources/live/projects.test.ts',
      'src/sources/live/azure.test.ts',
    ],
    'a double of the service answers, a report comes out',
  ],
  ['src/analyzers/project', ['src/application/scan-project.test.ts'], 'a project is scanned whole'],
  ['src/analyzers/secrets', ['src/analyzers/secrets/secrets.test.ts'], 'secrets and their like go in'],
  [
    'src/analyzers/systems',
    ['src/analyzers/systems/rpm-log.test.ts', 'src/analyzers/systems/traces.test.ts', 'src/hiding/hiding.test.ts'],
    'read where package databases are hidden',
  ],
  [
    'src/application',
    [
      'src/commands/fix.test.ts',
      'src/commands/compare.test.ts',
      'src/commands/bench.test.ts',
      'src/commands/db.test.ts',
      'src/commands/policy.test.ts',
      'src/commands/diff.test.ts',
      'src/application/scan-project.test.ts',
    ],
    'what a command does is tested as the command',
  ],
  [
    'src/exposure/python',
    ['src/exposure/python/python.test.ts'],
    'files and a command go in, what is reached comes out',
  ],
  [
    'src/formats/python',
    ['src/formats/python/python-imports.test.ts'],
    'whole files go in, and are held to a real parser',
  ],
  ['src/cis', ['src/cis/law.test.ts'], 'the law takes every check through all of it'],
  [
    'src/cis/checks',
    ['src/cis/law.test.ts', 'src/cis/checks/section-5-runtime.test.ts'],
    'each check of a section is in the test of that section',
  ],
  ['src/cis/engine', ['src/cis/engine/engine.test.ts', 'src/cis/law.test.ts'], 'an engine of the test answers'],
  ['src/cis/host', ['src/cis/host/host.test.ts', 'src/cis/law.test.ts'], 'a host of the test is read'],
  [
    'src/cis/image',
    ['src/cis/image/attacks.test.ts', 'src/cis/image/dockerfiles.test.ts'],
    'images and Dockerfiles are judged whole',
  ],
  [
    'src/commands',
    ['src/commands/scan-coverage.test.ts', 'src/commands/diff.test.ts', 'src/commands/output.test.ts'],
    'parts of commands',
  ],
  ['src/commands/options', ['src/commands/options/options.test.ts'], 'the table of options goes through them'],
  [
    'src/compare',
    [
      'src/compare/causes.test.ts',
      'src/compare/cases.test.ts',
      'src/compare/laws.test.ts',
      'src/compare/run-target.test.ts',
      'src/commands/compare.test.ts',
    ],
    'rules of one comparison: labelled rows of real reports go through all of them',
  ],
  ['src/compare/diff', ['src/commands/diff.test.ts'], 'a difference is made and printed'],
  ['src/coverage', ['src/application/scan-image.test.ts'], 'what a scan says of its gaps'],
  [
    'src/ecosystems',
    [
      'src/cis/law.test.ts',
      'src/ecosystems/index.test.ts',
      'test/contracts/ecosystems.test.ts',
      'test/contracts/purls.test.ts',
    ],
    'values: the contracts take each',
  ],
  [
    'src/formats',
    ['src/formats/damage.test.ts', 'src/analyzers/readers.test.ts', 'src/sources/open.test.ts'],
    'parts of readers',
  ],
  [
    'src/formats/archives',
    ['src/formats/archives/zip.test.ts', 'src/layers/tar.test.ts', 'src/sources/open.test.ts'],
    'parts of readers',
  ],
  [
    'src/formats/compression',
    ['src/formats/compression/compressed-stream.test.ts', 'src/analyzers/readers.test.ts'],
    "each method inflates what the system's own program packed",
  ],
  [
    'src/formats/databases',
    ['src/formats/databases/rpm-database.test.ts', 'src/formats/damage.test.ts', 'src/commands/fix.test.ts'],
    'databases of real systems are read',
  ],
  [
    'src/formats/executables',
    ['src/formats/executables/elf-stream.test.ts', 'src/analyzers/native/binaries.test.ts'],
    'real programs are read',
  ],
  [
    'src/formats/models',
    ['src/analyzers/models/models.test.ts', 'src/formats/models/pickle.test.ts'],
    'models of each kind are read',
  ],
  [
    'src/formats/sbom',
    ['src/inventory/sbom-cases.test.ts', 'src/inventory/sbom.test.ts'],
    'documents of each kind become inventories',
  ],
  [
    'src/formats/text',
    [
      'src/analyzers/models/chat-template.test.ts',
      'src/formats/text/json-stream.test.ts',
      'src/analyzers/readers.test.ts',
    ],
    'parts of readers',
  ],
  [
    'src/hiding/unlisted',
    ['src/hiding/unlisted/unlisted.test.ts'],
    'images without their database go in, what is recovered comes out',
  ],
  ['src/hiding/removals', ['src/hiding/removals/removals.test.ts'], 'instructions go in, what they delete comes out'],
  [
    'src/hiding/signs',
    ['src/hiding/evasion.test.ts', 'src/hiding/attacks.test.ts', 'src/hiding/hiding.test.ts'],
    'the checks are all made of one image, and each has an image that only it sees',
  ],
  [
    'src/hiding',
    ['src/hiding/hiding.test.ts', 'src/hiding/evasion.test.ts'],
    'what hides is built, and each sign is asked for by its name',
  ],
  [
    'src/inventory',
    ['src/inventory/sbom.test.ts', 'src/application/scan-project.test.ts', 'src/inventory/owner-proof.test.ts'],
    'images and documents become inventories',
  ],
  [
    'src/layers',
    [
      'src/layers/changesets.test.ts',
      'src/commands/bench.test.ts',
      'src/layers/body-pool.test.ts',
      'src/sources/open.test.ts',
    ],
    'layers are read whole, alone and by threads',
  ],
  [
    'src/matching',
    ['src/matching/match.test.ts', 'test/contracts/one-answer.test.ts'],
    'packages go in, findings with reasons come out',
  ],
  [
    'src/network',
    ['src/network/http.test.ts', 'src/network/proxy.test.ts'],
    'one client: servers of the test answer it',
  ],
  ['src/policy', ['src/policy/gates.test.ts'], 'gates are judged whole'],
  ['src/policy/exceptions', ['src/policy/exceptions/exceptions.test.ts'], 'files of each kind become rules'],
  ['src/policy/rules', ['src/policy/rules/policy.test.ts'], 'a policy is read and judged'],
  ['src/remediate', ['src/remediate/plan/make-plan.test.ts'], 'parts of a plan'],
  [
    'src/remediate/bases',
    ['src/commands/fix.test.ts', 'src/remediate/plan/make-plan.test.ts'],
    'bases are compared as a plan does',
  ],
  [
    'src/remediate/files',
    ['src/remediate/files/edits.test.ts', 'src/remediate/files/makers.test.ts', 'src/commands/fix.test.ts'],
    'files go in, edits come out',
  ],
  ['src/remediate/npm', ['src/remediate/npm/plan.test.ts'], 'part of its planner'],
  [
    'src/remediate/plan',
    ['src/remediate/plan/make-plan.test.ts', 'src/commands/fix.test.ts'],
    'a report goes in, a plan comes out',
  ],
  [
    'src/remediate/project',
    ['src/remediate/project/project.test.ts', 'src/application/fix-project.test.ts'],
    'what an installer makes of declarations, and what is written of it',
  ],
  [
    'src/remediate/python',
    ['src/remediate/python/plan.test.ts', 'src/remediate/python/index-client.test.ts'],
    'parts of its planner',
  ],
  [
    'src/remediate/systems',
    ['src/remediate/plan/make-plan.test.ts', 'src/remediate/systems/package-index.test.ts'],
    'parts of its planner',
  ],
  ['src/report', ['test/contracts/reports.test.ts'], 'parts of formats'],
  ['src/report/bench', ['src/report/bench/formats.test.ts'], 'each format of one result'],
  ['src/report/compare', ['src/report/compare/formats.test.ts'], 'each format of one comparison'],
  ['src/report/diff', ['src/commands/diff.test.ts'], 'each format of one difference'],
  ['src/report/several', ['src/commands/scan-several.test.ts'], 'several images are scanned and written'],
  ['src/report/exchange', ['src/report/exchange/exchange.test.ts'], 'each is held to the schema of who takes it'],
  ['src/report/fix', ['src/report/fix/formats.test.ts'], 'each format of one plan'],
  ['src/report/html', ['src/report/html/page.test.ts'], 'one page'],
  ['src/report/sbom', ['src/report/sbom/cyclonedx.test.ts', 'src/report/sbom/spdx.test.ts'], 'part of both'],
  ['src/report/scan', ['src/report/scan/table.test.ts', 'src/report/scan/markdown.test.ts'], 'parts of formats'],
  ['src/report/stored', ['src/report/stored/stored.test.ts'], 'what was written is read again'],
  [
    'src/scanners',
    ['src/scanners/readers.test.ts', 'src/scanners/real-reports.test.ts', 'src/compare/replay.test.ts'],
    'reports of each scanner go in; lenses are replayed rule by rule',
  ],
  ['src/sources', ['src/sources/open.test.ts'], 'parts of sources'],
  ['src/sources/attestations', ['src/sources/attestations/attestations.test.ts'], 'a layout of the test is searched'],
  ['src/sources/engine', ['src/sources/engine/engine.test.ts'], 'an engine of the test answers'],
  ['src/sources/files', ['src/sources/open.test.ts'], 'images of each kind are opened'],
  [
    'src/sources/registry',
    ['src/sources/registry/registry.test.ts', 'src/sources/registry/secrets.test.ts'],
    'a registry of the test answers',
  ],
];

/** Files and rooms (`.../`) that no quick test can run, and what runs them. */
const ALONE: ReadonlyMap<string, string> = new Map([
  ['src/layers/body-thread.ts', 'is a thread: src/layers/body-pool.test.ts starts it'],
  [
    'src/remediate/trial/',
    'starts builders of images and makers of lock files: test/e2e/fix-try.test.ts, fix-locks.test.ts',
  ],
  ['src/programs/first-process.ts', 'is process 1 of a container: test/e2e/signals.test.ts'],
]);

const isAlone = (file: string): boolean =>
  [...ALONE.keys()].some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));

const below = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/[\\/]fixtures/.test(entry.parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split('\\').join('/'))
    .sort();

const all = [...below('src'), ...below('test')];
const text = new Map(
  all.map((file) => [file, readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, ' ')]),
);
const isTest = (file: string): boolean => file.endsWith('.test.ts');
const target = (from: string, to: string): string => posix.join(posix.dirname(from), to);
const imported = new Map(
  all.map((file) => [
    file,
    [...text.get(file)!.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => target(file, match[1]!)),
  ]),
);

/** What a test imports by name, also through a room's face. */
function namedBy(tests: readonly string[]): Set<string> {
  const named = new Set<string>();
  for (const test of tests)
    for (const [, list, from] of text
      .get(test)!
      .matchAll(/import\s+(?!type)(?:\{([^}]*)\}|[\w*\s]+)\s+from\s+'(\.[^']+)'/g)) {
      const file = target(test, from!);
      const names = (list ?? '').split(',').map((name) => name.trim().split(' as ')[0]!);
      if (!file.endsWith('/index.ts') || list === undefined) named.add(file);
      else
        for (const [, passed, by] of (text.get(file) ?? '').matchAll(/export\s+\{([^}]*)\}\s+from\s+'(\.[^']+)'/g))
          if (passed!.split(',').some((name) => names.includes(name.trim().split(' as ').at(-1)!)))
            named.add(target(file, by!));
    }
  return named;
}

function reachedFrom(start: string): Set<string> {
  const reached = new Set([start]);
  for (const file of reached) for (const next of imported.get(file) ?? []) reached.add(next);
  return reached;
}

/** Files that do something: types and tables are tested as what reads them does. */
const does = (file: string): boolean =>
  /\bfunction\b|=>/.test(text.get(file)!.replace(/^export (?:interface|type)[\s\S]*?^}/gm, ''));

/** `pickle.test.ts` is the test of `pickle-machine.ts` as well. */
function besides(file: string): boolean {
  const words = posix.basename(file, '.ts').split('-');
  return words.some((_, at) =>
    existsSync(join(root, posix.dirname(file), `${words.slice(0, at + 1).join('-')}.test.ts`)),
  );
}

describe('tests beside what they test', () => {
  const quick = all.filter((file) => isTest(file) && !file.startsWith('test/e2e/'));
  const named = namedBy(quick);
  const alone = all.filter(
    (file) =>
      file.startsWith('src/') &&
      !isTest(file) &&
      !file.endsWith('/index.ts') &&
      does(file) &&
      !besides(file) &&
      !named.has(file),
  );
  const reached = new Map(HELD.flatMap(([, tests]) => tests).map((test) => [test, reachedFrom(test)]));

  it('each file that decides something has one, or its room says which tests hold it', () => {
    const bare = alone.filter((file) => {
      const tests = HELD.find(([room]) => room === posix.dirname(file))?.[1];
      return !isAlone(file) && !tests?.some((test) => reached.get(test)!.has(file));
    });
    expect(bare).toEqual([]);
  });

  it('no test has less time than the suite gives it: a busy machine must not fail it', () => {
    const given = Number(
      /testTimeout: ([\d_]+)/.exec(readFileSync(join(root, 'vitest.config.ts'), 'utf8'))?.[1]?.replaceAll('_', ''),
    );
    // Behind a test or a hook, or among what is said of a test.
    const own = /^ *\}, ([\d_]{4,})\);$|\{ timeout: ([\d_]+) \},(?: (?:async )?\(|$)/gm;
    const shorter = quick.filter((file) =>
      [...text.get(file)!.matchAll(own)].some(
        ([, behind, among]) => Number((behind ?? among)!.replaceAll('_', '')) < given,
      ),
    );
    expect(given).toBeGreaterThanOrEqual(120_000);
    expect(shorter).toEqual([]);
  });

  it('names no test and no file that is not there', () => {
    expect([...reached.keys()].filter((test) => !text.has(test))).toEqual([]);
    expect([...ALONE.keys()].filter((place) => !all.some((file) => file.startsWith(place)))).toEqual([]);
  });
});
