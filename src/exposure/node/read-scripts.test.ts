import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import type { World } from '../model.ts';
import { readerOf } from './read-scripts.ts';

const world = (): Pick<World, 'tree'> => ({
  tree: {
    real: () => undefined,
    isFolder: () => false,
    realFolder: () => undefined,
    list: () => [],
    paths: () => [],
  },
});
const none = { environment: new Map<string, string>() };

describe('what scripts ask for', () => {
  it('is worked out once for processes with the same environment, and anew for others', () => {
    const image = world();
    const text = "if (process.env.MODE === 'a') require('./a'); else require('./b');";
    const asked = (mode: string): unknown => {
      const answer = readerOf({ environment: new Map([['MODE', mode]]) }, image)(text, 'srv/x.js', false, true);
      return typeof answer === 'string' ? answer : answer.requests.map((request) => request.text);
    };
    expect(asked('a')).toEqual(['./a']);
    expect(asked('b')).toEqual(['./b']);
    expect(asked('a')).toEqual(['./a']);
    expect(asked('b')).toEqual(['./b']);
  });

  it('is that of each file, and of texts within one', () => {
    const image = world();
    readerOf(none, image);
    const read = readerOf(none, image);
    const asked = (text: string, file: string, isWhole: boolean): unknown => {
      const answer = read(text, file, false, isWhole);
      return typeof answer === 'string' ? answer : answer.requests.map((request) => request.text);
    };
    expect(asked("require('./a')", 'srv/x.js', true)).toEqual(['./a']);
    expect(asked("require('./b')", 'srv/y.js', true)).toEqual(['./b']);
    expect(asked("require('./c')", 'srv/x.js', false)).toEqual(['./c']);
    expect(asked('require(', 'srv/z.js', true)).toBe('no script');
  });

  it('is parsed for hundreds of processes as for two, and of one image no more than a limit', () => {
    const image = world();
    const text = `// ${'x'.repeat(LIMITS.scriptBytes - 20)}\nf()`;
    const times = Math.ceil(LIMITS.scriptsBytesOfAll / text.length) * 2;
    const same = Array.from({ length: times }, () => readerOf(none, image)(text, 'srv/x.js', false, true));
    expect(same).not.toContain('too much');
    const others = Array.from({ length: times }, (_, at) => readerOf(none, image)(text, `srv/${at}.js`, false, true));
    expect(others.at(0)).not.toBe('too much');
    expect(others.at(-1)).toBe('too much');
    // Another image has its own.
    expect(readerOf(none, world())(text, 'srv/x.js', false, true)).not.toBe('too much');
  });
});
