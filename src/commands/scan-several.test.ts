import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from '../../test/small-machine.ts';
import { fileNames } from './image-files.ts';
import { reportCommand } from './report.ts';
import { scanCommand } from './scan.ts';

let machine: SmallMachine;
let system: string;
let python: string;
let broken: string;
beforeAll(async () => {
  machine = await smallMachine();
  system = machine.root('system', debian(stanza('openssl', '1.1.1n-0+deb11u3'), stanza('openjpeg2', '2.4.0-3')));
  python = machine.root('python', wheelFiles('setuptools', '58.1.0'));
  broken = `archive:${machine.file('broken.tar', 'no archive')}`;
});
afterAll(() => machine.close());

const run = (args: readonly string[], columns?: number) =>
  runCommand(scanCommand, [...args, '--offline'], { environment: machine.environment, caught: true, columns });

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));

interface Scans {
  readonly images: readonly {
    readonly target: string;
    readonly exit: number;
    readonly report?: {
      readonly findings: readonly { readonly id: string }[];
      readonly created: string;
      readonly changes?: unknown;
    };
    readonly error?: { readonly code: string };
  }[];
  readonly summary: Readonly<Record<string, unknown>>;
}

describe('several images in one run', () => {
  it('are told one after the other, the one that cannot be read with its error, and together in a table at the end', async () => {
    const { text, code } = await run([system, broken, python]);
    const blocks = text.split('3 IMAGES');
    expect(blocks).toHaveLength(2);
    expect(blocks[0]!.indexOf(system)).toBeLessThan(blocks[0]!.indexOf(broken));
    expect(blocks[0]!).toMatch(/NOT SCANNED .*broken\.tar/);
    expect(blocks[0]!.lastIndexOf(python)).toBeGreaterThan(blocks[0]!.indexOf(broken));
    expect(blocks[1]).toMatch(/system +FIX FIRST .* 0\n/);
    expect(blocks[1]).toMatch(/broken\.tar +NOT SCANNED +- .* 3\n/);
    expect(blocks[1]).toMatch(
      /in 2 images, of 4 different vulnerabilities; 2 can be fixed; 1 image could not be scanned\./,
    );
    expect(code).toBe(3);
  });

  it.each([60, 80, 120, 200])('overflow no terminal of %i columns', async (columns) => {
    const { text } = await run([system, broken, python], columns);
    const lines = text.replace(/\u001b\[[0-9;]*m/g, '').split('\n');
    expect(lines.filter((line) => [...line].length > columns)).toEqual([]);
    expect(lines.some((line) => /exit$/.test(line))).toBe(true);
  });

  it('are one JSON document that its schema describes, each report as it would be alone', async () => {
    const { text, said } = await run([system, broken, python, '-f', 'json', '--fail-on', 'HIGH']);
    expect(said).toMatch(/^plimsoll: .*broken\.tar: the file is no image archive/m);
    const document = JSON.parse(text) as Scans;
    const ajv = new Ajv2020({ allErrors: true, strict: false }).addSchema(schemaOf('report'));
    ajv.validate(schemaOf('scans'), document);
    expect(ajv.errors).toBeNull();
    expect(document.images.map(({ target, exit, error }) => [target, exit, error?.code])).toEqual([
      [system, 1, undefined],
      [broken, 3, 'corrupt'],
      [python, 0, undefined],
    ]);
    expect(document.summary).toMatchObject({ images: 3, failed: 1, shut: 1, vulnerabilities: 4, exit: 3 });
    const alone = JSON.parse((await run([python, '-f', 'json'])).text) as NonNullable<Scans['images'][0]['report']>;
    expect(document.images[2]!.report!.findings).toEqual(alone.findings);
    expect(alone.changes).toMatchObject({ goal: 'no fixable', unchecked: expect.any(Array) });
    expect(document.images[2]!.report!.changes).toEqual(alone.changes);
  });

  it('end with the worst code: 3, then 1, then 4', async () => {
    expect((await run([system, python, '--fail-on', 'HIGH'])).code).toBe(1);
    expect((await run([python, system, broken, '--fail-on', 'HIGH'])).code).toBe(3);
    expect((await run([system, python])).code).toBe(0);
    const unknown = machine.root('unknown', {
      'etc/os-release': 'ID=unheard\nVERSION_ID=1\n',
      ...wheelFiles('left', '1'),
    });
    const alone = (await run([unknown, '--require-coverage'])).code;
    expect((await run([python, unknown, '--require-coverage'])).code).toBe(alone);
    expect((await run([unknown, system, '--require-coverage', '--fail-on', 'HIGH'])).code).toBe(1);
  });

  it('get a file each in a folder, in every format, and the table goes to the terminal', async () => {
    const folder = join(machine.folder, 'reports');
    const { text, said } = await run([
      system,
      broken,
      python,
      '-f',
      'table',
      '-f',
      `json=${folder}/`,
      '-f',
      `grype=${folder}/`,
      '-f',
      `sarif=${folder}/`,
      '-f',
      `html=${folder}/`,
    ]);
    const names = readdirSync(folder).sort();
    expect(names.map((name) => name.replace(/^.*_/, ''))).toEqual([
      'python.grype.json',
      'python.html',
      'python.json',
      'python.sarif',
      'system.grype.json',
      'system.html',
      'system.json',
      'system.sarif',
    ]);
    const json = names.find((name) => name.endsWith('system.json'))!;
    expect(JSON.parse(readFileSync(join(folder, json), 'utf8')).subject.reference).toBe(system);
    expect(text).toContain('3 IMAGES');
    expect(said).not.toContain('holds one image');
  });

  it('one image gets its file in a folder too', async () => {
    const folder = join(machine.folder, 'single');
    await run([system, '-f', `csv=${folder}/`, '-f', `trivy=${folder}/`]);
    expect(readdirSync(folder).map((name) => name.replace(/^.*_/, ''))).toEqual(['system.csv', 'system.trivy.json']);
  });

  it('come from a list as well, each once', async () => {
    const list = machine.file('images.txt', `# ours\n${python}\r\n\n  ${system}\n${python}\n`);
    const { text } = await run([system, '--images-from', list, '-f', 'json']);
    expect((JSON.parse(text) as Scans).images.map(({ target }) => target)).toEqual([system, python]);
  });

  it('leave nothing half-written: a file of all is there at the end or not at all', async () => {
    const file = join(machine.folder, 'all.json');
    await run([system, python, '-o', file, '-f', 'json']);
    expect((JSON.parse(readFileSync(file, 'utf8')) as Scans).images).toHaveLength(2);
    const missing = await run([system, python, '-o', join(machine.folder, 'none', 'all.json'), '-f', 'json']);
    expect(missing.error?.line).toMatch(/could not be written.*none/);
    const folder = join(machine.folder, 'in-the-way');
    mkdirSync(folder);
    const refused = await run([system, python, '-o', folder, '-f', 'json']);
    expect(refused.error?.line).toMatch(/this is a folder .*with a slash at its end/);
    const ended = await run([
      system,
      python,
      '--lens',
      'nobody',
      '-o',
      join(machine.folder, 'lens.json'),
      '-f',
      'json',
    ]);
    expect(ended.error?.code).toBe('usage');
    expect(existsSync(join(machine.folder, 'lens.json'))).toBe(false);
    expect(readdirSync(machine.folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('are not one report: what reads reports says what to do with such a document', async () => {
    const file = machine.file('scans.json', (await run([system, python, '-f', 'json'])).text);
    const { error } = await runCommand(reportCommand, [file, '-f', 'table'], {
      environment: machine.environment,
      caught: true,
    });
    expect(error?.line).toMatch(/holds the reports of several images.*scans\.json.*-f json=reports\//);
  });

  it('without a database are one error, not one for each', async () => {
    const { error } = await runCommand(scanCommand, [system, python, '--offline'], {
      environment: { ...machine.environment, PLIMSOLL_HOME: join(machine.folder, 'nowhere') },
      caught: true,
    });
    expect(error?.code).toBe('database-missing');
  });
});

describe('files named after images', () => {
  it.each([
    ['registry.example/team/model:1', 'registry.example_team_model_1'],
    ['../../etc/passwd', 'etc_passwd'],
    ['python@sha256:abc', 'python_sha256_abc'],
    ['\u0000\n', 'image'],
    ['.hidden', 'hidden'],
  ])('%j is %s', (target, name) => expect(fileNames()(target)).toBe(name));

  it('never the same for two, whatever the file system makes of capital letters', () => {
    const nameOf = fileNames();
    const names = ['a/b', 'a:b', 'A/B', 'a_b'].map(nameOf);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(4);
    expect(nameOf('x'.repeat(5_000))).toHaveLength(150);
  });
});
