import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';
import type { World } from '../model.ts';
import { pluginsOf } from './plugins.ts';

const SITE = 'usr/lib/python3/dist-packages';
const files = {
  'usr/bin/python3.11': program(),
  'usr/lib/python3.11/os.py': '',
  'usr/lib/python3.11/site.py': '',
};
/** The shape of Debian's `/usr/bin/supervisord`, as setuptools writes it. */
const script = (distribution: string, name: string): string => `#!/usr/bin/python3.11
# EASY-INSTALL-ENTRY-SCRIPT: '${distribution}','console_scripts','${name}'
import sys
if __name__ == '__main__':
    sys.exit(load_entry_point('${distribution}', 'console_scripts', '${name}')())
`;

describe('what distributions offer by name', () => {
  it('is called by the scripts that setuptools writes, of the one distribution that they name', async () => {
    const image = {
      ...files,
      'usr/bin/keeper': script('Keep_er==4.2.5', 'keeper'),
      [`${SITE}/keep_er-4.2.5.egg-info/entry_points.txt`]:
        '[console_scripts]\nkeeperctl = keep.ctl:main\nkeeper = keep.daemon:main\n[keeper]\nkeeper = keep.other:main\n',
      [`${SITE}/keep-1.0.dist-info/entry_points.txt`]: '[console_scripts]\nkeeper = keep.wrong:main\n',
      [`${SITE}/keep/__init__.py`]: '',
      [`${SITE}/keep/ctl.py`]: '',
      [`${SITE}/keep/other.py`]: '',
      [`${SITE}/keep/wrong.py`]: '',
      [`${SITE}/keep/daemon.py`]: 'def main():\n    from . import loop\ndef help():\n    from . import manual\n',
      [`${SITE}/keep/loop.py`]: '',
      [`${SITE}/keep/manual.py`]: '',
    };
    expect(reachedOf(await exposed(image, { Cmd: ['keeper'] }), /keep\//)).toEqual([
      `${SITE}/keep/__init__.py: loaded`,
      `${SITE}/keep/daemon.py: loaded`,
      `${SITE}/keep/loop.py: loaded`,
      `${SITE}/keep/manual.py: importable`,
    ]);
    expect(
      reachedOf(await exposed({ ...image, 'usr/bin/keeper': script('gone', 'keeper') }, { Cmd: ['keeper'] }), /keep\//),
    ).toEqual([]);
  });

  it('of a module compiled from Python is what the source beside it says', async () => {
    const image = {
      ...files,
      'app.py': 'import model',
      [`${SITE}/model/__init__.cpython-311-x86_64-linux-gnu.so`]: program(),
      [`${SITE}/model/__init__.py`]: 'from . import types\nfrom .main import Model',
      [`${SITE}/model/main.cpython-311-x86_64-linux-gnu.so`]: program(),
      [`${SITE}/model/main.py`]: 'def f():\n    import late',
      [`${SITE}/model/types.py`]: '',
      [`${SITE}/late.py`]: '',
    };
    expect(reachedOf(await exposed(image, { Cmd: ['python3.11', '/app.py'] }), /model|late/)).toEqual([
      `${SITE}/late.py: importable`,
      `${SITE}/model/__init__.cpython-311-x86_64-linux-gnu.so: loaded`,
      `${SITE}/model/main.cpython-311-x86_64-linux-gnu.so: loaded`,
      `${SITE}/model/types.py: loaded`,
    ]);
  });

  it('of a package that works out which of its modules it imports, and of tasks that Celery looks for, may be imported', async () => {
    const image = {
      ...files,
      'app/main.py': 'import sight\nfrom mail import app\n',
      'app/mail/__init__.py': '',
      'app/mail/app.py': 'app.autodiscover_tasks(["mail", "shop"])\n',
      'app/mail/tasks.py': '',
      'app/shop/tasks.py': '',
      'app/shop/views.py': '',
      [`${SITE}/sight/__init__.py`]: 'import importlib\ndef load(name):\n    importlib.import_module(name)\n',
      [`${SITE}/sight/extra/__init__.py`]: '',
      [`${SITE}/sight/extra/deep.py`]: '',
      [`${SITE}/sight/tests/__init__.py`]: 'import late',
      [`${SITE}/sight/test_load.py`]: 'import late',
      [`${SITE}/late.py`]: '',
    };
    const picture = await exposed(image, { Cmd: ['python3.11', 'main.py'], WorkingDir: '/app' });
    expect(reachedOf(picture, /app\/|sight|late/)).toEqual([
      'app/mail/__init__.py: loaded',
      'app/mail/app.py: loaded',
      'app/mail/tasks.py: loaded',
      'app/main.py: loaded',
      'app/shop/tasks.py: loaded',
      `${SITE}/sight/__init__.py: loaded`,
      `${SITE}/sight/extra/__init__.py: importable`,
    ]);
  });

  it('is read once for all processes of an image that have the same folders', () => {
    const point = `${SITE}/keep-1.0.dist-info/entry_points.txt`;
    let read = 0;
    const world: World = {
      tree: {
        real: (path) => (path === point ? path : undefined),
        isFolder: () => true,
        realFolder: (path) => path,
        list: (path) => (path === SITE ? ['keep-1.0.dist-info'] : []),
        paths: () => [point],
      },
      code(path) {
        read += 1;
        return path === point ? '[keeper]\nfast = keep.fast\n' : undefined;
      },
    };
    for (let process = 0; process < 100; process += 1)
      expect([...pluginsOf([SITE], world)]).toEqual([['keeper', ['keep.fast']]]);
    expect(pluginsOf(['opt/site'], world).size).toBe(0);
    expect(read).toBe(1);
  });
});
