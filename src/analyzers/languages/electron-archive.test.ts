import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';
import { electronArchive } from './electron-archive.ts';

/** `asar pack` (@electron/asar) of a program with two packages. */
const PACKED = Buffer.from(
  'BAAAAEwDAABIAwAAQwMAAHsiZmlsZXMiOnsibm9kZV9tb2R1bGVzIjp7ImZpbGVzIjp7IkBzIjp7ImZpbGVzIjp7InAiOnsiZmlsZXMiOnsicGFja2FnZS5qc29uIjp7InNpemUiOjM0LCJvZmZzZX' +
    'QiOiIwIiwiaW50ZWdyaXR5Ijp7ImFsZ29yaXRobSI6IlNIQTI1NiIsImhhc2giOiI5NjJmZWZlNjRiZjRhYjhkM2YzNzQwOTNhYTJhNzk5YjVmMTg3NzBiYjNmY2NmMTk0NTA5YjY2MmY5OTg2ODZm' +
    'IiwiYmxvY2tTaXplIjo0MTk0MzA0LCJibG9ja3MiOlsiOTYyZmVmZTY0YmY0YWI4ZDNmMzc0MDkzYWEyYTc5OWI1ZjE4NzcwYmIzZmNjZjE5NDUwOWI2NjJmOTk4Njg2ZiJdfX19fX19LCJsb2Rhc2' +
    'giOnsiZmlsZXMiOnsicGFja2FnZS5qc29uIjp7InNpemUiOjM4LCJvZmZzZXQiOiIzNCIsImludGVncml0eSI6eyJhbGdvcml0aG0iOiJTSEEyNTYiLCJoYXNoIjoiNmFhYjAzYWE5NDZjNzFmZDI5' +
    'NDlhNjc1OTA4M2Y4NmNhMjUwY2I3YTY0MDY0Mzc4M2NhZjcyODE4ODZlMjBkYiIsImJsb2NrU2l6ZSI6NDE5NDMwNCwiYmxvY2tzIjpbIjZhYWIwM2FhOTQ2YzcxZmQyOTQ5YTY3NTkwODNmODZjYT' +
    'I1MGNiN2E2NDA2NDM3ODNjYWY3MjgxODg2ZTIwZGIiXX19fX19fSwicGFja2FnZS5qc29uIjp7InNpemUiOjgwLCJvZmZzZXQiOiI3MiIsImludGVncml0eSI6eyJhbGdvcml0aG0iOiJTSEEyNTYi' +
    'LCJoYXNoIjoiMDYyMTZhY2JlMDhiMDk5ZTBmYjgyY2E3MTQxNjVjZGYwYzUxZDJkNGRmODk0MmI5ZTUzNTQ2MDZhMTJjZDhkZSIsImJsb2NrU2l6ZSI6NDE5NDMwNCwiYmxvY2tzIjpbIjA2MjE2YW' +
    'NiZTA4YjA5OWUwZmI4MmNhNzE0MTY1Y2RmMGM1MWQyZDRkZjg5NDJiOWU1MzU0NjA2YTEyY2Q4ZGUiXX19fX0AeyJuYW1lIjoiQHMvcCIsInZlcnNpb24iOiIyLjAuMCJ9CnsibmFtZSI6ImxvZGFz' +
    'aCIsInZlcnNpb24iOiI0LjE3LjIwIn0KeyJuYW1lIjoiZGVzayIsInZlcnNpb24iOiIxLjIuMyIsInByaXZhdGUiOnRydWUsImRlcGVuZGVuY2llcyI6eyJsb2Rhc2giOiJeNCJ9fQo=',
  'base64',
);

/** An archive by hand: the list may lie. */
function archive(files: object, body: Buffer): Buffer {
  const list = Buffer.from(JSON.stringify({ files }));
  const head = Buffer.alloc(16);
  for (const [at, value] of [4, list.length + 8, list.length + 4, list.length].entries())
    head.writeUInt32LE(value, at * 4);
  return Buffer.concat([head, list, body]);
}

async function read(bytes: Buffer) {
  const { inventory } = await takeInventory(image(layer({ 'opt/Desk/resources/app.asar': bytes })), {
    analyzers: [electronArchive],
  });
  return {
    packages: inventory.packages.map(({ name, version, role }) => `${name} ${version} ${role ?? 'installed'}`).sort(),
    risks: inventory.risks.map(({ rule, at }) => `${rule} ${at}`),
    unknowns: inventory.unknowns.map(({ reason }) => reason),
  };
}

const file = (offset: number, size: number) => ({ offset: String(offset), size });

describe('an archive of Electron', () => {
  it('holds the npm packages that the program brings, and the program', async () => {
    expect(await read(PACKED)).toMatchObject({
      packages: ['@s/p 2.0.0 installed', 'desk 1.2.3 declared', 'lodash 4.17.20 installed'],
      unknowns: [],
    });
  });

  it('holds secrets where its makers left them, and says in which file', async () => {
    const script = `const token = 'ghp_${'Zk3Vq9Lw7T'.repeat(4).slice(0, 36)}';`;
    const key = Buffer.from(script);
    const { risks } = await read(archive({ src: { files: { 'main.js': file(0, key.length) } } }, key));
    expect(risks).toEqual(['secret-github-token src/main.js, line 1']);
  });

  it('whose list lies costs what it holds, never more', async () => {
    const manifest = Buffer.from('{"name":"a","version":"1.0.0"}');
    const name = 'package.json';
    const lies: readonly (readonly [object, Buffer, readonly string[]])[] = [
      // Behind the end; negative; over each other; a folder that is a text.
      [{ [name]: file(1_000, 10) }, manifest, []],
      [{ [name]: file(-5, 10), x: 'y', z: { files: 'a' } }, manifest, []],
      [
        { a: { files: { [name]: file(0, 30) } }, b: { files: { [name]: file(10, 20) } } },
        manifest,
        ['a 1.0.0 installed'],
      ],
      [{ [name]: file(0, 2 ** 40) }, manifest, []],
    ];
    for (const [files, body, packages] of lies) expect((await read(archive(files, body))).packages).toEqual(packages);
    expect((await read(Buffer.from([4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]))).unknowns).toHaveLength(
      1,
    );
    expect((await read(archive({ [name]: file(0, 2 ** 40) }, manifest))).unknowns).toEqual([
      '1 of its files are too large to be read',
    ]);
    const deep = `${'{"files":{"a":'.repeat(20_000)}{}${'}}'.repeat(20_000)}`;
    const nested = Buffer.concat([PACKED.subarray(0, 16), Buffer.from(deep)]);
    nested.writeUInt32LE(deep.length + 8, 4);
    nested.writeUInt32LE(deep.length, 12);
    expect((await read(nested)).packages).toEqual([]);
  });
});
