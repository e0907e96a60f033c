import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/remediate/plan.ts';
import type { Verification } from '../../src/remediate/verification.ts';
import { type Builder, builder, checkout, database, fixBase, networkVariables, whyNoPip } from './fix-story.ts';
import { haveFeeds, type Outcome, plimsoll, run, scratch, titled } from './machine.ts';
import type { ReportDocument } from './subjects.ts';

/**
 * The story the tool is there for, with nothing canned: an old service on Debian 11 is built, scanned, fixed by the diff that the
 * tool writes, built again with what apt and pip install today, scanned again, and held against what was promised.
 */

const base = haveFeeds ? fixBase() : { reason: 'no feeds beside the checkout (../shared/feeds)' };
const reason = 'reason' in base ? base.reason : whyNoPip();

const work = scratch();
const home = join(work.path, 'home');
const folder = join(work.path, 'service');
const before = join(work.path, 'before');
const after = join(work.path, 'after');
let buildah: Builder | undefined;

const tool = async (args: readonly string[], code = 0): Promise<Outcome> => {
  const done = await plimsoll(args, { home, cwd: folder, env: networkVariables() });
  expect(done.stderr).not.toMatch(/internal error/);
  expect(done.code, done.stderr + done.stdout.slice(0, 3_000)).toBe(code);
  return done;
};
const git = (...args: string[]): string => run('git', ['-C', folder, ...args]);
const scanned = async (layout: string): Promise<ReportDocument> =>
  JSON.parse((await tool(['scan', `oci:${layout}`, '-f', 'json'])).stdout) as ReportDocument;
const fixable = ({ findings }: ReportDocument, type: string): string[] =>
  findings
    .filter((finding) => finding.package.type === type && finding.fix.state === 'fixed')
    .map(({ id, package: { name, source } }) => `${source?.name ?? name} ${id}`);

beforeAll(async () => {
  if (reason !== undefined || !('path' in base)) return;
  checkout(folder, base.path);
  buildah = builder(work.path);
  buildah.build(folder, before);
  await database(home, work.path);
});
afterAll(() => {
  buildah?.remove();
  work.remove();
});

