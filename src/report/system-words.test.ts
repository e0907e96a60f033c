import { expect, it } from 'vitest';
import { systemInWords } from './system-words.ts';

it('names the system, says that one was not recognised, and of a project that there is none yet', () => {
  expect(systemInWords({ os: { name: 'Debian GNU/Linux 11 (bullseye)' }, subject: { source: 'project' } })).toBe(
    'Debian GNU/Linux 11 (bullseye)',
  );
  expect(systemInWords({ subject: { source: 'archive' } })).toBe('operating system not recognised');
  expect(systemInWords({ subject: { source: 'project' } })).toBe('no operating system yet');
});
