import { describe, expect, it } from 'vitest';
import { debianIndexes, isAptSource } from './debian-sources.ts';

/** Of python:3.9.16-bullseye. */
const BULLSEYE = `# deb http://snapshot.example/archive/debian/20230502T000000Z bullseye main
deb http://mirror.example/debian bullseye main
# deb http://snapshot.example/archive/debian-security/20230502T000000Z bullseye-security main
deb http://mirror.example/debian-security bullseye-security main
deb http://mirror.example/debian bullseye-updates main
`;

/** Of debian:12. */
const BOOKWORM = `Types: deb
# http://snapshot.example/archive/debian/20231030T000000Z
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

/** Of NVIDIA's images: one flat repository, with an option. */
const CUDA =
  'deb [signed-by=/usr/share/keyrings/cuda.gpg] https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64/ /\n';

const labels = (path: string, text: string, architecture = 'amd64'): string[] =>
  debianIndexes(new Map([[path, text]]), architecture).map(({ label }) => label);

describe("the indexes of an image's apt sources", () => {
  it('are those of each suite and component, by the line', () => {
    expect(debianIndexes(new Map([['etc/apt/sources.list', BULLSEYE]]), 'arm64')).toEqual([
      { address: 'http://mirror.example/debian/dists/bullseye/main/binary-arm64/Packages', label: 'bullseye main' },
      {
        address: 'http://mirror.example/debian-security/dists/bullseye-security/main/binary-arm64/Packages',
        label: 'bullseye-security main',
      },
      {
        address: 'http://mirror.example/debian/dists/bullseye-updates/main/binary-arm64/Packages',
        label: 'bullseye-updates main',
      },
    ]);
  });

  it('and by the paragraph, whatever is commented within', () => {
    expect(labels('etc/apt/sources.list.d/debian.sources', BOOKWORM)).toEqual([
      'bookworm main',
      'bookworm-updates main',
      'bookworm-security main',
    ]);
  });

  it('are one file where a repository has no suites', () => {
    expect(debianIndexes(new Map([['etc/apt/sources.list.d/cuda.list', CUDA]]), 'amd64')).toEqual([
      { address: 'https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64//Packages', label: '/' },
    ]);
  });

  it('leave out sources of code, other architectures, what is switched off, and addresses that are none', () => {
    const lines = [
      'deb-src http://mirror.example/debian bookworm main',
      'deb [arch=i386,armhf] http://mirror.example/debian bookworm main',
      'deb [arch=i386,amd64] http://mirror.example/debian sid contrib # main',
      'deb file:/mnt/cdrom bookworm main',
      'deb mirror+file:/etc/apt/mirrors.list bookworm main',
    ].join('\n');
    expect(labels('etc/apt/sources.list', lines)).toEqual(['sid contrib']);
    const off = BOOKWORM.replace('Types: deb\nURIs', 'Types: deb\nEnabled: no\nURIs').replace(
      'main\n',
      'main\nArchitectures: riscv64\n',
    );
    expect(labels('etc/apt/sources.list.d/debian.sources', off)).toEqual([]);
  });

  it('are named once, however many files name them', () => {
    const files = new Map([
      ['etc/apt/sources.list', BULLSEYE],
      ['etc/apt/sources.list.d/more.list', BULLSEYE],
    ]);
    expect(debianIndexes(files, 'amd64')).toHaveLength(3);
  });

  it('stand in files that apt reads', () => {
    expect(
      ['etc/apt/sources.list', 'etc/apt/sources.list.d/a.list', 'etc/apt/sources.list.d/a.sources'].every(isAptSource),
    ).toBe(true);
    expect(
      ['etc/apt/sources.list.d/a.list.save', 'etc/apt/sources.list.d/x/a.list', 'srv/sources.list'].some(isAptSource),
    ).toBe(false);
  });
});
