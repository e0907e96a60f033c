import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { exposed, library, program } from '../../../test/exposure.ts';
import { report as scanReport } from '../../../test/report.ts';
import { publishedSchema } from '../../schemas.ts';
import { pieces } from '../report-format.ts';
import { cyclonedxReport } from '../sbom/index.ts';
import { sarifReport } from '../scan/sarif.ts';
import { renderExposure } from './index.ts';
import type { ExposureReport } from './noun.ts';

const SUBJECT = { reference: 'app:1', source: 'memory', name: 'app:1', layers: [] } as const;
const status = (name: string): string =>
  `Package: ${name}\nStatus: install ok installed\nVersion: 1.0\nArchitecture: amd64\n`;

/** An image in which a program of one package needs a library of another; a third lies there. */
async function report(): Promise<ExposureReport> {
  const exposure = await exposed(
    {
      'var/lib/dpkg/status': ['app', 'libone', 'idle'].map(status).join('\n'),
      'var/lib/dpkg/info/app.list': '/usr/bin/app\n',
      'var/lib/dpkg/info/libone.list': '/usr/lib/libone.so.1\n/usr/lib/libmore.so\n',
      'var/lib/dpkg/info/idle.list': '/usr/bin/idle\n',
      'usr/bin/app': program(['libone.so.1']),
      'usr/bin/idle': program(),
      'usr/lib/libone.so.1': library('libone.so.1', ['libmore.so']),
      'usr/lib/libmore.so': library('libmore.so'),
    },
    { Cmd: ['app', '-x'] },
  );
  return { ...exposure, subject: SUBJECT };
}
const text = (pieces: Iterable<string>): string => [...pieces].join('');

