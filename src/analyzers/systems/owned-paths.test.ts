import { expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { ownedPaths } from './owned-paths.ts';

it('joins folders and names, without the slash at the root', () => {
  expect(
    ownedPaths('rpm', 'bash', [
      ['/usr/bin/', 'bash'],
      ['', '/etc/skel/.bashrc'],
      ['opt/conda', 'bin/python'],
    ]),
  ).toEqual({
    kind: 'owns',
    type: 'rpm',
    name: 'bash',
    paths: 'usr/bin/bash\netc/skel/.bashrc\nopt/conda/bin/python',
  });
  expect(ownedPaths('rpm', 'empty', [])).toBeUndefined();
});

it('a folder written once and used a million times does not fill the memory', () => {
  const folder = 'x'.repeat(LIMITS.pathBytes - 10);
  const files = Array.from({ length: 1_000_000 }, (): [string, string] => [folder, 'f']);
  expect(ownedPaths('rpm', 'bomb', files)!.paths.length).toBeLessThanOrEqual(LIMITS.ownedPathBytes);
  expect(ownedPaths('rpm', 'long', [[`${folder}${folder}`, 'f']])).toBeUndefined();
});
