import { describe, expect, it } from 'vitest';
import { isKin, isSameThing, mayOwn, sharesWord } from './owner-names.ts';

describe('names of OS packages', () => {
  it.each([
    ['requests', 'python3-requests', true],
    ['PyYAML', 'python3-yaml', false],
    ['org.apache.commons:commons-text', 'libcommons-text-java', true],
    ['rack', 'ruby-rack', true],
    ['@babel/core', 'node-babel-core', false],
    ['requests', 'python3', false],
  ])('%s is %s: %s', (name, owner, same) => expect(isSameThing(name, [owner])).toBe(same));

  it('share a word with what is called after them, and none of those that mean nothing', () => {
    expect(sharesWord('chromium', ['chromium-common'])).toBe(true);
    expect(sharesWord('libcurl.so.4.8.0', ['libcurl4'])).toBe(true);
    for (const nothing of ['site-packages', 'node_modules', 'python3.11', 'x86_64-linux-gnu', 'java'])
      expect(sharesWord(nothing, ['python3-site-packages', 'node-modules-java', 'x86-linux-gnu']), nothing).toBe(false);
  });

  it('are kin to the source that they are made of', () => {
    expect(isKin('pyyaml', ['PyYAML', 'python3-yaml'])).toBe(true);
    expect(isKin('beautifulsoup4', ['beautifulsoup4', 'python3-bs4'])).toBe(true);
    expect(isKin('2vcard', ['requests', 'python3-requests'])).toBe(false);
    expect(isKin('linux', ['requests', 'python3-requests'])).toBe(false);
  });

  it.each([
    ['usr/lib/x86_64-linux-gnu/libm.so.6', 'libc6', true],
    ['usr/local/cuda-11.8/targets/x86_64-linux/lib/libcublas.so.11', 'libcublas-11-8', true],
    ['usr/local/cuda-11.8/targets/x86_64-linux/lib/libnppc.so.11', 'libnpp-11-8', true],
    ['opt/google/chrome/chrome', 'google-chrome-stable', true],
    ['opt/rh/rh-python38/root/usr/bin/python3.8', 'rh-python38-python', true],
    ['app/server', 'bash', false],
    ['usr/local/bin/tool', 'busybox', false],
    ['root/.aws/credentials', 'base-files', false],
  ])('%s can be of %s: %s', (path, owner, may) => expect(mayOwn(path, owner)).toBe(may));
});
