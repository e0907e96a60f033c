import { decompressedStart } from '../../formats/compression/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type BodyReader, type Fact } from '../analyzer.ts';

const FILES = ['usr/share/doc/*/changelog.Debian.gz', 'usr/share/doc/*/changelog.gz'];

/** The first line is no longer, with what a name and a version may have; the rest of a changelog of years is not unpacked, nor read: so much of each file is at hand. */
const HEAD_BYTES = LIMITS.magicBytes;

/**
 * Debian's packages bring their changelogs, whose first line is `openssl (1.1.1n-0+deb11u3) bullseye-security; urgency=medium`: they say what
 * was installed where the package database was deleted. Heard only of files that no package owns.
 * https://www.debian.org/doc/debian-policy/ch-docs.html#changelog-files-and-release-notes
 */
export const debianChangelogs = analyzer({
  name: 'debian-changelogs',
  version: 2,
  effort: 'glances',
  files: FILES,
  unownedOnly: true,
  stream: ({ path, size }) =>
    firstEntry(path, size, ({ name, source, version }) => ({
      type: 'deb',
      name,
      version,
      source: { name: source, version: version.replace(/\+b[0-9]+$/, '') },
      certainty: 'content',
      recovered: 'documentation',
    })),
});

/** The same of packages that are listed: what a database was edited to say, their own files contradict. */
export const listedChangelogs = analyzer({
  name: 'listed-changelogs',
  version: 2,
  effort: 'glances',
  files: FILES,
  ownedOnly: true,
  stream: ({ path, size }) =>
    firstEntry(path, size, ({ name, source, version }) => ({
      kind: 'told',
      type: 'deb',
      of: name,
      madeOf: source,
      stated: version,
    })),
});

/** A package by the folder of its documentation, and what the first entry of its changelog says of its source. */
interface Entry {
  readonly name: string;
  readonly source: string;
  readonly version: string;
}

/** Reads no more of a changelog than its first entry, which is most of a megabyte less of some. */
function firstEntry(path: string, size: number, factOf: (entry: Entry) => Fact): BodyReader {
  const wanted = Math.min(size, HEAD_BYTES);
  const parts: Buffer[] = [];
  let have = 0;
  return {
    enough: () => wanted - have,
    push(chunk) {
      const part = Buffer.from(chunk.subarray(0, wanted - have));
      parts.push(part);
      have += part.length;
      return have < wanted ? 0 : Number.POSITIVE_INFINITY;
    },
    *end() {
      const text = decompressedStart(Buffer.concat(parts), 'gzip', HEAD_BYTES).toString('latin1');
      const first = /^([a-z0-9][a-z0-9+.-]{1,200}) \(([0-9][A-Za-z0-9.+~:-]{0,200})\) [\w -]{1,100};/.exec(text);
      if (first === null) return;
      const [, source, version] = first as unknown as [string, string, string];
      yield factOf({ name: path.split('/').at(-2)!, source, version });
    },
  };
}
