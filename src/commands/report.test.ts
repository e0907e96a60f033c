import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import type { CommandModule } from './command.ts';
import { fixCommand } from './fix.ts';
import { inventoryCommand } from './inventory.ts';
import { reportCommand } from './report.ts';
import { scanCommand } from './scan.ts';

let machine: SmallMachine;
let image: string;
beforeAll(async () => {
  machine = await smallMachine();
  image = machine.root('image', debian(stanza('openssl', '1.1.1n-0+deb11u3')));
});
afterAll(() => machine.close());

const run = (command: CommandModule, ...args: readonly string[]) =>
  runCommand(command, args, { environment: machine.environment, caught: true });

describe('plimsoll report', () => {
  it.each(['table', 'html', 'sarif', 'cyclonedx', 'csv', 'json'])(
    'writes a scan of before as %s, as the scan would have',
    async (format) => {
      // One run writes both, so that both speak of the same moment.
      const [results, other] = [machine.file('results.json', ''), machine.file('other', '')];
      await run(scanCommand, image, '-f', `json=${results}`, '-f', `${format === 'json' ? 'table' : format}=${other}`);
      const { readFileSync } = await import('node:fs');
      const again = await run(reportCommand, results, '-f', format);
      expect(again.error).toBeUndefined();
      expect(again.text).toBe(readFileSync(format === 'json' ? results : other, 'utf8'));
    },
  );

  it('says what a format has no place for, as the scan does', async () => {
    const results = machine.file('results.json', (await run(scanCommand, image, '-f', 'json')).text);
    const { said } = await run(reportCommand, results, '-f', 'spdx');
    expect(said).toMatch(/^spdx has no place for findings: \d+ are left out/);
  });

  it('shows a part of it', async () => {
    const results = machine.file('results.json', (await run(scanCommand, image, '-f', 'json')).text);
    const few = JSON.parse((await run(reportCommand, results, '-f', 'json', '-s', 'NEGLIGIBLE')).text);
    expect(few.filtered).toMatchObject({ severity: ['NEGLIGIBLE'] });
    expect(few.findings.length).toBeLessThan(few.filtered.hidden + few.findings.length);
  });

  it('writes an inventory as a bill of materials, and a plan as Markdown', async () => {
    const listed = machine.file('listed.json', (await run(inventoryCommand, image, '-f', 'json')).text);
    expect(JSON.parse((await run(reportCommand, listed, '-f', 'cyclonedx')).text)).toMatchObject({
      bomFormat: 'CycloneDX',
    });
    const plan = machine.file('plan.json', (await run(fixCommand, image, '-f', 'json', '--offline')).text);
    const [again, direct] = await Promise.all([
      run(reportCommand, plan, '-f', 'markdown'),
      run(fixCommand, image, '-f', 'markdown', '--offline'),
    ]);
    expect(again.text).toBe(direct.text);
  });

  it('says which formats there are for what it was given, and what is none of ours', async () => {
    const listed = machine.file('listed.json', (await run(inventoryCommand, image, '-f', 'json')).text);
    expect((await run(reportCommand, listed, '-f', 'sarif')).error).toMatchObject({ code: 'usage' });
    const trivy = machine.file('trivy.json', '{"SchemaVersion":2,"ArtifactName":"x","Results":[]}');
    expect((await run(reportCommand, trivy)).error).toMatchObject({ code: 'unsupported' });
    expect((await run(reportCommand, machine.file('cut.json', '{"tool":{"name":"plims'))).error).toMatchObject({
      code: 'corrupt',
    });
    expect((await run(reportCommand, '/nowhere.json')).error).toMatchObject({ code: 'not-found' });
  });
});
