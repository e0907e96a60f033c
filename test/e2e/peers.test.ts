import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/compare/comparison.ts';
import { findingsOf, startDeck } from './deck.ts';
import { daemon, freePort, images, lacking, plimsoll, run, scratch, titled } from './machine.ts';
import { noPeers, ownDatabaseOfPeers, quietPeers, writePeerDatabases } from './real-peers.ts';

/*
 * The lenses against the programs that they stand for, with databases of the records that ours has (`real-peers.ts`).
 */

const small = noPeers === undefined ? images('small') : undefined;
const reason = noPeers ?? (small !== undefined && 'reason' in small ? small.reason : undefined);

/** Rows that differ, as sentences; names of PyPI as PyPI compares them. */
function apart(comparison: Comparison): readonly string[] {
  return comparison.differences.map(
    ({ key, kind, values, causes }) => `${key}: ${kind} ${values.join(' / ')} (${causes[0]?.code})`,
  );
}

describe.skipIf(reason !== undefined)(titled('beside the real Grype and Trivy, on the same records', reason), () => {
  // What is skipped leaves no folder behind.
  const work = reason === undefined ? scratch() : { path: '', remove: (): void => {} };
  const folder = work.path;
  const home = join(folder, 'home');
  const image = join(small !== undefined && 'path' in small ? small.path : '', 'image.docker.tar');

  beforeAll(async () => {
    await writePeerDatabases();
    await ownDatabaseOfPeers(home);
  }, 1_800_000);

  afterAll(() => work.remove());

  const compared = async (...args: readonly string[]): Promise<Comparison> => {
    const { code, stdout, stderr } = await plimsoll(['compare', '-f', 'json', ...args], { home, env: quietPeers });
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Comparison;
  };

  it('the lens of trivy has the rows of trivy: id, package, version, severity, fix', async () => {
    const comparison = await compared('--run', 'trivy', '--lens', 'trivy', image);
    expect(comparison.reports.map(({ rows }) => rows)[0]).toBeGreaterThan(300);
    expect(apart(comparison)).toEqual([]);
  });

  it('the lens of grype has the rows of grype: id, package, version, severity, fix', async () => {
    const comparison = await compared('--run', 'grype', '--lens', 'grype', image);
    expect(comparison.reports.map(({ rows }) => rows)[0]).toBeGreaterThan(300);
    expect(apart(comparison)).toEqual([]);
  });

  it('both, run side by side: nothing unexplained', async () => {
    const comparison = await compared('--run', 'trivy,grype', image);
    expect(comparison.reports.map(({ scanner }) => scanner)).toEqual(['trivy', 'grype']);
    expect(comparison.unexplained.keys).toEqual([]);
    expect(comparison.tally.stated).toBeGreaterThan(comparison.tally.inferred);
  });

  const noRegistry = lacking('docker-registry', 'skopeo');
  it.skipIf(noRegistry.length > 0)(
    titled(
      'the deck, told live: ECR, Artifact Analysis and Clair are asked, Trivy and Grype run, and one table explains them all',
      noRegistry.length > 0 ? `${noRegistry} not installed` : undefined,
    ),
    async () => {
      const port = await freePort();
      const config = join(folder, 'registry.yml');
      const storage = { filesystem: { rootdirectory: join(folder, 'registry') } };
      const http = { addr: `127.0.0.1:${port}` };
      writeFileSync(config, JSON.stringify({ version: 0.1, log: { level: 'error' }, storage, http }));
      const ready = async (): Promise<boolean> =>
        (await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined))?.ok === true;
      const registry = await daemon('docker-registry', ['serve', config], ready);
      const name = `127.0.0.1:${port}/team/model`;
      const pushed = join(folder, 'pushed');
      const to = ['--dest-tls-verify=false', '--digestfile', pushed, `docker-archive:${image}`, `docker://${name}:1`];
      run('skopeo', ['--insecure-policy', 'copy', '--quiet', ...to]);
      const rules = await compared('--lens', 'ecr-basic,gcp,clair-v4', `${name}:1`);
      const [ecr = [], gcp = [], clair = []] = rules.reports.map((report) => findingsOf(rules, report.name));
      const digest = readFileSync(pushed, 'utf8').trim();
      const about = { registry: `127.0.0.1:${port}`, repository: 'team/model', tag: '1', digest };
      const deck = await startDeck(about, { ecr, gcp, clair }, folder);
      try {
        const services = ['ecr:team/model:1', `gar:${name}:1`, `clair:${name}:1`];
        const args = ['compare', '-f', 'json', ...services, '--run', 'trivy,grype', '--image', `${name}:1`];
        const told = await plimsoll(args, { home, env: { ...quietPeers, ...deck.environment } });
        expect(told.code, told.stderr).toBe(0);
        const comparison = JSON.parse(told.stdout) as Comparison;
        expect(comparison.reports.map(({ scanner }) => scanner)).toEqual([
          'ecr-basic',
          'gcp',
          'clair-v4',
          'trivy',
          'grype',
        ]);
        expect(comparison.identity).toMatchObject({ proven: true, problems: [] });
        for (const { rows } of comparison.reports) expect(rows).toBeGreaterThan(200);
        // Ten pairs; every bridge ends where the other report stands, over all rows and for each severity.
        expect(new Set(comparison.bridges.map(({ from, to: other }) => `${from} ${other}`)).size).toBe(10);
        for (const { start, steps, end, from, to: other } of comparison.bridges)
          expect(
            steps.reduce((sum, { count }) => sum + count, start),
            `${from} to ${other}`,
          ).toBe(end);
        const rowsOf = new Map(comparison.reports.map(({ name: of, rows }) => [of, rows]));
        for (const { severity, start, end, from, to: other } of comparison.bridges)
          if (severity === undefined) expect([start, end]).toEqual([rowsOf.get(from), rowsOf.get(other)]);
        // Every difference has a cause with a sentence, and what nobody can account for is counted as that.
        expect(comparison.differences.filter(({ causes }) => causes.length === 0)).toEqual([]);
        expect(comparison.unexplained.keys.length).toBeLessThan(comparison.rows.length / 20);
        // The pages were asked for to the end, and each secret was seen where it belongs.
        const [aws = [], google = [], clairs = []] = deck.seen();
        expect(Math.min(aws.length, google.length)).toBeGreaterThan(4);
        const all = (requests: readonly unknown[]): string => JSON.stringify(requests);
        expect(all([aws, google, clairs])).not.toContain('aws-secret-of-the-deck');
        expect(all([google, clairs])).not.toMatch(/aws-session-of-the-deck|AKIADECK/);
        expect(all([aws, clairs])).not.toMatch(/google-(?:secret|refresh|token)-of-the-deck/);
        expect(told.stdout + told.stderr).not.toMatch(/-of-the-deck/);
      } finally {
        await deck.close();
        await registry.stop();
      }
    },
  );

  it.each(['trivy', 'grype'])('what %s says when it fails is shown', async (scanner) => {
    const env = { ...quietPeers, GRYPE_DB_CACHE_DIR: join(folder, 'none'), TRIVY_CACHE_DIR: join(folder, 'none') };
    const { code, stderr } = await plimsoll(['compare', '--run', scanner, '--lens', scanner, image], { home, env });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/failed with exit code 1: .*(?:database|DB|db)/);
  });

  it.each(['trivy', 'grype'])('the JSON and the SARIF of one scan of %s do not differ', async (scanner) => {
    const report = (format: string): string => {
      const args =
        scanner === 'trivy'
          ? ['image', '--quiet', '--scanners', 'vuln', '--format', format, '--input', image]
          : ['-q', '-o', format, `docker-archive:${image}`];
      const file = join(folder, `${scanner}.${format}`);
      run('sh', ['-c', 'out=$1; shift; "$@" > "$out"', 'sh', file, scanner, ...args], quietPeers);
      return file;
    };
    const comparison = await compared(report('json'), report('sarif'));
    expect(
      comparison.differences.flatMap(({ causes }) => causes).filter(({ code }) => code !== 'report.parse'),
    ).toEqual([]);
    expect(comparison.reports[0]!.rows).toBe(comparison.reports[1]!.rows);
  });
});
