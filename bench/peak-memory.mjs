// Loaded with --import: tells the peak resident memory of this process when it ends, as getrusage(2) counts it.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(2, `\npeak-memory-kb=${process.resourceUsage().maxRSS}\n`);
});
