import { describe, expect, it } from 'vitest';
import { image, type LayerBuilder, layer, removed } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

const sourcesOf = async (...layers: readonly LayerBuilder[]) =>
  (await takeInventory(image(...layers))).inventory.packageSources?.map(({ label, address, frozen }) =>
    [label, address, frozen].filter(Boolean).join(' | '),
  );

describe('the package sources that an image names', () => {
  it('are cut, and said to be, where a paragraph of a hundred kilobytes multiplies out to billions', async () => {
    const many = (word: string): string => Array(10_000).fill(word).join(' ');
    const text = `Types: deb\nURIs: ${many('a:')}\nSuites: ${many('s')}\nComponents: main\n`;
    const { inventory } = await takeInventory(image(layer({ 'etc/apt/sources.list.d/a.sources': text })));
    expect(inventory.unknowns.map(({ reason }) => reason)).toEqual(['it names more package sources than are read']);
  });

  it('are lines and paragraphs of apt, with the day of a snapshot', async () => {
    const lines = `# deb http://mirror.example/debian bullseye main
deb http://snapshot.example/archive/debian/20220801T000000Z bullseye main # frozen
deb [arch=amd64 snapshot=20240301T000000Z] http://mirror.example/ubuntu jammy main universe
deb-src http://mirror.example/debian bullseye main
`;
    const paragraphs = `Types: deb deb-src
# http://snapshot.example/archive/debian/20231030T000000Z
URIs: http://user:secret@mirror.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
Enabled: no
URIs: http://mirror.example/off
Suites: bookworm
Components: main

Types: deb
URIs: http://mirror.example/ubuntu
Suites: noble
Components: main
Snapshot: 20240501T000000Z
`;
    expect(
      await sourcesOf(layer({ 'etc/apt/sources.list': lines, 'etc/apt/sources.list.d/debian.sources': paragraphs })),
    ).toEqual([
      'bullseye main | http://snapshot.example/archive/debian/20220801T000000Z | 2022-08-01',
      'jammy main universe | http://mirror.example/ubuntu | 2024-03-01',
      'bookworm main | http://mirror.example/debian',
      'bookworm-updates main | http://mirror.example/debian',
      'noble main | http://mirror.example/ubuntu | 2024-05-01',
    ]);
  });

  it("are Alpine's repositories, and those of dnf, yum and zypper that are switched on", async () => {
    const repo = `[baseos]
name=BaseOS
mirrorlist=https://mirror.example/?repo=$releasever
[extras]
enabled=0
baseurl=https://mirror.example/extras
[frozen]
baseurl=https://mirror.example/2024-01-05/os/
    https://other.example/
`;
    expect(
      await sourcesOf(
        layer({
          'etc/apk/repositories':
            'https://mirror.example/alpine/v3.18/main\n#https://mirror.example/off\n@edge https://mirror.example/alpine/edge/main\n',
          'etc/yum.repos.d/os.repo': repo,
          'etc/dnf/vars/releasever': 'latest\n',
        }),
      ),
    ).toEqual([
      'v3.18 main | https://mirror.example/alpine/v3.18/main',
      'edge main | https://mirror.example/alpine/edge/main',
      'baseos | https://mirror.example/?repo=$releasever',
      'frozen | https://mirror.example/2024-01-05/os/ | 2024-01-05',
      '$releasever | latest',
    ]);
  });

  it('are those of the final image: none where a layer took them away', async () => {
    const first = layer({ 'etc/apt/sources.list': 'deb http://mirror.example/debian bullseye main\n' });
    expect(await sourcesOf(first, layer({ 'etc/apt/sources.list': removed }))).toEqual([]);
  });
});