describe('what a container can load, told', () => {
  it('to people: the start, how many packages are how near, and the way to each', async () => {
    const shown = text(renderExposure('table', await report(), { width: 100 }));
    expect(shown).toContain('starts: app -x (as the image says)');
    expect(shown).toMatch(/OS packages \(3\) +2 +0 +0 +1 +0 +0\n/);
    expect(shown).toContain('  app 1.0  loaded: CMD\n');
    expect(shown).toContain('\u2514\u2500 libone 1.0  loaded, 2 files: NEEDED libone.so.1\n');
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    // A library that is built into another is known by its name alone.
    const told = await report();
    const packages = told.packages.map((pkg) => (pkg.name === 'libone' ? { ...pkg, version: '' } : pkg));
    const unversioned = text(renderExposure('table', { ...told, packages }, { width: 100 }));
    expect(unversioned).toContain('\u2514\u2500 libone  loaded, 2 files: NEEDED libone.so.1\n');
    const narrow = text(renderExposure('table', await report(), { width: 60 }));
    expect(narrow).toContain('OS packages (3): 2 loaded, 1 present\n');
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    const all = text(renderExposure('table', await report(), { width: 80, all: true }));
    expect(all).toContain('  callable: a program that something reached');
    for (const line of all.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('of a package that is loaded, how many of its files are, and not how many may be', async () => {
    const exposure = await exposed(
      {
        'var/lib/dpkg/status': ['app', 'libone'].map(status).join('\n'),
        'var/lib/dpkg/info/libone.list': '/usr/lib/libone.so.1\n/usr/lib/libmore.so\n/usr/lib/liblate.so\n',
        'usr/bin/app': program(['libone.so.1']),
        'usr/lib/libone.so.1': library('libone.so.1', ['libmore.so'], { texts: ['dlopen', 'liblate.so'] }),
        'usr/lib/libmore.so': library('libmore.so'),
        'usr/lib/liblate.so': library('liblate.so'),
      },
      { Cmd: ['app'] },
    );
    const shown = text(renderExposure('table', { ...exposure, subject: SUBJECT }, { width: 100 }));
    expect(shown).toContain('libone 1.0  loaded, 2 of 3 files: NEEDED libone.so.1\n');
  });

  it('compiled modules of no package are one line for their folder, and of many notes a terminal has the first', async () => {
    const modules = ['_ssl', '_bz2'].map((name) => `${name}.cpython-311-x86_64-linux-gnu.so`);
    const exposure = await exposed(
      {
        'usr/bin/app': program(modules),
        ...Object.fromEntries(modules.map((name) => [`usr/lib/${name}`, library(name)])),
      },
      { Cmd: ['app'] },
    );
    const notes = Array.from({ length: 9 }, (_, at) => `reason ${at}`);
    const told: ExposureReport = { ...exposure, subject: SUBJECT, start: { ...exposure.start, notes } };
    const narrow = text(renderExposure('table', told, { width: 100 }));
    expect(narrow).toContain('/usr/lib/  loaded, 2 files: NEEDED _ssl.cpython-311');
    expect(narrow).toContain('? reason 4\n  ? and 4 more that cannot be told: --all shows them\n');
    expect(text(renderExposure('table', told, { width: 100, all: true }))).toContain('? reason 8\n');
  });

  it('of a way through thirty thousand files, in lines that can be read', async () => {
    const plain = await report();
    let [last] = plain.reached.values();
    const reached = new Map(plain.reached);
    for (let at = 0; at < 30_000; at += 1) {
      last = {
        ...(last as NonNullable<typeof last>),
        path: `app/p${at}/m.py`,
        how: `import m${at}`,
        ...(last && { from: last }),
      };
      reached.set(last.path, last);
    }
    const shown = text(renderExposure('table', { ...plain, reached }, { all: true })).split('\n');
    expect(shown.length).toBeGreaterThan(30_000);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThan(300);
    expect(text(renderExposure('table', { ...plain, reached }, { width: 80 }))).toMatch(
      /and 29,9\d\d more: --all shows them/,
    );
  });

  it('to programs: as its schema says', async () => {
    const document = JSON.parse(text(renderExposure('json', await report(), {})));
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(publishedSchema('exposure'));
    validate(document);
    expect(validate.errors).toBeNull();
    expect(
      document.packages.map(({ name, class: sample }: { name: string; class: string }) => `${name} ${sample}`),
    ).toEqual(['app loaded', 'idle present', 'libone loaded']);
    expect(document.packages[2].chain).toEqual([
      { how: 'CMD', path: 'usr/bin/app' },
      { how: 'NEEDED libone.so.1', path: 'usr/lib/libone.so.1' },
    ]);
    expect(document.files).toContainEqual({
      path: 'usr/lib/libmore.so',
      class: 'loaded',
      how: 'NEEDED libmore.so',
      from: 'usr/lib/libone.so.1',
      packages: [document.packages[2].purl],
    });
  });

  it('with what running processes were seen to have', async () => {
    const { start, ...rest } = await report();
    const live = {
      processes: [{ pid: 71, command: ['app', 'serve\u001b[31m.py'] }],
      files: { mapped: 3, open: 1, named: 20 },
      elsewhere: 2,
      examples: ['data/a.so', 'tmp/b.so'],
      notes: ['1 of 2 processes could not be looked at: EACCES'],
    };
    const seen = { how: 'mapped', path: 'usr/bin/app', by: 'app (process 71)' } as const;
    const packages = rest.packages.map((pkg) => ({ ...pkg, exposure: { class: 'loaded' as const, seen } }));
    const running = { ...rest, packages, start: { ...start, by: 'container' as const, live } };
    const shown = text(renderExposure('table', running, {}));
    expect(shown).toContain(
      'Looked at process 71 (app serve?[31m.py): 3 files mapped, 1 held open, 20 named in memory.',
    );
    expect(shown).toContain('2 mapped files are not of the image');
    expect(shown).toContain('? 1 of 2 processes could not be looked at');
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(publishedSchema('exposure'));
    validate(JSON.parse(text(renderExposure('json', running, {}))));
    expect(validate.errors).toBeNull();
  });

  it('in no other format', async () => {
    const actual = await report();
    expect(() => text(renderExposure('sarif', actual, {}))).toThrow('cannot be written as "sarif"');
  });

  it('names from an image do no harm on a terminal', async () => {
    const exposure = await exposed({ 'usr/bin/a\u001b[31mb': program() }, { Cmd: ['/usr/bin/a\u001b[31mb'] });
    expect(text(renderExposure('table', { ...exposure, subject: SUBJECT }, {}))).not.toContain('\u001b');
  });

  it('to code scanning and in bills of materials: as a property and a detail, never as a state', () => {
    const chain = [
      { how: 'CMD', path: 'usr/bin/app' },
      { how: 'NEEDED libssl.so.1.1', path: 'usr/lib/libssl.so.1.1' },
    ];
    const plain = scanReport();
    const findings = plain.findings.map((finding) => ({
      ...finding,
      package: { ...finding.package, exposure: { class: 'loaded' as const, chain } },
    }));
    const packages = plain.packages.map((pkg) => ({ ...pkg, exposure: { class: 'loaded' as const, chain } }));
    const value = { ...plain, findings, packages };
    const sarif = JSON.parse(text(pieces(sarifReport.render(value, {}))));
    expect(sarif.runs[0].results[0].properties).toMatchObject({ exposure: 'loaded', chain });
    const bom = JSON.parse(text(pieces(cyclonedxReport.render(value, {}))));
    expect(
      bom.components.flatMap((component: { properties?: unknown[] }) => component.properties ?? []),
    ).toContainEqual({
      name: 'plimsoll:exposure',
      value: 'loaded',
    });
    expect(Object.keys(bom.vulnerabilities[0].analysis)).toEqual(['detail']);
    expect(bom.vulnerabilities[0].analysis.detail).toContain('loaded: CMD -> /usr/bin/app -> /usr/lib/libssl.so.1.1');
    expect(new Set(plain.findings.map(({ id }) => id)).size).toBe(bom.vulnerabilities.length);
  });
});
