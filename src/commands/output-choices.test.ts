import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeOutputs } from './output.ts';
import { outputChoices } from './output-choices.ts';

describe('several formats in one run', () => {
  it.each<[string[], string | undefined, unknown]>([
    [['table'], undefined, [{ format: 'table' }]],
    [['table'], 'x', [{ format: 'table', file: 'x' }]],
    [['table', 'sarif=a.sarif'], undefined, [{ format: 'table' }, { format: 'sarif', file: 'a.sarif' }]],
    [
      ['sarif=a.sarif', 'json'],
      'b.json',
      [
        { format: 'sarif', file: 'a.sarif' },
        { format: 'json', file: 'b.json' },
      ],
    ],
    [['json=a=b.json'], undefined, [{ format: 'json', file: 'a=b.json' }]],
    [['json', 'json'], undefined, [{ format: 'json' }]],
  ])('%j with --output %s', (formats, output, expected) => expect(outputChoices(formats, output)).toEqual(expected));

  it.each<[string[], string | undefined, string]>([
    [['table', 'json'], undefined, 'would go to one place'],
    [['sarif=a'], 'b', 'has no format left'],
    [['sarif=a', 'json=./a'], undefined, 'two formats would be written to'],
    [['sarif=a', 'json'], 'a', 'two formats would be written to'],
  ])('%j with --output %s is refused', (formats, output, message) =>
    expect(() => outputChoices(formats, output)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
    ),
  );
});

describe('writing several results', () => {
  const context = () => ({ stdout: new PassThrough() });
  it('leaves none of them where one cannot be written, and what was there before', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), 'old');
    const parts = [
      { pieces: ['new'], file: join(folder, 'a') },
      { pieces: ['new'], file: join(folder, 'missing', 'b') },
    ];
    await expect(writeOutputs(parts, context())).rejects.toMatchObject({
      code: 'io',
      where: join(folder, 'missing', 'b'),
    });
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a']);
  });
  it('says nothing on standard output before the files are there', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    const world = context();
    const parts = [{ pieces: ['told'] }, { pieces: ['x'], file: join(folder, 'folder') }];
    await expect(writeOutputs(parts, world)).rejects.toMatchObject({ message: expect.stringContaining('folder') });
    expect(world.stdout.read()).toBeNull();
  });
  it('writes them all', async () => {
    const folder = temporaryFolder();
    const world = context();
    const parts = ['a', 'b'].map((name) => ({ pieces: [name], file: join(folder, name) }));
    await writeOutputs([...parts, { pieces: ['c'] }], world);
    expect([readFileSync(join(folder, 'a'), 'utf8'), readFileSync(join(folder, 'b'), 'utf8')]).toEqual(['a', 'b']);
    expect(String(world.stdout.read())).toBe('c');
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });
});
