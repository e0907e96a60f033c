import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.ts';
import type { Plan } from '../../src/remediate/plan.ts';
import {
  type Builder,
  builder,
  checkout,
  database,
  fixBase,
  networkVariables,
  pipArguments,
  whyNoPip,
} from './fix-story.ts';
import { haveFeeds, type Outcome, plimsoll, run, scratch, titled } from './machine.ts';

/**
 * `fix --try` with a real builder on a real Debian: the changed image is built, scanned and checked. A Dockerfile that undoes the
 * change at its end is what a prediction cannot see: it has to be told as failed.
 */

const base = haveFeeds ? fixBase() : { reason: 'no feeds beside the checkout (../shared/feeds)' };
const reason = 'reason' in base ? base.reason : whyNoPip();

const work = scratch();
const home = join(work.path, 'home');
const folder = join(work.path, 'service');
const image = join(work.path, 'image');
let buildah: Builder | undefined;

beforeAll(async () => {
  if (reason !== undefined || !('path' in base)) return;
  checkout(folder, base.path);
  buildah = builder(work.path);
  buildah.build(folder, image);
  await database(home, work.path);
});
afterAll(() => {
  buildah?.remove();
  work.remove();
});

/** Where the certificates of this machine lie in a container. */
const CERTIFICATE = '/run/build-certificates.crt';
/** pip's settings of this machine, as the Dockerfile takes them. */
const settings = (): string[] => {
  const { values, certificate } = pipArguments();
  const all = [...values, ...(certificate === undefined ? [] : [['PIP_CERT', CERTIFICATE] as const])];
  return all.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
};
/** Certificates come in as the builder's own settings mount them. https://github.com/containers/common/blob/main/docs/containers.conf.5.md */
function mounted(): NodeJS.ProcessEnv {
  const { certificate } = pipArguments();
  if (certificate === undefined) return {};
  const path = join(work.path, 'containers.conf');
  writeFileSync(path, `[containers]\nvolumes = ["${certificate}:${CERTIFICATE}:ro"]\n`);
  return { CONTAINERS_CONF: path };
}
const tried = (more: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  plimsoll(
    [
      'fix',
      `oci:${image}`,
      '--dockerfile',
      join(folder, 'Dockerfile'),
      '--goal',
      'no CVE-2022-40897',
      '--try',
      '-f',
      'json',
      ...settings(),
      ...more,
    ],
    { home, cwd: folder, env: { ...networkVariables(), ...mounted(), ...env } },
  );
const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('plimsoll-try-'));

