import { describe, expect, it } from 'vitest';
import { jsonProgress } from './progress-json.ts';

describe('progress for programs', () => {
  it('is one JSON object on each line, whatever a label holds', () => {
    let time = Date.parse('2026-01-02T03:04:05Z');
    const lines: string[] = [];
    const progress = jsonProgress({ write: (text) => void lines.push(text) }, () => time);
    const task = progress.task('layer\n1 \u001b[2J', { total: 10, unit: 'bytes' });
    for (let at = 0; at < 5; at++) {
      time += 600;
      task.add(1);
    }
    task.done('5 bytes');
    progress.say('"taken" from the registry');
    for (const line of lines) expect(line).toMatch(/^\{[^\n\u001b]*\}\n$/);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        time: '2026-01-02T03:04:05.000Z',
        event: 'begin',
        id: 1,
        task: 'layer\n1 \u001b[2J',
        amount: 0,
        total: 10,
        unit: 'bytes',
      },
      expect.objectContaining({ event: 'progress', id: 1, amount: 2 }),
      expect.objectContaining({ event: 'progress', id: 1, amount: 4 }),
      expect.objectContaining({ event: 'end', id: 1, amount: 5, note: '5 bytes' }),
      expect.objectContaining({ event: 'message', message: '"taken" from the registry' }),
    ]);
  });
});
