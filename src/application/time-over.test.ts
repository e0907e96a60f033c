/** What the report says of an image whose reading took longer than it may. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { analyzers } from '../analyzers/index.ts';
import { parseGates } from '../policy/gate.ts';
import { judgeGates } from '../policy/judge.ts';
import { openDirectory } from '../sources/files/directory.ts';
import { scanImage } from './scan-image.ts';

/** A Debian of which a hundred packages list files in `/usr/share`, which are there. */
function debian(): string {
  const folder = temporaryFolder();
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write('etc/os-release', 'ID=debian\nVERSION_ID="12"\n');
  const names = Array.from({ length: 100 }, (_, at) => `package${at}`);
  const status = names.map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n\n`).join('');
  write('var/lib/dpkg/status', status);
  for (const name of names) {
    write(`var/lib/dpkg/info/${name}.list`, `/usr/share/${name}/data\n`);
    write(`usr/share/${name}/data`, name);
  }
  return folder;
}

it('says what was left out, is incomplete, shuts each gate, and takes nothing that was not seen for gone', async () => {
  const folder = debian();
  const store = memoryStore({ covers: ['Debian:12'], statements: [] });
  const whole = await scanImage(await openDirectory('dir:x', folder), { store });
  expect(whole.notices.filter(({ code }) => ['time-over', 'unreadable', 'packages-phantom'].includes(code))).toEqual(
    [],
  );
  expect(whole.assessment?.unreadable).toBe(0);

  const nothingGone = { ...(await openDirectory('dir:x', folder)), readingMs: 0.001 };
  const report = await scanImage(nothingGone, { store });
  expect(report.notices.filter(({ code }) => code === 'time-over')).toEqual([
    {
      level: 'warning',
      code: 'time-over',
      message:
        'the time for reading was over before all was read: 3 places left out (/etc, /usr, /var); --timeout gives it more, a folder scanned by itself needs less',
    },
  ]);
  expect(report.assessment?.complete).toBe(false);
  const gates = ['HIGH', 'secret', 'end-of-life', 'incomplete'];
  const shut = judgeGates(report, parseGates(gates)).rules.flatMap(({ gate, passed }) => (passed ? [] : [gate]));
  expect(shut).toEqual(gates);
});

it('takes packages whose files were not reached for no phantoms', async () => {
  const folder = debian();
  const opened = await openDirectory('dir:x', folder);
  const store = memoryStore({ covers: ['Debian:12'], statements: [] });
  let passed = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passed);
  /** With it the last of the lists is read when the time is over, and nothing of what they name has been reached. */
  const last: Analyzer = {
    name: 'last',
    version: 1,
    files: ['var/lib/dpkg/info/package99.list'],
    read() {
      passed = 2 * 3_600_000;
      return [];
    },
  };
  const late = await scanImage({ ...opened, readingMs: 3_600_000 }, { store, analyzers: [...analyzers, last] });
  vi.restoreAllMocks();
  expect(late.signs).toEqual([
    expect.objectContaining({
      check: 'packages-phantom',
      level: 'info',
      message: expect.stringMatching(/; but the time for reading was over before all was read$/),
    }),
  ]);
  rmSync(join(folder, 'usr'), { recursive: true });
  const gone = await scanImage(await openDirectory('dir:x', folder), { store });
  expect(gone.signs?.map(({ check, level }) => `${level} ${check}`)).toEqual(['warning packages-phantom']);
});
