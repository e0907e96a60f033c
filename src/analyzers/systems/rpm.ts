import {
  type RpmHeader,
  rpmDatabaseKind,
  rpmHeader,
  rpmHeaderBlobs,
  sqliteBlobs,
  sqliteLog,
} from '../../formats/databases/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, unknown } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';
import { ownedPaths } from './owned-paths.ts';

const FOLDERS = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'];
const DATABASES = ['Packages', 'Packages.db', 'rpmdb.sqlite'];

/**
 * Installed rpm packages from any of rpm's three databases, with the files each owns. The version is written as rpm
 * compares it, `epoch:version-release`, the epoch left out when it is zero or absent.
 */
export const rpmDatabase = analyzer({
  name: 'rpm',
  version: 4,
  files: ['', '**/'].flatMap((root) =>
    FOLDERS.flatMap((folder) => DATABASES.map((name) => `${root}${folder}/${name}`)),
  ),
  maxBytes: LIMITS.rpmDatabaseBytes,
  *read(file) {
    if (file.bytes.length === 0) return;
    if (rpmDatabaseKind(file.bytes.subarray(0, LIMITS.magicBytes)) === undefined)
      return yield unknown('neither Berkeley DB, ndb nor SQLite');
    // What a system in a folder owns is listed from its own root.
    const isRoot = FOLDERS.some((folder) => file.path.startsWith(`${folder}/`));
    for (const blob of rpmHeaderBlobs(file.bytes))
      for (const fact of packageFacts(blob)) if (isRoot || fact.kind !== 'owns') yield fact;
  },
});

function* packageFacts(blob: Buffer): Generator<Fact> {
  let header: RpmHeader;
  try {
    header = rpmHeader(blob);
  } catch (error) {
    return yield unknown(error instanceof Error ? error.message : String(error));
  }
  // Keys that signatures are checked with are filed as packages too.
  if (header.name === 'gpg-pubkey') return;
  yield withValues({
    type: 'rpm',
    name: header.name,
    version: evr(header.epoch, header.version, header.release),
    architecture: header.arch,
    source: sourceOf(header.sourceRpm, header.epoch),
    maintainer: header.vendor,
    licenses: header.license ? [header.license] : undefined,
    requires: requirements(header),
    properties: properties({
      modularity: header.modularityLabel,
      header: header.seal === 'intact' ? undefined : header.seal,
    }),
  });
  const owned = ownedPaths('rpm', header.name, header.files);
  if (owned !== undefined) yield owned;
}

/**
 * `openssl-libs(x86-64) = 1:3.0.7-6.el9_2`, each once. Sonames and other capabilities without a version are left out: they
 * are the most by far, and say nothing of packages.
 */
function requirements({ requires }: RpmHeader): string[] | undefined {
  const wanted = requires.flatMap(({ name, operator, version }) => {
    if (operator !== undefined && version !== undefined) return `${name} ${operator} ${version}`;
    return name.includes('(') || /\.so\b/.test(name) ? [] : name;
  });
  return wanted.length === 0 ? undefined : [...new Set(wanted)];
}

const evr = (epoch: number | undefined, version: string, release: string): string =>
  `${epoch ? `${epoch}:` : ''}${version}${release === '' ? '' : `-${release}`}`;

/** `name-version-release.src.rpm`; the epoch is the binary's, since the file name has none. */
function sourceOf(file: string | undefined, epoch: number | undefined): { name: string; version: string } | undefined {
  const match = /^(.+)-([^-]+)-([^-]+)\.(?:no)?src\.rpm$/.exec(file ?? '');
  return match === null ? undefined : { name: match[1]!, version: evr(epoch, match[2]!, match[3]!) };
}

/**
 * The log of a SQLite database that was not written back when the image was made: what was installed last stands in it and not in the
 * database. Both are read together, as rpm would.
 */
export const rpmLog = analyzer({
  name: 'rpm-log',
  version: 3,
  files: FOLDERS.map((folder) => `${folder}/rpmdb.sqlite-wal`),
  maxBytes: LIMITS.rpmDatabaseBytes,
  *read({ bytes }) {
    const log = sqliteLog(bytes);
    if (log !== undefined && (log.count > 0 || log.left > 0)) yield { kind: 'completes' };
  },
  completes: {
    path: (path) => path.slice(0, -'-wal'.length),
    inPlaceOf: rpmDatabase.name,
    *join({ bytes }, database) {
      const log = sqliteLog(bytes);
      for (const blob of sqliteBlobs(database?.bytes ?? Buffer.alloc(0), log)) yield* packageFacts(blob);
      if (log !== undefined && log.left > 0)
        yield unknown(
          `the write-ahead log of the package database ends within a transaction: ${log.left} pages of it count for nothing, to rpm neither`,
        );
    },
  },
});

/**
 * Azure Linux images without rpm list their packages in a text: tab-separated name, version-release, times, vendor, epoch,
 * size, architecture, epoch number, source rpm. https://github.com/microsoft/azurelinux (container-manifest-2)
 */
export const rpmManifest = analyzer({
  name: 'rpm-manifest',
  version: 1,
  files: ['var/lib/rpmmanifest/container-manifest-2'],
  *read(file) {
    for (const line of file.text().split('\n')) {
      if (line === '') continue;
      const [name, versionRelease, , , vendor, , , architecture, epochText, source] = line.split('\t');
      const match = /^(.+)-([^-]+)$/.exec(versionRelease ?? '');
      if (!name || match === null) {
        yield unknown('a line without name and version');
        continue;
      }
      const epoch = Number.parseInt(epochText ?? '', 10) || undefined;
      yield withValues({
        type: 'rpm',
        name,
        version: evr(epoch, match[1]!, match[2]!),
        architecture,
        source: sourceOf(source, epoch),
        maintainer: vendor,
      });
    }
  },
});
