import { describe, expect, it } from 'vitest';
import { baseVariants } from './variants.ts';

const shown = (tag: string, tags: readonly string[]): string[] =>
  baseVariants('x', tag, tags).map(({ kind, name }) => `${kind} ${name.slice(2)}`);

describe('other tags of a base', () => {
  const PYTHON = [
    '3.8.18-bullseye',
    '3.9',
    '3.9-bullseye',
    '3.9-slim-bullseye',
    '3.9.2-bullseye',
    '3.9.16',
    '3.9.16-bullseye',
    '3.9.16-slim',
    '3.9.16-slim-bullseye',
    '3.9.18-bullseye',
    '3.9.18-slim-bullseye',
    '3.9.20-bullseye',
    '3.9.20-slim-bookworm',
    '3.9.21rc1-bullseye',
    '3.9.22-alpine3.20',
    '3.10.1-bullseye',
    '3.10.1-slim-bullseye',
    'latest',
    'bullseye',
    'slim',
  ];
  it.each([
    ['3.9.16-bullseye', ['newer 3.9.20-bullseye', 'slim 3.9.18-slim-bullseye']],
    ['3.9.16-slim-bullseye', ['newer 3.9.18-slim-bullseye']],
    ['3.9-bullseye', ['slim 3.9-slim-bullseye']],
    ['3.9.16', ['slim 3.9.16-slim']],
    ['3.10.1-slim-bullseye', []],
    ['latest', []],
    ['bullseye', []],
  ])('of %s are %j: the same version in its newest patch', (tag, expected) => {
    expect(shown(tag, PYTHON)).toEqual(expected);
  });

  it('of Node.js and CUDA are written in their ways', () => {
    expect(
      shown('18.20.1-bullseye', ['18.20.1-bullseye-slim', '18.20.4-bullseye-slim', '20.1.0-bullseye-slim']),
    ).toEqual(['slim 18.20.4-bullseye-slim']);
    expect(
      shown('12.1.0-cudnn8-devel-ubuntu22.04', [
        '12.1.0-cudnn8-runtime-ubuntu22.04',
        '12.1.0-runtime-ubuntu22.04',
        '12.1.1-cudnn8-runtime-ubuntu20.04',
      ]),
    ).toEqual(['slim 12.1.0-cudnn8-runtime-ubuntu22.04']);
  });

  it('of a hardened kind may leave out more than the slim one does', () => {
    expect(
      shown('3.9.16-slim-bullseye', ['3.9.16-bullseye-hardened', '3.9.17-distroless-bullseye', '3.9.16-bullseye']),
    ).toEqual(['hardened 3.9.17-distroless-bullseye']);
  });
});
