import { describe, expect, it } from 'vitest';
import { parseRequirement } from '../formats/text/python-requirement.ts';
import type { Severity } from '../model.ts';
import type { Problem } from './constraints.ts';
import { withoutIdle } from './idle-changes.ts';
import { needOf } from './installed/python-needs.ts';
import { WEIGHTLESS, weigh } from './trade.ts';

const need = (text: string) => needOf(parseRequirement(text)!)!;
const HIGH = weigh([{ id: 'CVE-1', severity: 'HIGH' }]);
const brought = (severity: Severity) => weigh([{ id: 'CVE-2', severity }]);

/** flask 1.0 has a finding, and its newer version needs werkzeug, which nobody has; idna is by itself. */
const problem = (werkzeug: Severity): Problem => ({
  members: new Map([
    ['flask', { version: '1.0', needs: [] }],
    ['idna', { version: '3.0', needs: [] }],
  ]),
  goals: new Map([
    ['flask', HIGH],
    ['idna', HIGH],
  ]),
  majors: 'needed',
  isMajor: () => false,
  candidates: () => [],
  needs: (name) => (name === 'flask' ? [need('werkzeug>=2')] : []),
  residue: (name) => (name === 'werkzeug' ? brought(werkzeug) : WEIGHTLESS),
});
const changes = new Map([
  ['flask', '1.1'],
  ['werkzeug', '2.0'],
  ['idna', '3.7'],
]);

describe('changes that gain nothing', () => {
  it('are left out with all that hangs on them, and the others stay', () => {
    expect([...withoutIdle(problem('HIGH'), changes)]).toEqual([['idna', '3.7']]);
    expect([...withoutIdle(problem('CRITICAL'), changes)]).toEqual([['idna', '3.7']]);
  });

  it('are none where what goes weighs more than what comes', () => {
    expect(withoutIdle(problem('MEDIUM'), changes)).toEqual(changes);
  });
});
