import { describe, expect, it } from 'vitest';
import { report } from '../../../test/report.ts';
import type { Exposure, Package, Report } from '../../model.ts';
import { pieces } from '../report-format.ts';
import { htmlReport } from './page.ts';

const START = {
  command: ['python3', '<serve>.py'],
  by: 'image',
  files: { loaded: 4, importable: 1, callable: 0 },
  notes: ['a script works out <names>'],
} as const;

const PYTHON = { how: 'CMD', path: 'usr/bin/python3.9' };
const EXPOSURES: Readonly<Record<string, Exposure>> = {
  setuptools: {
    class: 'loaded',
    chain: [
      PYTHON,
      { how: 'import site', path: 'usr/lib/site.py' },
      { how: 'import <x>', path: 'usr/lib/setuptools/__init__.py' },
    ],
  },
  'libssl1.1': { class: 'importable', chain: [PYTHON, { how: 'NEEDED libssl.so.1.1', path: 'usr/lib/libssl.so.1.1' }] },
};
const near = (pkg: Package): Package => ({ ...pkg, exposure: EXPOSURES[pkg.name] ?? { class: 'present' } });

function page(more: Partial<Report> = {}): string {
  const plain = report();
  const findings = plain.findings.map((finding) => ({ ...finding, package: near(finding.package) }));
  return [...pieces(htmlReport.render({ ...plain, start: START, findings, ...more }, {}))].join('');
}
const section = (text: string): string => /<h2 id="reach">[\s\S]*?(?=<h2 id=|<\/main>)/.exec(text)?.[0] ?? '';

describe('the picture of what a container loads', () => {
  it('counts findings by how near they are, and leads from the start command to each package with some', () => {
    const shown = section(page());
    expect(shown).toContain('Of 6 findings');
    expect(shown).toMatch(/<th scope="row">loaded<\/th>.*class="n">1<\/td>/);
    const words = shown.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
    expect(words).toContain('CMD /usr/bin/python3.9 leads to');
    expect(words).toContain(
      'import site /usr/lib/site.py \u2192 import &lt;x&gt; /usr/lib/setuptools/__init__.py setuptools 58.1.0',
    );
    expect(words).toContain('NEEDED libssl.so.1.1 /usr/lib/libssl.so.1.1 libssl1.1');
    expect(words).not.toContain('linux-libc-dev');
    // What leads to more stands before what leads to less.
    expect(shown.indexOf('libssl.so')).toBeLessThan(shown.indexOf('site.py'));
  });

  it('says what could not be told, and makes no mark-up of names', () => {
    const shown = section(page());
    expect(shown).toContain('1 thing that could not be told');
    expect(shown).toContain('a script works out &lt;names&gt;');
    expect(shown).toContain('&lt;serve&gt;.py');
    expect(shown.split('<ul').length).toBe(shown.split('</ul>').length);
    expect(shown.split('<details').length).toBe(shown.split('</details>').length);
  });

  it('is led to from the counts, and each package and finding says how near it is', () => {
    const text = page();
    expect(text.slice(0, text.indexOf('id="findings"'))).toContain('<a href="#reach">');
    const words = text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
    expect(words).toContain('setuptools 58.1.0 Python 1 MEDIUM loaded');
    expect(words).toContain('Regular expression denial of service in package_index loaded why and by whom');
    // For the box that leaves what can be loaded or is not known, and the order of the list.
    const facts = [...text.matchAll(/<tr data-s="(\w+)" .*?data-c="(\d)" data-l="(\d)"[^>]*? data-n="(\S+)/g)];
    expect(facts.map(([, severity, distance, isNear, name]) => `${name} ${severity} ${distance} ${isNear}`)).toEqual([
      'openssl HIGH 1 1',
      'openssl HIGH 1 1',
      'setuptools MEDIUM 0 1',
      'linux HIGH 4 0',
      'linux UNKNOWN 4 0',
      'binutils NEGLIGIBLE 4 0',
    ]);
    expect(text).toContain('name="reached"');
  });

  it('is none where nothing is known of what is started', () => {
    expect(section(page({ start: { ...START, command: [], by: 'nobody' } }))).toBe('');
    const unasked = [...pieces(htmlReport.render(report(), {}))].join('');
    expect(section(unasked)).toBe('');
    expect(unasked).not.toContain('name="reached"');
    expect(unasked).not.toContain('#reach');
  });
});
