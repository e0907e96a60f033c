import { expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { rubyNames } from '../../formats/scripts/index.ts';
import type { Process, World } from '../model.ts';
import { ruby } from './session.ts';

it('a text that puts folders on the search path and names features is followed in time in line with its length', () => {
  const path = 'srv/a.rb';
  const follow = (lines: number): number => {
    const text = Array.from({ length: lines }, (_, at) => `$: << '/x${at}'\nrequire 'n${at}'\n`).join('');
    const code = JSON.stringify(rubyNames(text));
    const tree = {
      real: (asked: string) => (asked === path ? path : undefined),
      isFolder: () => false,
      list: () => [],
    };
    const world = { tree, code: () => code } as unknown as World;
    const environment = new Map<string, string>();
    const process = { program: 'usr/bin/ruby', arguments: [`/${path}`], environment, folder: '' } as unknown as Process;
    const session = ruby.begin(process, world, () => {});
    const edges = [...session!.starts];
    return [...edges, ...session!.follow({ path } as never)].length;
  };
  expect(follow(8)).toBe(1);
  expect(growth(follow, 2_400)).toBeLessThan(IN_PROPORTION);
});
