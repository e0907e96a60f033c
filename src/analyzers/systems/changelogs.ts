import { gunzipSync } from 'node:zlib';
import { type AnalyzedFile, analyzer } from '../analyzer.ts';

const FILES = ['usr/share/doc/*/changelog.Debian.gz', 'usr/share/doc/*/changelog.gz'];

/** The first entry stands at the beginning; the rest of a changelog of years is not unpacked. */
const HEAD_BYTES = 4096;

/**
 * Debian's packages bring their changelogs, whose first line is `openssl (1.1.1n-0+deb11u3) bullseye-security; urgency=medium`: they say what
 * was installed where the package database was deleted. Heard only of files that no package owns.
 * https://www.debian.org/doc/debian-policy/ch-docs.html#changelog-files-and-release-notes
 */
export const debianChangelogs = analyzer({
  name: 'debian-changelogs',
  version: 1,
  files: FILES,
  maxBytes: 4 * 1024 * 1024,
  unownedOnly: true,
  *read(file) {
    const first = firstEntry(file);
    if (first === undefined) return;
    const { name, source, version } = first;
    yield {
      type: 'deb',
      name,
      version,
      source: { name: source, version: version.replace(/\+b[0-9]+$/, '') },
      certainty: 'content',
      recovered: 'documentation',
    };
  },
});

/** The same of packages that are listed: what a database was edited to say, their own files contradict. */
export const listedChangelogs = analyzer({
  name: 'listed-changelogs',
  version: 1,
  files: FILES,
  maxBytes: 4 * 1024 * 1024,
  ownedOnly: true,
  *read(file) {
    const first = firstEntry(file);
    if (first !== undefined)
      yield { kind: 'told', type: 'deb', of: first.name, madeOf: first.source, stated: first.version };
  },
});

/** The package by its folder, and what the first entry says of its source. */
function firstEntry({ path, bytes }: Pick<AnalyzedFile, 'path' | 'bytes'>) {
  const text = head(bytes);
  const first = /^([a-z0-9][a-z0-9+.-]{1,200}) \(([0-9][A-Za-z0-9.+~:-]{0,200})\) [\w -]{1,100};/.exec(text);
  if (first === null) return undefined;
  const [, source, version] = first as unknown as [string, string, string];
  return { name: path.split('/').at(-2)!, source, version };
}

function head(bytes: Buffer): string {
  try {
    return gunzipSync(bytes.subarray(0, HEAD_BYTES), { finishFlush: 2, maxOutputLength: 8 * 1024 * 1024 }).toString(
      'utf8',
      0,
      600,
    );
  } catch {
    return ''; // no gzip: no changelog of a Debian package
  }
}
