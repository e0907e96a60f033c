import { describe, expect, it } from 'vitest';
import type { ImageConfig, OperatingSystem, Subject } from '../../model.ts';
import { baseImage } from './base-image.ts';

const BULLSEYE: OperatingSystem = {
  id: 'debian',
  versionId: '11',
  codename: 'bullseye',
  name: 'Debian GNU/Linux 11 (bullseye)',
};
const ALPINE: OperatingSystem = { id: 'alpine', versionId: '3.18.4', name: 'Alpine Linux v3.18' };

/** The history of python:3.9.16-slim-bullseye, shortened, and of what somebody built on it a month later. */
const PYTHON = [
  ['2023-05-03T00:20:20Z', '/bin/sh -c #(nop) ADD file:4fe05f18d6f5bd in / ', true],
  ['2023-05-03T00:20:20Z', '/bin/sh -c #(nop)  CMD ["bash"]', false],
  ['2023-05-04T01:07:36Z', '/bin/sh -c #(nop)  ENV PATH=/usr/local/bin:/usr/bin:/bin', false],
  ['2023-05-04T01:29:12Z', '/bin/sh -c #(nop)  ENV PYTHON_VERSION=3.9.16', false],
  ['2023-05-04T01:40:12Z', '/bin/sh -c set -eux; savedAptMark="$(apt-mark showmanual)"; make install', true],
  ['2023-05-04T01:40:30Z', '/bin/sh -c #(nop)  CMD ["python3"]', false],
] as const;
const OWN = [
  ['2023-06-08T09:00:00Z', 'WORKDIR /app', true],
  ['2023-06-08T09:01:00Z', 'RUN /bin/sh -c pip install -r requirements.txt # buildkit', true],
] as const;

type Step = readonly [created: string, createdBy: string, layer: boolean];

function subject(steps: readonly Step[], more: Partial<Subject> = {}, labels?: Record<string, string>): Subject {
  const layers = steps.filter(([, , layer]) => layer).map((_, index) => ({ diffID: `sha256:${index}`, index }));
  const config = {
    platform: { os: 'linux', architecture: 'amd64' },
    run: { Env: ['PYTHON_VERSION=3.9.16', 'NODE_VERSION=18.16.0'], ...(labels && { Labels: labels }) },
    history: steps.map(([created, createdBy, layer]) => ({ created, createdBy, emptyLayer: !layer })),
    diffIDs: layers.map(({ diffID }) => diffID),
  } as unknown as ImageConfig;
  return { name: 'app', reference: 'app', source: 'archive', layers, config, ...more } as unknown as Subject;
}

describe('the base of an image', () => {
  it('ends before the long pause in the history; its variables and release suggest the name', () => {
    expect(baseImage({ subject: subject([...PYTHON, ...OWN]), os: BULLSEYE })).toMatchObject({
      name: 'python:3.9.16-slim-bullseye',
      layers: 2,
      by: 'history',
      evidence: [
        expect.stringMatching(/^35 days lie between step 6 .*2023-05-04.* and step 7 .*2023-06-08/),
        expect.anything(),
      ],
    });
  });

  it('was no slim one where buildpack-deps installed its libraries', () => {
    const libraries: Step = [
      '2023-05-03T02:00:00Z',
      '/bin/sh -c apt-get install -y imagemagick libmagickcore-dev',
      true,
    ];
    const steps = [...PYTHON.slice(0, 2), libraries, ...PYTHON.slice(2), ...OWN];
    expect(baseImage({ subject: subject(steps), os: BULLSEYE }).name).toBe('python:3.9.16-bullseye');
  });

  it('names the release as tags of that distribution do', () => {
    const node = PYTHON.map(
      ([at, by, layer]): Step => [at, by.replace('PYTHON_VERSION=3.9.16', 'NODE_VERSION=18.16.0'), layer],
    );
    expect(baseImage({ subject: subject([...node, ...OWN]), os: ALPINE }).name).toBe('node:18.16.0-alpine3.18');
  });

  it('is the distribution itself where no language left its version', () => {
    const plain = [...PYTHON.slice(0, 2), ...OWN];
    expect(baseImage({ subject: subject(plain), os: BULLSEYE }).name).toBe('debian:11');
    expect(baseImage({ subject: subject(plain), os: { id: 'fedora', versionId: '38', name: 'Fedora' } }).name).toBe(
      'fedora:38',
    );
    expect(baseImage({ subject: subject(plain), os: { id: 'wolfi', versionId: '20230201', name: 'Wolfi' } }).name).toBe(
      undefined,
    );
  });

  it('does not trust a variable that the image no longer has', () => {
    const stale = PYTHON.map(([at, by, layer]): Step => [at, by.replace('3.9.16', '3.8.1'), layer]);
    expect(baseImage({ subject: subject([...stale, ...OWN]), os: BULLSEYE }).name).toBe('debian:11');
  });

  it('ends at the last CMD that more layers follow where everything was built in one go', () => {
    const steps: Step[] = [...PYTHON.slice(0, 2), ...OWN].map(([, by, layer]) => ['2023-06-08T09:00:00Z', by, layer]);
    expect(baseImage({ subject: subject(steps), os: BULLSEYE })).toMatchObject({ layers: 1, by: 'history' });
  });

  it('is what annotations and labels say, annotations first', () => {
    const named = { 'org.opencontainers.image.base.name': 'docker.io/library/python:3.9.16' };
    const digest = `sha256:${'a'.repeat(64)}`;
    const annotations = { ...named, 'org.opencontainers.image.base.digest': digest };
    expect(baseImage({ subject: subject([...PYTHON, ...OWN], { annotations }), os: BULLSEYE })).toMatchObject({
      name: 'docker.io/library/python:3.9.16',
      digest,
      layers: 2,
      by: 'annotation',
    });
    expect(baseImage({ subject: subject([...PYTHON, ...OWN], {}, named), os: BULLSEYE }).by).toBe('label');
  });

  it('is proven by the layers of an image that was given, the longest that fits', () => {
    const given = (name: string, ...ids: string[]): Subject =>
      ({ name, layers: ids.map((diffID, index) => ({ diffID, index })) }) as unknown as Subject;
    const all = [
      given('debian:11', 'sha256:0'),
      given('python:3.9', 'sha256:0', 'sha256:1'),
      given('other', 'sha256:9'),
    ];
    expect(baseImage({ subject: subject([...PYTHON, ...OWN]), given: all })).toMatchObject({
      name: 'python:3.9',
      layers: 2,
      by: 'given',
    });
  });

  it('is unknown, and said to be, where nothing tells', () => {
    expect(baseImage({ subject: subject(OWN.slice(0, 1)) })).toMatchObject({ layers: 0, by: 'unknown' });
  });
});
