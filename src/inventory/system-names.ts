import { distributionOf, namespaceOf, releaseNamed, systemInWords } from '../ecosystems/index.ts';
import type { Purl } from '../ecosystems/purl.ts';
import type { Bill, OperatingSystem } from '../model.ts';

const VERSION = /^(?:v|el)?\d[\w.]*$/;

/**
 * The operating system of a name and a version as programs write them: os-release ids, Trivy's families, names for people
 * (`Debian GNU/Linux`); the version may be a codename, or part of the name (`debian-11`, `bookworm`, `Ubuntu 22.04.4 LTS`).
 */
export function systemNamed(text: string, version?: string, title?: string): OperatingSystem | undefined {
  if (text.length > 200) return undefined;
  const plain = withoutWords(text).toLowerCase();
  if (plain === '') return undefined;
  const id = idOf(plain);
  if (id !== undefined || version !== undefined) return made(id ?? plain.replace(/\s+/g, '-'), version, title);
  const byCodename = releaseNamed(plain);
  if (byCodename !== undefined) return made(byCodename.id, plain, title);
  const at = Math.max(...['-', ':', '@', ' '].map((sign) => plain.lastIndexOf(sign)));
  if (at <= 0) return runTogether(plain, title);
  const [before, after] = [plain.slice(0, at), plain.slice(at + 1)];
  if (!VERSION.test(after) && releaseNamed(after) === undefined && idOf(before) === undefined) return undefined;
  return made(idOf(before) ?? before, after, title);
}

/**
 * `debian_12`, `debian/12`, `debian=12` and `debian12` of a system that is known: elsewhere these signs are part of names. WSL and Vagrant
 * write `ubuntu2204`.
 */
function runTogether(plain: string, title: string | undefined): OperatingSystem | undefined {
  const [, name = '', version = ''] =
    /^([a-z_-]*[a-z])[_/=]?v?(\d[\d.]*)$/.exec(plain) ?? /^([a-z]+)[_/=]([a-z]+)$/.exec(plain) ?? [];
  const id = idOf(name.replaceAll('_', '-')) ?? idOf(name.replaceAll('_', ' '));
  if (id === undefined || version === '') return undefined;
  if (!/^\d/.test(version) && releaseNamed(version)?.id !== id) return undefined;
  const dotted = version.replace(/^(\d\d)(?=\d\d$)/, '$1.');
  const isDotted = [...(distributionOf({ id })?.system?.codenames?.values() ?? [])].includes(dotted);
  return made(id, isDotted ? dotted : version, title);
}

/** os-release's names for people, without the words behind the number: `Debian GNU/Linux 12 (bookworm)`, `Ubuntu 22.04.4 LTS`. */
const withoutWords = (text: string): string =>
  text
    .trim()
    .replace(/(?<=\d) ?\([^()]*\)$/, '')
    .replace(/(?<=\d) LTS$/i, '');

/** What stands before a number: Alpine's `v3.18`, `el9` of Red Hat's packages. */
const MARK = /^(?:v|el)(?=\d)/;

/** `debian gnu/linux` is `debian`. */
const idOf = (name: string): string | undefined =>
  systemInWords(name) ?? systemInWords(name.replace(/(?<=\s)(?:gnu\/linux|linux|server|stream)$/, '').trimEnd());

function made(id: string, said: string | undefined, title: string | undefined): OperatingSystem {
  const version = said === undefined ? undefined : withoutWords(said);
  const codename = version === undefined ? undefined : releaseNamed(version.split(/[\s/]/)[0]!);
  const number = codename?.id === id ? codename.versionId : version?.replace(MARK, '');
  const versionId = number !== undefined && VERSION.test(number) ? number : undefined;
  return {
    id,
    name: title ?? [id, versionId ?? version].filter(Boolean).join(' '),
    ...(versionId === undefined ? {} : { versionId }),
    ...(codename?.id === id ? { codename: version!.toLowerCase().split(/[\s/]/)[0]! } : {}),
  };
}

/** The operating system that a bill of materials says its subject has. */
export function systemOfBill({ system }: Bill): OperatingSystem | undefined {
  const named = system && systemNamed(system.name, system.version, system.title);
  if (named === undefined || system?.version !== undefined || system?.title === undefined) return named;
  const titled = systemNamed(system.title, undefined, system.title);
  return titled?.id === named.id ? titled : systemNamed(system.name);
}

/** Whether a system is told without the release that its advisories are filed under: `debian` alone. Rolling ones have none. */
export function isReleaseMissing(system: OperatingSystem): boolean {
  const { id, name, versionId, codename } = system;
  if (versionId !== undefined || codename !== undefined || name !== id) return false;
  const type = distributionOf(system)?.type;
  return type !== undefined && namespaceOf(type, { ...system, versionId: '1' }) !== namespaceOf(type, system);
}

/** The distribution that a package's own purl names: `distro=debian-11`, `distro=bookworm`, Docker Scout's `os_name` and `os_version`. */
export function systemOfPurl({ namespace, qualifiers }: Purl): OperatingSystem | undefined {
  const distro = qualifiers.get('distro');
  const [name, version] = [qualifiers.get('os_name'), qualifiers.get('os_version')];
  if (distro !== undefined) {
    const system = systemNamed(distro);
    if (system !== undefined) return system;
    // A number alone is the release of the namespace.
    if (VERSION.test(distro) && namespace !== undefined) return systemNamed(namespace, distro);
  }
  return name === undefined ? undefined : systemNamed(name, version);
}
