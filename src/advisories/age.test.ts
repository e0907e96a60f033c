import { describe, expect, it } from 'vitest';
import type { NeededFeed } from '../model.ts';
import { ageText, checkAge, parseAge } from './age.ts';

const info = { path: 'x', built: '2023-05-01T00:00:00Z' };
const now = Date.parse('2023-05-12T00:00:00Z');
const kev: NeededFeed = { name: 'kev', dataDate: '2023-05-01T00:00:00Z', checked: '2023-05-11T23:00:00Z' };

describe('the age that is allowed', () => {
  it('is that of the oldest data, not of when it was asked for', () => {
    expect(() => checkAge([kev], info, parseAge('7d'), now)).toThrow(
      /data of kev is of 2023-05-01T00:00:00Z, 11 days old; 7 days are allowed/,
    );
    expect(() => checkAge([kev], info, parseAge('2w'), now)).not.toThrow();
  });

  it('of data that was asked for today, asking again is no advice', () => {
    const hint = (feed: NeededFeed): unknown => {
      try {
        checkAge([feed], info, parseAge('7d'), now);
      } catch (error) {
        return (error as { hint?: string }).hint;
      }
      return 'passed';
    };
    expect(hint(kev)).toMatch(/asked for on 2023-05-11: the mirror itself has nothing newer/);
    expect(hint({ ...kev, fromPublisher: true })).toMatch(/publisher was asked on 2023-05-11/);
    expect(hint({ ...kev, checked: '2023-05-02T00:00:00Z' })).toBe('run: plimsoll db update');
  });

  it('without any feed that the image needs it is that of the database', () => {
    expect(() => checkAge([], info, parseAge('7d'), now)).toThrow(/the advisory database is of 2023-05-01/);
    expect(() => checkAge([], info, parseAge('2w'), now)).not.toThrow();
  });

  it.each([
    ['36h', '36 hours'],
    ['7', '7 days'],
    ['2w', '14 days'],
    ['1h', '1 hour'],
  ])('%s is %s', (text, told) => expect(ageText(parseAge(text))).toBe(told));

  it('anything else is refused', () => expect(() => parseAge('soon')).toThrow(/is no age/));
});
