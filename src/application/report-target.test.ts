import { expect, it } from 'vitest';
import { silent } from '../progress.ts';
import { isLiveReport, nameForPrograms, spellingFor } from './report-target.ts';

const around = { environment: { HOME: '/nonexistent' }, progress: silent, signal: new AbortController().signal };

it('names an image of a service to other programs by the registry that has it', async () => {
  const named = (image: string) => nameForPrograms(image, around);
  expect(await named('ecr:123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/model:1')).toBe(
    'registry:123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/model:1',
  );
  expect(await named('gcr:project/model:1')).toBe('registry:gcr.io/project/model:1');
  expect(await named('quay:team/model:1')).toBe('registry:quay.io/team/model:1');
  expect(await named('python:3.9')).toBe('python:3.9');
  expect(await named('clair:4'), 'an image of that name').toBe('clair:4');
});

it('tells the findings of a service from files and images by its prefix', async () => {
  for (const target of ['ecr:team/model:1', 'clair:python:3.9', 'gitlab:group/project', 'github:owner/repository@main'])
    expect(await isLiveReport(target), target).toBe(true);
  for (const target of [
    'trivy.json',
    './ecr:team/model',
    'python:3.9',
    'ecr:1',
    'registry:quay.io/a/b',
    'C:/reports/x.json',
  ])
    expect(await isLiveReport(target), target).toBe(false);
});

it('says how the findings of a service are named', async () => {
  expect(await spellingFor('ecr:model')).toContain('REPOSITORY:TAG');
  expect(await spellingFor('gitlab:foo')).toContain('GROUP/PROJECT');
  expect(await spellingFor('trivy.json')).toBeUndefined();
});
