import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeOutput } from './output.ts';

describe('writing a result', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-output-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const context = () => ({ stdout: new PassThrough() });

  it('to a file makes it appear whole, in place of what was there', async () => {
    const file = join(folder, 'report.json');
    writeFileSync(file, 'old');
    await writeOutput(['{', '}'], file, context());
    expect(readFileSync(file, 'utf8')).toBe('{}');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('leaves the old file and nothing else behind when the rendering fails', async () => {
    const file = join(folder, 'report.json');
    writeFileSync(file, 'old');
    const broken = function* () {
      yield 'half';
      throw new Error('no more');
    };
    await expect(writeOutput(broken(), file, context())).rejects.toMatchObject({ code: 'io', where: file });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('says where to look when the folder is not there', async () => {
    const file = join(folder, 'nowhere', 'report.json');
    await expect(writeOutput(['x'], file, context())).rejects.toMatchObject({
      code: 'io',
      line: expect.stringContaining('check that'),
    });
  });

  it.skipIf(process.platform === 'win32')(
    'writes into a pipe or device and never replaces it (where there are named pipes)',
    async () => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const reading = new Promise<string>((resolve) => {
        import('node:fs').then(({ createReadStream }) => {
          const chunks: Buffer[] = [];
          createReadStream(pipe)
            .on('data', (chunk) => chunks.push(Buffer.from(chunk)))
            .on('end', () => resolve(Buffer.concat(chunks).toString()));
        });
      });
      await writeOutput(['a', 'b'], pipe, context());
      expect(await reading).toBe('ab');
      expect(lstatSync(pipe).isFIFO()).toBe(true);
    },
  );
});
