import { expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import type { EarlierFinding } from '../verification.ts';
import { pair, stillThere } from './verify-foreign.ts';

/** CVE-2023-32681 of requests, as a scanner tells it in a place. */
const requests = (place: string, more: Partial<EarlierFinding> = {}): EarlierFinding => ({
  ...{ id: 'CVE-2023-32681', aliases: ['GHSA-j8r2-6x86-q33q'], type: 'pypi', name: 'requests', version: '2.26.0' },
  ...{ severity: 'MEDIUM', fix: { state: 'fixed', version: '2.31.0' }, places: [place] },
  ...more,
});
const told = (): boolean => false;

it('lays by the place where both name one: of two environments the one that was upgraded is cleared', () => {
  const [a, b] = [requests('opt/a'), requests('opt/b')];
  expect(pair([a, b], [b], told)).toEqual({ cleared: [a], remaining: [b], fresh: [], untold: [] });
});

it('takes it for the same where it lies elsewhere and the report had none there, and where one of the two says no place', () => {
  const moved = requests('opt/venv/lib/python3.11/site-packages', { version: '2.27.0' });
  expect(pair([requests('opt/a')], [moved], told)).toMatchObject({ cleared: [], remaining: [moved], fresh: [] });
  const nowhere = requests('', { id: 'GHSA-j8r2-6x86-q33q', aliases: [], name: 'Requests' });
  expect(pair([nowhere], [moved], told)).toMatchObject({ cleared: [], remaining: [moved], fresh: [] });
});

it('does not take for the same what its rules leave out, but where the report had just that', () => {
  const copy = requests('opt/a/pip/_vendor');
  expect(pair([requests('opt/a')], [copy], () => true)).toMatchObject({ cleared: [{}], remaining: [], untold: [copy] });
  expect(pair([copy], [copy], () => true)).toMatchObject({ cleared: [], remaining: [copy], untold: [] });
});

it('knows a source package by its binaries', () => {
  const binary = requests('', { id: 'CVE-2024-0727', aliases: [], type: 'deb', name: 'libssl1.1', version: '1.1.1w' });
  const source = requests('', { ...binary, name: 'openssl', binaries: ['libssl1.1', 'openssl'] });
  expect(pair([binary], [source], told)).toMatchObject({ cleared: [], remaining: [source] });
  expect(stillThere([source], [binary])).toEqual([source]);
  expect(stillThere([requests('opt/a')], [requests('opt/b')])).toEqual([]);
});

it('lays thousands of rows of one name beside as many in proportion to their number', () => {
  const rows = (count: number, folder: string) =>
    Array.from({ length: count }, (_, at) => requests(`${folder}/${at}`, { aliases: [] }));
  const laid = (size: number) => {
    pair(rows(size, 'opt/a'), rows(size, 'opt/b'), told);
    pair(rows(size, 'opt/a'), rows(size, 'opt/b'), () => true);
    stillThere(rows(size, 'opt/a'), rows(size, 'opt/b'));
  };
  expect(growth(laid, 16_000)).toBeLessThan(IN_PROPORTION);
});
