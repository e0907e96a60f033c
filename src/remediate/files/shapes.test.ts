import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SHAPES } from '../../../test/dockerfile-shapes.ts';
import { editedShape } from '../../../test/shape-edits.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-shapes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a Dockerfile of every shape is changed where it declares, else behind what brought the package', () => {
  it.each(SHAPES)('$name', async (shape) => {
    for (const [path, text] of Object.entries({ ...shape.files, Dockerfile: shape.dockerfile })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { files, places } = await editedShape(shape, folder);
    expect(places).toEqual(shape.places);
    const fresh = files.flatMap(({ before, after }) => {
      const known = new Set(before.split(/\r?\n/));
      return after.split(/\r?\n/).filter((line) => !known.has(line) && line !== '');
    });
    expect(fresh).toEqual(shape.fresh);
  });
});
