import { describe, expect, it } from 'vitest';
import { finding, planned, report, wheel } from '../../../test/report.ts';
import type { Report } from '../../model.ts';
import { pieces } from '../report-format.ts';
import { markdownReport } from './markdown.ts';

const render = (value: Report): string => [...pieces(markdownReport.render(value, {}))].join('');

describe('the Markdown report', () => {
  it('begins with the verdict and the counts', () => {
    const lines = render(report()).split('\n');
    expect(lines[0]).toBe('## python:3.9.16');
    expect(lines[2]).toMatch(/^\*\*FIX FIRST\*\* 3 findings have a fix, 2 of them HIGH or worse/);
    expect(render(report())).toContain('| OS packages (7) | 0 | 3 | 0 | 0 | 1 | 1 | 5 | 2 |');
  });

  it('lists upgrades with their commands, and folds findings by source package', async () => {
    const text = render(await planned(report()));
    expect(text).toContain('| `openssl` | `1.1.1n-0+deb11u3` | `1.1.1n-0+deb11u4` | 1 HIGH |  |');
    expect(text).toContain(
      'apt-get update && apt-get install -y --no-install-recommends --only-upgrade libssl-dev libssl1.1 linux-libc-dev openssl',
    );
    expect(text).toContain('pip install --no-cache-dir setuptools==65.5.1\n');
    expect(text).toContain('`plimsoll fix python:3.9.16` asks the package indexes');
    expect(text).toContain('<details><summary><b>openssl</b> 1.1.1n-0+deb11u3: 2 HIGH; 1 fixable</summary>');
    expect(text).toContain(
      '| [CVE-2023-0286](https://security-tracker.debian.org/tracker/CVE-2023-0286) | HIGH | nvd | fixed in 1.1.1n-0+deb11u4 | libssl-dev, libssl1.1, openssl | X.400 address',
    );
  });

  it('says how many findings are in code that the container can load, and of each package how near it is', () => {
    const text = render(
      report({
        start: { command: ['serve'], by: 'image', files: { loaded: 1, importable: 0, callable: 0 }, notes: [] },
        findings: [
          finding('CVE-2024-1', { ...wheel('numpy', '1'), exposure: { class: 'loaded' } }, 'HIGH'),
          finding('CVE-2024-2', { ...wheel('torch', '1'), exposure: { class: 'present' } }, 'HIGH'),
        ],
      }),
    );
    expect(text).toContain('Of 2 findings 1 is in code that this container can load: 1 loaded at start, 0 importable.');
    expect(text).toContain('<b>numpy</b> 1 (Python): 1 HIGH; loaded</summary>');
    expect(text).toContain('<b>torch</b> 1 (Python): 1 HIGH; on disk only</summary>');
    expect(render(report())).not.toContain('can load');
  });

  it('says beside the count of upgrades, and nowhere else, that nobody was asked whether they are offered', async () => {
    const text = render(await planned(report()));
    const said = /if its package sources and the package indexes offer them \\?\(not asked\\?\)/;
    const [above = '', below = ''] = text.split('### What to change');
    expect([above, below]).toEqual([expect.not.stringMatching(said), expect.stringMatching(said)]);
  });

  it('has as many cells in every row of a table as in its header, whatever the names', () => {
    const evil = wheel('a|b`c</details>\n| x |', '1|0');
    const text = render(
      report({
        packages: [evil],
        findings: [finding('CVE-2023-1', evil, 'HIGH', { fixed: '2|0', title: '| a | <img src=x>' })],
      }),
    );
    let width: number | undefined;
    for (const line of text.split('\n')) {
      const cells = line.startsWith('|') ? line.split('|').length : undefined;
      if (cells !== undefined && width !== undefined) expect(cells).toBe(width);
      width = cells;
    }
    expect(text).not.toContain('<img');
    const outsideCode = text.replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
    expect(outsideCode.match(/<\/details>/g)).toHaveLength(1);
  });

  it('says what was not judged', () => {
    const { namespace: _, ...unassessed } = wheel('torch', '2.0.0');
    const text = render(
      report({
        packages: [unassessed],
        findings: [],
        unknowns: [{ path: 'a', analyzer: 'dpkg', reason: 'b' }],
        notices: [{ level: 'warning', code: 'x', message: 'careful' }],
      }),
    );
    expect(text).toContain('**INCOMPLETE**');
    expect(text).toContain('| Python (1), not assessed | ? | ? |');
    expect(text).toContain('> **Warning** careful');
    expect(text).toContain('### Could not be read');
  });
});
