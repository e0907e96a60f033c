import { analyzer, type OsFact } from '../analyzer.ts';

interface ReleaseText {
  readonly id: string;
  readonly name: string;
  readonly pattern: RegExp;
}

/** First lines of /etc/redhat-release and its kin; group 1 is the version, group 2 the codename. */
const RED_HAT_KIN: readonly ReleaseText[] = [
  { id: 'centos', name: 'CentOS Stream', pattern: /^CentOS Stream release (\d+)/ },
  { id: 'centos', name: 'CentOS Linux', pattern: /^CentOS(?: Linux)? release (\d+(?:\.\d+)*)(?: \((\w+)\))?/ },
  { id: 'rocky', name: 'Rocky Linux', pattern: /^Rocky Linux release (\d+(?:\.\d+)*)(?: \(([\w ]+)\))?/ },
  { id: 'almalinux', name: 'AlmaLinux', pattern: /^AlmaLinux release (\d+(?:\.\d+)*)(?: \(([\w ]+)\))?/ },
  { id: 'fedora', name: 'Fedora Linux', pattern: /^Fedora release (\d+)(?: \(([\w ]+)\))?/ },
  { id: 'ol', name: 'Oracle Linux Server', pattern: /^Oracle Linux Server release (\d+(?:\.\d+)*)/ },
  { id: 'amzn', name: 'Amazon Linux', pattern: /^Amazon Linux(?: AMI)? release (\d+(?:\.\d+)*)(?: \(([\w ]+)\))?/ },
  { id: 'photon', name: 'VMware Photon OS', pattern: /^VMware Photon(?: OS| Linux)? v?(\d+(?:\.\d+)*)/ },
  { id: 'mariner', name: 'CBL-Mariner', pattern: /^CBL-Mariner (\d+(?:\.\d+)*)/ },
  { id: 'azurelinux', name: 'Azure Linux', pattern: /^Azure Linux (\d+(?:\.\d+)*)/ },
  {
    id: 'rhel',
    name: 'Red Hat Enterprise Linux',
    pattern: /^Red Hat Enterprise Linux(?: \w+)? release (\d+(?:\.\d+)*)(?: \(([\w ]+)\))?/,
  },
];

const CODENAMES: ReadonlyMap<string, string> = new Map([
  ['8', 'jessie'],
  ['9', 'stretch'],
  ['10', 'buster'],
  ['11', 'bullseye'],
  ['12', 'bookworm'],
  ['13', 'trixie'],
  ['14', 'forky'],
]);

/**
 * What tells the operating system where there is no os-release: images older than it, and images whose os-release was
 * taken away. The core prefers os-release; a contradiction between the two is worth a word.
 */
export const releaseFiles = analyzer({
  name: 'release-files',
  version: 1,
  files: [
    'etc/alpine-release',
    'etc/debian_version',
    'etc/redhat-release',
    'etc/centos-release',
    'etc/oracle-release',
    'etc/system-release',
    'etc/photon-release',
    'etc/mariner-release',
  ],
  maxBytes: 64 * 1024,
  *read(file) {
    const line = file.text().split('\n', 1)[0]!.trim();
    const fact = file.path.endsWith('alpine-release')
      ? alpine(line)
      : file.path.endsWith('debian_version')
        ? debian(line)
        : redHatKin(line);
    if (fact !== undefined) yield fact;
  },
});

function alpine(line: string): OsFact | undefined {
  return /^\d+\.\d+\.\d+/.test(line)
    ? { kind: 'os', id: 'alpine', versionId: line, name: `Alpine Linux ${line}` }
    : undefined;
}

/** `11.7`, or `bookworm/sid` on a system that follows testing. Ubuntu has this file too, with Debian's word in it. */
function debian(line: string): OsFact | undefined {
  const major = /^(\d+)(?:\.\d+)*$/.exec(line)?.[1];
  if (major === undefined) return undefined;
  const codename = CODENAMES.get(major);
  return {
    kind: 'os',
    id: 'debian',
    versionId: major,
    name: `Debian GNU/Linux ${line}`,
    ...(codename === undefined ? {} : { codename }),
  };
}

function redHatKin(line: string): OsFact | undefined {
  for (const { id, name, pattern } of RED_HAT_KIN) {
    const match = pattern.exec(line);
    if (match === null) continue;
    const codename = match[2];
    return {
      kind: 'os',
      id,
      versionId: match[1]!,
      name: `${name} ${match[1]}`,
      ...(codename === undefined ? {} : { codename }),
    };
  }
  return undefined;
}
