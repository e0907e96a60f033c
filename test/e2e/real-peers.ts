/**
 * The real Grype and Trivy, with databases that their own libraries write of the records that ours has. The programs are those of PATH, of
 * E2E_PEERS_BIN (grype, trivy, and the writers grypedb and trivydb), or those that `peers/build.sh` has built from their Go modules: .ci/run starts it
 * beside the quick suite, E2E_PEERS=build here. A build that goes on is waited for until the time that it has set itself; what is not there then is
 * skipped, with its reason.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { feeds, haveFeeds, lacking, lasting, plimsoll, root, run } from './machine.ts';

const PROGRAMS = ['grype', 'trivy', 'grypedb', 'trivydb'] as const;
const sources = join(root, 'test/e2e/peers');
const hashOf = (files: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
};
const base =
  process.env.E2E_PEERS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plimsoll-peers');
/** As build.sh names it. */
const built = join(
  base,
  hashOf([join(sources, 'modules'), join(sources, 'grypedb/main.go'), join(sources, 'trivydb/main.go')]),
);

/** PATH with the programs. */
export const peerPath = [process.env.E2E_PEERS_BIN, join(built, 'bin'), process.env.PATH]
  .filter(Boolean)
  .join(delimiter);

const absent = (): readonly string[] =>
  PROGRAMS.filter((program) => !peerPath.split(delimiter).some((folder) => existsSync(join(folder, program))));

const state = (): string =>
  existsSync(join(built, 'state')) ? readFileSync(join(built, 'state'), 'utf8').trim() : 'none: nobody built them';

/** Why the programs are not there; undefined when they are. Waits for a build that goes on. */
async function lackingPrograms(): Promise<string | undefined> {
  if (absent().length === 0) return undefined;
  if (process.env.E2E_PEERS === 'build')
    run('sh', ['-c', 'bash "$1" "$2" || true', 'sh', join(sources, 'build.sh'), base]);
  for (;;) {
    const [, process_, until] = /^building (\d+) (\d+)$/.exec(state()) ?? [];
    if (process_ === undefined || Number(until) * 1000 < Date.now() || !existsSync(`/proc/${process_}`)) break;
    await sleep(2_000);
  }
  if (absent().length === 0) return undefined;
  return `${absent().join(', ')} ${absent().length === 1 ? 'is' : 'are'} not there (${state().replace(/^none: |^building .*/, '') || 'the build did not end'}; E2E_PEERS=build builds them)`;
}

const noPython = lacking('python3').length > 0 ? 'python3 is not installed' : undefined;
/** Why the programs cannot be run here. */
export const noPrograms = noPython ?? (await lackingPrograms());
/** Why there can be no databases for them of the publishers' records. */
export const noPeers = haveFeeds ? noPrograms : '../shared/feeds is not there';

/** Databases of these very records, kept from run to run. */
const cache = join(
  process.env.E2E_CACHE ?? lasting,
  'plimsoll-peers',
  hashOf(haveFeeds ? [join(sources, 'data.py'), join(sources, 'modules'), join(feeds, 'debian/tracker.json')] : []),
);

/** Where they lie: `data` with the records as each program's library takes them (`data/feeds`: as we do), `grype`, `trivy`. */
export const peerFolders = { data: join(cache, 'data'), grype: join(cache, 'grype'), trivy: join(cache, 'trivy') };

/** Environment in which both answer from their local databases and ask nobody. */
export const quietPeers = {
  PATH: peerPath,
  GRYPE_DB_CACHE_DIR: peerFolders.grype,
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  TRIVY_CACHE_DIR: peerFolders.trivy,
  TRIVY_SKIP_DB_UPDATE: 'true',
  TRIVY_SKIP_JAVA_DB_UPDATE: 'true',
  TRIVY_OFFLINE_SCAN: 'true',
  TRIVY_SKIP_VERSION_CHECK: 'true',
  TRIVY_DISABLE_TELEMETRY: 'true',
};

/** Writes the databases where they are not yet; of several files that want them at once one writes, the others wait. */
export async function writePeerDatabases(): Promise<void> {
  const { data, grype, trivy } = peerFolders;
  const [written, lock] = [join(cache, 'written'), join(cache, 'writing')];
  mkdirSync(cache, { recursive: true });
  while (!existsSync(written)) {
    if (!taken(lock)) {
      await sleep(1_000);
      continue;
    }
    try {
      if (existsSync(written)) return;
      run('python3', [join(sources, 'data.py'), feeds, data]);
      for (const folder of [join(grype, '6'), join(trivy, 'db')]) mkdirSync(folder, { recursive: true });
      run('grypedb', [join(data, 'grype'), join(grype, '6')], { PATH: peerPath });
      const kinds = ['debian', 'ghsa', 'govulndb', 'alpine', 'nvd'];
      run('trivydb', [join(data, 'trivy'), join(trivy, 'db'), ...kinds], { PATH: peerPath });
      mkdirSync(written);
    } finally {
      rmSync(join(lock, 'process'), { force: true });
      rmdirSync(lock);
    }
  }
}

/** Whether the folder was made here and now; that of a process which is gone is taken away. */
function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'process'), String(process.pid));
    return true;
  } catch {
    const owner = existsSync(join(lock, 'process')) ? readFileSync(join(lock, 'process'), 'utf8') : '';
    if (owner !== '' && !existsSync(`/proc/${owner}`)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** Makes our own database of the same records below `home`, as `plimsoll` finds it there. Returns PLIMSOLL_HOME. */
export async function ownDatabaseOfPeers(home: string): Promise<string> {
  const { code, stderr } = await plimsoll(['db', 'update', '--feeds', join(peerFolders.data, 'feeds')], {
    home,
    env: { PIP_NO_INDEX: '1' },
  });
  if (code !== 0) throw new Error(stderr);
  return join(home, 'plimsoll');
}
