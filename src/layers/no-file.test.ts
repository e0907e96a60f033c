import { expect, it } from 'vitest';
import { device, image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

it('a pipe or a device under the name of what is looked for is told, and others are nobody’s', async () => {
  const { inventory } = await takeInventory(
    image(
      layer({
        'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
        'etc/apt/sources.list.d/x.list': device('fifo'),
        'etc/apt/sources.list.d/y.sources': device('character'),
        'var/lib/dpkg/status': device('fifo'),
        'app/package-lock.json': device('fifo'),
        'dev/null': device('character'),
        'dev/shm/model.pkl': device('fifo'),
        'run/initctl': device('fifo'),
      }),
    ),
  );
  const told = inventory.unknowns.filter(({ reason }) => reason.includes('no file that could be read'));
  expect(new Set(told.map(({ path }) => path))).toEqual(
    new Set([
      'etc/apt/sources.list.d/x.list',
      'etc/apt/sources.list.d/y.sources',
      'var/lib/dpkg/status',
      'app/package-lock.json',
    ]),
  );
});
