import { expect, it } from 'vitest';
import type { Change, Plan, PlannedFinding, PlanStep } from '../plan.ts';
import { summaryOf } from './summary.ts';

/** One step that changes so many packages, of so many names, with a finding each; `asked` counts how often the name of a finding is read. */
function planOf(count: number, names = count): { plan: Plan; asked(): number } {
  let asked = 0;
  const finding = (at: number, id: string): PlannedFinding => ({
    id,
    type: 'pypi',
    get name() {
      asked += 1;
      return `Some_Package.${at % names}`;
    },
    version: '1.0',
    severity: at % 2 === 0 ? 'HIGH' : 'LOW',
    fix: { state: 'fixed', version: '2.0' },
    state: 'fixed',
    purl: `pkg:pypi/some-package-${at}@1.0`,
    goal: true,
  });
  const change = (at: number): Change => ({
    type: 'pypi',
    name: `some-package-${at % names}`,
    from: '1.0',
    to: '2.0',
    jump: 'major',
    verified: 'index',
  });
  const all = Array.from({ length: count }, (_, at) => at);
  const step: PlanStep = {
    id: 'python',
    kind: 'python',
    title: 'upgrade',
    commands: [],
    changes: all.map(change),
    clears: all.map((at) => finding(at, `CVE-2024-${at}`)),
    leaves: [],
    brings: [finding(1, 'CVE-2025-1')],
    risk: { level: 'low', why: [] },
    applied: true,
    edits: [],
  };
  const plan = { subject: { reference: 'image' }, goal: 'no fixable', steps: [step], cleared: [], remaining: [] };
  return { plan: plan as unknown as Plan, asked: () => asked };
}

it('says of each package what its change clears and brings, however its name is written', () => {
  const [step] = summaryOf(planOf(4).plan, '').steps;
  expect(step?.changes.map(({ name, clears, brings }) => [name, clears.HIGH, clears.LOW, brings])).toEqual([
    ['some-package-0', 1, 0, []],
    ['some-package-1', 0, 1, [{ id: 'CVE-2025-1', severity: 'LOW' }]],
    ['some-package-2', 1, 0, []],
    ['some-package-3', 0, 1, []],
  ]);
});

it('does ten times as much for ten times the packages, and no more', () => {
  const [small, large] = [planOf(50), planOf(500)];
  for (const { plan } of [small, large]) summaryOf(plan, '');
  expect(large.asked() / small.asked()).toBeLessThan(11);
  // Copies of one package, as npm puts them into each tree.
  const [few, many] = [planOf(50, 1), planOf(500, 1)];
  for (const { plan } of [few, many]) summaryOf(plan, '');
  expect(many.asked() / few.asked()).toBeLessThan(11);
});
