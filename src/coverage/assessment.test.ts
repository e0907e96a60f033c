import { describe, expect, it } from 'vitest';
import type { Assessment } from '../model.ts';
import { assessmentInWords, assessmentOf, coverageStatement } from './assessment.ts';

const PLAIN: Assessment = {
  packages: 431,
  assessed: 431,
  notAssessed: [],
  recovered: [],
  system: { by: 'release-file', certainty: 'confirmed' },
  packageDatabase: { state: 'consistent', packages: 280 },
  files: 10_000,
  unreadable: 0,
  complete: true,
};

describe('what an image could be judged by', () => {
  const inventory = { packages: [], risks: [], files: 3, unknowns: [] };
  const matched = { findings: [], passed: new Map(), undetermined: 0, undecidable: 0, problems: [] };
  const feed = (name: string, dataDate: string) => ({ name, dataDate });

  it('counts models among the files that were not read, and programs that are packed', () => {
    const unread = (path: string, analyzer: string) => ({ path, analyzer, reason: 'cut off', layer: 0 });
    const packed = { check: 'program-packed', level: 'info' as const, message: '', paths: ['a'], programs: 3 };
    const unknowns = [unread('m.pkl', 'pickle'), unread('m.pt', 'model-zip'), unread('x.jar', 'java-archive')];
    const counted = assessmentOf({ ...inventory, unknowns, signs: [packed] }, matched as never, {
      needed: [],
      day: new Date(),
    });
    expect(counted).toMatchObject({ unreadable: 3, unreadableModels: 2, packed: 3 });
  });

  it('names feeds whose data are older than a week, as of the day it speaks of', () => {
    const needed = [feed('debian/tracker', '2026-01-01'), feed('kev', '2026-01-09')];
    const oldAt = (day: string) => assessmentOf(inventory, matched as never, { needed, day: new Date(day) }).oldFeeds;
    expect(oldAt('2026-01-07')).toBeUndefined();
    expect(oldAt('2026-01-09')).toEqual(['debian/tracker']);
    expect(oldAt('2026-01-20')).toEqual(['debian/tracker', 'kev']);
  });

  it('takes what its publisher was asked for these days as new, however long it has been silent', () => {
    const asked = { ...feed('kev', '2025-01-01'), checked: '2026-01-08', fromPublisher: true as const };
    const oldAt = (day: string) =>
      assessmentOf(inventory, matched as never, { needed: [asked], day: new Date(day) }).oldFeeds;
    expect(oldAt('2026-01-09')).toBeUndefined();
    expect(oldAt('2026-02-09')).toEqual(['kev']);
  });
});

describe('the statement', () => {
  it('is one line under the table', () => {
    expect(assessmentInWords(PLAIN)).toBe('assessed 431 of 431 packages');
    const code = [
      { kind: 'libraries' as const, all: 9, known: 0 },
      { kind: 'python' as const, all: 7, known: 5 },
    ];
    expect(assessmentInWords({ ...PLAIN, assessed: 412, notAssessed: [{ reason: 'cache', packages: 19 }], code })).toBe(
      'assessed 412 of 431 packages; 19 not: 19 in package caches; nothing is known of 2 of 7 Python modules',
    );
  });

  it('begins elsewhere with whether it is complete, since some formats cut it off', () => {
    expect(coverageStatement({ assessment: PLAIN })).toBe(
      'the assessment is complete: assessed 431 of 431 packages; its release file names the operating system, and its packages were built for that; the package database lists 280 packages, and nothing speaks against it',
    );
    expect(coverageStatement({ assessment: { ...PLAIN, complete: false } })).toMatch(/^the assessment is incomplete: /);
    expect(coverageStatement({})).toBeUndefined();
  });

  it('says what the system is known by, where its release file does not say so', () => {
    const because = 'base-files 11.1+deb11u11 and 46 packages built for Debian 11';
    const told = (certainty: 'contradicted' | 'inferred' | 'confirmed') =>
      coverageStatement({ assessment: { ...PLAIN, system: { by: 'packages', certainty, because } } });
    expect(told('contradicted')).toContain(`contradict each other on the operating system (${because});`);
    expect(told('inferred')).toContain(`since no release file names it (${because});`);
    expect(told('confirmed')).not.toContain(because);
  });

  it('can do with a report of an earlier version', () => {
    const { packageDatabase: _, ...earlier } = PLAIN;
    expect(coverageStatement({ assessment: { ...earlier, system: { by: 'nothing' } } })).toBe(
      'the assessment is complete: assessed 431 of 431 packages; nothing names an operating system',
    );
  });
});
