import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { image, layer } from '../../test/image.ts';
import { platformNotices } from '../coverage/notices.ts';
import { elfArchitecture } from '../formats/executables/index.ts';
import { openDirectory } from '../sources/files/directory.ts';
import { shownSubject } from './image-config.ts';
import { takeInventory } from './take.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-folder-platform-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An ELF file for a machine, as far as its header. */
function built(machine: number, little = true): Buffer {
  const bytes = elf({ parts: [{ content: Buffer.from('text') }], little });
  if (little) bytes.writeUInt16LE(machine, 18);
  else bytes.writeUInt16BE(machine, 18);
  return bytes;
}
function put(path: string, content: Buffer | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
const inferred = async () => {
  const opened = await openDirectory(folder, folder);
  return (await takeInventory(opened)).inventory.platform;
};

describe('the machine that a folder is for', () => {
  it.each([
    [62, true, 'amd64'],
    [183, true, 'arm64'],
    [21, true, 'ppc64le'],
    [22, false, 's390x'],
    [243, true, 'riscv64'],
    [40, true, 'arm'],
    [3, true, '386'],
  ])('reads e_machine %i as images call it', (machine, little, architecture) => {
    expect(elfArchitecture(built(machine, little))).toBe(architecture);
    expect(elfArchitecture(built(machine, little).subarray(0, 19))).toBeUndefined();
  });

  it('is what its interpreter was built for, whatever else lies in it', async () => {
    put('opt/venv/bin/python3.11', built(183));
    for (const name of ['a', 'b', 'c']) put(`opt/venv/lib/python3.11/site-packages/x/${name}.so`, built(62));
    expect(await inferred()).toEqual({ os: 'linux', architecture: 'arm64', by: 'opt/venv/bin/python3.11' });
  });

  it('is what most of its modules were built for where there is no interpreter', async () => {
    put('python3.11/site-packages/x/one.so', built(183));
    put('python3.11/site-packages/x/other.so', built(62));
    put('python3.11/site-packages/x/third.abi3.so', built(62));
    put('python3.11/site-packages/x/text.so', 'INPUT(libx.so.1)');
    expect(await inferred()).toMatchObject({ architecture: 'amd64', by: 'python3.11/site-packages/x/other.so' });
  });

  it('is not known of scripts, nor of what a link leads out of the folder to', async () => {
    put('usr/bin/python3', '#!/bin/sh\n');
    symlinkSync('/bin/sh', join(folder, 'usr/bin/python3.9'));
    expect(await inferred()).toBeUndefined();
  });

  it('is said, as is a --platform that says otherwise', () => {
    const platform = { os: 'linux', architecture: 'amd64', by: 'usr/bin/python3.9' };
    const said = (architecture?: string) => {
      const given = architecture === undefined ? {} : { platform: { os: 'linux', architecture } };
      const subject = { reference: '.', source: 'dir', name: '.', layers: [], ...given } as const;
      return [
        shownSubject(subject, { platform }).platform,
        ...platformNotices(subject, { platform }).map((notice) => notice.message),
      ];
    };
    expect(said()).toEqual([
      { os: 'linux', architecture: 'amd64' },
      'the folder names no platform: it is for linux/amd64, as /usr/bin/python3.9 says',
    ]);
    expect(said('amd64')).toEqual([{ os: 'linux', architecture: 'amd64' }]);
    expect(said('arm64')).toEqual([
      { os: 'linux', architecture: 'arm64' },
      '--platform linux/arm64 is what counts, but the folder is for linux/amd64, as /usr/bin/python3.9 says',
    ]);
  });

  it('is not asked of images, which say it themselves', async () => {
    const { inventory } = await takeInventory(image(layer({ 'usr/bin/python3.9': built(183) })));
    expect(inventory.platform).toBeUndefined();
  });
});
