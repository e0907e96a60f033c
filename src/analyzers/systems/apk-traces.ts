import { gunzipSync } from 'node:zlib';
import { parseTarHeader, TAR_BLOCK } from '../../formats/archives/index.ts';
import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The scripts that apk keeps of what it installed, in an archive beside its database: each is called after its package, with the version
 * (`busybox-1.36.1-r2.Q1gQ/L3...=.post-install`). https://wiki.alpinelinux.org/wiki/Apk_spec
 */
export const apkScripts = analyzer({
  name: 'apk-scripts',
  version: 1,
  files: ['lib', 'usr/lib'].flatMap((folder) =>
    ['scripts.tar', 'scripts.tar.gz'].map((name) => `${folder}/apk/db/${name}`),
  ),
  maxBytes: MOST_BYTES,
  *read(file) {
    const bytes = file.path.endsWith('.gz') ? gunzipSync(file.bytes, { maxOutputLength: MOST_BYTES }) : file.bytes;
    const packages = new Map<string, PackageFact>();
    // Each header takes a block of the archive.
    for (let at = 0; at + TAR_BLOCK <= bytes.length; ) {
      tick();
      const header = parseTarHeader(bytes.subarray(at, at + TAR_BLOCK));
      if (typeof header === 'string') break;
      at += TAR_BLOCK + Math.ceil(header.size / TAR_BLOCK) * TAR_BLOCK;
      const [, name, version] =
        /^(.{1,200}?)-(\d[^-]{0,100}-r\d{1,6})\.Q[12][^.]{10,100}\.[a-z-]+$/.exec(header.name) ?? [];
      if (name !== undefined && version !== undefined) packages.set(name, installed(name, version, 'content'));
    }
    yield* packages.values();
  },
});

/** `(1/15) Installing musl (1.2.5-r10)`, `(2/3) Upgrading zlib (1.2.12-r3 -> 1.2.13-r0)`. */
const SAID =
  /^.{0,60}?\([ \d]{1,6}\/\d{1,6}\) (Installing|Upgrading|Downgrading|Reinstalling|Replacing|Purging) ([\w.+-]{1,200}) \((?:\S{1,100} -> )?([^\s()]{1,100})\)/gm;

/** What apk 3 logs of its runs. https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk.8.scd */
export const apkLog = analyzer({
  name: 'apk-log',
  version: 1,
  files: ['var/log/apk.log'],
  *read(file) {
    const standing = new Map<string, PackageFact>();
    for (const [, action, name, version] of file.text().matchAll(SAID) as Iterable<string[]>)
      if (action === 'Purging') standing.delete(name!);
      else standing.set(name!, installed(name!, version!, 'name'));
    yield* standing.values();
  },
});

/**
 * What was asked for by name: `busybox`, `curl=8.5.0-r0`, `openssl~3.1`, `!gcc`, `py3-x@edge`. Only an exact version tells one.
 * https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper#World
 */
export const apkWorld = analyzer({
  name: 'apk-world',
  version: 1,
  files: ['etc/apk/world'],
  maxBytes: 1024 * 1024,
  *read(file) {
    const names = new Set<string>();
    for (const word of file.text().split(/\s+/)) {
      const [, name, version] = /^([\w.+-]{1,200})(?:@\w{1,100})?(?:=(\d[\w.]{0,100}-r\d{1,6}))?/.exec(word) ?? [];
      if (name === undefined || names.size >= LIMITS.tracedPackages) continue;
      names.add(name);
      if (version !== undefined) yield installed(name, version, 'name');
    }
    if (names.size > 0) yield { kind: 'named', type: 'apk', names: [...names].join(' ') };
  },
});

const installed = (name: string, version: string, certainty: 'content' | 'name'): PackageFact => ({
  type: 'apk',
  name,
  version,
  certainty,
  recovered: 'trace',
});
