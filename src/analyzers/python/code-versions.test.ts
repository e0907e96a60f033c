import { expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { pythonModules } from './code-versions.ts';

const RECORD = 'usr/lib/python3/dist-packages/PyJWT-2.6.0.dist-info/RECORD';
const modules = (text: string): string[] =>
  facts(pythonModules, RECORD, Buffer.from(text)).flatMap((fact) =>
    fact.kind === 'modules' ? fact.names.split(' ') : [],
  );

it('names what a distribution brought, in any alphabet', () => {
  const lines = [
    'jwt/__init__.py,sha256=x,1',
    '_jwt.so,,',
    '../bin/jwt,,',
    '1st.py,,',
    'яя/a.py,,',
    'PyJWT-2.6.0.dist-info/RECORD,,',
  ];
  expect(modules(lines.join('\n'))).toEqual(['jwt', '_jwt', 'bin', 'яя']);
});

it('reads a line of megabytes to its end', () => {
  expect(modules(`${'a'.repeat(8_000_000)} b\njwt/api.py,,\n`)).toEqual(['jwt']);
});
