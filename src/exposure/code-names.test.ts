import { describe, expect, it } from 'vitest';
import { isNamedAsCode } from './code-names.ts';

describe('a file that some program runs or loads', () => {
  it.each([
    'usr/lib/x.py',
    'usr/lib/libx.so',
    'usr/lib/x86_64-linux-gnu/libcrypto.so.1.1',
    'usr/lib/libx.so.6.',
    'app/index.ts',
    'app/index.mts',
    'app/index.tsx',
    'app/d.ts',
    'opt/app.jar',
    '.py',
  ])('is known by how its name ends: %s', (path) => expect(isNamedAsCode(path)).toBe(true));

  it.each([
    'app/index.d.ts',
    'app/index.d.mts',
    'app/index.d.tsx',
    'usr/share/x.py/notes',
    'usr/share/py',
    'usr/share/notes-1.2',
    'usr/share/libx.so.1a',
    'usr/share/libx.so.conf.1',
    'usr/share/x.PY',
    'usr/share/x.',
    '',
  ])('is not one that ends as others do: %j', (path) => expect(isNamedAsCode(path)).toBe(false));
});
