import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/compare/comparison.ts';
import { feeds, has, haveFeeds, images, lacking, plimsoll, root, run, scratch, titled } from './machine.ts';

/*
 * The lenses against the programs that they stand for: real Grype and Trivy, with databases that their own libraries write of
 * the records that ours has. The programs are those of PATH or of E2E_PEERS_BIN (grype, trivy, and the writers grypedb and
 * trivydb); with E2E_PEERS=build they are built from their Go modules, which takes half an hour on two cores. Databases
 * are kept in E2E_CACHE.
 */

const cache = join(process.env.E2E_CACHE ?? tmpdir(), 'plimsoll-peers');
const bin = process.env.E2E_PEERS_BIN ?? join(cache, 'bin');
const path = `${bin}:${process.env.PATH}`;
const PROGRAMS = ['grype', 'trivy', 'grypedb', 'trivydb'] as const;
/** What is built, and of which module; the writers lie beside this file. */
const MODULES = {
  grype: 'github.com/anchore/grype/cmd/grype@v0.121.2',
  trivy: 'github.com/aquasecurity/trivy/cmd/trivy@v0.74.0',
  grypedb: 'github.com/anchore/grype@v0.121.2',
  trivydb: 'github.com/aquasecurity/trivy-db@v0.0.0-20260813095258-0e0340a01b57',
} as const;

const there = (program: string): boolean => existsSync(join(bin, program)) || has(program);
const absent = (): readonly string[] => PROGRAMS.filter((program) => !there(program));

function build(): void {
  mkdirSync(bin, { recursive: true });
  // Trivy needs it since 0.70.
  const env = { GOBIN: bin, GOEXPERIMENT: 'jsonv2' };
  for (const program of absent() as readonly (typeof PROGRAMS)[number][]) {
    if (program === 'grype' || program === 'trivy') run('go', ['install', MODULES[program]], env);
    else {
      const source = join(cache, 'source', program);
      mkdirSync(source, { recursive: true });
      run('sh', [
        '-ec',
        'cp "$1"/main.go "$2"; cd "$2"; test -e go.mod || go mod init "$3"; go get "$4"; go mod tidy; GOEXPERIMENT=jsonv2 go build -o "$5" .',
        'sh',
        join(root, 'test/e2e/peers', program),
        source,
        program,
        MODULES[program],
        join(bin, program),
      ]);
    }
  }
}

const wanted = process.env.E2E_PEERS === 'build' && has('go');
const small = haveFeeds && (absent().length === 0 || wanted) ? images('small') : undefined;
const reason = !haveFeeds
  ? '../shared/feeds is not there'
  : lacking('python3').length > 0
    ? 'python3 is not installed'
    : absent().length > 0 && !wanted
      ? `${absent().join(', ')} ${absent().length === 1 ? 'is' : 'are'} not installed (E2E_PEERS=build builds them with Go, in half an hour)`
      : small !== undefined && 'reason' in small
        ? small.reason
        : undefined;

/** Environment in which both answer from their local databases and ask nobody. */
const quiet = {
  PATH: path,
  GRYPE_DB_CACHE_DIR: join(cache, 'grype'),
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  TRIVY_CACHE_DIR: join(cache, 'trivy'),
  TRIVY_SKIP_DB_UPDATE: 'true',
  TRIVY_SKIP_JAVA_DB_UPDATE: 'true',
  TRIVY_OFFLINE_SCAN: 'true',
  TRIVY_SKIP_VERSION_CHECK: 'true',
  TRIVY_DISABLE_TELEMETRY: 'true',
};

function writeDatabases(): void {
  const [data, grype, trivy] = [join(cache, 'data'), join(cache, 'grype', '6'), join(cache, 'trivy', 'db')];
  if (existsSync(join(cache, 'written'))) return;
  run('python3', [join(root, 'test/e2e/peers/data.py'), feeds, data]);
  for (const folder of [grype, trivy]) mkdirSync(folder, { recursive: true });
  run('grypedb', [join(data, 'grype'), grype], { PATH: path });
  run('trivydb', [join(data, 'trivy'), trivy, 'debian', 'ghsa', 'govulndb', 'alpine', 'nvd'], { PATH: path });
  mkdirSync(join(cache, 'written'));
}

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
    if (wanted) build();
    writeDatabases();
    const update = await plimsoll(['db', 'update', '--feeds', join(cache, 'data', 'feeds')], {
      home,
      env: { PIP_NO_INDEX: '1' },
    });
    expect(update.code, update.stderr).toBe(0);
  }, 1_800_000);

  afterAll(() => work.remove());

  const compared = async (...args: readonly string[]): Promise<Comparison> => {
    const { code, stdout, stderr } = await plimsoll(['compare', '-f', 'json', ...args], { home, env: quiet });
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Comparison;
  };

  it('the lens of trivy has the rows of trivy: id, package, version, severity, fix', async () => {
    const comparison = await compared('--run', 'trivy', '--lens', 'trivy', image);
    expect(comparison.reports.map(({ rows }) => rows)[0]).toBeGreaterThan(300);
    expect(apart(comparison)).toEqual([]);
  });

  it('the lens of grype has the rows of grype, but for what the tracker calls open and fixed in one breath', async () => {
    const comparison = await compared('--run', 'grype', '--lens', 'grype', image);
    expect(comparison.reports.map(({ rows }) => rows)[0]).toBeGreaterThan(300);
    // Debian 11 entries with `status: open` and a `fixed_version`: Grype goes by the version, Trivy and we by the status.
    const both = /^CVE-2020-3613[0-9] aom@|^CVE-2021-36087 libsepol@/;
    expect(apart(comparison).filter((line) => !both.test(line))).toEqual([]);
  });

  it('both, run side by side: nothing unexplained', async () => {
    const comparison = await compared('--run', 'trivy,grype', image);
    expect(comparison.reports.map(({ scanner }) => scanner)).toEqual(['trivy', 'grype']);
    const both = /aom@|libsepol@/;
    expect(comparison.unexplained.keys.filter((key) => !both.test(key))).toEqual([]);
    expect(comparison.tally.stated).toBeGreaterThan(comparison.tally.inferred);
  });

  it.each(['trivy', 'grype'])('what %s says when it fails is shown', async (scanner) => {
    const env = { ...quiet, GRYPE_DB_CACHE_DIR: join(folder, 'none'), TRIVY_CACHE_DIR: join(folder, 'none') };
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
      run('sh', ['-c', 'out=$1; shift; "$@" > "$out"', 'sh', file, scanner, ...args], quiet);
      return file;
    };
    const comparison = await compared(report('json'), report('sarif'));
    expect(
      comparison.differences.flatMap(({ causes }) => causes).filter(({ code }) => code !== 'report.parse'),
    ).toEqual([]);
    expect(comparison.reports[0]!.rows).toBe(comparison.reports[1]!.rows);
  });
});
