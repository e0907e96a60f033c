import { readJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { isObject, type Json, text, texts } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, unknown } from '../analyzer.ts';
import { disputedBy, type VersionDispute } from '../disputed.ts';
import { properties, withValues } from '../fact-values.ts';
import { ownedPaths } from '../systems/index.ts';

/**
 * Packages of conda environments: one JSON file each in `conda-meta`, with every file it put there, so that what conda
 * owns is known as well; and the package cache, whose contents no environment imports.
 * https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/install.html
 */
export const condaPackages = analyzer({
  name: 'conda',
  version: 3,
  files: ['**/conda-meta/*.json', '**/pkgs/*/info/index.json'],
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    const record: unknown = readJson(file.text());
    if (!isObject(record as Json)) return yield unknown('no JSON object');
    const json = record as { readonly [key: string]: Json | undefined };
    const name = text(json.name);
    const version = text(json.version);
    const cached = file.path.endsWith('/info/index.json');
    // npm and others have index.json files too: conda's says which build it is.
    if (cached && (text(json.build) === undefined || json.build_number === undefined)) return;
    if (name === undefined || version === undefined) return yield unknown('no name or version');
    const prefix = file.path.slice(0, file.path.lastIndexOf('/conda-meta/'));
    const disputed = cached ? {} : disputedBy(version, calledVersions(name, file.path, text(json.fn) ?? ''));
    yield withValues({
      type: 'conda',
      name,
      version,
      certainty: 'exact',
      role: cached ? 'cache' : undefined,
      licenses: text(json.license) === undefined ? undefined : [text(json.license)!],
      properties: properties({
        build: text(json.build) ?? text(json.build_string),
        channel: channelOf(text(json.channel) ?? text(json.schannel)),
        subdir: text(json.subdir),
        md5: digestOf(text(json.md5), 32),
        sha256: digestOf(text(json.sha256), 64),
        prefix: cached ? undefined : `/${prefix}`,
        depends: texts(json.depends).join(', '),
        dists: cached ? undefined : distributions(texts(json.files)),
      }),
      ...disputed,
    });
    const owned = cached
      ? undefined
      : ownedPaths(
          'conda',
          name,
          texts(json.files).map((path) => [prefix, path] as const),
        );
    if (owned !== undefined) yield owned;
  },
});

/** What the record's own name says, and that of the archive: `conda-meta/openssl-1.1.1n-h7f8727e_0.json`, `openssl-1.1.1n-h7f8727e_0.conda`. */
function calledVersions(name: string, path: string, archive: string): readonly VersionDispute[] {
  const files = [
    ['its record', fileNameOf(path)] as const,
    ['its archive', archive.slice(0, LIMITS.nameBytes)] as const,
  ];
  return files.flatMap(([what, file]) => {
    const version = file.startsWith(`${name}-`)
      ? /^(\d[^-]*)-[^-]+$/.exec(file.slice(name.length + 1))?.[1]
      : undefined;
    return version === undefined ? [] : [{ version, because: `${what} is called ${file}` }];
  });
}

/** Python distributions whose metadata is among the files: what the package is on PyPI. */
function distributions(files: readonly string[]): string {
  const installed = files.flatMap((path) => {
    if (path.length > LIMITS.pathBytes || /\/_vendor\//.test(path)) return [];
    const match = /\/([^/-]+)-([^/-]+)(?:-py[\d.]+)?\.(?:dist-info\/METADATA|egg-info\/PKG-INFO|egg-info)$/.exec(path);
    return match === null ? [] : [`${match[1]}==${match[2]}`];
  });
  return [...new Set(installed)].join(', ');
}

/** `https://conda.anaconda.org/conda-forge/linux-64` -> `conda-forge`, `https://repo.anaconda.com/pkgs/main/noarch` -> `main`. */
function channelOf(channel: string | undefined): string | undefined {
  return (
    channel
      ?.replace(/\/(?:noarch|linux-[\w]+|osx-\w+|win-\w+)\/?$/, '')
      .replace(/^https?:\/\/[^/]+\/(?:pkgs\/)?(?:t\/[^/]+\/)?/, '') || undefined
  );
}

/** The digest of the archive that was unpacked, in hexadecimal. */
const digestOf = (value: string | undefined, digits: number): string | undefined =>
  value?.length === digits && /^[0-9a-f]*$/.test(value) ? value : undefined;
