import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lookAt } from '../../src/sources/running/index.ts';

/** What is seen of a process is held to what that process says of itself: `sys.modules` and its own map. */

const SCRIPT = `
import json, sys, ssl, sqlite3, email.mime.text, xml.dom.minidom
files = sorted({m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)})
print(json.dumps(files), flush=True)
sys.stdin.read()
`;
const without =
  process.platform !== 'linux'
    ? 'only Linux has /proc'
    : spawnSync('python3', ['-c', 'import ssl, sqlite3']).status === 0
      ? ''
      : 'no python3 with ssl and sqlite3';
if (without) console.warn(`a running Python is not looked at: ${without}`);

describe.skipIf(without !== '')('a Python that runs', () => {
  it('is seen with every module that it has imported, and hardly another', { timeout: 60_000 }, async () => {
    const running = spawn('python3', ['-S', '-c', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(running, 'exit');
    try {
      let said = '';
      for await (const part of running.stdout) {
        said += part;
        if (said.includes('\n')) break;
      }
      const imported: string[] = JSON.parse(said);
      const { files, notes } = lookAt([running.pid as number]);
      if (notes.some((note) => note.includes('cannot be read'))) {
        console.warn(`its memory may not be read here: ${notes.join()}`);
        return;
      }
      const seen = new Set([...files.keys()].map((path) => `/${path}`));
      expect(imported.length).toBeGreaterThan(80);
      expect(imported.filter((path) => !seen.has(path) && !seen.has(realpathSync(path)))).toEqual([]);
      const modules = [...seen].filter((path) => path.endsWith('.py') && spawnSync('test', ['-f', path]).status === 0);
      // The frozen ones, and what an error message may name.
      expect(modules.filter((path) => !imported.includes(path)).length).toBeLessThan(imported.length / 10);
    } finally {
      running.stdin.end();
      await ended;
    }
  });
});
