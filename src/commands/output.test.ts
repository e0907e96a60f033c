import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { getSystemErrorMap } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlimsollError } from '../errors.ts';
import { growingOutput } from './growing-output.ts';
import { told, writeOutput } from './output.ts';

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

  it.skipIf(process.platform === 'win32')(
    'keeps the mode of a file, follows links, and makes what a link still lacks',
    async () => {
      const real = join(folder, 'real.json');
      writeFileSync(real, 'old');
      chmodSync(real, 0o640);
      mkdirSync(join(folder, 'below'));
      symlinkSync('../real.json', join(folder, 'below', 'link'));
      symlinkSync('new.json', join(folder, 'dangling'));
      await writeOutput(['new'], join(folder, 'below', 'link'), context());
      await writeOutput(['made'], join(folder, 'dangling'), context());
      expect([readFileSync(real, 'utf8'), statSync(real).mode & 0o777]).toEqual(['new', 0o640]);
      expect(lstatSync(join(folder, 'below', 'link')).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(folder, 'new.json'), 'utf8')).toBe('made');
      symlinkSync('b', join(folder, 'a'));
      symlinkSync('a', join(folder, 'b'));
      await expect(writeOutput(['x'], join(folder, 'a'), context())).rejects.toMatchObject({ code: 'io' });
    },
  );

  it.skipIf(process.getuid?.() === 0)(
    'leaves a file alone that is read-only (where that binds: not root)',
    async () => {
      const file = join(folder, 'kept');
      writeFileSync(file, 'old', { mode: 0o444 });
      await expect(writeOutput(['x'], file, context())).rejects.toMatchObject({ code: 'io', where: file });
      await expect(growingOutput(file, context())).rejects.toMatchObject({ code: 'io', where: file });
      expect(readFileSync(file, 'utf8')).toBe('old');
    },
  );

  it.skipIf(process.platform === 'win32')('names the folder that a link leads to where that is not there', async () => {
    symlinkSync('nowhere/report.json', join(folder, 'link'));
    await expect(writeOutput(['x'], join(folder, 'link'), context())).rejects.toMatchObject({
      line: expect.stringContaining(`check that ${join(folder, 'nowhere')} exists`),
    });
  });

  it('takes a name as long as file systems do, and says of a longer one what is wrong with it', async () => {
    const file = join(folder, 'n'.repeat(255));
    await writeOutput(['x'], file, context());
    expect(readFileSync(file, 'utf8')).toBe('x');
    await expect(writeOutput(['x'], `${file}n`, context())).rejects.toMatchObject({
      line: expect.stringContaining('too long'),
    });
    await expect(writeOutput(['x'], folder, context())).rejects.toMatchObject({
      line: expect.stringContaining('a folder'),
    });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it.each(['ENOTDIR', 'ELOOP', 'ENXIO', 'ETXTBSY'])(
    'names the path that was given, whatever goes wrong beside it (%s)',
    async (code) => {
      const [errno] = [...getSystemErrorMap()].find(([, [name]]) => name === code)!;
      const file = join(folder, 'report.json');
      const own = join(folder, '.plimsoll-1.partial');
      const step = () =>
        Promise.reject(
          Object.assign(new Error(`${code}: said, open '${own}'`), { code, errno, syscall: 'open', path: own }),
        );
      const error = await told(file, step).catch((error: PlimsollError) => error);
      expect(error).toMatchObject({ code: 'io', where: file });
      expect((error as PlimsollError).line).not.toMatch(/\.partial|E[A-Z]{4}/);
    },
  );
  it('says that a part of the path is a file, by the name that was given', async () => {
    writeFileSync(join(folder, 'a'), '');
    const file = join(folder, 'a', 'report.json');
    await expect(writeOutput(['x'], file, context())).rejects.toMatchObject({
      where: file,
      message: 'the result could not be written: a part of the path is no folder',
      line: expect.not.stringContaining('.partial'),
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'adds to a file that is open already, and never takes its place',
    async () => {
      const file = join(folder, 'log');
      const open = openSync(file, 'a');
      writeSync(open, 'before\n');
      await writeOutput(['x\n'], `/dev/fd/${open}`, context());
      writeSync(open, 'after\n');
      closeSync(open);
      expect(readFileSync(file, 'utf8')).toBe('before\nx\nafter\n');
      expect(readdirSync(folder)).toEqual(['log']);
    },
  );

  it.skipIf(process.platform !== 'linux')('takes /dev/stdout for standard output, whatever it leads to', async () => {
    symlinkSync('/dev/stdout', join(folder, 'link'));
    for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', join(folder, 'link')]) {
      const { stdout } = context();
      await writeOutput(['x'], name, { stdout });
      expect(stdout.read()?.toString(), name).toBe('x');
      const growing = await growingOutput(name, { stdout });
      await growing.add(['y']);
      await growing.end();
      expect(stdout.read()?.toString(), name).toBe('y');
    }
  });

  it('clears away what a killed run left, and nothing of one that lives', async () => {
    writeFileSync(join(folder, `.plimsoll-${2 ** 22 + 1}.partial`), 'half');
    writeFileSync(join(folder, `.plimsoll-${process.ppid}.partial`), 'half');
    await writeOutput(['x'], join(folder, 'a'), context());
    expect(readdirSync(folder).sort()).toEqual([`.plimsoll-${process.ppid}.partial`, 'a']);
  });

  it('to standard output: who has read enough is no error, a full disk is', async () => {
    const failing = (code: string): Writable =>
      new Writable({ write: (_, __, done) => done(Object.assign(new Error(code), { code })) }).on('error', () => {});
    await writeOutput(['a', 'b', 'c'], undefined, { stdout: failing('EPIPE') });
    await expect(writeOutput(['a', 'b'], '-', { stdout: failing('ENOSPC') })).rejects.toMatchObject({
      code: 'io',
      message: 'the result could not be written: no space is left on the disk',
      where: 'standard output',
    });
  });
});
