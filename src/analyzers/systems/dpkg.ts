import { deb822, type Paragraph } from '../../formats/text/index.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';

const FIELDS = new Set([
  'package',
  'status',
  'version',
  'architecture',
  'source',
  'maintainer',
  'depends',
  'pre-depends',
  'provides',
  'essential',
  'protected',
  'priority',
  'built-using',
  'static-built-using',
]);
/** States in which a package's files are on the disk, whole or in part. https://manpages.debian.org/dpkg.1 */
const PRESENT = new Set([
  'installed',
  'unpacked',
  'half-configured',
  'half-installed',
  'triggers-awaited',
  'triggers-pending',
]);

/** Installed Debian packages: dpkg's database, and the one file per package that distroless images have instead. */
export const dpkg = analyzer({
  name: 'dpkg',
  version: 7,
  files: ['var/lib/dpkg/status', 'var/lib/dpkg/status.d/*', '**/var/lib/dpkg/status', '**/var/lib/dpkg/status.d/*'],
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    if (/\/status\.d\/.*\.(md5sums|list)$/.test(file.path)) return;
    for (const paragraph of deb822(file.text(), FIELDS)) {
      // dpkg knows a package by its name in lower case, however somebody wrote it. https://git.dpkg.org/cgit/dpkg/dpkg.git/tree/lib/dpkg/pkg-hash.c
      const name = paragraph.get('package')?.toLowerCase();
      const version = paragraph.get('version');
      const state = paragraph.get('status')?.split(/\s+/)[2];
      if (state !== undefined && !PRESENT.has(state)) continue;
      if (!name) yield unknown('a paragraph without Package');
      else if (!version) yield unknown(`package ${name} has no Version`);
      else yield packageOf(paragraph, name, version);
    }
  },
});

function packageOf(paragraph: Paragraph, name: string, version: string): PackageFact {
  const architecture = paragraph.get('architecture');
  const maintainer = paragraph.get('maintainer');
  const provides = paragraph.get('provides');
  const requires = ['pre-depends', 'depends'].flatMap((field) => dependencies(paragraph.get(field) ?? ''));
  return {
    type: 'deb',
    name,
    version,
    source: sourceOf(paragraph.get('source'), name, version),
    ...(architecture ? { architecture } : {}),
    ...(maintainer ? { maintainer } : {}),
    ...(requires.length > 0 ? { requires } : {}),
    ...compilersOf(paragraph),
    ...propertiesOf(paragraph, provides),
  };
}

/** `Built-Using: golang-1.19 (= 1.19.8-2)`. https://www.debian.org/doc/debian-policy/ch-relationships.html#additional-source-packages-used-to-build-the-binary-built-using */
function compilersOf(paragraph: Paragraph): Pick<PackageFact, 'goCompilers'> {
  const used = ['built-using', 'static-built-using'].flatMap((field) => dependencies(paragraph.get(field) ?? ''));
  const goCompilers = used.flatMap(
    (item) => /^golang-[\d.]{1,9} \(= ([\d.]{1,20})[^\s\d.()][^\s()]{0,99}\)$/.exec(item)?.[1] ?? [],
  );
  return goCompilers.length > 0 ? { goCompilers } : {};
}

/** What it stands in for, and whether the system counts on it: apt takes such a package out only when it is forced to. */
function propertiesOf(paragraph: Paragraph, provides: string | undefined): Pick<PackageFact, 'properties'> {
  const priority = paragraph.get('priority');
  const isKept =
    paragraph.get('essential') === 'yes' ||
    paragraph.get('protected') === 'yes' ||
    priority === 'required' ||
    priority === 'important';
  if (!provides && !isKept) return {};
  return { properties: { ...(provides ? { provides } : {}), ...(isKept ? { kept: 'by the system' } : {}) } };
}

/** `libc6 (>= 2.14), a | b`: one item for each comma. https://www.debian.org/doc/debian-policy/ch-relationships.html */
function dependencies(field: string): string[] {
  return field
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

/**
 * `Source: name (version)`; either part is left out where it equals the binary's. A binary rebuilt without a source change
 * (binNMU) carries `+b1` behind the source's version.
 * https://www.debian.org/doc/debian-policy/ch-controlfields.html#source
 */
function sourceOf(field: string | undefined, name: string, version: string): { name: string; version: string } {
  const match = /^(\S+)(?:\s+\(([^)]+)\))?/.exec(field ?? '');
  return { name: match?.[1]?.toLowerCase() ?? name, version: match?.[2]?.trim() || version.replace(/\+b[0-9]+$/, '') };
}

/** Which files each Debian package owns: `.list` in the database's info folder, `.md5sums` where there is no list. */
export const dpkgFiles = analyzer({
  name: 'dpkg-files',
  version: 1,
  files: ['var/lib/dpkg/info/*.list', 'var/lib/dpkg/info/*.md5sums', 'var/lib/dpkg/status.d/*.md5sums'],
  *read(file) {
    const match = /([^/:]+)(?::[^/]+)?\.(list|md5sums)$/.exec(file.path);
    if (!match) return;
    const lines = file.text();
    // A checksum is 32 digits and two spaces; the path behind it has no leading slash.
    const paths =
      match[2] === 'list' ? lines.replace(/^\/+/gm, '') : lines.replace(/^[0-9a-f]{32} [ *](?:\.?\/)?/gm, '');
    yield { kind: 'owns', type: 'deb', name: match[1] as string, paths };
  },
});
