import { acceptCommand } from './accept.ts';
import { benchCommand } from './bench.ts';
import { bomCommand } from './bom.ts';
import type { CommandModule } from './command.ts';
import { compareCommand } from './compare.ts';
import { completionCommand } from './completion.ts';
import { dbCommand } from './db.ts';
import { demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { explainCommand } from './explain.ts';
import { exposureCommand } from './exposure.ts';
import { fixCommand } from './fix.ts';
import { inventoryCommand } from './inventory.ts';
import { policyCommand } from './policy.ts';
import { reportCommand } from './report.ts';
import { scanCommand } from './scan.ts';
import { verifyCommand } from './verify.ts';

/** Every verb, in the order of `--help`. */
export const commands: readonly CommandModule[] = [
  scanCommand,
  inventoryCommand,
  reportCommand,
  diffCommand,
  bomCommand,
  compareCommand,
  explainCommand,
  exposureCommand,
  fixCommand,
  verifyCommand,
  acceptCommand,
  policyCommand,
  benchCommand,
  dbCommand,
  demoCommand,
  completionCommand,
];
