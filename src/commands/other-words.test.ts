import { expect, it } from 'vitest';
import { commands } from './index.ts';
import { GLOBAL_OPTIONS, OPTIONS } from './options/index.ts';
import { ELSEWHERE, saidElsewhere } from './other-words.ts';

const names = new Set(commands.map(({ name }) => name));
const options = new Set(
  [...GLOBAL_OPTIONS, ...[...OPTIONS.values()].flat()].flatMap(({ name, also = [] }) =>
    [name, ...also].map((entry) => `--${entry}`),
  ),
);

it.each([...ELSEWHERE])('%s is no word of ours, and what is told instead is', (word, instead) => {
  expect(names.has(word) || options.has(word)).toBe(false);
  for (const [, command] of instead.matchAll(/plimsoll ([a-z]+)/g)) expect(names).toContain(command);
  for (const [option] of instead.matchAll(/--[a-z-]+/g)) if (option !== '--version') expect(options).toContain(option);
});

it('a gate given to report is told where gates are judged, and scan takes it', () => {
  const said = "error: unknown option '--fail-on'";
  expect(saidElsewhere(said, 'report')).toContain('plimsoll scan TARGET --fail-on');
  expect(saidElsewhere(said, 'inventory')).toBeUndefined();
  // Words that other commands of ours have as well.
  expect(saidElsewhere("error: unknown option '--from'", 'scan')).toContain('docker:NAME');
  expect(saidElsewhere("error: unknown option '--report'", 'scan')).toContain('--all');
});

it('a word that none of them knows is left to whoever asks what is near', () => {
  expect(saidElsewhere("error: unknown option '--exit-code=1'")).toContain('--fail-on');
  expect(saidElsewhere("error: unknown option '--exit-cod'")).toBeUndefined();
  expect(saidElsewhere("error: unknown command 'sbom:x.json'")).toContain('plimsoll scan');
  expect(saidElsewhere("error: missing required argument 'id'")).toBeUndefined();
});
