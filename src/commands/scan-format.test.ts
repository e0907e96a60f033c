import { expect, it } from 'vitest';
import { scanFormatNamed } from './scan-format.ts';

it.each([
  ['@contrib/html.tpl', /no such template.*-f html/],
  ['contrib/junit.tpl', /no such template.*-f junit/],
  ['@mine.mustache', /no such template.*without the @/],
  ['nowhere.mustache', /no such template.*Mustache/],
  ['/', /cannot be read/],
])('a template that cannot be had is told with what to do: %s', async (template, says) => {
  const error: unknown = await scanFormatNamed('template', template).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'io', line: expect.stringMatching(says) });
  expect(error).not.toMatchObject({ line: expect.stringContaining('ENOENT') });
});
