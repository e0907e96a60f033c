/**
 * Bills of materials before judges of others, which are Python programs: the NTIA conformance checker and SPDX's own tools. E2E_SBOM_TOOLS names
 * the folder they lie in (`python3 -m venv V; V/bin/pip install ntia-conformance-checker spdx-tools; E2E_SBOM_TOOLS=V/bin`).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { story } from '../../src/demo/story.ts';
import type { Report } from '../../src/model.ts';
import { spdxReport } from '../../src/report/sbom/index.ts';
import { deb, report, wheel } from '../report.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const tools = process.env.E2E_SBOM_TOOLS ?? '';
const has = (name: string): boolean => tools !== '' && existsSync(join(tools, name));
const titled = (title: string, tool: string): string =>
  has(tool) ? title : `${title} [skipped: no ${tool} in E2E_SBOM_TOOLS]`;
const folder = temporaryFolder();

function written(name: string, value: Report): string {
  const path = join(folder, `${name}.spdx.json`);
  writeFileSync(path, [...spdxReport.render(value, {})].join(''));
  return path;
}

/** Every kind of thing that is said of a package. */
const RICH = report({
  findings: [],
  packages: [
    {
      ...deb('git', '1'),
      requires: ['zlib1g'],
      licenses: ['GPL-2.0-only OR MIT'],
      maintainer: 'Jane Doe <jane@example.org>',
    },
    { ...deb('zlib1g', '1'), licenses: ['Zlib', 'MIT'], properties: { sha256: 'ab'.repeat(32), md5: 'cd'.repeat(16) } },
    { ...wheel('cached', '1'), role: 'cache' },
    { ...wheel('vendored', '1'), role: 'vendored', licenses: ['words of its own'] },
  ],
});

async function documents(): Promise<string[]> {
  const paths = [written('rich', RICH)];
  for await (const { report } of story()) paths.push(written(`story-${paths.length}`, report));
  return paths;
}

describe('SPDX documents', () => {
  it.skipIf(!has('ntia-checker'))(
    titled('have the minimum elements of the NTIA', 'ntia-checker'),
    { timeout: 120_000 },
    () => {
      const { stdout } = spawnSync(join(tools, 'ntia-checker'), [written('ntia', RICH)], { encoding: 'utf8' });
      expect(stdout).toContain('Conformant: True');
    },
  );

  it.skipIf(!has('pyspdxtools'))(
    titled("are valid for SPDX's own tools", 'pyspdxtools'),
    { timeout: 300_000 },
    async () => {
      for (const path of await documents()) {
        const { status, stdout, stderr } = spawnSync(join(tools, 'pyspdxtools'), ['-i', path], { encoding: 'utf8' });
        expect(status, `${stdout}${stderr}`.slice(0, 2_000)).toBe(0);
      }
    },
  );
});
