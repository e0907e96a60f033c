// Loaded with --import: tells the peak resident memory of this process when it ends.
import { readFileSync, writeSync } from 'node:fs';

/**
 * Kilobytes. getrusage(2) would count what the parent held when it started this process, for exec(2) keeps the larger of the
 * two; the kernel's VmHWM belongs to this program alone. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
function peak() {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

process.on('exit', () => {
  writeSync(2, `\npeak-memory-kb=${peak()}\n`);
});
