import { expect, it } from 'vitest';
import { libraryOf } from './java-packages.ts';

it.each([
  ['okhttp3.internal', 'com.squareup.okhttp3:okhttp'],
  ['org.apache.logging.log4j.core.appender', 'org.apache.logging.log4j:log4j-core'],
  ['org.objectweb.asm', 'org.ow2.asm:asm'],
  ['org.apache.commons.lang3.text', 'org.apache.commons:commons-lang3'],
])('classes in %s are those of %s', (name, expected) => {
  const library = libraryOf(name);
  expect(`${library?.group}:${library?.artifact}`).toBe(expected);
});

it.each(['org.apache', 'org.apache.logging.log4j', 'com.acme.okhttp3', 'x'.repeat(5_000)])(
  'classes in %s may be of anybody',
  (name) => expect(libraryOf(name)).toBeUndefined(),
);
