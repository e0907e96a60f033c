import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeSum } from '../store/index.ts';

/** Makes a finished file durable, then lets it take the place of the old: there is no moment without a whole database. */
export function swap(building: string, path: string): void {
  sync(building);
  writeSum(building, path);
  renameSync(building, path);
  sync(dirname(path));
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
