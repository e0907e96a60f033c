import { describe, expect, it } from 'vitest';
import type { Trial } from '../../remediate/plan.ts';
import type { EarlierFinding } from '../../remediate/verification.ts';
import { pageFor } from '../page.ts';
import { trialLines, trialSection } from './trial.ts';

const finding = (id: string, name: string): EarlierFinding => ({
  id,
  aliases: [],
  type: 'pypi',
  name,
  version: '1',
  severity: 'HIGH',
  fix: { state: 'not-fixed' },
  places: [],
});
const WEBP = finding('CVE-2023-4863', 'Pillow');
// What a newer wheel of Pillow brings along, too.
const FREETYPE = finding('CVE-2025-27363', 'freetype');

function trial(clearedBesides: readonly EarlierFinding[]): Trial {
  const image = { reference: 'shop:1', created: '2026-11-29T00:00:00Z', findings: 2 };
  const prediction = { holds: true, notCleared: [], clearedBesides, unforeseen: [], hopedFor: [] };
  const verification = {
    schemaVersion: 1,
    kind: 'verification',
    before: image,
    after: image,
    cleared: [WEBP, ...clearedBesides],
    remaining: [],
    fresh: [],
    prediction,
    goal: 'no loaded HIGH',
    freshOfGoal: [],
    outcome: 'kept',
    sameImage: false,
    otherDatabase: false,
  } as const;
  return { builder: 'buildah', seconds: 39, kept: true, checks: [], verification };
}
const lines = (told: Trial): string => [...trialLines(told, pageFor({ width: 200 }, false))].join('\n');

describe('what came of a trial, told', () => {
  it('what was cleared as the plan said', () => {
    expect(lines(trial([]))).toContain('the prediction holds: 1 finding cleared');
    expect(lines(trial([]))).not.toContain('more than predicted');
  });

  it('what was cleared besides, by name: the plan counts less', () => {
    expect(lines(trial([FREETYPE]))).toContain(
      '2 findings cleared (1 more than predicted: CVE-2025-27363 of freetype)',
    );
    expect(trialSection(trial([FREETYPE]))).toContain('1 more than predicted: CVE-2025-27363 of freetype');
  });

  it('of many that were cleared besides the first three', () => {
    const many = [1, 2, 3, 4].map((at) => finding(`CVE-2025-${at}`, 'freetype'));
    expect(lines(trial(many))).toContain(
      '(4 more than predicted: CVE-2025-1 of freetype, CVE-2025-2 of freetype, CVE-2025-3 of freetype, ...)',
    );
  });
});
