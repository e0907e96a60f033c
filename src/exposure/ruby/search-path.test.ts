import { describe, expect, it } from 'vitest';
import type { FileTree } from '../model.ts';
import { rubyPath } from './search-path.ts';

/** A Ruby of its own and a thousand gems, each with a folder of its own; says how often a folder was listed. */
function ruby(): { readonly tree: FileTree; readonly listed: () => number } {
  const gems = Array.from({ length: 1_000 }, (_, at) => `gem${at}-1.0`);
  const inside = new Map<string, readonly string[]>([
    ['usr/lib', ['ruby']],
    ['usr/lib/ruby', ['3.1.0', 'gems', 'vendor_ruby']],
    ['usr/lib/ruby/3.1.0', ['json', 'json.rb', 'x86_64-linux']],
    ['usr/lib/ruby/3.1.0/x86_64-linux', ['json', 'etc.so']],
    ['usr/lib/ruby/vendor_ruby', ['gem7.rb']],
    ['usr/lib/ruby/gems', ['3.1.0']],
    ['usr/lib/ruby/gems/3.1.0', ['gems']],
    ['usr/lib/ruby/gems/3.1.0/gems', gems],
    ...gems.map((gem, at): [string, string[]] => [
      `usr/lib/ruby/gems/3.1.0/gems/${gem}/lib`,
      [`gem${at}`, `gem${at}.rb`],
    ]),
  ]);
  let listed = 0;
  const isFolder = (path: string): boolean => inside.has(path);
  const tree: FileTree = {
    real: () => undefined,
    isFolder,
    realFolder: (path) => (isFolder(path) ? path : undefined),
    list(path) {
      listed += 1;
      return inside.get(path) ?? [];
    },
    paths: () => [],
  };
  return { tree, listed: () => listed };
}
const process = { program: 'usr/bin/ruby3.1', arguments: [], environment: new Map(), folder: '' };

describe('where Ruby looks for a feature', () => {
  it('is each folder that has something of that name, Ruby’s own before those of gems', () => {
    const { foldersWith } = rubyPath(process, ruby());
    expect(foldersWith('json')).toEqual(['usr/lib/ruby/3.1.0', 'usr/lib/ruby/3.1.0/x86_64-linux']);
    expect(foldersWith('etc.so')).toEqual(['usr/lib/ruby/3.1.0/x86_64-linux']);
    expect(foldersWith('gem7/part')).toEqual(['usr/lib/ruby/vendor_ruby', 'usr/lib/ruby/gems/3.1.0/gems/gem7-1.0/lib']);
    expect(foldersWith('nowhere')).toEqual([]);
    // Put together with the folder first: nobody asks whether `gone` is there.
    expect(foldersWith('gone/../gem7')).toEqual(foldersWith('gem7'));
  });

  it('is known of all names once each folder was listed, of which gems have thousands', () => {
    const machine = ruby();
    const { foldersWith } = rubyPath(process, machine);
    foldersWith('json');
    const before = machine.listed();
    for (let at = 0; at < 20_000; at += 1) foldersWith(`nowhere${at}`);
    expect(machine.listed()).toBe(before);
  });
});
