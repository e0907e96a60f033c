import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommandOutcome, runCommand } from '../../test/command.ts';
import type { CommandModule } from './command.ts';
import { compareCommand } from './compare.ts';
import { explainCommand } from './explain.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

const run = (command: CommandModule, ...args: readonly string[]): Promise<CommandOutcome> =>
  runCommand(command, args, {
    environment: { PLIMSOLL_HOME: at('home'), PATH: `${at('bin')}:${process.env.PATH}` },
  });

const trivy = (digest: string, ...ids: string[]) => ({
  SchemaVersion: 2,
  ArtifactName: 'x',
  Metadata: { OS: { Family: 'debian', Name: '11.7' }, RepoDigests: [`x@sha256:${digest.repeat(64)}`] },
  Results: [
    {
      Target: 'x',
      Class: 'os-pkgs',
      Type: 'debian',
      Vulnerabilities: ids.map((id) => ({
        VulnerabilityID: id,
        PkgName: 'libssl1.1',
        InstalledVersion: '1.1.1n-0+deb11u4',
        Severity: 'LOW',
        SeveritySource: 'debian',
      })),
    },
  ],
});
const grype = (digest: string, ...ids: string[]) => ({
  matches: ids.map((id) => ({
    vulnerability: {
      id,
      severity: 'Low',
      namespace: 'debian:distro:debian:11',
      fix: { state: 'not-fixed', versions: [] },
    },
    matchDetails: [{ type: 'exact-indirect-match' }],
    artifact: { name: 'libssl1.1', version: '1.1.1n-0+deb11u4', type: 'deb', upstreams: [{ name: 'openssl' }] },
  })),
  source: { target: { userInput: 'x', manifestDigest: `sha256:${digest.repeat(64)}` } },
  descriptor: { name: 'grype', version: '0.63.0' },
});

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-compare-'));
  const files = {
    'trivy.json': trivy('a', 'CVE-2023-0464', 'TEMP-0000000-AAAAAA'),
    'grype.json': grype('a', 'CVE-2023-0464'),
    'more.json': grype('a', 'CVE-2023-0464', 'CVE-2023-0465'),
    'other.json': grype('b', 'CVE-2023-0464'),
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(at(name), JSON.stringify(value));
  mkdirSync(at('rootfs/etc'), { recursive: true });
  mkdirSync(at('rootfs/var/lib/dpkg'), { recursive: true });
  mkdirSync(at('bin'));
  writeFileSync(at('rootfs/etc/os-release'), 'ID=debian\nVERSION_ID="11"\n');
  writeFileSync(
    at('rootfs/var/lib/dpkg/status'),
    'Package: libssl1.1\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 1.1.1n-0+deb11u4\n\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('plimsoll compare', () => {
  it('explains two reports without an image and without a database, and says that it does', async () => {
    const { text, code, said } = await run(compareCommand, at('trivy.json'), at('grype.json'));
    expect(code).toBe(0);
    expect(said).toContain('No advisory database');
    expect(text).toContain('none unexplained');
    expect(text).toMatch(/-1 {2}record\.validity/);
  });

  it('takes one report from standard input, packed or not, in either place, and says why not two', async () => {
    const plain = readFileSync(at('trivy.json'));
    const piped = async (bytes: Buffer, ...args: readonly string[]): Promise<string> => {
      // In pieces, as a pipe gives them; the first is shorter than the mark of gzip and what follows it.
      const input = Readable.from([bytes.subarray(0, 5), bytes.subarray(5, 300), bytes.subarray(300)]);
      const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as typeof process.stdin);
      try {
        return (await run(compareCommand, ...args)).text;
      } finally {
        stdin.mockRestore();
      }
    };
    const told = (await run(compareCommand, at('trivy.json'), at('grype.json'))).text;
    for (const bytes of [plain, gzipSync(plain)]) expect(await piped(bytes, '-', at('grype.json'))).toBe(told);
    const turned = (await run(compareCommand, at('grype.json'), at('trivy.json'))).text;
    expect(await piped(plain, at('grype.json'), '-')).toBe(turned);
    await expect(piped(plain.subarray(0, 400), '-', at('grype.json'))).rejects.toMatchObject({
      code: 'corrupt',
      where: 'standard input',
    });
    await expect(piped(Buffer.alloc(0), '-', at('grype.json'))).rejects.toMatchObject({ code: 'corrupt' });
    await expect(run(compareCommand, '-', '-')).rejects.toMatchObject({
      code: 'usage',
      line: 'standard input can be read once only (-); give one report as -, the others as files',
    });
  });

  it('writes data, a page or Markdown, to a file too', async () => {
    await run(compareCommand, at('trivy.json'), at('grype.json'), '-f', 'html', '-o', at('page.html'));
    expect(readFileSync(at('page.html'), 'utf8')).toMatch(/^<!doctype html>/);
    const { text } = await run(compareCommand, at('trivy.json'), at('grype.json'), '-f', 'json');
    expect(JSON.parse(text)).toMatchObject({ schemaVersion: 1, unexplained: { count: 0 }, identity: { proven: true } });
    expect((await run(compareCommand, at('trivy.json'), at('grype.json'), '-f', 'markdown')).text).toContain(
      '# What gives?',
    );
  });

  it('ends with 0 whatever differs, and with 1 for the unexplained only when asked', async () => {
    expect((await run(compareCommand, at('grype.json'), at('more.json'))).code).toBe(0);
    expect((await run(compareCommand, at('grype.json'), at('more.json'), '--fail-on-unexplained')).code).toBe(1);
    expect((await run(compareCommand, at('trivy.json'), at('grype.json'), '--fail-on-unexplained')).code).toBe(0);
  });

  it('a report of which a row could not be read is no report that agrees', async () => {
    for (const name of ['odd', 'odder'])
      writeFileSync(at(`${name}.json`), JSON.stringify({ matches: [{}, 'x'], descriptor: { name: 'grype' } }));
    const compared = await run(compareCommand, at('odd.json'), at('odder.json'), '--anyway', '--fail-on-unexplained');
    expect(compared.code).toBe(1);
    expect(compared.text.replace(/\s+/g, ' ')).toContain(
      'None of them has a finding. Besides, rows could not be read: 2 of Grype (grype), 2 of Grype (grype-2)',
    );
    expect((await run(compareCommand, at('odd.json'), at('odder.json'), '--anyway')).code).toBe(0);
  });

  it('refuses reports of different images, and goes on when told', async () => {
    await expect(run(compareCommand, at('trivy.json'), at('other.json'))).rejects.toThrow('subject.identity');
    for (const flag of ['--anyway', '--force'])
      expect((await run(compareCommand, at('trivy.json'), at('other.json'), flag)).text).toMatch(
        /^NOT THE SAME IMAGE \(subject\.identity\)/,
      );
  });

  it('takes the files of the image as proof', async () => {
    const { text } = await run(
      compareCommand,
      at('trivy.json'),
      at('grype.json'),
      '--image',
      `dir:${at('rootfs')}`,
      '--no-cache',
      '-f',
      'json',
    );
    const value = JSON.parse(text);
    expect(value.basis).toEqual({ image: true });
    expect(value.rows[0]).toMatchObject({
      package: 'openssl',
      evidence: 'undecidable',
      evidenceSays: 'no advisory database to ask',
    });
  });

  it('takes the image beside the reports, wherever it stands, where it can be nothing else', async () => {
    const image = `dir:${at('rootfs')}`;
    for (const targets of [
      [image, at('trivy.json'), at('grype.json')],
      [at('trivy.json'), at('grype.json'), image],
    ])
      expect(JSON.parse((await run(compareCommand, ...targets, '--no-cache', '-f', 'json')).text).basis).toEqual({
        image: true,
      });
    await expect(run(compareCommand, at('trivy.json'), 'model.json')).rejects.toMatchObject({
      message: 'there is no such report',
      hint: `check the path; if it is the image: plimsoll compare ${at('trivy.json')} --image model.json`,
    });
  });

  it('says what is missing', async () => {
    await expect(run(compareCommand, at('trivy.json'))).rejects.toThrow('two reports or lenses at least');
    await expect(run(compareCommand, at('trivy.json'), at('nothing.json'))).rejects.toThrow('no such report');
    await expect(run(compareCommand, at('trivy.json'), at('rootfs'))).rejects.toThrow('a report is a file');
    await expect(run(compareCommand, '--lens', 'trivy,grype')).rejects.toThrow('--lens needs an image');
    await expect(run(compareCommand, '--lens', 'trivy,qualys', `dir:${at('rootfs')}`)).rejects.toThrow(
      'no lens is called "qualys"',
    );
    await expect(run(compareCommand, '--lens', 'trivy,grype', `dir:${at('rootfs')}`)).rejects.toThrow(
      'there is no advisory database yet',
    );
    await expect(run(compareCommand, at('trivy.json'), at('grype.json'), '--lens', 'qualys')).rejects.toThrow(
      'no lens is called "qualys"',
    );
    await expect(run(compareCommand, '--run', 'grype')).rejects.toThrow('--run needs the image');
    await expect(run(compareCommand, at('trivy.json'), at('grype.json'), '--as-of', 'yesterday')).rejects.toThrow(
      'no date',
    );
  });

  it('runs installed scanners: the image is one argument, what they say of an error is told', async () => {
    const script = (body: string): string => `#!/bin/sh\n${body}\n`;
    writeFileSync(
      at('bin/trivy'),
      script(
        `[ "$8" = "my image;rm -rf /" ] || { echo "FATAL bad arguments: $*" >&2; exit 1; }\ncat ${at('trivy.json')}`,
      ),
    );
    writeFileSync(at('bin/grype'), script(`cat ${at('grype.json')}\nexit 2`));
    writeFileSync(at('bin/snyk'), script('echo "Authentication error" >&2\nexit 2'));
    for (const name of ['trivy', 'grype', 'snyk']) chmodSync(at(`bin/${name}`), 0o755);
    const { text, said } = await run(
      compareCommand,
      at('grype.json'),
      '--run',
      'trivy',
      'my image;rm -rf /',
      '-f',
      'json',
    );
    expect(
      JSON.parse(text).reports.map((report: { name: string; rows: number }) => [report.name, report.rows]),
    ).toEqual([
      ['grype', 1],
      ['trivy', 2],
    ]);
    expect(said).toContain('The image itself cannot be opened here');
    await expect(run(compareCommand, '--run', 'snyk,trivy', 'x')).rejects.toThrow(
      'Snyk Container failed with exit code 2: Authentication error',
    );
    writeFileSync(at('bin/snyk'), script('kill -9 $$'));
    await expect(run(compareCommand, '--run', 'snyk,trivy', 'x')).rejects.toMatchObject({
      message: 'Snyk Container was ended by SIGKILL',
      hint: expect.stringMatching(/runs out of memory/),
    });
    writeFileSync(at('bin/snyk'), script('echo "Testing x..."'));
    await expect(run(compareCommand, '--run', 'snyk,trivy', 'x')).rejects.toThrow(
      'Snyk Container printed no whole report: not a report known here: it begins with text; it begins with "Testing x..."',
    );
    writeFileSync(at('bin/snyk'), script(`head -c 40 ${at('trivy.json')}`));
    await expect(run(compareCommand, '--run', 'snyk,trivy', 'x')).rejects.toThrow(
      /^Snyk Container printed no whole report: the JSON ends in the middle/,
    );
    await expect(run(compareCommand, '--run', 'clair-v4,trivy', 'x')).rejects.toThrow('Clair v4 is not installed');
    await expect(run(compareCommand, '--run', 'harbor', 'x')).rejects.toThrow('no scanner called "harbor" can be run');
    await expect(run(compareCommand, '--run', 'grype,trivy', '--', '--config=/etc/passwd')).rejects.toThrow(
      'is no image',
    );
  });
});

