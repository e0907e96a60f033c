import { describe, expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { image, type LayerBuilder, layer, removed, symlink } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';
import { codeSpool } from '../../layers/code-spool.ts';
import { imageCode } from '../../layers/image-code.ts';

/** What the code of an image says when all of it is asked about: `path language: text`. */
async function codeOf(...layers: readonly LayerBuilder[]): Promise<string[]> {
  const spool = codeSpool([]);
  const { read } = await takeInventory(image(...layers), { spool });
  const later = imageCode(read.indexes, read.later);
  const asked = read.indexes.flatMap(({ entries }, at) =>
    Array.from({ length: entries.size }, (_, row) => later.items(at, row)).flat(),
  );
  const all = [...asked, ...read.indexes.flatMap(({ code }) => code()), ...read.linkedCode];
  return all.map(({ path, language, text }) => `${path} ${language}: ${text}`);
}

describe('what is kept of code', () => {
  it('is what libraries ask of the loader', async () => {
    const library = elf({ parts: [{ content: Buffer.from('x') }], soname: 'liba.so.1', needed: ['libc.so.6'] });
    const code = await codeOf(layer({ 'usr/lib/liba.so.1': library }));
    const said = '{"bits":64,"machine":62,"soname":"liba.so.1","needed":["libc.so.6"]}';
    expect(code).toEqual([`usr/lib/liba.so.1 elf: ${said}`]);
  });

  it('is scripts as they stand, and of an installer with an archive behind it the beginning', async () => {
    const installer = `#!/bin/sh\n${'x'.repeat(400_000)}`;
    const [script, large] = await codeOf(layer({ 'run.sh': '#!/bin/sh\nexec python3 app.py\n', 'i.run': installer }));
    expect(script).toBe('run.sh script: #!/bin/sh\nexec python3 app.py\n');
    expect(large?.length).toBe('i.run script: '.length + 256 * 1024);
  });

  it('is small texts of the configuration, through links and in the last layer that has them', async () => {
    const code = await codeOf(
      layer({ 'etc/ld.so.conf': 'old', 'etc/ld.so.conf.d/a.conf': '/opt/lib\n' }),
      layer({ 'etc/ld.so.conf': symlink('../opt/conf'), 'opt/conf': '/opt/other\n', 'etc/passwd': removed }),
    );
    expect(code).toContain('opt/conf text: /opt/other\n');
    expect(code).toContain('etc/ld.so.conf.d/a.conf text: /opt/lib\n');
  });

  it('proves no package and is told of nobody', async () => {
    const { inventory } = await takeInventory(
      image(layer({ 'run.sh': '#!/bin/sh\n', 'etc/nsswitch.conf': 'hosts: files\n' })),
    );
    expect(inventory.packages).toEqual([]);
    expect(inventory.unknowns).toEqual([]);
  });
});
