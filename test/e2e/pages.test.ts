/** The pages in a real browser: nothing is refused, asked for or cut off, and who uses a keyboard or a screen reader gets all of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diffOf, sideOfReport } from '../../src/compare/diff/index.ts';
import type { Finding, Report, Statement } from '../../src/model.ts';
import { benchFormatNamed } from '../../src/report/bench/index.ts';
import { compareFormatNamed } from '../../src/report/compare/index.ts';
import { diffFormatNamed, diffFormats } from '../../src/report/diff/index.ts';
import { fixFormatNamed } from '../../src/report/fix/formats.ts';
import { htmlReport } from '../../src/report/html/index.ts';
import { BENCH } from '../bench-report.ts';
import { hostileComparison, largeComparison } from '../comparison.ts';
import { planOf } from '../plan.ts';
import { FINDINGS, finding, planned, report, wheel } from '../report.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type BrowserPage, chromium, withBrowser } from './browser.ts';

const folder = temporaryFolder();

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A report with that many findings, in packages of every size, one of them holding half. */
function large(count: number): Report {
  const findings: Finding[] = [];
  const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NEGLIGIBLE', 'UNKNOWN'] as const;
  for (let at = 0; at < count; at++) {
    const pkg = wheel(at % 2 === 0 ? 'huge' : `package-${at % 997}`, '1.0');
    findings.push(
      finding(`CVE-2024-${10_000 + at}`, pkg, severities[at % 6]!, {
        title: `Problem ${at} of it`,
        ...(at % 3 === 0 ? { fixed: '2.0' } : {}),
      }),
    );
  }
  return report({ findings, packages: findings.map(({ package: pkg }) => pkg) });
}

/** One report with everything a page can have. */
const FULL = report({
  risks: [
    {
      category: 'secret',
      rule: 'aws-key',
      severity: 'HIGH',
      title: 'A key',
      detail: 'x',
      at: '3',
      evidence: FINDINGS[0]!.package.evidence[0]!,
    },
  ],
  unknowns: [{ path: 'opt/model.bin', analyzer: 'pickle', reason: 'cut off' }],
  notices: [{ level: 'warning', code: 'x', message: 'The data is old' }],
});

/** The same with less in it, a second one to hold it against. */
const LESS = report({ findings: FINDINGS.slice(2), packages: report().packages.slice(1) });

const STATEMENT: Statement = {
  id: 'CVE-2022-40897',
  source: 'pysec',
  namespace: 'PyPI',
  package: 'setuptools',
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed: '65.5.1' }],
  ratings: [],
};

const text = (rendered: Iterable<string>): string => [...rendered].join('');
const pages: readonly (readonly [string, () => Promise<string>])[] = [
  ['scan', async () => text(htmlReport.render(await planned(FULL), {}))],
  [
    'fix',
    async () => text(fixFormatNamed('html').render(await planOf([wheel('setuptools', '58.1.0')], [STATEMENT]), {})),
  ],
  ['bench', async () => text(benchFormatNamed('html').render(BENCH, {}))],
  [
    'diff',
    async () => text(diffFormatNamed(diffFormats, 'html').render(diffOf(sideOfReport(LESS), sideOfReport(FULL)), {})),
  ],
  ['compare', async () => text(compareFormatNamed('html').render(hostileComparison(), {}))],
];

function written(name: string, text: string): string {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

const sized = (page: BrowserPage, width: number, scheme = 'light'): Promise<unknown> =>
  Promise.all([
    page.send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false }),
    page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] }),
  ]);

