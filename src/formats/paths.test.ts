import { expect, it } from 'vitest';
import { fileNameOf, folderOf, pathIn } from './paths.ts';
import { uriDecoded } from './uri.ts';

it('parts a path into its folder and its name, and joins them again', () => {
  for (const path of ['usr/lib/os-release', 'vmlinuz', 'opt/']) {
    expect(pathIn(folderOf(path), fileNameOf(path))).toBe(path);
  }
  expect([folderOf('usr/bin/python3'), folderOf('vmlinuz'), fileNameOf('usr/bin/python3')]).toEqual([
    'usr/bin',
    '',
    'python3',
  ]);
});

it('leaves a percent sign that stands for itself', () => {
  expect(uriDecoded('%40babel%2Fcore')).toBe('@babel/core');
  expect(uriDecoded('100%')).toBe('100%');
});
