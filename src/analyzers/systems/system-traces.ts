import { fileNameOf } from '../../formats/paths.ts';
import { analyzer, type SystemTraceFact } from '../analyzer.ts';

const SOURCES = 'the sources of its packages';
const KEYS = 'the keys of its package manager';

/** `https://mirror.example/alpine/v3.18/main`, on whatever mirror; a branch with a tag before it (`@edge`) is for single packages. */
const ALPINE = /^(?:https?|ftp):\/\/\S{1,500}\/v(\d{1,2}\.\d{1,3})\/(?:main|community)\/?\s*$/m;
const ROLLING: readonly (readonly [pattern: RegExp, id: string])[] = [
  [/^https?:\/\/packages\.wolfi\.dev\/os\b/m, 'wolfi'],
  [/^https?:\/\/packages\.cgr\.dev\/|^https?:\/\/\S{1,200}chainguard/m, 'chainguard'],
];

/** Whose packages apk takes. https://wiki.alpinelinux.org/wiki/Repositories */
export const apkSources = analyzer({
  name: 'apk-sources',
  version: 1,
  files: ['etc/apk/repositories', 'etc/apk/repositories.d/*.list', 'etc/apk/keys/*.rsa.pub'],
  maxBytes: 64 * 1024,
  *read(file) {
    if (file.path.endsWith('.pub')) {
      const id = /\/(?:alpine-devel@lists\.alpinelinux\.org|(wolfi|chainguard))-/.exec(file.path);
      if (id !== null) yield { kind: 'system-trace', id: id[1] ?? 'alpine', of: KEYS };
      return;
    }
    const text = file.text();
    const versionId = ALPINE.exec(text)?.[1];
    if (versionId !== undefined) yield { kind: 'system-trace', id: 'alpine', versionId, of: SOURCES };
    for (const [pattern, id] of ROLLING) if (pattern.test(text)) yield { kind: 'system-trace', id, of: SOURCES };
  },
});

/** A suite that is a release, not what is added to one (`bookworm-updates`, `jammy-security`). */
const SUITE = /^deb(?:-src)?\s+(?:\[[^\]\n]{0,300}\]\s+)?\S{1,500}\/(debian|ubuntu(?:-ports)?)\/?\s+([a-z]{3,20})\s/gm;

/** Whose packages apt takes, in both ways of writing it. https://manpages.debian.org/sources.list.5 */
export const aptSources = analyzer({
  name: 'apt-sources',
  version: 1,
  files: [
    'etc/apt/sources.list',
    'etc/apt/sources.list.d/*.list',
    'etc/apt/sources.list.d/*.sources',
    'etc/apt/trusted.gpg.d/*',
  ],
  maxBytes: 256 * 1024,
  *read(file) {
    const key = /\/debian-archive-([a-z]{3,20})-[a-z-]+\.(?:gpg|asc)$/.exec(file.path)?.[1];
    if (key !== undefined) return yield { kind: 'system-trace', id: 'debian', codename: key, of: KEYS };
    const text = file.text();
    const traces = new Map<string, SystemTraceFact>();
    const add = (archive: string, codename: string): void => {
      const id = archive.replace('-ports', '');
      traces.set(`${id} ${codename}`, { kind: 'system-trace', id, codename, of: SOURCES });
    };
    for (const [, archive, codename] of text.matchAll(SUITE) as Iterable<string[]>) add(archive!, codename!);
    for (const paragraph of file.path.endsWith('.sources') ? text.split(/\n[ \t]*\n/).slice(0, 100) : []) {
      const archive = /^URIs:.{0,500}\/(debian|ubuntu(?:-ports)?)\/?[ \t]*$/im.exec(paragraph)?.[1];
      const suites = /^Suites:[ \t]*(.{1,500})$/im.exec(paragraph)?.[1]?.split(/\s+/) ?? [];
      if (archive !== undefined) for (const suite of suites) if (/^[a-z]{3,20}$/.test(suite)) add(archive, suite);
    }
    yield* traces.values();
  },
});

/** Whose packages dnf takes, by the keys that it trusts: `RPM-GPG-KEY-Rocky-9`, `RPM-GPG-KEY-fedora-38-primary`. */
const RPM_KEYS: readonly (readonly [pattern: RegExp, id: string])[] = [
  [/^RPM-GPG-KEY-[Rr]ocky(?:-(\d{1,2}))?$/, 'rocky'],
  [/^RPM-GPG-KEY-AlmaLinux(?:-(\d{1,2}))?$/, 'almalinux'],
  [/^RPM-GPG-KEY-fedora-(\d{2})-primary$/, 'fedora'],
  [/^RPM-GPG-KEY-redhat-release$/, 'rhel'],
  [/^RPM-GPG-KEY-amazon-linux-(\d{1,4})$/, 'amzn'],
];

/** The release that rpm builds for: `%dist .el9`, `%fedora 38`. https://docs.fedoraproject.org/en-US/packaging-guidelines/DistTag/ */
const MACROS = /^%(?:rhel|fedora)[ \t]+(\d{1,3})[ \t]*$/m;

/** Keys tell whose packages they are, and rpm's settings for which release. */
export const rpmSources = analyzer({
  name: 'rpm-sources',
  version: 1,
  files: ['etc/pki/rpm-gpg/*', 'usr/lib/rpm/macros.d/macros.dist', 'etc/rpm/macros.dist'],
  maxBytes: 64 * 1024,
  *read(file) {
    const name = fileNameOf(file.path);
    if (name === 'macros.dist') {
      const text = file.text();
      const [, versionId] = MACROS.exec(text) ?? [];
      if (versionId !== undefined)
        yield { kind: 'system-trace', id: /^%fedora/m.test(text) ? 'fedora' : 'rhel', versionId, of: "rpm's settings" };
      return;
    }
    for (const [pattern, id] of RPM_KEYS) {
      const match = pattern.exec(name);
      if (match !== null)
        yield { kind: 'system-trace', id, ...(match[1] === undefined ? {} : { versionId: match[1] }), of: KEYS };
    }
  },
});