it('runs Docker Scout where its plug-in is: each target in its spelling, its SARIF read, a plug-in that is missing told', async () => {
  const rule = {
    id: 'CVE-2023-0464',
    properties: { purls: ['pkg:deb/debian/openssl@1.1.1n?os_name=debian&os_version=11'] },
  };
  const driver = { name: 'docker scout', version: '1.9.1', rules: [rule] };
  const results = [{ ruleId: rule.id, ruleIndex: 0, message: { text: '  Package : pkg:deb/debian/openssl@1.1.1n\n' } }];
  writeFileSync(at('scout.sarif'), JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver }, results }] }));
  const docker = (body: string): void => {
    writeFileSync(at('bin/docker'), `#!/bin/sh\necho "$*" >> ${at('docker.log')}\n${body}\n`);
    chmodSync(at('bin/docker'), 0o755);
  };
  docker(`cat ${at('scout.sarif')}\nexit 2`);
  writeFileSync(at('image.tar'), '');
  for (const target of ['registry.example/model:1', `archive:${at('image.tar')}`]) {
    const { text } = await run(compareCommand, at('grype.json'), '--run', 'scout', target, '-f', 'json', '--anyway');
    const { reports } = JSON.parse(text) as { reports: { name: string; scanner?: string; rows: number }[] };
    expect(reports.at(-1)?.rows, target).toBe(1);
  }
  const asked = readFileSync(at('docker.log'), 'utf8');
  expect(asked).toContain('scout cves --format sarif registry.example/model:1\n');
  expect(asked).toContain(`scout cves --format sarif archive://${at('image.tar')}\n`);
  // As Docker 28 and Docker 20 say it: what to do next stands below what is wrong.
  for (const [words, told] of [
    [
      "docker: unknown command: docker scout\n\nRun 'docker --help' for more information",
      'unknown command: docker scout',
    ],
    ["docker: 'scout' is not a docker command.\nSee 'docker --help'", "'scout' is not a docker command"],
  ] as const) {
    docker(`cat >&2 <<'END'\n${words}\nEND\nexit 1`);
    await expect(run(compareCommand, at('grype.json'), '--run', 'scout', 'x', '--anyway')).rejects.toThrow(told);
  }
});

