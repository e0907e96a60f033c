import { describe, expect, it } from 'vitest';
import type { ChangeStep, ChangeSummary } from '../../model.ts';
import { distinctSteps, listedChanges } from './changes.ts';

const NONE = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, NEGLIGIBLE: 0, UNKNOWN: 0 };
const step = (command: string): ChangeStep => ({
  kind: 'python',
  title: 'upgrade',
  applied: true,
  commands: [command],
  changes: [{ name: 'requests', from: '2.20.0', to: '2.33.0', brings: [], clears: { ...NONE, HIGH: 1 } }],
});

describe('the steps of a plan', () => {
  it('that are one command with the same changes are told once, as where two lists of a project pin the same', () => {
    const pip = 'pip install --no-cache-dir requests==2.33.0';
    const steps = [step(pip), step(pip), step(`/opt/venv/bin/${pip}`)];
    expect(distinctSteps(steps).map(({ commands }) => commands)).toEqual([[pip], [`/opt/venv/bin/${pip}`]]);
    expect(listedChanges({ steps } as unknown as ChangeSummary)).toHaveLength(2);
  });
});
