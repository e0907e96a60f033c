import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file, symlink, tar } from '../../test/image.ts';
import { streamSource } from './byte-source.ts';
import { readTar } from './tar.ts';

async function* chunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function members(bytes: Buffer, sizes: readonly number[] = [bytes.length || 1]): Promise<string[]> {
  const seen: string[] = [];
  for await (const member of readTar(streamSource(chunks(bytes, sizes)), 'test.tar')) {
    const parts: Buffer[] = [];
    while (member.body.remaining > 0) parts.push(Buffer.from(await member.body.chunk(7)));
    seen.push(`${member.type} ${member.name} ${member.link} ${Buffer.concat(parts).toString('latin1')}`);
  }
  return seen;
}

const sample = tar({
  'etc/os-release': 'ID=debian\n',
  'usr/bin/python': symlink('python3.9'),
  [`${'deep/'.repeat(40)}file`]: file('x'.repeat(1500), { mode: 0o4755 }),
  empty: '',
});

/** The header block at an offset with its checksum made right again. */
function rewritten(bytes: Buffer, change: (header: Buffer) => void, offset = 0): Buffer {
  const copy = Buffer.from(bytes);
  const header = copy.subarray(offset, offset + 512);
  change(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}

describe('reading tar', () => {
  it('gives the same members however the bytes are cut', async () => {
    const whole = await members(sample);
    expect(whole).toHaveLength(4);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1100 }), { minLength: 1, maxLength: 8 }), async (sizes) => {
        expect(await members(sample, sizes)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('says where an archive ends too early, wherever it is cut', async () => {
    const end = sample.length - 1024;
    for (const cut of [100, 512, 513, 1024, 1536, end - 1]) {
      const outcome = await members(sample.subarray(0, cut)).then(
        (seen) => seen.length,
        (error) => error.code,
      );
      // A cut at the border of a member is an archive without an end mark, which Go accepts.
      expect([outcome, cut]).toEqual([
        cut % 512 === 0 && cut !== 512 && typeof outcome === 'number' ? outcome : 'corrupt',
        cut,
      ]);
    }
  });

  it('keeps apart a name in Latin-1 and the one that is spelled so in UTF-8, which a mark of a later layer may take away', async () => {
    const [latin, utf8] = [Buffer.from('opt/\u00ff', 'latin1'), Buffer.from('opt/\u00ff')];
    const named = (name: Buffer): Buffer =>
      rewritten(tar({ empty: '' }), (header) => header.fill(0, 0, 100) && name.copy(header)).subarray(0, 512);
    expect(await members(Buffer.concat([named(latin), named(utf8), Buffer.alloc(1024)]))).toEqual([
      'file opt/\uefff  ',
      'file opt/\u00ff  ',
    ]);
  });

  it('refuses a header whose checksum is wrong', async () => {
    const broken = Buffer.from(sample);
    broken[0] = 0x58;
    await expect(members(broken)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('checksum'),
    });
  });

  it('gives a link no body, whatever size its header claims, as Go does', async () => {
    const bytes = tar([
      ['link', symlink('target')],
      ['after', 'seen'],
    ]);
    const lying = rewritten(bytes, (header) => header.write('00000001000\0', 124, 'latin1'));
    expect((await members(lying)).map((line) => line.split(' ')[1])).toEqual(['link', 'after']);
  });

  it('reads a size beyond eight gigabytes in base-256, and says that the body is missing', async () => {
    const huge = rewritten(tar({ big: 'x' }), (header) => {
      header.fill(0, 124, 136);
      header[124] = 0x80;
      header.writeUInt32BE(256, 128); // 256 * 2^32 bytes: one terabyte
    });
    await expect(members(huge)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('too early'),
    });
  });

  it('refuses extension headers without end, and ones that are larger than any name', async () => {
    const extension = (size: string): Buffer =>
      rewritten(tar({ x: '' }).subarray(0, 512), (header) => {
        header.write('x', 156, 'latin1');
        header.write(size, 124, 'latin1');
      });
    const endless = Buffer.concat(Array.from({ length: 40 }, () => extension('00000000000\0')));
    await expect(members(endless)).rejects.toMatchObject({ code: 'limit' });
    await expect(members(extension('77777777777\0'))).rejects.toMatchObject({ code: 'limit' });
  });

  it('never hangs or crashes on damaged bytes: it reads them or says what is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const damaged = Buffer.from(sample);
          for (const [at, value] of changes) damaged[at] = value;
          const outcome = await members(damaged).then(
            () => 'read',
            (error) => error.code,
          );
          expect(['read', 'corrupt', 'limit']).toContain(outcome);
        },
      ),
      { numRuns: 150 },
    );
  });
});
