import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FINDINGS, finding, planned, report, wheel } from '../../../test/report.ts';
import type { Report } from '../../model.ts';
import { pieces } from '../report-format.ts';
import { htmlReport } from './page.ts';

const render = (value: Report): string => [...pieces(htmlReport.render(value, {}))].join('');
const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('the HTML report', () => {
  it('is one page that loads nothing: no address but links, and a policy that lets only its own script and style run', () => {
    const page = render(report());
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain(sha256(/<style>([\s\S]*?)<\/style>/.exec(page)![1]!));
    expect(policy).toContain(sha256(/<script>([\s\S]*?)<\/script>/.exec(page)![1]!));
    expect(page).not.toMatch(/\s(src|style|on[a-z]+)=/);
    expect(page).not.toMatch(/<link|@import|url\(/);
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, address]) => /^(?:https:\/\/|#)/.test(address!))).toBe(true);
    // Every place that the page refers to is in it, once.
    for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) expect(page.split(`id="${id}"`)).toHaveLength(2);
  });

  it('says beside the count of upgrades, and nowhere else, that nobody was asked whether they are offered', async () => {
    const page = render(await planned(report()));
    const said = 'if its package sources and the package indexes offer them (not asked)';
    expect(page.split(said)).toHaveLength(2);
    expect(/id="plan">[\s\S]*?<p class="dim">(.*?)<\/p>/.exec(page)?.[1]).toContain(said);
  });

  it('has a row for each vulnerability of each source package, with what the search needs', () => {
    const page = render(report());
    expect(page.match(/<tr data-s=/g)).toHaveLength(6);
    expect(page).toContain(
      'data-n="openssl 1.1.1n-0+deb11u3" data-t="cve-2023-0286 dsa-5343-1 openssl libssl-dev, libssl1.1, openssl x.400 address type confusion in x.509 generalname"',
    );
    for (const { id } of FINDINGS) expect(page).toContain(id);
  });

  it('keeps room for rows that are not drawn yet in whole pieces alone: a few rows are no half page of nothing', () => {
    const pieces = (count: number) =>
      render(
        report({ findings: Array.from({ length: count }, (_, at) => ({ ...FINDINGS[0]!, id: `CVE-2024-${at}` })) }),
      ).match(/class="chunk[^"]*"/g);
    expect(pieces(6)).toEqual(['class="chunk part"']);
    expect(pieces(56)).toEqual(['class="chunk"', 'class="chunk part"']);
  });

  it('tells why: every step from the look-up to the rating', () => {
    const page = render(report());
    expect(page).toContain('looked up <b>openssl</b> in Debian:11, by its source package');
    expect(page).toContain(
      '<code>1.1.1n-0+deb11u3</code> is before <code>1.1.1n-0+deb11u4</code> (compared as dpkg does)',
    );
    expect(page).toContain('because nobody has rated it');
  });

  it('begins with what it comes down to: the verdict, the counts with the risks, the changes, only then the findings', async () => {
    const evidence = FINDINGS[0]!.package.evidence[0]!;
    const risks = [{ category: 'secret', rule: 'x', severity: 'HIGH', title: 'A key', evidence }] as const;
    const page = render(await planned(report({ risks })));
    const order = [
      'class="verdict',
      'Risks: secret',
      'id="first"',
      'id="plan"',
      'id="findings"',
      'id="risks"',
      'id="layers"',
      'id="not-assessed"',
      'id="counting"',
    ];
    const places = order
      .map((text) => page.indexOf(text))
      .filter((at, index) => at >= 0 || order[index] !== 'id="first"');
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('draws layers as areas of their sizes, with the same figures in a table', () => {
    const sizes = [600, 300, 100];
    const layers = sizes.map((size, index) => ({
      index,
      size: size * 1e6,
      diffID: `sha256:${'1a'.repeat(32)}`,
      instruction: `RUN ${index}`,
    }));
    const page = render(report({ subject: { ...report().subject, layers } }));
    const map = /<svg class="map"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
    const areas = [...map.matchAll(/width="([\d.]+)" height="([\d.]+)"/g)].map(([, w, h]) => Number(w) * Number(h));
    expect(areas.map((area) => Math.round(area / 36_000) / 10)).toEqual([0.6, 0.3, 0.1]);
    expect(page).toContain('600.0 MB');
  });

  it('closes every element it opens', () => {
    const page = render(report({ unknowns: [{ path: 'a', analyzer: 'b', reason: 'c' }] })).replace(
      /<(style|script)>[\s\S]*?<\/\1>/g,
      '',
    );
    const open: string[] = [];
    for (const [, close, name] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
      if (['meta', 'input', 'br', 'wbr', 'col', 'rect', 'html', 'body'].includes(name!)) continue;
      if (close === '') open.push(name!);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('shows what an image made up as text, whatever it is', () => {
    const evil = wheel('</td><script>alert(1)</script>', '"><img src=x onerror=alert(1)>');
    const sample = {
      ...finding('CVE-2023-1', evil, 'HIGH', { title: "</title><script>'" }),
      url: 'javascript:alert(1)',
      references: ['https://a/"onmouseover="x', 'data:text/html,x'],
    };
    const page = render(
      report({
        packages: [evil],
        findings: [sample],
        subject: { ...report().subject, reference: '</title><script>alert(1)</script>' },
      }),
    );
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/href="(javascript|data)/);
    expect(
      [...page.matchAll(/<[a-z]+ [^>]*>/g)].some(([tag]) => /\son[a-z]+=/.test(tag.replace(/"[^"]*"/g, '""'))),
    ).toBe(false);
  });
});
