// Loaded with --require: a process tells how much processor time it had, user and system, when it ends. Not with --import, which
// loads half of Node before the program does.
const { writeSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(2, `\nprocessor-time-us=${user + system}\n`);
});
