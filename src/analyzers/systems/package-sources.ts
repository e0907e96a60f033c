import { type AptSource, isWholeAptSources, readAptSources, repoSections } from '../../formats/text/index.ts';
import { withoutUsers } from '../../formats/uri.ts';
import { analyzer, type PackageSourceFact, unknown } from '../analyzer.ts';

/** Where the package manager of the system takes packages from, as its settings name it: archives, suites, repositories. What needs a password is shown without. */
export const packageSources = analyzer({
  name: 'package-sources',
  version: 1,
  files: [
    'etc/apt/sources.list',
    'etc/apt/sources.list.d/*.list',
    'etc/apt/sources.list.d/*.sources',
    'etc/apk/repositories',
    'etc/apk/repositories.d/*.list',
    'etc/yum.repos.d/*.repo',
    'etc/zypp/repos.d/*.repo',
    'etc/dnf/vars/releasever',
  ],
  maxBytes: 1024 * 1024,
  *read({ path, text }) {
    if (path.startsWith('etc/apt/')) {
      const sources = readAptSources(text(), path.endsWith('.sources'));
      for (const source of sources) yield* ofApt(source);
      if (!isWholeAptSources(sources)) yield unknown('it names more package sources than are read');
    } else if (path.startsWith('etc/apk/')) for (const line of text().split(/\r?\n/)) yield* ofApk(line);
    else if (path.endsWith('.repo')) for (const { id, settings } of repoSections(text())) yield* ofRpm(id, settings);
    else
      yield { kind: 'package-source', manager: 'rpm', label: '$releasever', address: text().split('\n', 1)[0]!.trim() };
  },
});

function* ofApt({ uri, suite, components, snapshot }: AptSource): Generator<PackageSourceFact> {
  const frozen = snapshotDay(snapshot ?? '') ?? snapshotDay(uri);
  yield {
    kind: 'package-source',
    manager: 'apt',
    label: [suite, ...components].join(' '),
    address: withoutUsers(uri),
    ...(frozen === undefined ? {} : { frozen }),
  };
}

/** https://wiki.alpinelinux.org/wiki/Repositories: an address, which a tag may stand before. */
function* ofApk(line: string): Generator<PackageSourceFact> {
  const address = /^\s*(?:@\S+\s+)?(https?:\/\/\S+|\/\S+)/.exec(line)?.[1];
  if (address === undefined) return;
  const frozen = snapshotDay(address);
  yield {
    kind: 'package-source',
    manager: 'apk',
    label: address.split('/').filter(Boolean).slice(-2).join(' '),
    address: withoutUsers(address),
    ...(frozen === undefined ? {} : { frozen }),
  };
}

function* ofRpm(id: string, settings: ReadonlyMap<string, string>): Generator<PackageSourceFact> {
  const named = settings.get('baseurl') ?? settings.get('mirrorlist') ?? settings.get('metalink');
  const address = named?.split(/[\s,]+/).find(Boolean);
  if (address === undefined) return;
  const frozen = snapshotDay(address);
  yield {
    kind: 'package-source',
    manager: 'rpm',
    label: id,
    address: withoutUsers(address),
    ...(frozen === undefined ? {} : { frozen }),
  };
}

/**
 * The day of a snapshot, `2023-05-02`: a folder or an option that is a moment (`20230502T000000Z`), a folder that is a day
 * (`20230502`, `2023-05-02`, `2023/05/02`).
 */
function snapshotDay(text: string): string | undefined {
  const match =
    /(?:^|\/)(20\d\d)(\d\d)(\d\d)T\d{6}Z(?=\/|$)/.exec(text) ??
    /\/(20\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?=\/|$)/.exec(text);
  return match ? `${match[1]}-${match[2]}-${match[3]}` : undefined;
}
