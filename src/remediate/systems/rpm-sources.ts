/**
 * The repositories that an rpm-based image is configured for, and what their indexes offer. https://dnf.readthedocs.io/en/latest/conf_ref.html
 */

import { distributionOf } from '../../ecosystems/index.ts';
import { PlimsollError } from '../../errors.ts';
import { withoutEnd } from '../../formats/ends.ts';
import { repoSections } from '../../formats/text/index.ts';
import type { OperatingSystem } from '../../model.ts';

/** One repository: addresses of the repository itself, or of a list of its mirrors. */
interface RpmRepository {
  readonly id: string;
  readonly baseurls: readonly string[];
  readonly mirrors?: string;
}

/** Files that say where an image's rpm packages come from, and the variables in them. */
export const isRpmSource = (path: string): boolean =>
  /^etc\/(?:yum\.repos\.d\/[^/]+\.repo|zypp\/repos\.d\/[^/]+\.repo|(?:dnf|yum)\/vars\/\w+)$/.test(path);

/** What dnf calls the release: of Red Hat's kin the major version. */
export function rpmRelease(os: OperatingSystem | undefined): string {
  const version = os?.versionId ?? '';
  // Rebuilds that nobody here knows say that they are like Red Hat's.
  const isMajor = [os?.id, ...(os?.idLike ?? [])].some(
    (id) => id !== undefined && distributionOf({ id })?.system?.majorReleasever,
  );
  return isMajor ? (version.split('.')[0] as string) : version;
}

/** Enabled repositories of all `.repo` files; one whose variables are not all known has no address. */
export function rpmRepositories(
  files: ReadonlyMap<string, string>,
  release: string,
  architecture: string,
): RpmRepository[] {
  const variables = new Map([
    ['releasever', release],
    ['releasever_major', release.split('.')[0] as string],
    ['basearch', architecture],
    ['arch', architecture],
  ]);
  for (const [path, text] of files) {
    const name = /^etc\/(?:dnf|yum)\/vars\/(\w+)$/.exec(path)?.[1];
    if (name !== undefined) variables.set(name, (text.split('\n')[0] as string).trim());
  }
  return [...files].flatMap(([path, text]) => (path.endsWith('.repo') ? repositories(text, variables) : []));
}

function repositories(text: string, variables: ReadonlyMap<string, string>): RpmRepository[] {
  return repoSections(text).flatMap(({ id, settings }): RpmRepository[] => {
    const baseurls = addresses(settings.get('baseurl'), variables);
    const [mirrors] = [
      ...addresses(settings.get('mirrorlist'), variables),
      ...addresses(settings.get('metalink'), variables),
    ];
    return baseurls.length > 0 || mirrors !== undefined
      ? [{ id, baseurls, ...(mirrors === undefined ? {} : { mirrors }) }]
      : [];
  });
}

function addresses(value: string | undefined, variables: ReadonlyMap<string, string>): string[] {
  return (value ?? '')
    .split(/[\s,]+/)
    .map((address) =>
      address.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, a, b) => variables.get((a ?? b) as string) ?? whole),
    )
    .filter((address) => /^https?:\/\/[^$]+$/.test(address))
    .map((address) => withoutEnd(address, '/'));
}

/** The repositories that a mirror list (a line each) or a metalink document names, best first. */
export function mirrorAddresses(text: string): string[] {
  const addresses = /<metalink\b/.test(text)
    ? [...text.matchAll(/<url\b[^>]{0,500}>\s*(https?:[^<\s]{1,1000})\s*<\/url>/g)].map(([, url = '']) => url)
    : text.split(/\r?\n/).filter((line) => /^https?:\/\//.test(line));
  return addresses.map((url) => withoutEnd(url.trim().replace(/\/repodata\/repomd\.xml$/, ''), '/'));
}

/** Where `repomd.xml` says the list of packages lies, relative to the repository. Throws `corrupt` where it names none. */
export function primaryPath(repomd: string): string {
  const block = /<data\b[^>]{0,200}\btype="primary"[^>]{0,200}>([\s\S]{0,5000}?)<\/data>/.exec(repomd)?.[1] ?? '';
  const path = /<location\b[^>]{0,200}\bhref="([^"]{1,500})"/.exec(block)?.[1];
  if (path === undefined) throw new PlimsollError('corrupt', 'repomd.xml names no list of packages');
  return path;
}

/** Packages of a `primary.xml`, as `epoch:version-release` with an epoch of zero left out. Goes once through the text. */
export function* primaryPackages(
  text: string,
  wanted: ReadonlySet<string>,
  architecture: string,
): Generator<[string, { version: string; sourceVersion: string }]> {
  for (let at = text.indexOf('<package '); at >= 0; ) {
    const next = text.indexOf('<package ', at + 9);
    const record = text.slice(at, next < 0 ? undefined : next);
    at = next;
    const name = /<name>([^<]{1,200})<\/name>/.exec(record)?.[1];
    if (name === undefined || !wanted.has(name)) continue;
    const arch = /<arch>([^<]{1,50})<\/arch>/.exec(record)?.[1];
    if (arch !== undefined && arch !== 'noarch' && arch !== architecture) continue;
    const tag = /<version\b([^>]{1,300})>/.exec(record)?.[1] ?? '';
    const part = (key: string): string => new RegExp(`\\b${key}="([^"]*)"`).exec(tag)?.[1] ?? '';
    if (part('ver') === '') continue;
    const epoch = /^0*$/.test(part('epoch')) ? '' : `${part('epoch')}:`;
    const version = `${epoch}${part('ver')}${part('rel') === '' ? '' : `-${part('rel')}`}`;
    const source = /<rpm:sourcerpm>[^<]*-([^-<]+-[^-<]+)\.(?:no)?src\.rpm<\/rpm:sourcerpm>/.exec(record)?.[1];
    yield [name, { version, sourceVersion: source === undefined ? version : `${epoch}${source}` }];
  }
}
