import { describe, expect, it } from 'vitest';
import { uriDecoded, withoutUsers } from './uri.ts';

describe('an address', () => {
  it.each([
    ['https://user:secret@host.example/simple', 'https://host.example/simple'],
    ['git+https://token@git.example/team/app.git@v1', 'git+https://git.example/team/app.git@v1'],
    // A password may hold the sign that ends it.
    ['https://user:p@ss@host.example/simple', 'https://host.example/simple'],
    ['https://host.example/simple?mail=a@b.example', 'https://host.example/simple?mail=a@b.example'],
    ['see http://a:b@one.example, http://c:d@two.example', 'see http://one.example, http://two.example'],
    ['me@mail.example', 'me@mail.example'],
  ])('%s is told as %s', (text, expected) => expect(withoutUsers(text)).toBe(expected));

  it('says where a user stood, on request', () => {
    expect(withoutUsers('http://me:pass@proxy.example:8080', '***@')).toBe('http://***@proxy.example:8080');
  });

  it('is without its percent-encoding, and as it stands where a percent sign stands for itself', () => {
    expect([uriDecoded('a%20b'), uriDecoded('100%')]).toEqual(['a b', '100%']);
  });
});
