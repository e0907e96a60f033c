import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { zip } from '../../../test/zip.ts';
import { pythonEgg, pythonWheelFile } from './archives.ts';

describe('eggs and wheels as files', () => {
  const PKG = 'Metadata-Version: 1.2\nName: pytz\nVersion: 2022.7\n';

  it('an egg that is an archive is imported as it is', () => {
    const egg = zip({ 'EGG-INFO/PKG-INFO': PKG, 'pytz/__init__.py': '' });
    expect(facts(pythonEgg, 'usr/lib/python3.9/site-packages/pytz-2022.7-py3.9.egg', egg)).toEqual([
      { type: 'pypi', name: 'pytz', version: '2022.7' },
    ]);
  });

  it('an egg without metadata says nothing, one with half of it is an Unknown', () => {
    expect(facts(pythonEgg, 'a.egg', zip({ 'x.py': '' }))).toEqual([]);
    expect(facts(pythonEgg, 'a.egg', zip({ 'EGG-INFO/PKG-INFO': 'Name: pytz\n' }))).toMatchObject([
      { kind: 'unknown' },
    ]);
    expect(facts(pythonEgg, 'a.egg', 'an egg is no text')).toEqual([]);
  });

  it('a wheel that lies about is there, but nothing imports it', () => {
    const path = 'usr/local/lib/python3.9/ensurepip/_bundled/setuptools-58.1.0-py3-none-any.whl';
    expect(facts(pythonWheelFile, path, 'PK')).toEqual([
      { type: 'pypi', name: 'setuptools', version: '58.1.0', certainty: 'name', role: 'cache' },
    ]);
    expect(facts(pythonWheelFile, 'wheels/torch-2.0.1+cu118-cp39-cp39-linux_x86_64.whl', '')).toMatchObject([
      { name: 'torch', version: '2.0.1+cu118' },
    ]);
    expect(
      facts(pythonWheelFile, 'wheels/nvidia_cudnn_cu11-8.5.0.96-2-py3-none-manylinux1_x86_64.whl', ''),
    ).toMatchObject([{ name: 'nvidia_cudnn_cu11', version: '8.5.0.96' }]);
    expect(facts(pythonWheelFile, 'wheels/broken.whl', '')).toEqual([]);
  });
});
