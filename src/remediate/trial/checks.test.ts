import { describe, expect, it } from 'vitest';
import type { ProgramResult } from '../../programs/run.ts';
import type { Plan } from '../plan.ts';
import { checkBuilt } from './checks.ts';
import type { BuiltImage } from './workbench.ts';

const ended = (status: number, output = '', complaint = ''): ProgramResult => ({
  outcome: 'ended',
  status,
  output: [Buffer.from(output)],
  complaint,
});
const SITE = '/usr/local/lib/python3.9/site-packages';

/** An image whose programs say this; what is not in it does not run. */
function image(answers: Readonly<Record<string, ProgramResult>>): BuiltImage & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    reference: 'oci:/x',
    asked,
    execute: async (command) => {
      asked.push([...command]);
      const line = command.join(' ');
      const key = Object.keys(answers).find((start) => line.startsWith(start));
      return key === undefined ? ended(127, '', 'No such file or directory') : answers[key]!;
    },
  };
}

const plan = (changed: readonly string[], broken: readonly string[] = [], kind = 'python'): Plan =>
  ({
    environments: kind === 'python' ? [{ path: SITE, python: '3.9.16', distributions: 3, broken }] : [],
    steps: [
      {
        applied: true,
        kind,
        changes: changed.map((name) => ({
          name,
          environment: kind === 'python' ? SITE.slice(1) : 'opt/conda/envs/ml',
        })),
      },
      { applied: false, kind, changes: [{ name: 'only-advice', environment: SITE.slice(1) }] },
    ],
  }) as unknown as Plan;

const PYTHON = '/usr/local/bin/python3.9';
const works = { [`${PYTHON} -c pass`]: ended(0) };

describe('what is checked in the image that a plan was tried in', () => {
  it('is good where pip finds nothing and what was changed can be imported', async () => {
    const built = image({
      ...works,
      [`${PYTHON} -m pip check`]: ended(0, 'No broken requirements found.\n'),
      [`${PYTHON} -c \nimport sys`]: ended(0, '["pillow", "PIL", ""]\n'),
    });
    expect(await checkBuilt(built, plan(['pillow']))).toEqual([
      { name: 'pip check', about: SITE, good: true, said: '' },
      { name: 'import', about: 'PIL (pillow)', good: true, said: '' },
    ]);
    expect(built.asked.at(-1)?.slice(3)).toEqual(['pillow']);
  });

  it('is bad by what pip finds, but for what was broken before', async () => {
    const actual =
      'tensorflow 2.11.0 requires protobuf, which is not installed.\nnumba 0.56.4 has requirement numpy<1.24,>=1.18, but you have numpy 1.24.4.\n';
    const built = image({ ...works, [`${PYTHON} -m pip check`]: ended(1, actual) });
    const before = ['tensorflow 2.11.0 requires protobuf, which is not installed'];
    expect((await checkBuilt(built, plan([], before)))[0]).toMatchObject({ good: false, said: actual.split('\n')[1] });
    const all = [...before, 'Numba 0.56.4 has requirement numpy<1.24'];
    expect((await checkBuilt(built, plan([], all)))[0]).toMatchObject({ good: true });
  });

  it('is bad where an import fails, with the last line of what Python says', async () => {
    const said =
      '["numpy", "numpy", "ImportError: libopenblas.so.0: cannot open shared object file"]\n["x", "", "it is not installed"]\n';
    const built = image({
      ...works,
      [`${PYTHON} -m pip check`]: ended(0),
      [`${PYTHON} -c \nimport sys`]: ended(0, said),
    });
    expect((await checkBuilt(built, plan(['numpy', 'x']))).slice(1)).toEqual([
      {
        name: 'import',
        about: 'numpy (numpy)',
        good: false,
        said: 'ImportError: libopenblas.so.0: cannot open shared object file',
      },
      { name: 'import', about: 'x', good: false, said: 'it is not installed' },
    ]);
  });

  it('is not judged, neither good nor bad, where nothing could be run', async () => {
    expect(await checkBuilt(image({}), plan(['numpy']))).toEqual([
      { name: 'pip check', about: SITE, said: 'no interpreter of it can be run' },
    ]);
    const noPip = image({ ...works, [`${PYTHON} -m pip check`]: ended(1, '', `${PYTHON}: No module named pip`) });
    const checks = await checkBuilt(noPip, plan([]));
    expect(checks[0]).toMatchObject({ said: 'it has no pip' });
    expect(checks[0]).not.toHaveProperty('good');
  });

  it("is conda's own check for a prefix of conda, by the conda of its root", async () => {
    const doctor = '/opt/conda/bin/conda doctor --prefix /opt/conda/envs/ml';
    const well = image({
      [doctor]: ended(
        0,
        'Environment Health Report for: /opt/conda/envs/ml\n\u2705 There are no packages with missing files.\n',
      ),
    });
    expect(await checkBuilt(well, plan(['openssl'], [], 'conda'))).toEqual([
      { name: 'conda doctor', about: '/opt/conda/envs/ml', good: true, said: '' },
    ]);
    const ill = image({ [doctor]: ended(0, '\u274c Missing Files:\n\nopenssl: 2\n') });
    expect(await checkBuilt(ill, plan(['openssl'], [], 'conda'))).toMatchObject([{ good: false }]);
    const old = image({ [doctor]: ended(2, '', "conda: error: argument COMMAND: invalid choice: 'doctor'") });
    expect((await checkBuilt(old, plan(['openssl'], [], 'conda')))[0]).not.toHaveProperty('good');
  });
});
