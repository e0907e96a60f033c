// Loaded with --import: a process tells how much processor time it had, user and system, when it ends.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(2, `\nprocessor-time-us=${user + system}\n`);
});
