import { gunzipSync } from 'node:zlib';
import { analyzer } from '../analyzer.ts';

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
  files: ['usr/share/doc/*/changelog.Debian.gz', 'usr/share/doc/*/changelog.gz'],
  maxBytes: 4 * 1024 * 1024,
  unownedOnly: true,
  *read(file) {
    const text = head(file.bytes);
    const first = /^([a-z0-9][a-z0-9+.-]{1,200}) \(([0-9][A-Za-z0-9.+~:-]{0,200})\) [\w -]{1,100};/.exec(text);
    if (first === null) return;
    const [, source, version] = first as unknown as [string, string, string];
    const name = file.path.split('/').at(-2)!;
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
