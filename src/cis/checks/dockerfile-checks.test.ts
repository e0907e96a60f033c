import { expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { parseDockerfile } from '../../formats/text/index.ts';
import { contextOf } from '../image/build-context.ts';
import { copiedSecrets } from '../image/copied-secrets.ts';
import { secretsOfDockerfile } from './dockerfile-checks.ts';

const dockerfile = (text: string) => ({ path: 'Dockerfile', file: parseDockerfile(`FROM a\n${text}\n`, new Map()) });

it('looks through an instruction of many pairs in proportion to them', () => {
  expect(growth((size) => secretsOfDockerfile(dockerfile(`LABEL ${'a=b '.repeat(size)}`)), 8_000)).toBeLessThan(
    IN_PROPORTION,
  );
});

it('knows which of several pairs take their value from outside', () => {
  const verdict = secretsOfDockerfile(
    dockerfile('ARG X\nENV A_TOKEN=$X B_TOKEN="$X" C=1 D_TOKEN=plain-word\nENV E_TOKEN $X'),
  );
  const said = (verdict.items ?? []).map(({ detail }) => detail).join('\n');
  for (const name of ['A_TOKEN', 'B_TOKEN', 'E_TOKEN']) expect(said).toContain(`${name} is filled when building`);
  expect(said).not.toContain('D_TOKEN is filled');
});

it('holds sources against files up to a budget, and says where that ended', () => {
  const files = Array.from({ length: 300 }, (_, at) => `d/${'a'.repeat(150)}${at}/.env`);
  // None of them is any of the files, which takes each to its last letter to tell.
  const sources = Array.from({ length: 300 }, (_, at) => `d/*${'a'.repeat(60)}b${at}/x`);
  const docker = { ...dockerfile(`COPY ${sources.join(' ')} /x/`), context: contextOf(files, new Map()) };
  expect(copiedSecrets(docker).unseen.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/more sources and files than are held against each other/),
  ]);
  const few = { ...dockerfile(`COPY ${sources[0]} d /x/`), context: contextOf(files, new Map()) };
  expect(copiedSecrets(few)).toMatchObject({ unseen: [], certain: [], possible: { length: 100 } });
});
