import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';

/** Held to the parser that the Dockerfile language server and editors use: keywords, lines and flags. */

const words = fc.constantFrom('a', '"b c"', '\\\n  d', '&& e', "'f'", '\\\n# note\n  g', '$X', '<h', '--i=j');
const instruction = fc
  .tuple(
    fc.constantFrom('RUN', 'run', 'ENV K=', 'COPY x', 'LABEL k=', 'CMD', 'ARG N=', 'USER', 'WORKDIR', 'EXPOSE 80'),
    fc.array(words, { minLength: 1, maxLength: 4 }),
  )
  .map(([keyword, rest]) => `${keyword}${keyword.endsWith('=') ? '' : ' '}${rest.join(' ')}`);
const line = fc.oneof(
  { weight: 5, arbitrary: instruction },
  fc.constantFrom('', '# a comment', '  # indented', 'FROM debian:11 AS base', 'FROM --platform=linux/arm64 base'),
);

it('a Dockerfile has the instructions, on the lines, that dockerfile-ast finds', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const text = ['FROM python:3.9', ...lines, ''].join('\n');
      const ours = parseDockerfile(text).instructions.map(({ keyword, range }) => [
        keyword,
        range.start.line,
        range.end.line,
      ]);
      const theirs = DockerfileParser.parse(text)
        .getInstructions()
        .map((instruction) => [
          instruction.getKeyword(),
          instruction.getRange().start.line + 1,
          instruction.getRange().end.line + 1,
        ]);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 400 },
  );
});
