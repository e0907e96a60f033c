import { expect, test } from 'vitest';
import { inJsonWords, inModelWords, jsonText } from './json-words.ts';

const reason = { step: 'searched', namespace: 'Debian:11', name: 'expat', by: 'source' };
const written = { step: 'searched', ecosystem: 'Debian:11', name: 'expat', by: 'source' };

test('a namespace is written as an ecosystem, in the same place, and read back as a namespace', () => {
  expect(JSON.stringify(inJsonWords(reason))).toBe(JSON.stringify(written));
  expect(JSON.stringify(inModelWords(written))).toBe(JSON.stringify(reason));
  expect(reason.namespace).toBe('Debian:11');
});

test('a noun without the word is handed on as it is, not copied', () => {
  const state = { step: 'state', state: 'fixed' };
  expect(inJsonWords(state)).toBe(state);
});

test('the word is another one however deep it stands, and a text that holds it is left alone', () => {
  expect(JSON.parse(jsonText({ list: [{ namespace: 'Alpine:v3.18' }], text: 'namespace' }))).toEqual({
    list: [{ ecosystem: 'Alpine:v3.18' }],
    text: 'namespace',
  });
});

test('a document cannot give a noun another prototype', () => {
  const hostile = JSON.parse('{"ecosystem":"npm","__proto__":{"version":"1.0.0"}}') as { version?: string };
  expect(inModelWords(hostile)).toEqual({ namespace: 'npm' });
  expect(inModelWords(hostile).version).toBeUndefined();
});
