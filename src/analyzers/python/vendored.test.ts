import { expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { pythonVendor } from './vendored.ts';

it('pip says what it carries along', () => {
  const list =
    'CacheControl==0.12.10  # Make sure to update the license in pyproject.toml for this.\ncolorama==0.4.4\nrequests==2.27.1\n    certifi==2021.10.08\n    urllib3==1.26.8\nsetuptools==44.0.0\ndistlib @ https://example.com/distlib.zip\n';
  const actual = facts(pythonVendor, 'usr/local/lib/python3.9/site-packages/pip/_vendor/vendor.txt', list);
  expect(actual).toHaveLength(5);
  expect(actual).toContainEqual({
    type: 'pypi',
    name: 'urllib3',
    version: '1.26.8',
    role: 'vendored',
    needs: expect.arrayContaining(['urllib3/__init__.py', 'urllib3.py']),
    properties: { bundledIn: 'pip' },
  });
});
