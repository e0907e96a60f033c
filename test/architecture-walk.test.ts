import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { addTo } from '../src/collections.ts';
import { noCache } from '../src/layers/cache.ts';
import { image, layer } from './image.ts';
import { fixedStatement } from './statements.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
const walk = page.slice(page.indexOf('## The walk of one package'), page.indexOf('## Words'));

/** The functions of the walk, each with its file, in the order of the page. */
const stations: readonly (readonly [file: string, name: string])[] = walk.split(/^\d+\. /m).flatMap((step, number) => {
  if (number === 0) return [];
  let file = '';
  return [...step.matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']): [string, string][] => {
    if (span.endsWith('.ts')) file = span;
    return /^\w+$/.test(span) ? [[file, span]] : [];
  });
});

/** What was called. */
const called: string[] = [];
const noted =
  (file: string, name: string) =>
  <F extends (...args: never[]) => unknown>(work: F): F =>
    ((...args: never[]) => {
      called.push(`${file} ${name}`);
      return work(...args);
    }) as F;

/** Analyzers and formats of reports are values: what they do is a member of theirs. */
function watched(file: string, name: string, value: unknown): unknown {
  const note = noted(file, name);
  if (typeof value === 'function') return note(value as never);
  const member = ['read', 'render'].find((key) => key in (value as object));
  expect(member, `${name} of ${file}`).toBeDefined();
  return { ...(value as object), [member!]: note((value as Record<string, never>)[member!]!) };
}

const PILLOW = 'Metadata-Version: 2.1\nName: Pillow\nVersion: 9.0.0\nRequires-Python: >=3.7\n';
const SITE = 'usr/local/lib/python3.9/site-packages';

describe('the walk of docs/architecture.md', () => {
  it('is that of Pillow in a wheel: every function is called, in this order', async () => {
    const byFile = new Map<string, string[]>();
    for (const [file, name] of stations) addTo(byFile, file, name);
    for (const [file, names] of byFile)
      vi.doMock(join(root, 'src', file), async (importOriginal) => {
        const module: Record<string, unknown> = { ...(await importOriginal<object>()) };
        for (const name of names) module[name] = watched(file, name, module[name]);
        return module;
      });
    const { scanImage } = await import('../src/application/scan-image.ts');
    const { memoryStore } = await import('../src/advisories/store/memory.ts');
    const { judgeGates } = await import('../src/policy/judge.ts');
    const { parseGates } = await import('../src/policy/gate.ts');
    const { reportFormatNamed } = await import('../src/report/index.ts');
    const statements = [
      fixedStatement('ghsa', 'PyPI', 'pillow', 'GHSA-8vj2-vxx3-667w', '9.0.1', { aliases: ['CVE-2022-22817'] }),
      fixedStatement('pysec', 'PyPI', 'pillow', 'PYSEC-2022-10', '9.0.1', { aliases: ['CVE-2022-22817'] }),
    ];
    const wheel = image(
      layer({
        [`${SITE}/Pillow-9.0.0.dist-info/METADATA`]: PILLOW,
        [`${SITE}/Pillow-9.0.0.dist-info/RECORD`]: `PIL/__init__.py,,\n`,
        [`${SITE}/PIL/__init__.py`]: '__version__ = "9.0.0"\n',
      }),
    );
    // Loaded when it is needed; what it makes of nothing as it is loaded is no part of the walk.
    await import('../src/inventory/take.ts');
    called.length = 0;
    const report = await scanImage(wheel, { store: memoryStore({ statements }), cache: noCache });
    judgeGates(report, parseGates(['fixable:LOW']));
    const text = [];
    for await (const piece of reportFormatNamed('table').render(report, {})) text.push(piece);

    expect(text.join('')).toMatch(/CVE-2022-22817/);
    const order = [...new Set(called)];
    // An image of the test's own memory is open already.
    const expected = stations.map((station) => station.join(' ')).filter((station) => !station.endsWith(' openImage'));
    expect(order).toEqual(expected);
  });
});
