import { accept } from './accept.ts';
import { bench } from './bench.ts';
import type { CommandModule } from './command.ts';
import { compare } from './compare.ts';
import { completion } from './completion.ts';
import { db } from './db.ts';
import { demo } from './demo.ts';
import { explain } from './explain.ts';
import { fix } from './fix.ts';
import { inventory } from './inventory.ts';
import { scan } from './scan.ts';
import { verify } from './verify.ts';

/** Every verb, in the order of `--help`. */
export const commands: readonly CommandModule[] = [
  scan,
  inventory,
  compare,
  explain,
  fix,
  verify,
  accept,
  bench,
  db,
  demo,
  completion,
];
