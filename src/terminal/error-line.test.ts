import { expect, it } from 'vitest';
import { PlimsollError } from '../errors.ts';
import { errorLine } from './error-line.ts';

const error = new PlimsollError('not-found', 'there is no such\u001b[31m file', {
  where: 'x.tar',
  hint: 'check the path',
});

it('an error is one line for people, which names the image it is about and smuggles nothing into the terminal', () => {
  expect(errorLine(error, false)).toBe('plimsoll: there is no such?[31m file (x.tar); check the path\n');
  expect(errorLine(error, false, 'a\u001bb:1')).toMatch(/^plimsoll: a\?b:1: there is no such/);
});

it('and an object on one line for programs, with the exit code that it leads to', () => {
  const line = errorLine(error, true, 'b:1');
  expect(line).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(line)).toMatchObject({ event: 'error', target: 'b:1', code: 'not-found', exit: 3, where: 'x.tar' });
  expect(JSON.parse(errorLine(error, true))).not.toHaveProperty('target');
});
