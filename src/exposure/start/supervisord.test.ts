import { expect, it } from 'vitest';
import type { World } from '../model.ts';
import { supervised } from './supervisord.ts';

it('reads each file that it includes once, however often it is named, and itself no second time', () => {
  const include = '[include]\nfiles=/etc/supervisor/*.conf\n';
  const files = new Map([
    ['etc/supervisor/supervisord.conf', include.repeat(300)],
    ['etc/supervisor/a.conf', '[program:a]\ncommand=nothing\n'],
  ]);
  const read: string[] = [];
  const world = {
    tree: { list: () => ['supervisord.conf', 'a.conf'] },
    code(path: string) {
      read.push(path);
      return files.get(path);
    },
  } as unknown as World;
  const words = ['-c', '/etc/supervisor/supervisord.conf'];
  const process = { program: 'usr/bin/supervisord', arguments: words, environment: new Map(), folder: '', user: '0' };
  try {
    supervised(words, process, world, () => {});
  } catch {
    // There is no machine here to start the program on.
  }
  expect(read.filter((path) => path === 'etc/supervisor/a.conf')).toHaveLength(1);
  // Once to see whether it is there.
  expect(read.filter((path) => path === 'etc/supervisor/supervisord.conf')).toHaveLength(2);
});
