import type { Image } from '../model.ts';
import type { TarEntries, TarEntry } from '../sources/files/index.ts';
import { type MemoryImage, type MemoryInstruction, type MemoryLayer, memoryImage } from '../sources/files/index.ts';
import { compareDeb } from '../versions/deb.ts';
import { fixedSources } from './advisories.ts';
import { DEBIAN_PACKAGES } from './debian-packages.ts';

/** One binary package as dpkg's database has it. */
interface Installed {
  readonly source: string;
  readonly sourceVersion: string;
  readonly name: string;
  readonly version: string;
  readonly shared: boolean;
}

const SITE_PACKAGES = 'usr/local/lib/python3.9/site-packages';

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"
NAME="Debian GNU/Linux"
VERSION_ID="11"
VERSION="11 (bullseye)"
VERSION_CODENAME=bullseye
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

/** The run configuration of python:3.9.16. */
const FACTS: Omit<MemoryImage, 'layers' | 'reference'> = {
  created: '2023-01-23T23:36:02.06393252Z',
  run: {
    Env: [
      'PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'LANG=C.UTF-8',
      'GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568',
      'PYTHON_VERSION=3.9.16',
      'PYTHON_PIP_VERSION=22.0.4',
      'PYTHON_SETUPTOOLS_VERSION=58.1.0',
    ],
    Cmd: ['python3'],
  },
};

function installed(): Installed[] {
  return DEBIAN_PACKAGES.trim()
    .split('\n')
    .flatMap((line) => {
      const [source, sourceVersion, ...binaries] = line.split(' ') as [string, string, ...string[]];
      return binaries.map((text): Installed => {
        const [name, version] = text.split('=') as [string, string?];
        return {
          source,
          sourceVersion,
          name: name.replace('*', ''),
          version: version ?? sourceVersion,
          shared: name.endsWith('*'),
        };
      });
    });
}

/** dpkg's database, as dpkg writes it. https://manpages.debian.org/deb-control.5 */
function dpkgStatus(packages: readonly Installed[]): string {
  return packages
    .map(({ source, sourceVersion, name, version, shared }) => {
      const different = version === sourceVersion ? '' : ` (${sourceVersion})`;
      return [
        `Package: ${name}`,
        'Status: install ok installed',
        'Architecture: amd64',
        ...(shared ? ['Multi-Arch: same'] : []),
        ...(source === name && different === '' ? [] : [`Source: ${source}${different}`]),
        `Version: ${version}`,
        '',
      ].join('\n');
    })
    .join('\n');
}

/** A distribution as pip leaves it. */
function wheel(name: string, version: string): [string, TarEntry][] {
  const folder = `${SITE_PACKAGES}/${name}-${version}.dist-info`;
  return [
    [`${folder}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\n`],
    [`${folder}/INSTALLER`, 'pip\n'],
    [`${SITE_PACKAGES}/${name}/__init__.py`, ''],
  ];
}

/** Mercurial comes from Debian and leaves Python metadata as well: dpkg's file list says whose it is. */
const MERCURIAL = 'usr/lib/python3/dist-packages/mercurial-5.6.1.egg-info';

/** The three archives that every image of Debian names. */
const SOURCES = `deb http://mirror.example/debian bullseye main
deb http://mirror.example/debian-security bullseye-security main
deb http://mirror.example/debian bullseye-updates main
`;

function debianLayer(): MemoryLayer {
  const files: TarEntries = {
    'etc/os-release': { symlink: '../usr/lib/os-release' },
    'usr/lib/os-release': OS_RELEASE,
    'etc/debian_version': '11.6\n',
    'etc/apt/sources.list': SOURCES,
    'var/lib/dpkg/status': dpkgStatus(installed()),
    'var/lib/dpkg/info/mercurial-common.list': `/.\n/usr\n/usr/lib/python3/dist-packages\n/${MERCURIAL}\n/usr/share/doc/mercurial-common\n`,
    'var/lib/dpkg/info/mercurial-common.md5sums': `d41d8cd98f00b204e9800998ecf8427e  ${MERCURIAL}\n`,
    [MERCURIAL]: 'Metadata-Version: 1.1\nName: mercurial\nVersion: 5.6.1\n\n',
    // Each package of Debian brings this file: a list of packages without any of their files would be told as inflated.
    ...Object.fromEntries(installed().map(({ name }) => [`usr/share/doc/${name}/copyright`, ''])),
  };
  return { createdBy: 'ADD debian-and-buildpack-deps.tar in /', files, compression: 'gzip' };
}

const PYTHON: readonly (MemoryLayer | MemoryInstruction)[] = [
  debianLayer(),
  { instruction: 'ENV PYTHON_VERSION=3.9.16' },
  {
    createdBy: 'RUN /bin/sh -c python get-pip.py pip==22.0.4 setuptools==58.1.0 # buildkit',
    files: [...wheel('pip', '22.0.4'), ...wheel('setuptools', '58.1.0')],
    compression: 'gzip',
  },
];

/** What `apt-get upgrade` leaves: the same database with every source at the version that has its fixes. */
function upgradeLayer(): MemoryLayer {
  const fixed = fixedSources((a, b) => compareDeb(a, b) > 0);
  const upgraded = installed().map((pkg) => {
    const to = fixed.get(pkg.source);
    return to === undefined || compareDeb(to, pkg.sourceVersion) <= 0
      ? pkg
      : { ...pkg, sourceVersion: to, version: to };
  });
  return {
    createdBy: 'RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*',
    files: { 'var/lib/dpkg/status': dpkgStatus(upgraded) },
    compression: 'gzip',
  };
}

/** What `pip install setuptools==65.5.1` leaves: the old metadata gone (a whiteout), the new one there. */
function setuptoolsLayer(): MemoryLayer {
  return {
    createdBy: 'RUN pip install setuptools==65.5.1',
    files: [[`${SITE_PACKAGES}/setuptools-58.1.0.dist-info`, { removed: true }], ...wheel('setuptools', '65.5.1')],
    compression: 'gzip',
  };
}

/** The three images of the demonstration: as published, after the upgrade of the operating system, and after that of setuptools. */
export function demoImages(): { readonly published: Image; readonly upgraded: Image; readonly mended: Image } {
  const make = (reference: string, ...more: readonly MemoryLayer[]): Image =>
    memoryImage({ ...FACTS, reference, layers: [...PYTHON, ...more] });
  return {
    published: make('python:3.9.16'),
    upgraded: make('my-model:upgraded', upgradeLayer()),
    mended: make('my-model:mended', upgradeLayer(), setuptoolsLayer()),
  };
}
