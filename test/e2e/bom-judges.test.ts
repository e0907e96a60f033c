/**
 * Bills of materials before judges of others, which are Python programs: the NTIA conformance checker and SPDX's own tools. They come with pip into a
 * cache of the suite; where they cannot be had, titles say so. CycloneDX is judged by its published schemas in the quick suite, for every kind of target.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventoryCommand } from '../../src/commands/inventory.ts';
import { scanCommand } from '../../src/commands/scan.ts';
import { story } from '../../src/demo/story.ts';
import type { Report } from '../../src/model.ts';
import { spdxReport } from '../../src/report/sbom/index.ts';
import { runCommand } from '../command.ts';
import { deb, report, wheel } from '../report.ts';
import { KINDS, type TargetKinds, targetKinds } from '../target-kinds.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { pythonPackages } from './fetched.ts';
import { titled } from './machine.ts';

const library = pythonPackages('ntia-conformance-checker==6.0.0', 'spdx-tools==0.8.5');
const CHECKER = 'from ntia_conformance_checker.main import main; main()';
const TOOLS = 'from spdx_tools.spdx.clitools.pyspdxtools import main; main()';
const python = (program: string, args: readonly string[]) =>
  spawnSync('python3', ['-c', program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: library },
    maxBuffer: 1 << 26,
  });
const missing =
  library === undefined
    ? 'ntia-conformance-checker and spdx-tools could not be installed with python3 -m pip'
    : python(CHECKER, ['--help']).status === 0
      ? undefined
      : 'ntia-conformance-checker does not run with this python3';
const folder = temporaryFolder();

/** What the NTIA's checker says of a document, and SPDX's tools. */
function judged(path: string): { readonly ntia: string; readonly valid: string } {
  const { stdout } = python(CHECKER, ['-v', path]);
  const { status, stdout: said, stderr } = python(TOOLS, ['-i', path]);
  return { ntia: stdout, valid: status === 0 ? 'valid' : `${said}${stderr}`.slice(0, 2_000) };
}

const CONFORMANT = { ntia: expect.stringContaining('Conformant: True'), valid: 'valid' };

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

describe('SPDX documents have the minimum elements of the NTIA and are valid for the tools of SPDX', () => {
  let kinds: TargetKinds;
  beforeAll(async () => {
    kinds = await targetKinds();
  }, 120_000);
  afterAll(() => kinds.close());
  const run = (command: typeof scanCommand, ...args: readonly string[]) =>
    runCommand(command, args, { environment: kinds.machine.environment });
  const SUPPLIER = ['--supplier', 'ACME <security@acme.example>'];

  it.skipIf(missing !== undefined).each(KINDS)(titled('of a target of the kind %s', missing), async (kind) => {
    const path = join(folder, `${kind}.spdx.json`);
    const reach = kind === 'registry' ? ['--insecure'] : SUPPLIER;
    await run(scanCommand, kinds.targets.get(kind)!, '--offline', '-f', `spdx=${path}`, ...reach);
    expect(judged(path)).toEqual(CONFORMANT);
    await run(inventoryCommand, kinds.targets.get(kind)!, '-f', `spdx=${path}`, '--all', ...reach);
    expect(judged(path)).toEqual(CONFORMANT);
  });

  it.skipIf(missing !== undefined)(titled('of several images in one run', missing), async () => {
    const place = join(folder, 'several');
    const targets = [kinds.targets.get('archive')!, kinds.targets.get('oci')!];
    await run(scanCommand, ...targets, '--offline', ...SUPPLIER, '-f', `spdx=${place}/`);
    const files = readdirSync(place);
    expect(files).toHaveLength(2);
    for (const file of files) expect(judged(join(place, file)), file).toEqual(CONFORMANT);
  });

  it.skipIf(missing !== undefined)(
    titled('of a bill of materials that names its suppliers itself, without being told', missing),
    async () => {
      const given = join(folder, 'given.spdx.json');
      await run(inventoryCommand, kinds.targets.get('archive')!, '-f', `spdx=${given}`, ...SUPPLIER);
      const path = join(folder, 'again.spdx.json');
      await run(inventoryCommand, given, '-f', `spdx=${path}`);
      expect(judged(path)).toEqual(CONFORMANT);
    },
  );

  it.skipIf(missing !== undefined)(
    titled('and the judge judges: of a local archive nobody says whom it is from', missing),
    async () => {
      const path = join(folder, 'nobody.spdx.json');
      await run(inventoryCommand, kinds.targets.get('archive')!, '-f', `spdx=${path}`);
      expect(judged(path)).toEqual({ ntia: expect.stringContaining('Conformant: False'), valid: 'valid' });
    },
  );

  it.skipIf(missing !== undefined)(
    titled('with all that is said of packages, and of the demonstration', missing),
    async () => {
      expect(judged(written('rich', RICH))).toEqual(CONFORMANT);
      const { value: scene } = await story().next();
      expect(judged(written('story', scene!.report)).valid).toBe('valid');
    },
  );
});
