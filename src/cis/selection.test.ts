import { describe, expect, it } from 'vitest';
import { checks, sections } from './checks/checks.ts';
import { selectChecks } from './selection.ts';

const ids = (include: string[], exclude: string[] = []) => selectChecks(include, exclude).map((check) => check.id);

describe('the checks of the benchmark', () => {
  it('are 125 and 7, counted as Docker Bench Security counts them, and ours', () => {
    const counts = Object.fromEntries(sections.map((section) => [section.id, section.checks.length]));
    expect(counts).toEqual({ '1': 20, '2': 18, '3': 24, '4': 12, '5': 32, '6': 2, '7': 9, '8': 8, C: 7, P: 10 });
    expect(sections.filter((section) => /\d/.test(section.id)).flatMap((section) => section.checks)).toHaveLength(125);
  });
  it('have ids of their own, in order, in their section', () => {
    expect(new Set(checks.map((check) => check.id)).size).toBe(checks.length);
    for (const section of sections)
      for (const check of section.checks) expect(check.id.startsWith(`${section.id}.`)).toBe(true);
    const numbers = sections[4]!.checks.map((check) => Number(check.id.slice(2)));
    expect(numbers).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
  });
  it('all say what they look at, what to do and what that costs', () => {
    for (const check of checks) {
      for (const text of [check.title, check.looksAt, check.remediation, check.impact, check.peer])
        expect(text.length, check.id).toBeGreaterThan(4);
      expect(check.remediation, check.id).toMatch(/\.$|\.\)$/);
    }
  });
});

describe('choosing', () => {
  it.each<[string[], string[], string[]]>([
    [['2.1'], [], ['2.1']],
    [['check_2_1'], [], ['2.1']],
    [['1.2'], [], ['1.2.1', '1.2.2']],
    [['6', '2.18'], [], ['2.18', '6.1', '6.2']],
    [['docker_security_operations'], [], ['6.1', '6.2']],
    [['community'], ['C.5.3'], ['C.1', 'C.1.1', 'C.2']],
    [['c_5_3_1'], [], ['C.5.3.1']],
    [['host_general_configuration'], [], ['1.2.1', '1.2.2']],
    [['container_images_level1'], ['4.1', '4.2', '4.3'], ['4.4', '4.6', '4.7', '4.9', '4.10', '4.12']],
    [['p'], ['p.1', 'P.2', 'p.3', 'p.4', 'p.5', 'p.6', 'p.7', 'p.8'], ['P.9', 'P.10']],
  ])('%j without %j', (include, exclude, expected) => expect(ids(include, exclude)).toEqual(expected));

  it('5.1 is not 5.10', () => expect(ids(['5.1'])).toEqual(['5.1']));
  it('nothing said is everything, cis is sections 1 to 7, level1 is level 1', () => {
    expect(ids([])).toHaveLength(checks.length);
    expect(ids(['cis'])).toHaveLength(117);
    expect(selectChecks(['level1']).every((check) => check.level === 1)).toBe(true);
    expect(ids(['cis_level1']).length).toBeLessThan(117);
  });
  it('a name that nothing has is an error that helps', () => {
    expect(() => ids(['5.99'])).toThrow('no check or group is called 5.99');
    expect(() => ids([], ['container'])).toThrow(/no check or group/);
  });
});
