import { describe, expect, it } from 'vitest';
import type { Package } from '../../model.ts';
import type { Change } from '../plan.ts';
import { condaCommand, condaProgram } from './index.ts';

const PATH = '/opt/conda/bin:/usr/bin';
const installed = (name: string, version: string, prefix = '/opt/conda'): Package =>
  ({
    type: 'conda',
    name,
    version,
    evidence: [{ path: `${prefix.slice(1)}/conda-meta/${name}-${version}.json`, layer: 0 }],
    properties: { prefix },
  }) as unknown as Package;

const change = (name: string, to: string): Change => ({
  type: 'conda',
  name,
  from: '1',
  to,
  jump: 'patch',
  verified: 'advisory',
  environment: '/opt/conda',
});

describe('the program for conda environments', () => {
  it('is called by its name where the PATH of the image leads to it, and by its path where not', () => {
    expect(condaProgram([installed('conda', '24.7.1')], PATH, undefined)).toEqual({
      program: 'conda',
      kind: 'conda',
      seen: true,
    });
    expect(condaProgram([installed('conda', '24.7.1', '/srv/conda')], PATH, undefined).program).toBe(
      '/srv/conda/bin/conda',
    );
    expect(condaProgram([installed('conda', '24.7.1')], '/opt/conda/condabin/', undefined).program).toBe('conda');
  });

  it('is conda before mamba, and micromamba where its image says so', () => {
    const mamba1 = [installed('mamba', '1.5.8'), installed('conda', '24.7.1')];
    expect(condaProgram(mamba1, PATH, undefined).program).toBe('conda');
    expect(condaProgram([installed('mamba', '2.0.5')], PATH, undefined)).toMatchObject({
      program: 'mamba',
      kind: 'micromamba',
    });
    expect(condaProgram([installed('python', '3.9.16')], PATH, '/bin/micromamba')).toMatchObject({
      program: '/bin/micromamba',
      kind: 'micromamba',
      seen: true,
    });
    expect(condaProgram([installed('python', '3.9.16')], PATH, undefined)).toMatchObject({ seen: false });
  });
});

describe('the command for a conda environment', () => {
  const conda = { program: 'conda', kind: 'conda', seen: true } as const;
  const micromamba = { program: '/bin/micromamba', kind: 'micromamba', seen: true } as const;

  it('names no version, since no channel was asked', () => {
    expect(condaCommand('/opt/conda', [change('requests', '2.33.0'), change('idna', '3.7')], conda)).toBe(
      'conda update -y -p /opt/conda idna requests',
    );
  });

  it('keeps Python in its minor version, which `conda update python` would leave', () => {
    const changes = [change('python', '3.9.24'), change('idna', '3.7')];
    expect(condaCommand('/opt/conda', changes, conda)).toBe('conda install -y -p /opt/conda idna python=3.9');
    expect(condaCommand('/opt/conda', changes, micromamba)).toBe(
      '/bin/micromamba update -y -p /opt/conda idna python=3.9',
    );
  });

  it("is pixi's in an environment of pixi", () => {
    expect(condaCommand('/app/.pixi/envs/default', [change('idna', '3.7')], conda)).toBe(
      '(cd /app && pixi update -e default idna)',
    );
  });
});
