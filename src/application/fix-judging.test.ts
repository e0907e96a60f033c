import { expect, it } from 'vitest';
import { deb, finding, report } from '../../test/report.ts';
import { applyExceptions, type Exception } from '../policy/exceptions/index.ts';
import { asOfImage } from './fix-judging.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const rule: Exception = {
  ids: ['CVE-2023-0464'],
  images: ['team/app:*'],
  by: { source: 'policy', where: 'plimsoll.yaml:3', status: 'accepted' },
};

it('a rule on an image by its name speaks of what a plan puts in its place, which is called otherwise', () => {
  const pkg = deb('openssl', '1.1.1n-0+deb11u4');
  const image = report({ packages: [pkg], findings: [finding('CVE-2023-0464', pkg, 'HIGH')] });
  const [ours, built] = ['team/app:1', 'plimsoll-trial:1'].map((reference) => ({
    ...image,
    subject: { ...image.subject, reference, name: reference },
  }));
  const except = (given: typeof image) => applyExceptions(given, [rule], NOW);
  expect(except(ours!).findings).toEqual([]);
  expect(except(built!).findings).toHaveLength(1);
  const judged = asOfImage(except, ours!.subject)(built!);
  expect(judged.findings).toEqual([]);
  expect(judged.subject.reference).toBe('plimsoll-trial:1');
});
