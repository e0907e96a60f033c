// stages.mjs IMAGE...: images of which each hides more than the one before it, as rows of a table (docs/hiding.md): findings, what is still there
// of the first image's (the same vulnerability in the same package), what was recovered, and the signs. Needs dist/ (npm run build) and a
// database in PLIMSOLL_HOME.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));
let first;
for (const [stage, image] of process.argv.slice(2).entries()) {
  const args = [cli, 'scan', image, '--offline', '--no-cache', '-f', 'json'];
  const done = spawnSync(process.execPath, args, { maxBuffer: 1 << 30, encoding: 'utf8' });
  if (done.status !== 0) {
    console.error(`${image}: exit code ${done.status}: ${done.stderr.slice(-300)}`);
    process.exitCode = 1;
    break;
  }
  const { findings, signs = [] } = JSON.parse(done.stdout);
  const keys = new Set(findings.map(({ id, package: { name } }) => `${id} ${name}`));
  first ??= keys;
  const kept = [...first].filter((key) => keys.has(key)).length / first.size;
  const recovered = findings.filter(({ package: { recovered } }) => recovered !== undefined).length;
  const checks = [...new Set(signs.map(({ check }) => check))].sort().join(', ');
  console.log(`| ${stage} | ${findings.length} | ${(kept * 100).toFixed(1)} % | ${recovered} | ${checks} |`);
}