describe('plimsoll explain', () => {
  it('explains one vulnerability of a report by the rules of every scanner', async () => {
    const { text } = await run(
      explainCommand,
      'TEMP-0000000-AAAAAA',
      '--report',
      at('trivy.json'),
      '--lens',
      'trivy,grype,clair-v2',
    );
    expect(text).toContain('Trivy reports TEMP-0000000-AAAAAA as low: severity by debian');
    expect(text).toMatch(/Trivy +not known/);
    expect(text).toMatch(/Grype +nothing +record\.validity: Temporary ids/);
  });

  it('says when nothing is known, and what is no id', async () => {
    expect((await run(explainCommand, 'CVE-1999-0001', '--report', at('trivy.json'))).text).toContain(
      'No feed of the database and no report mentions it',
    );
    await expect(run(explainCommand, 'rm -rf', 'x')).rejects.toThrow('is no id');
    await expect(run(explainCommand, 'CVE-2023-0464')).rejects.toThrow('explain needs an image, or reports');
    await expect(run(explainCommand, 'CVE-2023-0464', `dir:${at('rootfs')}`)).rejects.toThrow(
      'no advisory database yet',
    );
  });

  it('gives data', async () => {
    expect(
      JSON.parse((await run(explainCommand, 'CVE-2023-0464', '--report', at('grype.json'), '-f', 'json')).text),
    ).toMatchObject({
      id: 'CVE-2023-0464',
      known: true,
      packages: [{ package: 'libssl1.1', source: { name: 'openssl' } }],
    });
  });
});
