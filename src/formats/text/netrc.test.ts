import { expect, it } from 'vitest';
import { netrcLogin } from './netrc.ts';

const HOST = 'a.example';
const of = (text: string, byUser = true): readonly string[] | undefined => {
  const login = netrcLogin(text, HOST, { byUser });
  return login && [login.login, login.password];
};

/** What Python 3.11's own `netrc.netrc(file).authenticators('a.example')` answers to the same files. */
it.each([
  ['one entry', 'machine a.example login u password p\n', ['u', 'p']],
  ['a quoted password', 'machine a.example\n  login u\n  password "p w"\n', ['u', 'p w']],
  [
    'a macro that looks like an entry',
    'machine b.example login x password y\nmacdef init\nmachine a.example login evil password evil\n\nmachine a.example login u password p\n',
    ['u', 'p'],
  ],
  ['default before it', 'default login d password dp\nmachine a.example login u password p\n', ['u', 'p']],
  ['a # in a password', 'machine a.example login u password p#x\n# machine a.example login no\n', ['u', 'p#x']],
  ['another host', 'machine b.example login b password bp\n', undefined],
  [
    'two entries',
    'machine a.example login u account acc password p\nmachine a.example login u2 password p2\n',
    ['u2', 'p2'],
  ],
  [
    'words of the grammar as values',
    'machine a.example login u password machine\nmachine b.example login default password q',
    ['u', 'machine'],
  ],
  ['only a default', 'default login d password dp', ['d', 'dp']],
  ['single quotes, which are none', "machine a.example login u password 'p'", ['u', "'p'"]],
])('reads %s as Python does', (_, text, expected) => expect(of(text)).toEqual(expected));

it('gives what is for every host only to one that the user named', () => {
  const text = 'default login d password dp\nmachine b.example login b password bp\n';
  expect(of(text, true)).toEqual(['d', 'dp']);
  expect(of(text, false)).toBeUndefined();
  expect(of('machine a.example login u password p\ndefault login d password dp\n', false)).toEqual(['u', 'p']);
});
