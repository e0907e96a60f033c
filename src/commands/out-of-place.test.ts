import { expect, it } from 'vitest';
import { saidOfPlace } from './out-of-place.ts';

const verbs = ['scan', 'report', 'db'];
const said = (message: string, ...argv: string[]) => saidOfPlace({ message: `error: ${message}`, argv, verbs });

it('a value behind a switch is told from an option that nobody knows', () => {
  expect(said("unknown option '--fixable=false'", 'scan', 'x', '--fixable=false')).toContain('--fixable is a switch');
  expect(said("unknown option '--quiet=1'", 'scan', 'x', '--quiet=1')).toContain('--quiet is a switch');
  expect(said("unknown option '--fixible=false'", 'scan', 'x', '--fixible=false')).toBeUndefined();
});

it('an option before its command is told where it stands', () => {
  expect(said("unknown option '--offline'", '--offline', 'scan', 'x')).toContain('plimsoll scan ... --offline');
  expect(said("unknown option '--nonsense'", '--nonsense', 'scan', 'x')).toBeUndefined();
  expect(said("unknown option '--offline'", '--offline')).toBeUndefined();
});

it('a target before the verb, or without one, is told what goes first', () => {
  expect(said("unknown command 'root'", 'root', 'scan')).toBe('the command goes first: plimsoll scan root');
  expect(said("unknown command 'python:3.9'", 'python:3.9')).toContain('plimsoll scan TARGET');
  expect(said("unknown command 'image.tar'", 'image.tar')).toContain('plimsoll scan TARGET');
  expect(said("unknown command 'sacn'", 'sacn', 'x')).toBeUndefined();
  expect(said("missing required argument 'id'", 'db')).toBeUndefined();
});
