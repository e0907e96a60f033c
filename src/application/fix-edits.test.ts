import { expect, it } from 'vitest';
import { parseDockerfile } from '../formats/text/index.ts';
import type { ImageConfig } from '../model.ts';
import { type BuildFiles, matchDockerfile } from '../remediate/files/index.ts';
import { layerMakers } from './fix-edits.ts';

/** A Dockerfile of three stages, of which two make the image: buildah makes one layer of each. */
const dockerfile = parseDockerfile(
  [
    'FROM scratch AS base',
    'ADD base.tar /',
    'COPY sources.list /etc/apt/sources.list',
    'ENV LANG=C.UTF-8',
    'FROM base AS build',
    'RUN python3 -m venv /opt/venv',
    'FROM base',
    'RUN apt-get update && apt-get install -y libxml2',
    'COPY --from=build /opt/venv /opt/venv',
    'CMD ["python3"]',
    '',
  ].join('\n'),
);
const build = { files: [{ path: 'Dockerfile', kind: 'dockerfile', text: dockerfile.text }] } as unknown as BuildFiles;
const nop = (text: string): string => `/bin/sh -c #(nop) ${text}`;

/** The history as buildah 1.28 writes it: the last step of a stage has the layer. */
const configOf = (steps: readonly (readonly [createdBy: string, emptyLayer: boolean])[]): ImageConfig => ({
  platform: { os: 'linux', architecture: 'amd64' },
  run: {},
  history: steps.map(([createdBy, emptyLayer]) => ({ createdBy, emptyLayer })),
  diffIDs: steps.filter(([, isEmpty]) => !isEmpty).map((_, at) => `sha256:${at}`),
});
const linesOf = (config: ImageConfig): Record<number, (string | undefined)[]> => {
  const { makers } = layerMakers(config, matchDockerfile(dockerfile, config), build);
  return Object.fromEntries([...(makers ?? [])].map(([layer, all]) => [layer, all.map(({ line }) => line)]));
};

it('of a builder that makes one layer of each stage, each layer has the instructions of its own stage', () => {
  const config = configOf([
    [nop('ADD file:43dead97 in / '), true],
    [nop('COPY file:8f8ec8b8 in /etc/apt/sources.list '), true],
    [nop('ENV LANG=C.UTF-8'), false],
    ['/bin/sh -c apt-get update && apt-get install -y libxml2', true],
    [nop('COPY dir:1a2b3c in /opt/venv '), true],
    [nop('CMD ["python3"]'), false],
  ]);
  expect(linesOf(config)).toEqual({
    0: ['Dockerfile:2', 'Dockerfile:3'],
    1: ['Dockerfile:8', 'Dockerfile:9'],
  });
  const { evidence, belongs } = matchDockerfile(dockerfile, config);
  expect([belongs, evidence]).toEqual([
    true,
    ["4 of its 4 RUN, COPY and ADD instructions are steps of the image's history"],
  ]);
});

it('of one layer whose history names the last instruction alone, it has all of them', () => {
  const config = configOf([[nop('CMD ["python3"]'), false]]);
  expect(linesOf(config)).toEqual({ 0: ['Dockerfile:2', 'Dockerfile:3', 'Dockerfile:8', 'Dockerfile:9'] });
  expect(matchDockerfile(dockerfile, config).evidence).toEqual([
    'one layer was made of the whole Dockerfile; the history names its last instruction, CMD',
  ]);
});
