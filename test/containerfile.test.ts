/** The image of Plimsoll itself, as its Containerfile describes it: what can be held without building it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const text = readFileSync(join(root, 'Containerfile'), 'utf8');
const lines = DockerfileParser.parse(text)
  .getInstructions()
  .map((instruction) => [instruction.getKeyword().toUpperCase(), instruction.getArgumentsContent() ?? ''] as const);
const froms = lines.flatMap(([keyword], at) => (keyword === 'FROM' ? [at] : []));
const last = lines.slice(froms.at(-1));
const argumentOf = (keyword: string): string | undefined => last.find(([sample]) => sample === keyword)?.[1];

describe('the image of Plimsoll', () => {
  it('is built in stages, on bases that are arguments, since not everybody reaches the same registries', () => {
    expect(froms.map((at) => lines[at]![1].split(' ')[0])).toEqual([
      expect.stringMatching(/^\$\{\w+\}$/),
      expect.stringMatching(/^\$\{\w+\}$/),
    ]);
  });

  it('runs as a number that is not root, from an exec form: neither a shell nor a name of a user is needed', () => {
    expect(argumentOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(JSON.parse(argumentOf('ENTRYPOINT')!)).toEqual(['/usr/local/bin/node', '/opt/plimsoll/dist/cli.cjs']);
    expect(last.filter(([keyword]) => ['RUN', 'ADD', 'SHELL'].includes(keyword))).toEqual([]);
  });

  it('writes to its volume alone', () => {
    expect(argumentOf('ENV')).toContain(`PLIMSOLL_HOME=${argumentOf('VOLUME')}`);
  });

  it('takes of the checkout only what is there and what its ignore file lets through', () => {
    const through = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    expect(through[0]).toBe('*');
    const copied = lines
      .slice(0, froms.at(-1))
      .filter(([keyword]) => keyword === 'COPY')
      .flatMap(([, words]) => words.split(/\s+/).slice(0, -1));
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(through).toContain(`!${path}`);
    }
  });
});