describe(titled('an old service, fixed', reason), () => {
  const test = it.skipIf(reason !== undefined);
  let old: ReportDocument;
  let plan: Plan;

  test('has setuptools 58.1.0 and a Debian without its security updates to begin with', async () => {
    old = await scanned(before);
    writeFileSync(join(work.path, 'old.json'), JSON.stringify(old));
    expect(old.findings.some(({ id, package: pkg }) => id === 'CVE-2022-40897' && pkg.version === '58.1.0')).toBe(true);
    expect(fixable(old, 'deb').length).toBeGreaterThan(20);
    expect(fixable(old, 'pypi').length).toBeGreaterThan(10);
  });

  test('gets a plan: what apt and pip can install now, and which lines to change', async () => {
    const done = await tool(['fix', `oci:${before}`, '--dockerfile', 'Dockerfile', '-f', 'json']);
    writeFileSync(join(work.path, 'plan.json'), done.stdout);
    plan = JSON.parse(done.stdout) as Plan;
    const applied = plan.steps.filter((step) => step.applied);
    expect(applied.map(({ kind }) => kind).sort()).toEqual(['os', 'python']);
    expect(applied.flatMap(({ changes }) => changes).filter(({ verified }) => verified !== 'index')).toEqual([]);
    expect(plan.cleared.map(({ id }) => id)).toContain('CVE-2022-40897');
    expect(plan.edits.map(({ path }) => path).sort()).toEqual(['Dockerfile', 'requirements.txt']);
    // Every layer of this file's making is led back to its line.
    expect(plan.attribution.base.by).toBe('dockerfile');
    const lines = readFileSync(join(folder, 'Dockerfile'), 'utf8').split('\n');
    const blamed = plan.attribution.layers.filter(({ findings }) => findings > 0).map(({ line }) => line);
    expect(blamed.map((line) => lines[Number(line?.split(':')[1]) - 1]?.split(' ')[0])).toEqual(['ADD', 'RUN', 'RUN']);
    // What stays has a reason, and nothing stays that an upgrade of the distribution would clear.
    expect(plan.remaining.filter((entry) => entry.reason === '')).toEqual([]);
    expect(plan.remaining.filter((entry) => entry.type === 'deb' && entry.fix.state === 'fixed')).toEqual([]);
  });

  test('refuses to write over what is not committed, and leaves it as it was', async () => {
    const requirements = join(folder, 'requirements.txt');
    writeFileSync(requirements, `${readFileSync(requirements, 'utf8')}# not committed\n`);
    const dirty = git('diff');
    const done = await tool(['fix', `oci:${before}`, '--dockerfile', 'Dockerfile', '--write'], 2);
    expect(done.stderr).toMatch(/not committed/);
    expect(git('diff')).toBe(dirty);
    git('checkout', '-q', '.');
  });

  test('gets a diff that git applies, and that is what --write writes', async () => {
    const diff = join(work.path, 'fix.diff');
    await tool(['fix', `oci:${before}`, '--dockerfile', 'Dockerfile', '-f', 'diff', '-o', diff]);
    git('apply', '--check', diff);
    git('apply', diff);
    const wanted = git('diff');
    git('checkout', '-q', '.');
    await tool(['fix', `oci:${before}`, '--dockerfile', 'Dockerfile', '--write', '-o', join(work.path, 'said.txt')]);
    expect(git('diff')).toBe(wanted);
    expect(git('status', '--porcelain')).toBe(' M Dockerfile\n M requirements.txt\n');
  });

  test('is built again by the same builder, and reality is what was predicted', async () => {
    buildah?.build(folder, after);
    expect(existsSync(join(after, 'index.json'))).toBe(true);
    const done = await tool(['verify', join(work.path, 'plan.json'), `oci:${after}`, '-f', 'json']);
    const { prediction, fresh, otherDatabase } = JSON.parse(done.stdout) as Verification;
    expect(otherDatabase).toBe(false);
    expect(prediction?.notCleared).toEqual([]);
    expect(prediction?.unforeseen).toEqual([]);
    expect(prediction?.holds).toBe(true);
    // Only copies within an upgraded pip may differ: nobody knows these before it is installed.
    // A trade brings what the plan said that it brings, and nothing else.
    const traded = new Set(plan.brought.map(({ name, id }) => `${name} ${id}`));
    const unforeseen = fresh.filter(({ name, id }) => !traded.has(`${name} ${id}`));
    const copies = [...(prediction?.clearedBesides ?? []), ...unforeseen].filter(
      ({ places }) => !places.every((place) => /\/pip\/_vendor|\/setuptools\/_vendor|\/_vendor$/.test(place)),
    );
    expect(copies).toEqual([]);
  });

  test('has no fixable finding of the operating system left, and of Python only what the plan said why of', async () => {
    const now = await scanned(after);
    expect(fixable(now, 'deb')).toEqual([]);
    expect(now.findings.some(({ id }) => id === 'CVE-2022-40897')).toBe(false);
    const told = [...plan.remaining, ...plan.brought];
    const said = new Set(told.map(({ name, id }) => `${name.toLowerCase()} ${id}`));
    const copies = (finding: ReportDocument['findings'][number]): boolean => finding.package.role === 'vendored';
    const left = now.findings
      .filter((finding) => finding.package.type === 'pypi' && finding.fix.state === 'fixed' && !copies(finding))
      .map(({ id, package: { name } }) => `${name.toLowerCase()} ${id}`);
    expect(left.filter((entry) => !said.has(entry))).toEqual([]);
  });

  test('is verified against a report as well, and a rebuild that changed nothing fails the plan', async () => {
    // Against a report, which foresees nothing, what a trade has brought is new.
    const told = await tool(['verify', join(work.path, 'old.json'), `oci:${after}`], plan.brought.length > 0 ? 1 : 0);
    expect(told.stdout).toMatch(/\d+ cleared/);
    const same = await tool(['verify', join(work.path, 'plan.json'), `oci:${before}`], 1);
    expect(same.stdout).toMatch(/should be gone and are not/);
  });
});
