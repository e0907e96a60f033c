import { existsSync, linkSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { distinctChoices } from './output-choices.ts';

describe('two results that would be written to one file', () => {
  const refused = async (folder: string, first: string, other: string): Promise<void> => {
    const before = readdirSync(folder);
    const formats = [`json=${join(folder, first)}`, `sarif=${folder}/${other}`];
    await expect(distinctChoices(formats, undefined)).rejects.toMatchObject({
      code: 'usage',
      message: `-f ${formats[0]} and -f ${formats[1]} would be written to one place`,
    });
    expect(readdirSync(folder)).toEqual(before);
  };
  it('are refused where one is a link to the other, which is there or not', async () => {
    const folder = temporaryFolder();
    symlinkSync('a', join(folder, 'b'));
    await refused(folder, 'a', 'b');
    writeFileSync(join(folder, 'a'), 'old');
    await refused(folder, 'a', 'b');
    await refused(folder, 'b', 'a');
  });
  it('are refused where a folder on the way is a link', async () => {
    const folder = temporaryFolder();
    symlinkSync('.', join(folder, 'here'));
    await refused(folder, 'a', 'here/a');
  });
  it('are refused where both are names of one file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), 'old');
    linkSync(join(folder, 'a'), join(folder, 'b'));
    await refused(folder, 'a', 'b');
  });
  it('are refused where -o names the file of a format', async () => {
    const folder = temporaryFolder();
    symlinkSync('a', join(folder, 'b'));
    await expect(distinctChoices([`json=${folder}/a`, 'sarif'], `${folder}/b`)).rejects.toMatchObject({
      message: `-f json=${folder}/a and -f sarif -o ${folder}/b would be written to one place`,
    });
  });
  it('are refused in upper and lower case, where the folder takes them for one', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'probe'), '');
    if (existsSync(join(folder, 'PROBE'))) await refused(folder, 'a', 'A');
    else await expect(distinctChoices([`json=${folder}/a`, `sarif=${folder}/A`], undefined)).resolves.toHaveLength(2);
    expect(readdirSync(folder)).toEqual(['probe']);
  });
  it('are two where each has a file, also an empty one, of its own', async () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) writeFileSync(join(folder, name), '');
    const formats = [`json=${folder}/a`, `sarif=${folder}/b`, `csv=${folder}/c`, 'table'];
    await expect(distinctChoices(formats, undefined)).resolves.toHaveLength(4);
  });
});
