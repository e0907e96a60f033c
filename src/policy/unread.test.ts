/** What nobody could read may hold what a gate looks for: each kind of reader against each kind of gate. */
import { describe, expect, it } from 'vitest';
import { report } from '../../test/report.ts';
import * as configuration from '../analyzers/configuration/index.ts';
import * as models from '../analyzers/models/index.ts';
import * as secrets from '../analyzers/secrets/index.ts';
import type { Unknown } from '../model.ts';
import { parseGates } from './gate.ts';
import { judgeGates } from './judge.ts';

const GATES = ['model', 'secret', 'notebook', 'configuration', 'risk', 'model:HIGH', 'HIGH', 'fixable', 'finding:HIGH'];
const shut = (unknown: Unknown, allowUnjudged = false): readonly string[] =>
  judgeGates({ ...report({ findings: [] }), unknowns: [unknown] }, parseGates(GATES), { allowUnjudged }).rules.flatMap(
    ({ gate, passed }) => (passed ? [] : [gate]),
  );
const names = (room: object): readonly string[] =>
  Object.values(room).flatMap((value) =>
    typeof value === 'object' && value !== null && ('read' in value || 'stream' in value)
      ? [String((value as { name: unknown }).name)]
      : [],
  );
const file = (analyzer: string): Unknown => ({ path: 'opt/x', layer: 0, analyzer, reason: 'it is cut off' });

describe('a gate on a kind of risk', () => {
  it.each(names(models))('%s: is shut where a model file could not be read', (analyzer) => {
    expect(shut(file(analyzer))).toEqual(['model', 'risk', 'model:HIGH']);
  });
  it.each(names(secrets))('%s: is shut where a file that may hold a secret could not be read', (analyzer) => {
    expect(shut(file(analyzer))).toEqual(['secret', 'risk']);
  });
  it.each(names(configuration))('%s: is shut where settings could not be read', (analyzer) => {
    expect(shut(file(analyzer))).toEqual([analyzer === 'notebook' ? 'notebook' : 'configuration', 'risk']);
  });

  it('says which file it was, and lets it pass where that is allowed', () => {
    const { rules } = judgeGates({ ...report({ findings: [] }), unknowns: [file('pickle')] }, parseGates(['model']));
    expect(rules[0]?.unjudged).toEqual(['1 file of this kind could not be read, such as /opt/x: it is cut off']);
    expect(shut(file('pickle'), true)).toEqual([]);
  });

  it('and not by what readers of packages could not read, nor by a digest that only engines mind', () => {
    expect(shut(file('dpkg'))).toEqual([]);
    expect(shut({ path: '', analyzer: 'layers', reason: 'the layer has another diffID' })).toEqual([]);
  });
});

it('a layer that nobody could read shuts every gate: anything may be in it', () => {
  expect(shut({ path: '', layer: 1, analyzer: 'absent-layer', reason: 'this layer could not be had' })).toEqual(GATES);
  // A single file that no reader came to see may be of any kind of risk.
  expect(shut(file('layers'))).toEqual(['model', 'secret', 'notebook', 'configuration', 'risk', 'model:HIGH']);
});
