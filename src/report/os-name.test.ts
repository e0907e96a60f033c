import { expect, it } from 'vitest';
import { osNameInWords } from './os-name.ts';

it('names the system, says that one was not recognised, and of a project that there is none yet', () => {
  expect(osNameInWords({ os: { name: 'Debian GNU/Linux 11 (bullseye)' }, subject: { source: 'project' } })).toBe(
    'Debian GNU/Linux 11 (bullseye)',
  );
  expect(osNameInWords({ subject: { source: 'archive' } })).toBe('operating system not recognised');
  expect(osNameInWords({ subject: { source: 'project' } })).toBe('no operating system yet');
});
