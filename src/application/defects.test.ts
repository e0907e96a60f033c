/** Where work can go on, a defect of this program costs one package, one check, one part of a plan. */
import { expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { AdvisoryStore } from '../advisories/store/store.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { PlimsollError } from '../errors.ts';
import { parseGates } from '../policy/gate.ts';
import { gapsOf, judgeGates } from '../policy/judge.ts';
import { scanImage } from './scan-image.ts';

const metadata = (name: string, version: string): [string, string] => [
  `usr/lib/python3.9/site-packages/${name}-${version}.dist-info/METADATA`,
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
];
const target = () =>
  image(layer(Object.fromEntries([metadata('good', '1.0'), metadata('broken', '1.0'), metadata('other', '2.0')])));

const store = memoryStore({
  covers: ['PyPI'],
  statements: ['good', 'broken', 'other'].map((name, at) => ({
    id: `CVE-2024-000${at}`,
    source: 'pysec',
    namespace: 'PyPI',
    package: name,
    aliases: [],
    state: 'fixed' as const,
    ranges: [{ fixed: '9' }],
    ratings: [{ source: 'nvd', severity: 'HIGH' as const, method: 'text' as const, original: 'HIGH' }],
  })),
});

/** A store that answers questions about one package with something else than an answer. */
const failing = (error: unknown): AdvisoryStore =>
  new Proxy(store, {
    get: (own, key) =>
      key === 'statements'
        ? (...question: Parameters<AdvisoryStore['statements']>) => {
            if (question[1] === 'broken') throw error;
            return own.statements(...question);
          }
        : Reflect.get(own, key),
  });

it('thrown while a package is judged is one Unknown, the others are judged, and the report is incomplete', async () => {
  const report = await scanImage(target(), { store: failing(new TypeError('x is not a function')) });
  expect(report.findings.map(({ package: { name } }) => name).sort()).toEqual(['good', 'other']);
  expect(report.unknowns).toEqual([
    {
      path: 'usr/lib/python3.9/site-packages/broken-1.0.dist-info/METADATA',
      layer: 0,
      analyzer: 'matching',
      reason: expect.stringMatching(
        /^broken 1\.0 could not be judged: a defect of this program \[E\w{6}\], please report/,
      ),
    },
  ]);
  expect(report.assessment).toMatchObject({ complete: false, assessed: 2 });
  expect(report.assessment?.notAssessed).toEqual([{ reason: 'defect', packages: 1 }]);
  expect(gapsOf(report)).toContain('1 package could not be judged for a defect of this program');
  const gate = judgeGates({ ...report, findings: [] }, parseGates(['CRITICAL']));
  expect(gate).toMatchObject({ passed: false });
});

it.each([new RangeError('Maximum call stack size exceeded'), new Error('plain'), 'no error at all'])(
  'of any kind: %s',
  async (error) => {
    const report = await scanImage(target(), { store: failing(error) });
    expect([report.findings.length, report.unknowns.length]).toEqual([2, 1]);
  },
);

it('is told from what was foreseen: a damaged database ends the scan with its own error', async () => {
  const damaged = new PlimsollError('database-damaged', 'it is damaged');
  await expect(scanImage(target(), { store: failing(damaged) })).rejects.toBe(damaged);
  const system = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
  await expect(scanImage(target(), { store: failing(system) })).rejects.toBe(system);
});

it('thrown while the inventory is put together costs that package, and what it is called', async () => {
  const pypi = ecosystems.find(({ type }) => type === 'pypi')!;
  const { normalize } = pypi;
  const broken = {
    value: (name: string) => (name === 'broken' ? (undefined as never as string[])[0]! : normalize(name)),
  };
  Object.defineProperty(pypi, 'normalize', { ...broken, configurable: true, writable: true });
  try {
    const report = await scanImage(target(), { store });
    expect(report.findings.map(({ package: { name } }) => name).sort()).toEqual(['good', 'other']);
    // Whoever else asks by that name tells of it, too.
    expect(report.unknowns.map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(/^broken 1\.0: a defect of this program \[E\w{6}\]/),
    );
    expect(report.assessment?.complete).toBe(false);
  } finally {
    Object.defineProperty(pypi, 'normalize', { value: normalize, configurable: true, writable: true });
  }
});
