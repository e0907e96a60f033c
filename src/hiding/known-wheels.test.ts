import { describe, expect, it } from 'vitest';
import { wheelSources } from '../formats/python/index.ts';
import { type KnownWheels, nearestWheel } from './known-wheels.ts';

const known = (name: string, wheels: Record<string, Record<string, string>>): KnownWheels => ({
  name,
  ...wheelSources(new Map(Object.entries(wheels).map(([version, files]) => [version, new Map(Object.entries(files))]))),
});
const of = (files: Record<string, string>) => new Map(Object.entries(files));

const common = { '/api.py': 'api', '/hooks.py': 'hooks', '/structures.py': 'structures' };
const requests = known('requests', {
  '2.25.0': { ...common, '/__init__.py': 'i', '/__version__.py': 'v0', '/models.py': 'm1', '/sessions.py': 's1' },
  '2.25.1': { ...common, '/__init__.py': 'i', '/__version__.py': 'v1', '/models.py': 'm1', '/sessions.py': 's1' },
  '2.31.0rc1': { ...common, '/__init__.py': 'j', '/__version__.py': 'v2', '/models.py': 'm3', '/sessions.py': 's3' },
  '2.31.0': { ...common, '/__init__.py': 'j', '/__version__.py': 'v3', '/models.py': 'm3', '/sessions.py': 's3' },
});

describe('the wheel that code is most like', () => {
  it('is the one whose files all of its are', () => {
    const files = { ...common, '/__init__.py': 'i', '/__version__.py': 'v1', '/models.py': 'm1', '/sessions.py': 's1' };
    expect(nearestWheel('requests', of(files), [requests])).toEqual({
      name: 'requests',
      versions: ['2.25.1'],
      same: 7,
      compared: 7,
      isWhole: true,
      below: '2.25.0',
      above: '2.31.0',
    });
  });

  it('is one of several where what differs between them was taken away or changed, the oldest first', () => {
    const files = { ...common, '/__init__.py': 'changed', '/models.py': 'm1', '/sessions.py': 's1' };
    expect(nearestWheel('requests', of(files), [requests])).toMatchObject({
      versions: ['2.25.0', '2.25.1'],
      isWhole: true,
    });
  });

  it('is no pre-release where a release has the same files', () => {
    const files = { ...common, '/__init__.py': 'x', '/models.py': 'm3', '/sessions.py': 's3' };
    expect(nearestWheel('requests', of(files), [requests])?.versions).toEqual(['2.31.0']);
  });

  it('is the nearest where some of the code was changed too, and is said not to be whole', () => {
    const files = { ...common, '/models.py': 'm1', '/sessions.py': 'patched' };
    expect(nearestWheel('requests', of(files), [requests])).toMatchObject({ same: 4, compared: 5, isWhole: false });
  });

  it('tells the known releases on both sides of it, without pre-releases', () => {
    const patched = { ...common, '/models.py': 'm1', '/sessions.py': 'patched' };
    expect(nearestWheel('requests', of(patched), [requests])).toMatchObject({
      versions: ['2.25.0', '2.25.1'],
      above: '2.31.0',
    });
    expect(nearestWheel('requests', of(patched), [requests])).not.toHaveProperty('below');
    const newer = { ...common, '/models.py': 'm3', '/sessions.py': 'patched' };
    expect(nearestWheel('requests', of(newer), [requests])).toMatchObject({ versions: ['2.31.0'], below: '2.25.1' });
  });

  it('is known by its compiled modules too, and one that was compiled for another Python says nothing', () => {
    const yaml = known('pyyaml', {
      '6.0': { '/__init__.py': 'a', '/cyaml.py': 'b', '/_yaml.cpython-311-x86_64-linux-gnu.so': 's0' },
      '6.0.1': { '/__init__.py': 'a', '/cyaml.py': 'b', '/_yaml.cpython-311-x86_64-linux-gnu.so': 's1' },
    });
    const code = { '/__init__.py': 'a', '/cyaml.py': 'b' };
    const compiled = { ...code, '/_yaml.cpython-311-x86_64-linux-gnu.so': 's1' };
    expect(nearestWheel('yaml', of(compiled), [yaml])).toMatchObject({ versions: ['6.0.1'], isWhole: true });
    const other = { ...code, '/_yaml.cpython-39-x86_64-linux-gnu.so': 's9' };
    expect(nearestWheel('yaml', of(other), [yaml])).toMatchObject({ versions: ['6.0', '6.0.1'], isWhole: true });
  });

  it('is none where a third of the code or more is another’s', () => {
    const files = { ...common, '/models.py': 'other', '/sessions.py': 'other' };
    expect(nearestWheel('requests', of(files), [requests])).toBeUndefined();
    expect(nearestWheel('requests', of({ '/__init__.py': 'i', '/own.py': 'x' }), [requests])).toBeUndefined();
    expect(nearestWheel('requests', of({}), [requests])).toBeUndefined();
  });

  it('of two distributions that are alike is the one that is meant by the name', () => {
    const files = { '/a.py': 'a', '/b.py': 'b' };
    const those = ['opencv-contrib-python', 'opencv-python', 'opencv-python-headless'].map((name) =>
      known(name, { '4.8.0': files }),
    );
    expect(nearestWheel('cv2', of(files), those)?.name).toBe('opencv-python');
  });
});
