import { describe, expect, it } from 'vitest';
import { modelRisk } from './model-risk.ts';

describe('what is told of a model', () => {
  it('is printable and of a bounded length, whatever the model calls its things', () => {
    const hostile = `\u001b[31m\u202e${'x'.repeat(10_000)}`;
    const { title, detail, at } = modelRisk('model-test', 'HIGH', hostile, hostile, hostile);
    expect([title, detail, at].join('')).not.toMatch(/[\u001b\u202e]/);
    for (const [text, most] of [[title, 300] as const, [detail ?? '', 1_500] as const, [at ?? '', 300] as const]) {
      expect(text.length).toBeGreaterThan(most / 2);
      expect(text.length).toBeLessThanOrEqual(most + 20);
    }
  });

  it('is whole where it is short, and has a place only where one is known', () => {
    const risk = modelRisk('model-test', 'LOW', 'Loads code', 'os.system is called');
    expect(risk).toMatchObject({ title: 'Loads code', detail: 'os.system is called', category: 'model' });
    expect('at' in risk).toBe(false);
  });
});
