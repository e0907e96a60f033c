import { expect, it } from 'vitest';
import { wheel } from '../../test/report.ts';
import type { Inventory, Package } from '../model.ts';
import { projectNotices } from './project-notices.ts';

const notices = (packages: readonly Package[], unpinned: Inventory['unpinned']): readonly string[] =>
  projectNotices({ packages, unpinned } as Inventory).map(({ level, code }) => `${level} ${code}`);
const module = (path: string): Package => ({
  ...wheel('golang.org/x/net', 'v0.7.0'),
  type: 'golang',
  namespace: 'Go',
  evidence: [{ path, layer: 0, diffID: '', analyzer: 'go-mod' }],
});

it('a project is judged as declared, which an image is not', () => {
  expect(notices([wheel('six', '1.16.0')], [])).toEqual(['info declared-only']);
  expect(notices([module('go.mod')], undefined)).toEqual([]);
});

it('a go.mod says nothing of the Go that builds it, a program in the folder does', () => {
  expect(notices([module('services/api/go.mod')], [])).toEqual(['info declared-only', 'info toolchain-open']);
  expect(notices([module('bin/api')], [])).toEqual(['info declared-only']);
});

it('what is left open is named, the first of it', () => {
  const open = Array.from({ length: 9 }, (_, at) => ({
    type: 'pypi',
    name: `p${at}`,
    requirement: `p${at}>=1`,
    path: 'requirements.txt',
  }));
  expect(notices([wheel('six', '1.16.0')], open)).toEqual(['info declared-only', 'warning not-pinned']);
  const [, told] = projectNotices({ packages: [], unpinned: open } as unknown as Inventory);
  expect(told?.message).toMatch(/^9 declarations are not assessed, .*p0>=1; .*; \.\.\.\)/);
});
