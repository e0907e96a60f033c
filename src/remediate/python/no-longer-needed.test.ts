import { expect, it } from 'vitest';
import type { Need, Problem } from '../constraints.ts';
import { WEIGHTLESS } from '../trade.ts';
import { noLongerNeeded } from './no-longer-needed.ts';

const needs = (...names: string[]): Need[] => names.map((name) => ({ name, text: name, accepts: () => true }));
/** mlflow 2.3 needed databricks-cli, which brought tabulate and oauthlib; 2.13 does not. */
const problem = (later: readonly Need[] | 'unknown'): Problem => ({
  members: new Map(
    Object.entries({
      mlflow: needs('databricks-cli', 'requests', 'setuptools'),
      'databricks-cli': needs('tabulate', 'oauthlib', 'requests'),
      tabulate: [],
      oauthlib: [],
      jupyterhub: needs('oauthlib'),
      requests: [],
      setuptools: [],
      numpy: [],
    }).map(([name, needs]) => [name, { version: '1.0', needs }]),
  ),
  goals: new Map(),
  majors: 'needed',
  residue: () => WEIGHTLESS,
  candidates: () => [],
  isMajor: () => false,
  needs: () => later,
});
const changes = new Map([['mlflow', '2.13.0']]);

it('is what a newer version needs no more, and what that alone had brought', () => {
  expect([...noLongerNeeded(problem(needs('requests')), changes)]).toEqual(['databricks-cli', 'tabulate']);
});

it('is nothing that another needs, that is changed itself, or that nothing ever needed', () => {
  expect([...noLongerNeeded(problem(needs('requests', 'databricks-cli[x]')), changes)]).toEqual([]);
  const both = new Map([...changes, ['databricks-cli', '1.1'] as const]);
  expect([...noLongerNeeded(problem(needs('requests', 'tabulate')), both)]).toEqual([]);
});

it('is not known where nobody says what the newer version needs', () => {
  expect([...noLongerNeeded(problem('unknown'), changes)]).toEqual([]);
});
