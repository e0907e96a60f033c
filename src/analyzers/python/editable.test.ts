import { expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { pythonDirectUrl, pythonEditable } from './editable.ts';

it('an install from a repository says which commit, and keeps the token to itself', () => {
  const json =
    '{"url": "https://oauth2:glpat-secret@git.example.com/ml/model.git", "vcs_info": {"vcs": "git", "commit_id": "8ef767e396bf8445f009f945b0162fd71827f445", "requested_revision": "main"}}';
  expect(facts(pythonDirectUrl, 'usr/lib/python3.9/site-packages/model-1.2.dist-info/direct_url.json', json)).toEqual([
    {
      type: 'pypi',
      name: 'model',
      version: '1.2',
      properties: {
        url: 'https://***@git.example.com/ml/model.git',
        vcs: 'git',
        commit: '8ef767e396bf8445f009f945b0162fd71827f445',
        revision: 'main',
      },
    },
  ]);
});

it('an editable folder is told by all three traces that it leaves', () => {
  const site = 'usr/lib/python3.9/site-packages';
  expect(
    facts(
      pythonDirectUrl,
      `${site}/my_pkg-0.1.0.dist-info/direct_url.json`,
      '{"dir_info": {"editable": true}, "url": "file:///srv/src"}',
    ),
  ).toMatchObject([{ name: 'my_pkg', properties: { editable: 'true', url: 'file:///srv/src' } }]);
  expect(facts(pythonEditable, `${site}/__editable__.my_pkg-0.1.0.pth`, '/srv/my-pkg/src')).toEqual([
    { type: 'pypi', name: 'my_pkg', version: '0.1.0', properties: { editable: 'true', folder: '/srv/my-pkg/src' } },
  ]);
  expect(
    facts(
      pythonEditable,
      `${site}/__editable___my_pkg_0_1_0_finder.py`,
      "MAPPING = {'my_pkg': '/srv/my-pkg/my_pkg'}\n",
    ),
  ).toEqual([
    { type: 'pypi', name: 'my_pkg', version: '0.1.0', properties: { editable: 'true', folder: '/srv/my-pkg/my_pkg' } },
  ]);
});

it('a path file of another kind is left alone', () => {
  expect(facts(pythonEditable, 'site-packages/__editable__.odd.pth', 'x')).toEqual([]);
  expect(facts(pythonDirectUrl, 'x.dist-info/direct_url.json', '[]')).toEqual([]);
});
