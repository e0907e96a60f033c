import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { fileMeant, missingFile } from './missing-file.ts';

const folder = temporaryFolder();
beforeAll(() => {
  for (const name of ['trivy.json', 'Dockerfile', 'model.docker.tar', 'a', 'b']) writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, 'reports'));
  symlinkSync('moved.json', join(folder, 'latest.json'));
});
afterAll(() => chmodSync(folder, 0o755));

describe('what is told of a file that was named and is not there', () => {
  it.each([
    ['trvy.json', 'did you mean FOLDER/trivy.json?'],
    ['dockerfile', 'did you mean FOLDER/Dockerfile?'],
    ['model.docker', 'did you mean FOLDER/model.docker.tar?'],
    ['report', 'did you mean FOLDER/reports?'],
    ['latest.json', 'it is a link to moved.json, which is not there'],
    ['old/2026/trivy.json', 'check the path: there is no folder FOLDER/old'],
    ['grype.json', 'check the path'],
    // Of one letter every other is two edits away.
    ['c', 'check the path'],
    ['trivy.json/results', 'check the path'],
  ])('%s: %s', (name, hint) => {
    const { code, line } = missingFile(join(folder, name), 'report');
    expect(code).toBe('not-found');
    expect(line).toBe(`there is no such report (${join(folder, name)}); ${hint.replaceAll('FOLDER', folder)}`);
  });

  it('a file that is there and that nobody may read is not called missing', () => {
    const cause = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(missingFile(join(folder, 'trivy.json'), 'report', cause)).toMatchObject({
      code: 'io',
      line: `permission denied (${join(folder, 'trivy.json')}); check who may read and write there`,
    });
  });

  it('a name is written as the asker wrote it: relative stays relative', () => {
    expect(fileMeant('pakage.json')).toBe('package.json');
    expect(fileMeant('docs/gate.md')).toBe('docs/gates.md');
    expect(fileMeant(join(folder, 'grype.json'))).toBeUndefined();
  });
});
