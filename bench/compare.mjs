// node bench/compare.mjs: how long `plimsoll compare` takes over reports of half a million rows, and how much memory.
//   500,000 distinct rows of SARIF (300 MB) against a report of 1,000   under 60 s of processor time and 700 MB
//   100,000 identical rows                                              no slower than 100,000 distinct ones
// Each is also told as a ratio to a floor that nothing can go below: reading the same file and parsing it with JSON.parse.
// BENCH_ROWS sets the number of rows. Needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'cli.cjs');
if (!existsSync(cli)) {
  console.log('skipped: dist/cli.cjs is not there (npm run build)');
  process.exit(0);
}
const rows = Number(process.env.BENCH_ROWS ?? 500_000);
const few = Math.ceil(rows / 5);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const IDS = 5_000;
const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'UNKNOWN'];
const words = 'A flaw that was found in a package: who can reach it can do with it what nobody had in mind. '.repeat(2);

/** A report as `trivy image --format sarif` writes it: a rule for each vulnerability, a result for each package. */
function sarif(name, count, at) {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  let buffer = '';
  const write = (text) => {
    buffer += text;
    if (buffer.length > 1 << 20) {
      writeSync(file, buffer);
      buffer = '';
    }
  };
  write('{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Trivy","version":"0.74.0","rules":[');
  for (let index = 0; index < IDS; index += 1) {
    const id = `CVE-2023-${10_000 + index}`;
    const properties = { 'security-severity': '5.5', tags: ['vulnerability', 'security', 'MEDIUM'] };
    const rule = {
      id,
      name: 'OsPackageVulnerability',
      shortDescription: { text: `flaw ${index}` },
      help: { text: words },
      properties,
    };
    write(`${index === 0 ? '' : ','}${JSON.stringify(rule)}`);
  }
  write(']}},"results":[');
  for (let index = 0; index < count; index += 1) {
    const place = at(index);
    const id = `CVE-2023-${10_000 + (place % IDS)}`;
    const name = `libpackage${Math.floor(place / IDS)}`;
    const version = `1.${Math.floor(place / IDS)}.3-1`;
    const said = `Package: ${name}\nInstalled Version: ${version}\nVulnerability ${id}\nSeverity: ${SEVERITIES[place % 5]}\nFixed Version: \nLink: [${id}](https://avd.aquasec.com/nvd/${id.toLowerCase()})`;
    const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
    const physicalLocation = { artifactLocation: { uri: 'library/large', uriBaseId: 'ROOTPATH' }, region };
    const locations = [
      { physicalLocation, message: { text: `library/large: ${name}@${version} (deb), a package of the distribution` } },
    ];
    write(
      `${index === 0 ? '' : ','}${JSON.stringify({ ruleId: id, ruleIndex: place % IDS, level: 'note', message: { text: said }, locations })}`,
    );
  }
  write('],"properties":{"imageName":"library/large"}}]}');
  writeSync(file, buffer);
  closeSync(file);
  return path;
}

/** Processor seconds and peak megabytes of a run of Node. */
function measured(...args) {
  const witness = join(root, 'bench', 'peak-memory.mjs');
  const script = `process.on('exit', () => { const { user, system } = process.cpuUsage(); require('node:fs').writeSync(2, '\\ncpu-us=' + (user + system) + '\\n'); });`;
  const before = join(folder, 'cpu.cjs');
  const file = openSync(before, 'w');
  writeSync(file, script);
  closeSync(file);
  const { status, stderr } = spawnSync(process.execPath, ['--require', before, '--import', witness, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', openSync('/dev/null', 'w'), 'pipe'],
    maxBuffer: 1 << 26,
    env: { ...process.env, PLIMSOLL_HOME: join(folder, 'home'), TMPDIR: folder },
  });
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr.slice(-500)}`);
  return {
    seconds: Number(/cpu-us=(\d+)/.exec(stderr)[1]) / 1e6,
    megabytes: Number(/peak-memory-kb=(\d+)/.exec(stderr)[1]) / 1024,
  };
}

const compare = (path, other, format) => measured(cli, 'compare', '--anyway', '-f', format, path, other);
const floorOf = (path) =>
  measured('-e', `JSON.parse(require('node:fs').readFileSync(${JSON.stringify(path)}, 'latin1'))`);
const told = ({ seconds, megabytes }) => `${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB`;

const other = sarif('other.sarif', Math.min(1_000, few), (index) => index * 3);
const large = sarif('large.sarif', rows, (index) => index);
console.log(`${rows} distinct rows, ${(statSync(large).size / 1e6).toFixed(0)} MB of SARIF`);
const floor = floorOf(large);
console.log(`  floor, JSON.parse of the file   ${told(floor)}`);
for (const format of ['table', 'json']) {
  const run = compare(large, other, format);
  const holds =
    rows !== 500_000
      ? ''
      : run.seconds < 60 && run.megabytes < 700
        ? '  (goal: 60 s, 700 MB: held)'
        : '  (goal: 60 s, 700 MB: MISSED)';
  console.log(
    `  compare -f ${format.padEnd(20)} ${told(run)}: ${(run.seconds / floor.seconds).toFixed(1)} times the floor, ${(run.megabytes / floor.megabytes).toFixed(2)} of its memory${holds}`,
  );
}
rmSync(large);
const distinct = compare(
  sarif('distinct.sarif', few, (index) => index),
  other,
  'table',
);
const same = compare(
  sarif('same.sarif', few, () => 7),
  other,
  'table',
);
console.log(
  `${few} rows: distinct ${told(distinct)}, identical ${told(same)}: ${(same.seconds / distinct.seconds).toFixed(2)} of the time`,
);
