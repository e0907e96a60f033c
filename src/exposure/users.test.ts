import { describe, expect, it } from 'vitest';
import { changedUser } from './users.ts';

describe('as whom a program is run', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['gosu', ['www-data:www', 'redis-server'], 'www-data:www'],
    ['su-exec', ['999', 'redis-server'], '999'],
    ['setpriv', ['--reuid=redis', '--regid=redis', '--clear-groups', 'x'], 'redis'],
    ['setpriv', ['--reuid', '33', '--init-groups', 'x'], '33'],
    ['setpriv', ['--no-new-privs', 'x'], undefined],
    ['sudo', ['-E', '-u', 'app', 'x', '-u', 'y'], 'app'],
    ['sudo', ['x'], 'root'],
    ['su', ['-', 'app', '-c', 'x'], 'app'],
    ['su', [], 'root'],
    ['s6-setuidgid', ['nobody', 'x'], 'nobody'],
    ['tini', ['--', 'x'], undefined],
  ])('%s %j: %s', (name, words, user) => {
    expect(changedUser(name, words)).toBe(user);
  });
});
