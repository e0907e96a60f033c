/** Code that is too large for the spool, of layers that pass by. */
import { expect, it } from 'vitest';
import { imageWith, layer } from '../../test/image.ts';
import { analyzers } from '../analyzers/index.ts';
import type { RunConfig } from '../model.ts';
import { silent } from '../progress.ts';
import { noCache } from './cache.ts';
import { codeSpool } from './code-spool.ts';
import { imageCode } from './image-code.ts';
import { readImage } from './read-image.ts';

/** A program bundled into one file of three megabytes, as `yarn.js` and `tsc` are. */
const BUNDLE = `#!/usr/bin/env node\n${'module.exports = require("left-pad");\n'.repeat(80_000)}`;

async function read(run: RunConfig) {
  const world = imageWith({ run }, layer({ 'usr/local/lib/tool/cli.js': BUNDLE }).gzipped());
  let opened = 0;
  const layers = world.layers.map((stored) => ({
    ...stored,
    open: (signal?: AbortSignal) => {
      opened += 1;
      return stored.open(signal);
    },
  }));
  const spool = codeSpool();
  const { indexes, later } = await readImage(
    { ...world, layers },
    { analyzers, cache: noCache, progress: silent, spool },
  );
  const code = imageCode(indexes, later);
  const row = indexes[0]!.entries.find('usr/local/lib/tool/cli.js');
  const told = (items: readonly { language: string; text: string }[]) =>
    items.map(({ language, text }) => `${language} ${text.length}`);
  const atOnce = told(indexes[0]!.code());
  const asked = code.items(0, row);
  const passed = await code.fetch();
  const result = { atOnce, asked: told(asked), passed, again: told(code.items(0, row)), opened };
  code.close();
  spool.close();
  return result;
}

const whole = `javascript ${BUNDLE.length}`;

it('of an image that starts something else its text waits, and is had in another pass where it is asked about; as a script it is read at once', async () => {
  const { atOnce, ...rest } = await read({ Cmd: ['python3', '/srv/serve.py'] });
  expect(atOnce).toHaveLength(1);
  expect(atOnce[0]).toMatch(/^script \d{5,6}$/);
  expect(rest).toEqual({ asked: [], passed: true, again: [whole], opened: 2 });
});

it('of an image that speaks of Node it is read when it passes by', async () => {
  const { atOnce, ...rest } = await read({ Cmd: ['node', '/usr/local/lib/tool/cli.js'] });
  expect(atOnce).toContain(whole);
  expect(rest).toEqual({ asked: [], passed: false, again: [], opened: 1 });
});
