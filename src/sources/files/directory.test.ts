import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { wholeFileSystem } from './directory.ts';

it('the root of a file system is told with what is on it, before it is gone through', async () => {
  expect(await wholeFileSystem('/')).toMatch(/^\/ is a whole file system with [\d.]+ [kMGT]B on it: /);
});

it('of a folder within one nothing is known that early', async () => {
  expect(await wholeFileSystem(temporaryFolder())).toBeUndefined();
});
