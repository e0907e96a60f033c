import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { story } from '../../src/demo/story.ts';
import { pieces, reportFormatNamed } from '../../src/report/index.ts';
import { has, lacking, run, scratch, titled } from './machine.ts';

/** What other people's programs make of our documents: the demonstration's image, every format read by a real reader of it. */

const place = scratch();
const path = (name: string): string => join(place.path, name);
afterAll(() => place.remove());

const noPython = has('python3') ? undefined : 'python3 is not installed';
const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(has);
const noBrowser = browser === undefined ? `not installed: ${lacking('chromium').join()}` : undefined;

/** As such scripts are written: the operating system first, the language second, rows counted by severity. */
const COUNTING = `
import json, sys
from collections import Counter
results = json.load(open(sys.argv[1]))["Results"]
for result in results[:2]:
    rows = result.get("Vulnerabilities", [])
    fixable = [row for row in rows if row.get("FixedVersion")]
    counts = Counter(row["Severity"] for row in rows)
    print(result["Class"], counts["CRITICAL"], counts["HIGH"], counts["MEDIUM"], len(fixable))
`;

describe('documents that other programs read', () => {
  beforeAll(async () => {
    const { value: scene } = await story().next();
    if (scene === undefined) throw new Error('the story is empty');
    for (const name of ['trivy', 'html']) {
      writeFileSync(path(`image.${name}`), [...pieces(reportFormatNamed(name).render(scene.report, {}))].join(''));
    }
  });

  it.skipIf(noPython !== undefined)(titled("Trivy's JSON: counted by a script made for Trivy", noPython), () => {
    expect(run('python3', ['-c', COUNTING, path('image.trivy')])).toBe('os-pkgs 11 22 52 81\nlang-pkgs 0 0 1 1\n');
  });

  it.skipIf(noBrowser !== undefined)(
    titled('HTML: its script runs under its own policy, and nothing is refused', noBrowser),
    () => {
      const flags = [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ];
      const done = spawnSync(
        browser!,
        [
          ...flags,
          `--user-data-dir=${path('browser')}`,
          '--enable-logging=stderr',
          '--dump-dom',
          `file://${path('image.html')}`,
        ],
        { encoding: 'utf8', timeout: 120_000 },
      );
      expect(done.stdout).toMatch(/<span id="shown"[^>]*>39 findings shown<\/span>/);
      expect(done.stderr).not.toMatch(/Content Security Policy|Uncaught/);
    },
  );
});
