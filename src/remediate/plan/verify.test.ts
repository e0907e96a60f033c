import { expect, it } from 'vitest';
import { FINDINGS, report } from '../../../test/report.ts';
import { placesOf } from '../proof.ts';
import type { Earlier } from './earlier.ts';
import { hasFailed, verify } from './verify.ts';

/** Grype's report of an image, in which it found nothing. */
const nothing = (digest: string): Earlier => ({
  ...{ reference: 'python:3.9.16', created: '', scanner: 'Grype', digest, findings: [] },
});

it('what another scanner did not tell of the same image came with no change, and of another image it may have', () => {
  const today = report();
  const same = verify(nothing(today.subject.digest ?? ''), today);
  expect([same.outcome, same.sameImage, hasFailed(same)]).toEqual(['nothing', true, false]);
  expect(same.fresh.length).toBeGreaterThan(0);
  expect(same.fresh.length).toBeLessThanOrEqual(FINDINGS.length);
  const rebuilt = verify(nothing(`sha256:${'0'.repeat(64)}`), today);
  expect(hasFailed(rebuilt)).toBe(true);
});

it('is of one image where the configuration is the same, whatever the manifest', () => {
  const today = report();
  const id = `sha256:${'a'.repeat(64)}`;
  const now = { ...today, subject: { ...today.subject, imageId: id } };
  const other = `sha256:${'0'.repeat(64)}`;
  expect(verify({ ...nothing(other), imageId: id }, now).sameImage).toBe(true);
  expect(verify({ ...nothing(today.subject.digest ?? ''), imageId: other }, now).sameImage).toBe(false);
  const told = {
    id: 'CVE-2020-0001',
    type: 'deb',
    name: 'openssl',
    version: '1',
    severity: 'HIGH',
    fix: { state: 'not-fixed' },
    aliases: [],
    places: [],
  } as const;
  expect(verify({ ...nothing(other), imageId: id, findings: [told] }, now)).toMatchObject({
    cleared: [told],
    outcome: 'nothing',
  });
  // Docker's `image inspect` and Trivy call the configuration's digest the image's.
  expect(verify(nothing(id), now).sameImage).toBe(true);
});

it('takes a Python package for the same where a newer release spells its name otherwise, as Pillow 10.2 became pillow', () => {
  const today = report();
  const finding = today.findings.find(({ package: pkg }) => pkg.type === 'pypi')!;
  const packageToday = { ...finding.package, name: 'jupyter-server' };
  const now = { ...today, packages: [packageToday], findings: [{ ...finding, package: packageToday }] };
  const { id, aliases, severity, fix } = finding;
  const { type, version } = finding.package;
  const places = placesOf(finding.package);
  const told = { id, type, name: 'Jupyter_Server', version, severity, fix, aliases, places };
  const gone = { ...told, id: 'CVE-1999-0001', aliases: [] };
  const planned: Earlier = { reference: 'a', created: '', findings: [told, gone], predicted: [told] };
  const { prediction, fresh, cleared, outcome } = verify(planned, now);
  expect({ prediction, fresh, outcome, cleared }).toMatchObject({
    prediction: { holds: true, unforeseen: [], notCleared: [] },
    fresh: [],
    outcome: 'kept',
    cleared: [{ id: 'CVE-1999-0001' }],
  });
  expect(verify({ ...planned, predicted: [] }, now).prediction).toMatchObject({ notCleared: [{ id }] });
});

it('what an exception takes out of the new image came with no change and was cleared by none: it is in neither count', () => {
  const whole = report();
  const [first, ...rest] = whole.findings;
  const others = rest.filter(({ package: { name } }) => name !== first!.package.name);
  const suppressed = [
    { finding: first!, by: { source: 'policy', where: 'plimsoll.yaml:1', status: 'accepted' } },
  ] as const;
  const today = { ...whole, findings: others, suppressed };
  const told = (list: typeof rest): Earlier['findings'] =>
    list.map(({ id, aliases, severity, fix, package: pkg }) => ({
      ...{ id, aliases, severity, fix, type: pkg.type, name: pkg.source?.name ?? pkg.name },
      ...{ version: pkg.source?.version ?? pkg.version, places: placesOf(pkg) },
    }));
  const before = (findings: Earlier['findings']): Earlier => ({ reference: 'a', created: '', findings });
  const had = verify(before(told([first!, ...others])), today, 'no HIGH');
  expect(had).toMatchObject({ cleared: [], fresh: [], excepted: 1, outcome: 'nothing' });
  expect(verify(before(told(others)), today, 'no HIGH')).toMatchObject({ fresh: [], freshOfGoal: [], excepted: 1 });
  // A plan that was made without the exception predicted that it stays.
  const planned = { ...before(told([first!, ...others])), predicted: told([first!, ...others]) };
  expect(verify(planned, today, 'no HIGH').prediction).toMatchObject({ holds: true, clearedBesides: [] });
});