describe(titled('a plan that is tried', reason), () => {
  const test = it.skipIf(reason !== undefined);

  test('holds where the image becomes what was predicted, and nothing stays behind', async () => {
    const before = leftovers();
    const { trial, edits } = JSON.parse((await tried(['--builder', 'buildah'])).stdout) as Plan;
    expect(trial?.failure).toBeUndefined();
    expect(trial?.verification?.prediction?.notCleared).toEqual([]);
    expect(trial?.verification?.cleared.map(({ id }) => id)).toContain('CVE-2022-40897');
    expect(trial?.checks.filter(({ name }) => name === 'pip check')).toMatchObject([
      { about: '/opt/venv', good: true },
    ]);
    expect(trial?.checks.filter(({ name }) => name === 'import').length).toBeGreaterThan(0);
    expect(edits.length).toBeGreaterThan(0);
    expect(run('git', ['-C', folder, 'status', '--porcelain'])).toBe('');
    expect(leftovers()).toEqual(before);
  });

  test('leaves out what a VEX document says of the base: by the image that it names, and by the package', async () => {
    const before = JSON.parse((await tried(['--builder', 'buildah'])).stdout) as Plan;
    const ofBase = before.remaining.filter(({ type }) => type === 'deb');
    const [byImage, byPackage] = [ofBase[0]!, ofBase.find(({ name }) => name !== ofBase[0]!.name)!];
    const { manifests } = JSON.parse(readFileSync(join(image, 'index.json'), 'utf8')) as {
      readonly manifests: readonly [{ readonly digest: string }];
    };
    const scan = JSON.parse(
      (await plimsoll(['scan', `oci:${image}`, '--offline', '-f', 'json'], { home })).stdout,
    ) as Report;
    // Of a source package every binary: a document that names one of them says nothing of the others.
    const packagesOf = ({ id, name }: { readonly id: string; readonly name: string }): readonly object[] =>
      scan.findings.flatMap(({ id: own, package: { purl, source, name: binary } }) =>
        own === id && (source?.name ?? binary) === name ? [{ '@id': purl }] : [],
      );
    const vex = join(work.path, 'base.openvex.json');
    const said = (name: string, products: readonly object[]) => ({
      vulnerability: { name },
      products,
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    });
    // The trial's image has another digest than the document names: what is said of the image is said of what takes its place.
    const product = `pkg:oci/service@${manifests[0].digest}`;
    const statements = [
      said(byImage.id, [{ '@id': product, subcomponents: packagesOf(byImage) }]),
      said(byPackage.id, packagesOf(byPackage)),
    ];
    const document = {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.org/vex/1',
      author: 'the base',
      statements,
    };
    writeFileSync(vex, JSON.stringify({ ...document, timestamp: '2024-01-01T00:00:00Z', version: 1 }));
    const after = JSON.parse((await tried(['--builder', 'buildah', '--vex', vex])).stdout) as Plan;
    const excepted = [byImage, byPackage].map(({ id, name }) => `${id} ${name}`);
    const told = (findings: readonly { readonly id: string; readonly name: string }[] = []): readonly string[] =>
      [...new Set(findings.map(({ id, name }) => `${id} ${name}`))].sort();
    const without = (findings: Parameters<typeof told>[0]): readonly string[] =>
      told(findings).filter((line) => !excepted.includes(line));
    expect(told(before.remaining)).toEqual(expect.arrayContaining(excepted));
    expect(told(before.trial?.verification?.remaining)).toEqual(expect.arrayContaining(excepted));
    expect(told(after.remaining)).toEqual(without(before.remaining));
    expect(told(after.cleared)).toEqual(told(before.cleared));
    expect(after.trial?.failure).toBeUndefined();
    expect(told(after.trial?.verification?.remaining)).toEqual(without(before.trial?.verification?.remaining));
    expect(told(after.trial?.verification?.fresh)).toEqual(told(before.trial?.verification?.fresh));
    expect(after.trial?.verification?.prediction?.notCleared).toEqual([]);
  });

  test('fails where the Dockerfile pins the old version again at its end, and says so', async () => {
    const path = join(folder, 'Dockerfile');
    const text = readFileSync(path, 'utf8');
    const broken = 'RUN pip install --no-cache-dir "setuptools==$(echo 58.1.0)"';
    writeFileSync(path, text.replace('CMD ["python3"]', `${broken}\nCMD ["python3"]`));
    try {
      const done = await tried(['--builder', 'buildah']);
      const { trial, cleared } = JSON.parse(done.stdout) as Plan;
      expect(cleared.map(({ id }) => id)).toContain('CVE-2022-40897');
      expect(trial?.kept).toBe(false);
      expect(trial?.verification?.prediction?.notCleared.map(({ id }) => id)).toContain('CVE-2022-40897');
      expect(done.code).toBe(1);
    } finally {
      writeFileSync(path, text);
    }
  });

  test('says what the build said where it fails, and that nothing is proved', async () => {
    const path = join(folder, 'Dockerfile');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('CMD ["python3"]', 'RUN echo this cannot be >&2; exit 7\nCMD ["python3"]'));
    try {
      const done = await tried(['--builder', 'buildah']);
      const { trial } = JSON.parse(done.stdout) as Plan;
      expect(trial).toMatchObject({ kept: false, failure: expect.stringContaining('this cannot be') });
      expect(done.code).toBe(1);
    } finally {
      writeFileSync(path, text);
    }
  });

  test('is refused in one line where nothing builds here', async () => {
    const done = await tried([], { PATH: join(work.path, 'no-programs') });
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/there is no program here that builds images: the plan was not tried/);
    expect(done.stdout).toBe('');
  });
});