/** What axe-core holds against the page, in its own words. https://github.com/dequelabs/axe-core */
async function violations(page: BrowserPage): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' at ' + target + ': ' + failureSummary)))`,
  );
}

const where = chromium === undefined ? ' (skipped: no chromium)' : '';

describe.skipIf(chromium === undefined)(`pages in a browser${where}`, () => {
  it.each(pages)(
    '%s: nothing is asked for, refused or wrong for axe-core, from 390 to 2,560 pixels, light and dark',
    { timeout: 120_000 },
    async (name, render) => {
      const address = written(name, await render());
      await withBrowser(async (page) => {
        for (const [width, scheme] of [
          [390, 'light'],
          [1280, 'dark'],
          [2560, 'light'],
        ] as const) {
          await sized(page, width, scheme);
          await page.open(address);
          expect(await violations(page), `${width} ${scheme}`).toEqual([]);
          expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${width} fits`).toBe(true);
          // Figures are seen without being scrolled to.
          const hidden =
            "[...document.querySelectorAll('.counts')].filter((box) => box.scrollWidth > box.clientWidth).length";
          expect(await page.evaluate(hidden), `${width}: figures beside the screen`).toBe(0);
        }
        expect(page.complaints).toEqual([]);
      });
    },
  );

  it('20,000 findings: searched, filtered, sorted and read by keyboard', { timeout: 120_000 }, async () => {
    const address = written('large', [...htmlReport.render(large(20_000), {})].join(''));
    await withBrowser(async (page) => {
      await sized(page, 1280);
      await page.open(address);
      const settled =
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))';
      const shown = (): Promise<string> => page.evaluate("document.querySelector('#shown').textContent");
      // What it costs, whatever else the machine does: the nodes of the document that an answer touches, also in the frames after it.
      const touched: Record<string, number> = {};
      await page.evaluate(
        'window.touched = 0; new MutationObserver((all) => { for (const one of all) window.touched += 1 + one.addedNodes.length + one.removedNodes.length; }).observe(document, { attributes: true, childList: true, subtree: true }); 0',
      );
      const input = async (name: string, change: string): Promise<number> => {
        await page.evaluate('window.touched = 0');
        const took: number = await page.evaluate(
          `(() => { const form = document.querySelector('form'); ${change}; const from = performance.now(); form.dispatchEvent(new Event('input', { bubbles: true })); document.body.offsetHeight; return performance.now() - from; })()`,
        );
        await page.evaluate(settled);
        touched[name] = await page.evaluate('window.touched');
        return took;
      };
      expect(await shown()).toBe('20,000 findings shown');
      // A package that is not shown yet is a button away.
      const packages = (): Promise<number> =>
        page.evaluate("document.querySelectorAll('#groups details.p:not([hidden])').length");
      expect(await packages()).toBe(60);
      await page.evaluate("document.querySelector('#more').click()");
      expect(await packages()).toBe(120);
      // Only what is near the screen is in the document, and what is scrolled to gets there.
      const drawn = (): Promise<number> => page.evaluate("document.querySelectorAll('#groups tr[data-s]').length");
      await page.evaluate("document.querySelector('#groups').scrollIntoView()");
      await page.evaluate(settled);
      const before = await drawn();
      expect(before).toBeGreaterThan(0);
      expect(before).toBeLessThan(2_000);
      const last = "[...document.querySelectorAll('details.p[open]')].at(0).querySelector('.chunk:last-child')";
      let reached = 0;
      for (let tries = 0; tries < 50 && reached === 0; tries++) {
        await page.evaluate(`${last}.scrollIntoView()`);
        await page.evaluate(settled);
        reached = await page.evaluate(`${last}.querySelectorAll('tr[data-s]').length`);
      }
      expect(reached).toBeGreaterThan(0);
      // On paper everything that is open is there.
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await drawn()).toBeGreaterThanOrEqual(10_000);
      expect(await packages()).toBeGreaterThan(900);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      expect(await packages()).toBe(60);
      await page.evaluate('scrollTo(0, 0)');
      await page.evaluate(settled);
      const took: Record<string, number> = {};
      took.search = await input('search', "form.q.value = 'cve-2024-10007'");
      expect(await shown()).toBe('1 finding shown');
      took.many = await input('many', "form.q.value = 'problem'");
      expect(await shown()).toBe('20,000 findings shown');
      took.severity = await input(
        'severity',
        "form.q.value = ''; for (const box of form.querySelectorAll('[name=s]')) box.checked = box.value === 'CRITICAL'",
      );
      expect(await shown()).toBe('3,334 findings shown');
      took.list = await input(
        'list',
        "for (const box of form.querySelectorAll('[name=s]')) box.checked = true; form.view.value = 'list'",
      );
      const first = "document.querySelector('#list tbody tr td').textContent";
      expect(await page.evaluate("document.querySelectorAll('#list tbody tr').length")).toBe(50);
      took.sort = await page.evaluate(
        `(() => { const from = performance.now(); document.querySelector('#list button[value=i]').click(); document.body.offsetHeight; return performance.now() - from; })()`,
      );
      expect(await page.evaluate(first)).toBe('CVE-2024-10000');
      expect(
        await page.evaluate(
          "(async () => { const details = document.querySelector('#list td details'); details.open = true; await new Promise((done) => setTimeout(done, 50)); return details.textContent; })()",
        ),
      ).toContain('looked up huge in PyPI');
      // The same by keyboard: the focus stands on the heading that was used.
      await page.evaluate("document.querySelector('#list button[value=i]').focus()");
      await page.press('Enter');
      expect(await page.evaluate(first)).toBe('CVE-2024-29999');
      expect(await page.evaluate("document.querySelector('#list th').getAttribute('aria-sort')")).toBe('descending');
      expect(page.complaints).toEqual([]);
      for (const [name, nodes] of Object.entries(touched)) expect(nodes, name).toBeLessThan(2_000);
      // Told, not judged: a machine that is busy is no fault of the page.
      process.stdout.write(
        `20,000 rows in milliseconds: ${Object.entries(took)
          .map(([name, ms]) => `${name} ${Math.round(ms)}`)
          .join(', ')}\n`,
      );
    });
  });

  it('findings by how near they are: those that can be loaded, or of which nobody knows, and the nearer first in one list', async () => {
    const classes = ['present', 'loaded', 'unknown', 'callable', 'importable'] as const;
    const findings = classes.map((near, at) =>
      finding(`CVE-2024-1000${at}`, { ...wheel(near, '1.0'), exposure: { class: near } }, 'HIGH', { fixed: '2.0' }),
    );
    const files = { loaded: 1, importable: 1, callable: 1 };
    const start = { command: ['python3'], by: 'image', files, notes: [] } as const;
    const packages = findings.map(({ package: pkg }) => pkg);
    const address = written('reach', text(htmlReport.render(report({ findings, packages, start }), {})));
    await withBrowser(async (page) => {
      await sized(page, 1280);
      await page.open(address);
      const input = (change: string): Promise<void> =>
        page.evaluate(
          `(() => { const form = document.querySelector('form'); ${change}; form.dispatchEvent(new Event('input', { bubbles: true })); })()`,
        );
      await input("form.view.value = 'list'");
      const order = (): Promise<string[]> =>
        page.evaluate(
          "[...document.querySelectorAll('#list tbody tr')].map((row) => row.children[1].textContent.split(' ')[0])",
        );
      expect(await order()).toEqual(['loaded', 'importable', 'callable', 'unknown', 'present']);
      await input('form.reached.checked = true');
      expect(await order()).toEqual(['loaded', 'importable', 'unknown']);
      expect(await page.evaluate("document.querySelector('#shown').textContent")).toBe('3 findings shown');
      expect(page.complaints).toEqual([]);
    });
  });

  it('a comparison of 5,000 findings: searched and filtered, a part shown until more is asked for by keyboard', {
    timeout: 60_000,
  }, async () => {
    const large = text(compareFormatNamed('html').render(largeComparison(5_000), {}));
    const address = written('compare-large', large);
    await withBrowser(async (page) => {
      await sized(page, 1280);
      await page.open(address);
      const visible = (): Promise<number> =>
        page.evaluate("document.querySelectorAll('#rows tbody tr:not([hidden])').length");
      const input = (change: string): Promise<number> =>
        page.evaluate(
          `(() => { const form = document.querySelector('form'); ${change}; const from = performance.now(); form.dispatchEvent(new Event('input', { bubbles: true })); document.body.offsetHeight; return performance.now() - from; })()`,
        );
      expect(await visible()).toBe(200);
      const took = [await input("form.q.value = 'cve-2024-14999'")];
      expect(await visible()).toBe(1);
      took.push(await input("form.q.value = ''; form.apart.checked = true"));
      expect(await page.evaluate("document.querySelector('#shown').textContent")).toBe('0 findings fit');
      took.push(await input('form.apart.checked = false'));
      await page.evaluate("document.querySelector('#more').focus()");
      await page.press('Enter');
      expect(await visible()).toBe(400);
      expect(await page.evaluate("document.querySelector('#more').textContent")).toBe('Show 200 more of 5,000');
      expect(page.complaints).toEqual([]);
      process.stdout.write(`5,000 compared rows in milliseconds: ${took.map(Math.round).join(', ')}\n`);
    });
  });

  it('prints every command whole', { timeout: 60_000 }, async () => {
    const command = `apt-get install ${Array.from({ length: 60 }, (_, at) => `package-${at}=1.0-1+deb11u${at}`).join(' ')}`;
    const changes = {
      goal: 'no fixable',
      findings: 1,
      clears: 1,
      stays: [],
      unchecked: [],
      command: 'plimsoll fix x',
      steps: [{ kind: 'os', title: 'x', commands: [command], changes: [], applied: true }],
    };
    const address = written('print', [...htmlReport.render(report({ changes }), {})].join(''));
    await withBrowser(async (page) => {
      await sized(page, 800);
      await page.open(address);
      await page.send('Emulation.setEmulatedMedia', { media: 'print' });
      expect(
        await page.evaluate(
          "[...document.querySelectorAll('pre')].every((pre) => pre.scrollWidth <= pre.clientWidth + 1)",
        ),
      ).toBe(true);
      expect(await page.evaluate("document.querySelector('pre').textContent")).toContain('package-59=1.0-1+deb11u59');
      expect(await page.evaluate("getComputedStyle(document.querySelector('form')).display")).toBe('none');
    });
  });
});
