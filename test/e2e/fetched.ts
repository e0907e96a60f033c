/** Judges of others that a package registry has: fetched through its own client into a cache that runs share, never a dependency of the project. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lasting } from './machine.ts';

const cache = process.env.E2E_CACHE ?? join(lasting, 'plimsoll-e2e');
const PATIENCE_MS = 180_000;

/** Puts what `fill` makes into the cache, whole or not at all; undefined where it cannot be had. */
function kept(name: string, fill: (folder: string) => boolean): string | undefined {
  const place = join(cache, 'judges', name.replaceAll('/', '_'));
  if (existsSync(place)) return place;
  mkdirSync(join(cache, 'judges'), { recursive: true });
  const fresh = mkdtempSync(join(cache, 'judges', '.new-'));
  const done = fill(fresh);
  try {
    if (done) renameSync(fresh, place);
  } catch (error) {
    // Another test was first.
    if (!existsSync(place)) throw error;
  }
  rmSync(fresh, { recursive: true, force: true });
  return existsSync(place) ? place : undefined;
}

const ran = (program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): boolean =>
  spawnSync(program, args, { cwd, stdio: 'ignore', timeout: PATIENCE_MS, env: { ...process.env, ...env } }).status ===
  0;

/** The files of one npm package, without what it depends on: `name@version`. */
export const npmPackage = (spec: string): string | undefined =>
  kept(spec, (folder) =>
    ran('sh', ['-c', 'npm pack --silent "$0" && tar --strip-components=1 -xzf ./*.tgz && rm ./*.tgz', spec], folder),
  );

/** A folder with Python packages in it, for PYTHONPATH: `name==version`. */
export const pythonPackages = (...specs: readonly string[]): string | undefined =>
  kept(specs.join('+'), (folder) =>
    ran('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, ...specs], folder),
  );

/** A folder with the program of a Go module: `module/cmd/name@version`. */
export const goProgram = (spec: string): string | undefined =>
  kept(spec, (folder) => ran('go', ['install', spec], folder, { GOBIN: folder, GOFLAGS: '-p=1' }));

/** A folder with Java archives and all that they need, as Maven resolves them: `group:artifact:version`. */
export const javaArchivesOf = (...specs: readonly string[]): string | undefined =>
  kept(`${specs.join('+')}.jars`, (folder) => {
    const needs = specs.map((spec) => {
      const [group, artifact, version] = spec.split(':');
      return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
    });
    const head = '<modelVersion>4.0.0</modelVersion><groupId>t</groupId><artifactId>t</artifactId><version>1</version>';
    writeFileSync(join(folder, 'pom.xml'), `<project>${head}<dependencies>${needs.join('')}</dependencies></project>`);
    return ran('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`], folder);
  });
